import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Accounts refreshed in one transaction: a cashier who serves one of those whose rating
# changes waits for it.
_CHUNK = 2000
# Accounts without movements are looked at once in so many days.
_ROLLING_DAYS = 30
# Transactions that were under way when the last pass began wrote smaller ids than it
# knew: so many are looked at again.
_MARGIN = 1000
_TRIES = 5


class UtilityAccountBehaviourRun(models.Model):
    """How far the daily run over the accounts of a company is (CON-07).

    A pass takes the accounts with entries, matches or debt fallen due since the last
    one, and a slice of all others, in the order of their ids. What it has done is
    committed chunk by chunk: a run that is stopped, or killed, goes on from there.
    """

    _name = "utility.account.behaviour.run"
    _description = "Daily Run of Behaviour Figures"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    done_on = fields.Date(readonly=True, help="The day of the last whole pass.")
    line_id = fields.Integer(readonly=True, help="Entries known to the last pass.")
    partial_id = fields.Integer(readonly=True, help="Matches known to the last pass.")
    rolled_id = fields.Integer(
        readonly=True, help="Where the slices of all others are."
    )
    next_line_id = fields.Integer(readonly=True)
    next_partial_id = fields.Integer(readonly=True)
    position = fields.Integer(
        readonly=True, help="The last account done; 0 between passes."
    )

    _company_unique = models.UniqueIndex("(company_id)", "A company has one daily run.")

    @api.model
    def _cron_refresh(self):
        """Bring behaviour and ratings of all accounts up to date; resumable."""
        Account = self.env["utility.account"]
        for company in self.env["res.company"].search([("active", "=", True)]):
            Account._end_outdated_overrides(company)
            run = self.search([("company_id", "=", company.id)]) or self.create(
                {"company_id": company.id}
            )
            if not run._pass():
                return

    def _pass(self):
        """Begin or go on with the pass of this company.

        :return: whether there is time left
        """
        if not self.position:
            self._begin()
        todo, rolled_id = self._find_accounts()
        done = tries = 0
        while done < len(todo):
            chunk = todo[done : done + max(_CHUNK // 10**tries, 1)]
            try:
                self.env["utility.account"].browse(chunk)._refresh_behaviour()
                self.position = chunk[-1]
                self.env.flush_all()
            except OperationalError:
                # Somebody pays one of them right now: begin anew, on fresh data.
                self.env.cr.rollback()
                tries += 1
                if tries < _TRIES:
                    continue
                _logger.info(
                    "Account with id %s is in use: it waits for the next pass.",
                    chunk[0],
                )
                chunk = chunk[:1]
                self.position = chunk[-1]
            done, tries = done + len(chunk), 0
            left = len(todo) - done
            if not self.env["ir.cron"]._commit_progress(len(chunk), remaining=left):
                return False
            self.env.invalidate_all()
        self.write(
            {
                "done_on": self.company_id._utility_today(),
                "line_id": self.next_line_id,
                "partial_id": self.next_partial_id,
                "rolled_id": rolled_id,
                "position": 0,
            }
        )
        return bool(self.env["ir.cron"]._commit_progress(0))

    def _begin(self):
        """Note which entries there are before any account is looked at."""
        self.env.flush_all()
        ((line_id, partial_id),) = self.env.execute_query(
            SQL(
                "SELECT COALESCE((SELECT MAX(id) FROM account_move_line), 0),"
                " COALESCE((SELECT MAX(id) FROM account_partial_reconcile), 0)"
            )
        )
        self.write({"next_line_id": line_id, "next_partial_id": partial_id})

    def _find_accounts(self):
        """Return ids of the accounts to look at, in order, and the end of the slice."""
        self.env.flush_all()
        if not self.done_on:
            select = SQL(
                "SELECT id AS account_id FROM utility_account WHERE company_id = %s",
                self.company_id.id,
            )
            return self._read_ids(select), 0
        select = self._get_movements_select()
        rolled_id = self.rolled_id
        today = self.company_id._utility_today()
        if self.done_on < today:
            slice_, rolled_id = self._get_slice()
            select = SQL("%s UNION ALL %s", select, slice_)
        return self._read_ids(select), rolled_id

    def _read_ids(self, select):
        return [
            account_id
            for (account_id,) in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT account_id FROM (%s) todo WHERE account_id > %s"
                    " ORDER BY account_id",
                    select,
                    self.position,
                )
            )
        ]

    def _get_movements_select(self):
        """Return the SQL of the accounts whose figures may have changed."""
        return SQL(
            """
            SELECT line.utility_account_id AS account_id
              FROM account_move_line line
             WHERE line.id > %(line_id)s
               AND line.utility_account_id IS NOT NULL
               AND line.company_id = %(company)s
         UNION ALL
            SELECT line.utility_account_id
              FROM account_partial_reconcile partial
              JOIN account_move_line line ON line.id = partial.debit_move_id
             WHERE partial.id > %(partial_id)s
               AND line.utility_account_id IS NOT NULL
               AND line.company_id = %(company)s
         UNION ALL
            SELECT line.utility_account_id
              FROM account_move_line line
             WHERE line.utility_account_id IS NOT NULL
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.company_id = %(company)s
               AND line.date_maturity BETWEEN %(since)s - 1 AND %(today)s
         UNION ALL
            SELECT plan.utility_account_id
              FROM utility_payment_plan plan
             WHERE plan.company_id = %(company)s
               AND (plan.write_date >= %(since)s OR plan.ended_on >= %(since)s)
         UNION ALL
            SELECT promise.utility_account_id
              FROM utility_payment_promise promise
             WHERE promise.company_id = %(company)s
               AND promise.write_date >= %(since)s
            """,
            line_id=self.line_id - _MARGIN,
            partial_id=self.partial_id - _MARGIN,
            company=self.company_id.id,
            since=self.done_on,
            today=self.company_id._utility_today(),
        )

    def _get_slice(self):
        """Return the SQL of the slice of all accounts, and the id at its end.

        At the end of the accounts it begins anew.
        """
        ((count,),) = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM utility_account WHERE company_id = %s",
                self.company_id.id,
            )
        )
        size = -(-count // _ROLLING_DAYS)
        select = SQL(
            "SELECT id AS account_id FROM utility_account"
            " WHERE company_id = %s AND id > %s ORDER BY id LIMIT %s",
            self.company_id.id,
            self.rolled_id,
            size,
        )
        ((found, last_id),) = self.env.execute_query(
            SQL("SELECT COUNT(*), MAX(account_id) FROM (%s) slice", select)
        )
        return SQL("(%s)", select), last_id if found == size and last_id else 0

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools.debt import Debt
from ..utility_account import DEFERRED

NOTHING = Debt()


class UtilityAccount(models.Model):
    """Debt as collections see it: by the due dates of its parts (CON-04, COL-02)."""

    _inherit = "utility.account"

    percent_behind = fields.Float(
        string="% Behind",
        compute="_compute_percent_behind",
        digits=(5, 1),
        help="Overdue balance / payoff balance x 100, from 0 to 100 (COL-01).",
    )
    minimum_due = fields.Monetary(
        compute="_compute_debt",
        help="What ends collections: the debt at or past the first step of the"
        " account's process, less disputed amounts and credit (COL-02).",
    )
    days_overdue = fields.Integer(
        compute="_compute_debt",
        help="Days since the oldest debt that neither credit nor a dispute takes up"
        " was due.",
    )

    @api.depends("payoff_balance", "overdue_balance")
    def _compute_percent_behind(self):
        """COL-01: 0 when nothing is owed."""
        for account in self:
            payoff = account.payoff_balance
            account.percent_behind = (
                min(100.0 * account.overdue_balance / payoff, 100.0)
                if payoff > 0
                else 0.0
            )

    @api.depends("receivable_line_ids.amount_residual")
    def _compute_debt(self):
        debts = self._get_debts()
        for account in self:
            debt = debts.get(account._origin.id, NOTHING)
            account.minimum_due = float(debt.minimum_due)
            account.days_overdue = debt.days_overdue(
                account.company_id._utility_today()
            )

    def _get_debts(self, today=None):
        """Read what accounts owe, from the ledger as it is now, with one query.

        :param date today: default: the date where each account's company is
        :return: {account id: `tools.debt.Debt`}, one for each account
        """
        accounts = self._origin
        debts = dict.fromkeys(accounts.ids, NOTHING)
        for company, mine in accounts.grouped("company_id").items():
            decimals = company.currency_id.decimal_places
            rows = self.env.execute_query_dict(
                self._get_debt_select(
                    SQL("line.utility_account_id = ANY(%s)", mine.ids),
                    today or company._utility_today(),
                )
            )
            for row in rows:
                account_id, oldest_due = row.pop("account_id"), row.pop("oldest_due")
                debts[account_id] = Debt(
                    oldest_due=oldest_due,
                    **{name: to_decimal(row[name], decimals) for name in row},
                )
        return debts

    @api.model
    def _get_debt_select(self, condition, today):
        """Return the SQL of the debt of each account that has open items.

        Its columns are `account_id` and the fields of `tools.debt.Debt`. Credit, and
        disputed amounts that name no document, take up the oldest debt first.

        :param SQL condition: which accounts, on `utility_account_id` and `company_id`
            of the alias `line`; of one company
        :param date today: the day on which it is looked at
        """
        return SQL(
            """
            WITH dispute AS MATERIALIZED (
                %(disputes)s
            ), hold AS (
                SELECT account_id, SUM(amount) AS amount
                  FROM dispute
                 WHERE move_id IS NULL
              GROUP BY account_id
            ), part AS (
                SELECT part.*,
                       LEAST(part.amount, GREATEST(
                           COALESCE(held.amount, 0) - COALESCE(SUM(part.amount) OVER (
                               PARTITION BY part.move_id
                               ORDER BY part.due_date, part.line_id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                           ), 0), 0
                       )) AS disputed
                  FROM (%(parts)s) part
             LEFT JOIN (
                       SELECT move_id, SUM(amount) AS amount
                         FROM dispute
                     GROUP BY move_id
                       ) held ON held.move_id = part.move_id
            ), running AS (
                SELECT account_id,
                       due_date,
                       amount,
                       disputed,
                       SUM(amount - disputed) OVER (
                           PARTITION BY account_id ORDER BY due_date, line_id
                           ROWS UNBOUNDED PRECEDING
                       ) AS total
                  FROM part
            )
            SELECT balance.utility_account_id AS account_id,
                   balance.payoff,
                   balance.late,
                   balance.credit,
                   LEAST(
                       COALESCE(SUM(running.disputed), 0) + COALESCE(hold.amount, 0),
                       balance.late
                   ) AS disputed,
                   GREATEST(
                       COALESCE(SUM(running.amount - running.disputed) FILTER (
                           WHERE running.due_date <= %(today)s::date - first.days
                       ), 0) - balance.credit - COALESCE(hold.amount, 0),
                       0
                   ) AS minimum_due,
                   GREATEST(
                       COALESCE(SUM(running.amount) FILTER (
                           WHERE running.due_date <= %(today)s::date - first.days
                       ), 0) - balance.credit,
                       0
                   ) AS contested_due,
                   MIN(running.due_date) FILTER (
                       WHERE running.total > balance.credit + COALESCE(hold.amount, 0)
                   ) AS oldest_due
              FROM (%(balances)s) balance
         LEFT JOIN hold ON hold.account_id = balance.utility_account_id
         LEFT JOIN (%(first_days)s) first
                ON first.account_id = balance.utility_account_id
         LEFT JOIN running ON running.account_id = balance.utility_account_id
          GROUP BY balance.utility_account_id, balance.payoff, balance.late,
                   balance.credit, hold.amount
            """,
            disputes=self._get_dispute_select(condition, today),
            parts=self._get_late_part_select(condition, today),
            balances=self._get_balance_select(condition, today),
            first_days=self._get_first_days_select(condition),
            today=today,
        )

    @api.model
    def _get_late_part_select(self, condition, today):
        """Return the SQL of what is past due, part by part.

        Its columns: account_id, move_id, line_id, due_date, amount. Of covered debt
        what its plan doesn't ask for; installments past due have no document.
        """
        return SQL(
            """
            SELECT line.utility_account_id AS account_id,
                   line.move_id,
                   line.id AS line_id,
                   line.date_maturity AS due_date,
                   line.amount_residual - %(deferred)s AS amount
              FROM account_move_line line
         LEFT JOIN utility_payment_plan_cover cover
                ON cover.line_id = line.id AND cover.in_force
             WHERE %(condition)s
               AND line.utility_account_id IS NOT NULL
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.amount_residual > 0
               AND line.date_maturity < %(today)s
               AND line.amount_residual > %(deferred)s
         UNION ALL
            SELECT line.utility_account_id, NULL, line.id, line.due_date,
                   line.amount - line.paid_amount
              FROM %(due)s
            """,
            # LEAST passes over what isn't there.
            deferred=SQL("CASE WHEN cover.id IS NULL THEN 0 ELSE %s END", DEFERRED),
            today=today,
            condition=condition,
            due=self._get_due_from(condition, today),
        )

    # -------------------------------------------------------------------------
    # TO EXTEND
    # -------------------------------------------------------------------------

    @api.model
    def _get_dispute_select(self, condition, today=None):
        """Return the SQL of what open disputes hold; extended where these are.

        Its columns: account_id, move_id (NULL: no document is named), amount.

        :param SQL condition: as of `_get_debt_select`
        :param date today: the day on which installments are past due; without it, what
            is disputed stays with its document also where a plan covers that
        """
        return SQL(
            "SELECT NULL::integer AS account_id, NULL::integer AS move_id,"
            " 0::numeric AS amount LIMIT 0"
        )

    @api.model
    def _get_first_days_select(self, condition):
        """Return the SQL of the days overdue at which collections begin.

        Its columns: account_id, days; one row an account, none where no process of
        collections applies. Extended where these are.

        :param SQL condition: as of `_get_debt_select`
        """
        return SQL("SELECT NULL::integer AS account_id, NULL::integer AS days LIMIT 0")

    @api.model
    def _get_pause_select(self, condition, today):
        """Return the SQL of what makes collections of accounts wait.

        Its columns: account_id, reason (of the selection `pause_kind` of cases), amount
        (numeric: what it protects; NULL: whatever is owed). To extend with UNION ALL:
        an open promise protects what is still to come of it, until its date is over.
        A case is paused while the amounts of an account add up to its minimum due.
        An account without a case isn't put into collections meanwhile.

        Not needed for what is disputed (see `_get_dispute_select`) or in a plan: the
        debt itself says so. Nor for money on its way: `_get_money_in_flight` is asked
        before a step is taken.

        :param SQL condition: as of `_get_debt_select`
        :param date today: the day on which it is looked at
        """
        return SQL(
            "SELECT NULL::integer AS account_id, NULL::varchar AS reason,"
            " NULL::numeric AS amount WHERE FALSE"
        )

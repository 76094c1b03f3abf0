from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal


class UtilityAccount(models.Model):
    """An account's promises: what they protect, and when they are judged (COL-06)."""

    _inherit = "utility.account"

    promise_ids = fields.One2many(
        comodel_name="utility.payment.promise",
        inverse_name="utility_account_id",
        string="Promises to Pay",
        readonly=True,
    )
    promise_count = fields.Integer(compute="_compute_promise_counts")
    broken_promise_count = fields.Integer(
        string="Broken Promises",
        compute="_compute_promise_counts",
        help="How many promises weren't kept (CON-08).",
    )

    @api.depends("promise_ids.state")
    def _compute_promise_counts(self):
        counts = defaultdict(dict)
        for account, state, count in self.env["utility.payment.promise"]._read_group(
            [("utility_account_id", "in", self._origin.ids)],
            ["utility_account_id", "state"],
            ["__count"],
        ):
            counts[account.id][state] = count
        for account in self:
            mine = counts[account._origin.id]
            account.promise_count = sum(mine.values())
            account.broken_promise_count = mine.get("broken", 0)

    def _get_promisable(self, with_promises=True):
        """What an account may still promise: its payoff, less what protects debt.

        :param bool with_promises: take off what open promises have
        :return: {account id: Decimal}, below zero where protections are above debt
        """
        accounts = self._origin
        debts = accounts._get_debts()
        result = {account.id: debts[account.id].payoff for account in accounts}
        for account_id, protections in accounts._get_protections().items():
            decimals = self.browse(account_id).company_id.currency_id.decimal_places
            for protection in protections:
                if with_promises or protection["kind"] != "promise":
                    result[account_id] -= to_decimal(protection["amount"], decimals)
        return result

    def _get_open_cases(self):
        """The case that each account has, paused ones included.

        :return: {account id: case id}
        """
        cases_sudo = (
            self.env["utility.collection.case"]
            .sudo()
            .search([("utility_account_id", "in", self.ids), ("state", "!=", "closed")])
        )
        return {case.utility_account_id.id: case.id for case in cases_sudo}

    def action_new_promise(self):
        """Open the dialog in which a promise of this account is taken.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        self.env["utility.payment.promise"]._check_author()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_payment_promise_new_action"
        )
        return action | {"context": {"default_utility_account_id": self.id}}

    def action_view_promises(self):
        """Open the promises of this account."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_payment_promise_action"
        )
        return action | {
            "domain": [("utility_account_id", "=", self.id)],
            "context": {"default_utility_account_id": self.id},
        }

    # -------------------------------------------------------------------------
    # WHAT PROMISES DO IN COLLECTIONS
    # -------------------------------------------------------------------------

    def _get_protections(self):
        """Extend: what an open promise covers, until its last day is over."""
        protections = super()._get_protections()
        for company, accounts in self.grouped("company_id").items():
            self.env["utility.payment.promise"].flush_model()
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT utility_account_id, id, amount - paid_amount, last_day + 1
                      FROM utility_payment_promise
                     WHERE utility_account_id = ANY(%(accounts)s)
                       AND state = 'open'
                       AND last_day >= %(today)s
                  ORDER BY date, id
                    """,
                    accounts=accounts.ids,
                    today=company._utility_today(),
                )
            )
            Promise = self.env["utility.payment.promise"]
            for account_id, promise_id, amount, until in rows:
                protections.setdefault(account_id, []).append(
                    {
                        "kind": "promise",
                        "amount": company.currency_id.round(float(amount)),
                        "until": until,
                        "record": Promise.browse(promise_id),
                    }
                )
        return protections

    def _get_in_collections_conditions(self):
        """Extend: accounts with promises, also those that were kept or broken.

        A payment that is taken back undoes a promise that was kept.
        """
        return [
            *super()._get_in_collections_conditions(),
            SQL(
                "EXISTS (SELECT FROM utility_payment_promise promise"
                " WHERE promise.utility_account_id = account.id"
                " AND promise.state != 'cancelled')"
            ),
        ]

    def _follow_debt(self):
        """Extend: promises are judged by what was paid."""
        res = super()._follow_debt()
        self.env["utility.payment.promise"]._judge_accounts(self)
        return res

"""Cases of the demonstration's consumers who are behind (COL-04)."""

from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.utility_payments.demo.utility_demo_adjustments import CLERK, RECOVERY

# How many consumers are in collections, and since when they were looked at
ACCOUNTS = 24
DAYS = 30
# The source's sample stays as it is.
SAMPLE = "WU-10001"


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_collect(self):
        """Let a month of days pass over some that are behind, then act by hand.

        The ledger is that of today: who paid meanwhile was never in collections.
        """
        company = self.env.ref("base.main_company")
        company.utility_how_to_pay = self.env._(
            "Pay at our counter, Monday to Friday from 8 to 17, to our collector, or"
            " online at our portal."
        )
        Account = self.env["utility.account"]
        Account.search([("number", "=", SAMPLE)]).collections_exempt = True
        accounts = Account.search(
            [
                ("company_id", "=", company.id),
                ("number", "!=", SAMPLE),
                ("overdue_balance", ">", 20),
                ("plan_ids", "=", False),
            ],
            limit=ACCOUNTS,
        )
        Case = self.env["utility.collection.case"]
        Event = self.env["utility.collection.event"]
        today = company._utility_today()
        last_id = Event.search([], order="id desc", limit=1).id
        for ago in range(DAYS, -1, -1):
            day = today - timedelta(days=ago)
            Case._review(
                company,
                SQL("line.utility_account_id = ANY(%s)", accounts.ids),
                day,
            )
            self._demo_tell(accounts, day)
            happened = Event.search([("id", ">", last_id)], order="id")
            happened.happened_at = datetime.combine(day, time(6))
            last_id = happened[-1:].id or last_id
        cases = self._demo_as(RECOVERY, "utility.collection.case").search(
            [("state", "=", "open"), ("utility_account_id", "in", accounts.ids)],
            order="id",
        )
        cases[1:2].action_pause(
            today + timedelta(days=10), "Is in hospital, her son calls back."
        )
        cases[3:4].action_close(
            "Pays at the end of each quarter by agreement.",
            today + timedelta(days=45),
        )
        # What two of them pay at the counter ends their cases.
        self._demo_as(CLERK, "account.payment").record_collections(
            [
                {
                    "account": case.utility_account_id.id,
                    "amount": case.amount,
                    "mode": "cash",
                    "date": str(today),
                }
                for case in cases.filtered(
                    lambda case: not case.utility_account_id.disconnection_order_ids
                )[-2:]
            ]
        )

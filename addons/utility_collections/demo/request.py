"""Service requests of the demonstration, in every state (COL-05)."""

from datetime import timedelta

from odoo import api, models

from odoo.addons.utility_payments.demo.utility_demo_adjustments import (
    CLERK,
    MANAGER,
    RECOVERY,
)

# Type, who opens it, due in days, and how far it has come
REQUESTS = (
    ("personal_call", RECOVERY, 1, "new", None),
    ("personal_call", CLERK, -2, "new", None),
    ("personal_call", RECOVERY, 0, "in_progress", None),
    ("personal_call", RECOVERY, 3, "waiting", None),
    ("email_bill", CLERK, 1, "new", None),
    ("verify_contact", CLERK, 4, "new", None),
    ("visit", RECOVERY, 5, "new", None),
    ("visit", MANAGER, 2, "in_progress", None),
    ("letter", RECOVERY, 6, "new", None),
    ("personal_call", RECOVERY, -1, "done", ("promised", "Pays on Friday.", "phone")),
    ("visit", RECOVERY, -3, "done", ("not_reached", "Left a card.", "field")),
    (
        "personal_call",
        CLERK,
        -4,
        "done",
        ("plan", "Wants three installments.", "phone"),
    ),
    ("personal_call", RECOVERY, 2, "cancelled", "Paid at the counter."),
)


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_requests(self):
        """Open requests for consumers who are behind, and work on some of them."""
        company = self.env.ref("base.main_company")
        company._utility_setup()
        today = company._utility_today()
        types = self.env["utility.service.request.type"]
        accounts = self._demo_request_accounts(company)
        for account, (code, role, days, state, end) in zip(
            accounts, REQUESTS, strict=False
        ):
            request = self._demo_as(role, "utility.service.request").create(
                {
                    "utility_account_id": account.id,
                    "type_id": types._find(code).id,
                    "date_deadline": today + timedelta(days=days),
                }
            )
            self._demo_work_on(request, state, end)
        self._demo_as(MANAGER, "utility.service.request.schedule").create(
            {
                "name": "Call who owes more than 500",
                "type_id": types._find("personal_call").id,
                "domain": "[('overdue_balance', '>', 500)]",
                "frequency": "weekly",
                "next_date": today + timedelta(days=7),
                "maximum": 20,
                "company_id": company.id,
            }
        )

    @api.model
    def _demo_work_on(self, request, state, end):
        if state == "cancelled":
            request.action_cancel(end)
            return
        if state == "new":
            return
        request.step_ids[0].action_work()
        if state == "waiting":
            request.action_wait()
        elif state == "done":
            request.step_ids[1:].action_toggle()
            request.action_done(*end)

    @api.model
    def _demo_request_accounts(self, company):
        """Consumers who are behind and whom no other story needs."""
        return self.env["utility.account"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("overdue_balance", ">", 0),
                ("email", "!=", False),
                ("id", "not in", self._demo_taken_accounts().ids),
            ],
            order="id desc",
            limit=len(REQUESTS),
        )

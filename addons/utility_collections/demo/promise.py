"""Promises to pay and disputes of the demonstration, in every state (CFG-05)."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, models

from odoo.addons.utility_payments.demo.utility_demo_adjustments import CLERK, RECOVERY

# Days until its date, share of what may be promised, share of it that was paid
PROMISES = (
    (7, 0.5, 0),
    (0, 0.4, 0.5),
    (12, 1, 0),
    (5, 0.3, 1),
    (1, 0.6, 1),
    (-3, 0.5, 0),
    (-9, 0.8, 0.4),
)
# Category, share of the bill, what the consumer says, the stages it went through
DISPUTES = (
    ("wrong_amount", 0.4, "The tariff of last year was used.", ()),
    ("meter_reading", 1, "The meter shows 300 units less.", ("investigation",)),
    (
        "service_problem",
        0.5,
        "No water for six days in this period.",
        ("investigation", "waiting"),
    ),
    ("duplicate_bill", 1, "The same period was billed twice.", ("investigation", "no")),
    ("already_paid", 1, "Paid at the bank last week.", ("withdrawn",)),
)


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_promises(self):
        """Promise, pay and dispute on accounts that are behind.

        Doors work on the day of installation: a promise that is past was made for a
        later day, and gets its date afterwards.
        """
        accounts = self._demo_debtors(len(PROMISES) + len(DISPUTES))
        for account, scenario in zip(accounts, PROMISES, strict=False):
            self._demo_promise(account, *scenario)
        rest = accounts[len(PROMISES) :]
        for account, scenario in zip(rest, DISPUTES, strict=False):
            self._demo_dispute(account, *scenario)

    @api.model
    def _demo_debtors(self, count):
        """Accounts with a bill past due and without a plan, not the sample's."""
        company = self.env.ref("base.main_company")
        today = company._utility_today()
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("utility_kind", "=", "bill"),
                ("state", "=", "posted"),
                ("amount_residual", ">", 20),
                ("invoice_date_due", "<", today),
                ("utility_deferred", "=", False),
                ("utility_account_id.plan_ids", "=", False),
                ("utility_account_id.state", "=", "active"),
                (
                    "utility_account_id",
                    "not in",
                    self._demo_taken_accounts().ids,
                ),
            ],
            order="id desc",
        )
        return moves.utility_account_id[: 3 * count : 2][:count]

    @api.model
    def _demo_promise(self, account, days, share, paid):
        today = account.company_id._utility_today()
        most = float(account._get_promisable()[account.id])
        if most < 1:
            return
        promise = self._demo_as(CLERK, "utility.payment.promise").create(
            {
                "utility_account_id": account.id,
                "amount": round(most * share, 2),
                "date": today + timedelta(days=max(days, 0)),
                "contact_mode": "phone",
            }
        )
        if paid:
            self._demo_as(CLERK, "account.payment").record_collections(
                [
                    {
                        "account": account.id,
                        "amount": round(promise.amount * paid, 2),
                        "mode": "cash",
                        "date": str(today),
                    }
                ]
            )
        if days < 0:
            promise.with_user(SUPERUSER_ID).date = today + timedelta(days=days)
            account.sudo()._debt_changed()

    @api.model
    def _demo_dispute(self, account, category, share, words, stages):
        bill = account.open_document_ids.filtered(
            lambda move: move.utility_kind == "bill"
        )[:1]
        if not bill:
            return
        dispute = self._demo_as(CLERK, "utility.dispute").create(
            {
                "move_id": bill.id,
                "category_id": self.env.ref(
                    f"utility_collections.dispute_{category}"
                ).id,
                "amount": round(bill.amount_residual * share, 2),
                "description": words,
            }
        )
        mine = self._demo_as(RECOVERY, "utility.dispute").browse(dispute.id)
        for stage in stages:
            if stage == "no":
                mine.action_resolve(
                    "rejected", remark="Both bills are of different periods."
                )
            elif stage == "withdrawn":
                mine.action_withdraw()
            else:
                mine.state = stage

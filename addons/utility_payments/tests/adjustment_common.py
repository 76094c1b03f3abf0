from odoo import Command, fields

from .common import PaymentsCommon


class AdjustmentsCommon(PaymentsCommon):
    """Payments to correct, and who requests and approves it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._utility_today()
        cls.modes = {
            mode.code: mode
            for mode in cls.env["utility.payment.mode"].search(
                [("company_id", "=", cls.company.id)]
            )
        }

    def make_adjustment(self, payment, kind="reverse", user=None, **values):
        """A draft, as the clerk unless told otherwise."""
        if "documents" in values:
            values["document_ids"] = [
                Command.create({"sequence": place, "move_id": document.id})
                for place, document in enumerate(values.pop("documents"))
            ]
        Adjustment = self.env["utility.payment.adjustment"].with_user(
            user or self.clerk
        )
        return Adjustment.create(
            {
                "payment_id": payment.id,
                "kind": kind,
                "reason": "The consumer called",
                **values,
            }
        )

    def adjust(self, payment, kind="reverse", **values):
        """Request as the clerk, approve as the manager; return the adjustment."""
        adjustment = self.make_adjustment(payment, kind, **values)
        adjustment.action_request()
        self.approve(adjustment)
        self.assertEqual(adjustment.state, "done")
        return adjustment

    def approve(self, adjustment, user=None):
        adjustment.with_user(user or self.manager).action_approve()
        self.env.flush_all()
        self.env.invalidate_all()

    def match_with_bank(self, payment):
        """The bank's statement shows the money of this payment."""
        money = payment._money_line()
        bank = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": payment.date,
                "journal_id": payment.journal_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "currency_id": money.currency_id.id,
                            "amount_currency": sign * money.amount_currency,
                            "balance": sign * money.balance,
                        }
                    )
                    for account, sign in (
                        (payment.journal_id.default_account_id, 1),
                        (money.account_id, -1),
                    )
                ],
            }
        )
        bank.action_post()
        line = bank.line_ids.filtered(lambda row: row.account_id == money.account_id)
        (money | line).reconcile()
        self.assertTrue(money.reconciled)

    def lock_books(self, date=None):
        self.company.sudo().fiscalyear_lock_date = date or fields.Date.today()

    def open_money(self, *payments):
        """What is open on the outstanding accounts of these payments."""
        accounts = self.env["account.account"].union(
            *(payment._money_line().account_id for payment in payments)
        )
        lines = self.env["account.move.line"].search(
            [("account_id", "in", accounts.ids), ("parent_state", "=", "posted")]
        )
        return {
            account: round(
                sum(
                    line.amount_residual for line in lines if line.account_id == account
                ),
                2,
            )
            for account in accounts
        }

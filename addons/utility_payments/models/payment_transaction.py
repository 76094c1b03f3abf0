from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: a consumer's money takes the one door.

        The gateway has charged it already, so it is never refused for its amount or
        because the bill was paid meanwhile: what finds no document stays on account.
        """
        self.ensure_one()
        accounts = self.invoice_ids.utility_account_id
        if not accounts or self.amount <= 0:
            return super()._create_payment(**extra_create_values)
        if len(accounts) > 1:
            raise UserError(
                self.env._(
                    "Transaction %(reference)s pays bills of several consumer accounts:"
                    " use one transaction for each.",
                    reference=self.reference,
                )
            )
        request = {
            "account": accounts.id,
            "amount": self.amount,
            "currency": self.currency_id.name,
            "mode": "online",
            "channel": "online",
            "documents": self.invoice_ids.ids,
            "reference": self.reference,
            "idempotency_key": f"transaction-{self.id}",
        }
        Payment = self.env["account.payment"].with_user(SUPERUSER_ID).sudo()
        outcome = Payment.record_collections([request])[0]
        if outcome["error"]:
            on_account = {
                **request,
                "documents": [],
                "amount": self.currency_id.rounding,
                "tendered": self.amount,
                "excess": "credit",
            }
            outcome = Payment.record_collections([on_account])[0]
        if outcome["error"]:
            raise UserError(outcome["error"]["message"])
        payment = self.env["account.payment"].sudo().browse(outcome["payment_id"])
        payment.payment_transaction_id = self
        self.payment_id = payment
        return payment

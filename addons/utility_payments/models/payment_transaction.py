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
        requests = self._get_consumer_requests() if self.amount > 0 else []
        if not requests:
            return super()._create_payment(**extra_create_values)
        Payment = self.env["account.payment"].with_user(SUPERUSER_ID).sudo()
        for request in requests:
            outcome = Payment.record_collections([request])[0]
            if not outcome["error"]:
                break
        else:
            raise UserError(outcome["error"]["message"])
        payment = self.env["account.payment"].sudo().browse(outcome["payment_id"])
        payment.payment_transaction_id = self
        self.payment_id = payment
        return payment

    def _get_consumer_requests(self):
        """What to ask of the door for a consumer's money, the first that it accepts.

        :return: requests of `record_collections`, the last of which keeps the money on
            account; none where no consumer account pays
        """
        self.ensure_one()
        accounts = self.invoice_ids.utility_account_id
        if not accounts:
            return []
        if len(accounts) > 1:
            raise UserError(
                self.env._(
                    "Transaction %(reference)s pays bills of several consumer accounts:"
                    " use one transaction for each.",
                    reference=self.reference,
                )
            )
        request = self._consumer_request(accounts)
        return [
            request | {"documents": self.invoice_ids.ids},
            self._on_account_request(request),
        ]

    def _consumer_request(self, account):
        """The request of `record_collections` for this money, without documents."""
        return {
            "account": account.id,
            "amount": self.amount,
            "currency": self.currency_id.name,
            "mode": "online",
            "channel": "online",
            "reference": self.reference,
            "idempotency_key": f"transaction-{self.id}",
        }

    def _on_account_request(self, request):
        """The same money, all of it kept as credit."""
        return request | {
            "documents": [],
            "amount": self.currency_id.rounding,
            "tendered": self.amount,
            "excess": "credit",
        }

from odoo import models


class AccountPayment(models.Model):
    """Telling other programs what happened to a payment (CFG-03)."""

    _inherit = "account.payment"

    def _queue_webhooks(self, event):
        """Queue a message for each webhook that wants the event, one query if none.

        Add-ons above call it when a payment fails or is returned.

        :param str event: posted, failed or returned
        """
        Webhook = self.env["utility.webhook"]
        webhooks = Webhook._find_for_event(event, self.company_id)
        if not webhooks:
            return
        self.env["utility.webhook.delivery"].sudo()._queue(
            [
                (webhook, f"payment.{event}", payment, payment._prepare_webhook_data())
                for payment in self
                for webhook in webhooks
                if webhook.company_id == payment.company_id
            ]
        )

    def _prepare_webhook_data(self):
        """What a message tells of a payment: numbers and codes, nobody's name."""
        self.ensure_one()
        payment_sudo = self.sudo()
        return {
            "payment_id": self.id,
            "payment_number": payment_sudo.payment_number or False,
            "transaction_number": payment_sudo.transaction_number or False,
            "receipt_number": payment_sudo.receipt_number or False,
            "account": payment_sudo.utility_account_id.number,
            "amount": payment_sudo.amount,
            "currency": payment_sudo.currency_id.name,
            "date": payment_sudo.date.isoformat(),
            "type": payment_sudo.utility_type,
            "mode": payment_sudo.mode_id.code,
            "channel": payment_sudo.channel_id.code,
            "state": payment_sudo.utility_state,
            "credit": payment_sudo.amount_excess,
            "change": payment_sudo.change_given,
            "idempotency_key": payment_sudo.idempotency_key or False,
            "documents": [
                {
                    "number": allocation.move_id.name,
                    "applied": allocation.amount_applied,
                }
                for allocation in payment_sudo.allocation_ids
            ],
        }

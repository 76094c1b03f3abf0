from odoo import fields, models

# How the consumer was met, by code of channel.
_CONTACT = {"walk_in": "counter", "phone": "phone", "field": "field"}


class UtilityRecordPayment(models.TransientModel):
    """Counts how long a recording takes, by method, channel and role (USE-01)."""

    _inherit = "utility.record.payment"

    opened_at = fields.Datetime(default=fields.Datetime.now, copy=False)

    def action_confirm(self):
        """Extend: the time from opening the form until here."""
        done = self.step == "done"
        res = super().action_confirm()
        if done or self.step != "done":
            return res
        payments = self.payment_ids
        # A visit of several payments took its time once.
        spent = (fields.Datetime.now() - self.opened_at).total_seconds()
        self.env["utility.usage.event"]._log_many(
            [
                {
                    "event": "payment_recorded",
                    "duration": spent / len(payments),
                    "channel": payment.channel_id,
                    "mode": payment.mode_id,
                    "contact_mode": _CONTACT.get(payment.channel_id.code),
                    "payments": len(payments),
                }
                for payment in payments
            ],
            company=self.company_id,
        )
        return res

from odoo import fields, models


class UtilityPaymentEvent(models.Model):
    """What happened to a payment: told by this and other add-ons (PAY-10)."""

    _name = "utility.payment.event"
    _description = "Payment Timeline Event"
    _inherit = "utility.timeline"

    payment_id = fields.Many2one(
        comodel_name="account.payment",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        related="payment_id.company_id",
        store=True,
        # Stored for the record rule.
        precompute=True,
    )
    kind = fields.Selection(
        selection=[
            ("recorded", "Recorded"),
            ("posted", "Posted"),
            ("printed", "Receipt printed"),
            ("sent", "Receipt sent"),
            ("verified", "Verified"),
            ("adjusted", "Adjusted"),
            ("returned", "Returned"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
    )

from odoo import fields, models


class UtilityPaymentEvent(models.Model):
    _inherit = "utility.payment.event"

    kind = fields.Selection(
        selection_add=[("credited", "Credit noted"), ("refunded", "Credit refunded")],
        ondelete={"credited": "cascade", "refunded": "cascade"},
    )

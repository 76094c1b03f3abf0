from odoo import fields, models


class UtilityPaymentEvent(models.Model):
    _inherit = "utility.payment.event"

    kind = fields.Selection(
        selection_add=[("credited", "Credit noted")],
        ondelete={"credited": "cascade"},
    )

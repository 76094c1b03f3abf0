from odoo import fields, models


class UtilityRecordPayment(models.TransientModel):
    """The cashier sees that something of the account is disputed (COL-09)."""

    _inherit = "utility.record.payment"

    open_dispute_count = fields.Integer(
        related="utility_account_id.open_dispute_count", related_sudo=False
    )

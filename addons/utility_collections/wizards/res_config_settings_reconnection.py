from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    utility_disconnection_proof = fields.Boolean(
        related="company_id.utility_disconnection_proof", readonly=False
    )
    utility_reconnection_fee = fields.Monetary(
        related="company_id.utility_reconnection_fee",
        readonly=False,
        currency_field="currency_id",
    )
    utility_reconnection_fee_first = fields.Boolean(
        related="company_id.utility_reconnection_fee_first", readonly=False
    )
    utility_reconnection_hours = fields.Integer(
        related="company_id.utility_reconnection_hours", readonly=False
    )

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What notices of collections say (COL-11)."""

    _inherit = "res.config.settings"

    utility_warning_days = fields.Integer(
        related="company_id.utility_warning_days", readonly=False
    )
    utility_how_to_pay = fields.Text(
        related="company_id.utility_how_to_pay", readonly=False
    )

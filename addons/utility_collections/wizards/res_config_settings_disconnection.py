from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Whose rules say when supply may be cut off (COL-07)."""

    _inherit = "res.config.settings"

    utility_jurisdiction_id = fields.Many2one(
        related="company_id.utility_jurisdiction_id", readonly=False
    )

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Whether consumers are told of their disputes (COL-09)."""

    _inherit = "res.config.settings"

    utility_dispute_notices = fields.Boolean(
        related="company_id.utility_dispute_notices", readonly=False
    )

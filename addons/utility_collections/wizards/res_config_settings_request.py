from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Which category the service requests of collections have (COL-05)."""

    _inherit = "res.config.settings"

    utility_request_category_id = fields.Many2one(
        related="company_id.utility_request_category_id", readonly=False
    )

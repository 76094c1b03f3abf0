from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    utility_sms_gateway = fields.Selection(
        related="company_id.utility_sms_gateway", readonly=False
    )

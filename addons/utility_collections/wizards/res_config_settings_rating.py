from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    utility_behaviour_months = fields.Integer(
        related="company_id.utility_behaviour_months", readonly=False
    )
    utility_debt_day_months = fields.Integer(
        related="company_id.utility_debt_day_months", readonly=False
    )

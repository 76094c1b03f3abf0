from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    utility_bad_debt_account_id = fields.Many2one(
        related="company_id.utility_bad_debt_account_id", readonly=False
    )
    utility_bad_debt_recovered_account_id = fields.Many2one(
        related="company_id.utility_bad_debt_recovered_account_id", readonly=False
    )

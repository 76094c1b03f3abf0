from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    utility_credit_limit_customer = fields.Monetary(
        related="company_id.utility_credit_limit_customer",
        readonly=False,
        currency_field="currency_id",
    )
    utility_credit_limit_recovery = fields.Monetary(
        related="company_id.utility_credit_limit_recovery",
        readonly=False,
        currency_field="currency_id",
    )
    utility_credit_expiry_months = fields.Integer(
        related="company_id.utility_credit_expiry_months", readonly=False
    )
    utility_credit_auto_apply = fields.Boolean(
        related="company_id.utility_credit_auto_apply", readonly=False
    )
    utility_expired_credit = fields.Selection(
        related="company_id.utility_expired_credit", readonly=False
    )
    utility_unclaimed_account_id = fields.Many2one(
        related="company_id.utility_unclaimed_account_id", readonly=False
    )
    utility_expired_income_account_id = fields.Many2one(
        related="company_id.utility_expired_income_account_id", readonly=False
    )
    utility_billing_adjustment_account_id = fields.Many2one(
        related="company_id.utility_billing_adjustment_account_id", readonly=False
    )

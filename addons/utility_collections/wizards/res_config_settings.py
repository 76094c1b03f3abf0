from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    utility_plan_limit_customer = fields.Monetary(
        related="company_id.utility_plan_limit_customer",
        readonly=False,
        currency_field="currency_id",
    )
    utility_plan_length_customer = fields.Integer(
        related="company_id.utility_plan_length_customer", readonly=False
    )
    utility_plan_template_customer = fields.Boolean(
        related="company_id.utility_plan_template_customer", readonly=False
    )
    utility_plan_reminder_days = fields.Integer(
        related="company_id.utility_plan_reminder_days", readonly=False
    )
    utility_plan_grace_days = fields.Integer(
        related="company_id.utility_plan_grace_days", readonly=False
    )
    utility_plan_break_after = fields.Integer(
        related="company_id.utility_plan_break_after", readonly=False
    )
    utility_plan_user_id = fields.Many2one(
        related="company_id.utility_plan_user_id", readonly=False
    )
    utility_automatic_notice_days = fields.Integer(
        related="company_id.utility_automatic_notice_days", readonly=False
    )
    utility_automatic_attempts = fields.Integer(
        related="company_id.utility_automatic_attempts", readonly=False
    )
    utility_automatic_retry_days = fields.Integer(
        related="company_id.utility_automatic_retry_days", readonly=False
    )

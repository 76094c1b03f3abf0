from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Which mails about their plans consumers get (PLN-05)."""

    _inherit = "res.config.settings"

    utility_plan_notice_missed = fields.Boolean(
        related="company_id.utility_plan_notice_missed", readonly=False
    )
    utility_plan_notice_broken = fields.Boolean(
        related="company_id.utility_plan_notice_broken", readonly=False
    )
    utility_plan_notice_completed = fields.Boolean(
        related="company_id.utility_plan_notice_completed", readonly=False
    )

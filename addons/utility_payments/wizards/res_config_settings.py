from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    utility_overpayment_amount = fields.Monetary(
        related="company_id.utility_overpayment_amount",
        readonly=False,
        currency_field="currency_id",
    )
    utility_overpayment_percent = fields.Float(
        related="company_id.utility_overpayment_percent", readonly=False
    )
    utility_note_limit = fields.Integer(
        related="company_id.utility_note_limit", readonly=False
    )
    utility_backdate_days = fields.Integer(
        related="company_id.utility_backdate_days", readonly=False
    )
    utility_similar_hours = fields.Integer(
        related="company_id.utility_similar_hours", readonly=False
    )
    utility_return_fee = fields.Monetary(
        related="company_id.utility_return_fee",
        readonly=False,
        currency_field="currency_id",
    )
    utility_usage = fields.Boolean(related="company_id.utility_usage", readonly=False)
    utility_usage_days = fields.Integer(
        related="company_id.utility_usage_days", readonly=False
    )
    utility_has_chart = fields.Boolean(compute="_compute_utility_has_chart")

    @api.depends("company_id")
    def _compute_utility_has_chart(self):
        for settings in self:
            settings.utility_has_chart = settings.company_id._utility_has_chart()

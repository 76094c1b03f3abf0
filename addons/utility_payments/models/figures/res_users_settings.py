from odoo import api, fields, models


class ResUsersSettings(models.Model):
    """How a user left the landing page (LST-01): in Odoo's memory of each user."""

    _inherit = "res.users.settings"

    utility_landing_period = fields.Selection(
        selection=[
            ("day", "Day"),
            ("week", "Week"),
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("custom", "From and to"),
        ],
        string="Landing Page: Period",
        default="month",
        help="The page opens on the current one of these.",
    )
    utility_landing_from = fields.Date(string="Landing Page: From")
    utility_landing_to = fields.Date(string="Landing Page: To")
    utility_landing_compare = fields.Selection(
        selection=[
            ("previous_to_date", "Period before, to the same day"),
            ("previous", "Whole period before"),
            ("last_year_to_date", "Last year, to the same day"),
        ],
        string="Landing Page: Compare With",
        default="previous_to_date",
    )
    utility_landing_scope = fields.Json(
        string="Landing Page: Scope",
        help="Companies and channels that the figures are limited to: company_ids,"
        " channel_ids; empty lists for all.",
    )
    utility_landing_charts_open = fields.Boolean(string="Landing Page: Charts Open")
    utility_landing_chart = fields.Char(
        string="Landing Page: Chart", help="The chart that was looked at last."
    )

    @api.model
    def _format_settings(self, fields_to_format):
        """Dates as text: settings are written into the page as plain JSON."""
        settings = super()._format_settings(fields_to_format)
        for name in ("utility_landing_from", "utility_landing_to"):
            if settings.get(name):
                settings[name] = fields.Date.to_string(settings[name])
        return settings

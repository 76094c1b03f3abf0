from odoo import fields, models


class UtilityDisconnectionRule(models.Model):
    """A rule of eligibility as data, in force from a day to a day (COL-07)."""

    _name = "utility.disconnection.rule"
    _description = "Disconnection Rule"
    _order = "jurisdiction_id, kind, date_from, id"

    jurisdiction_id = fields.Many2one(
        comodel_name="utility.jurisdiction",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="jurisdiction_id.company_id", store=True, precompute=True
    )
    kind = fields.Selection(
        selection=[
            ("minimum_debt", "Minimum debt"),
            ("days_overdue", "Days overdue"),
            ("notice_days", "Notice days"),
            ("hours", "Hours"),
            ("weekdays", "Weekdays"),
            ("holidays", "Holidays"),
            ("temperature", "Temperature"),
            ("circumstance", "Protected circumstance"),
            ("plan", "Plan kept"),
            ("promise", "Promise"),
            ("dispute", "Disputed amount"),
            ("excluded_charge", "Charges that don't count"),
        ],
        required=True,
    )
    date_from = fields.Date(string="In Force From", required=True)
    date_to = fields.Date(
        string="To", help="The last day; empty: until further notice."
    )

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_usage = fields.Boolean(
        string="Usage statistics",
        help="Count what staff use, by role: never by person, never with data of"
        " consumers. Kept in this database only.",
    )
    utility_usage_days = fields.Integer(
        string="Keep usage statistics",
        default=365,
        help="In days. Older ones are deleted.",
    )

    _utility_usage_days_positive = models.Constraint(
        "CHECK (utility_usage_days >= 1)",
        "Usage statistics are kept for 1 day or more: to keep none, switch them off.",
    )

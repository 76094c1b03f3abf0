from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_automatic_notice_days = fields.Integer(
        string="Announce charges",
        default=3,
        help="Days before the due date; -1: never (PLN-06).",
    )
    utility_automatic_attempts = fields.Integer(
        string="Attempts to charge a card",
        default=3,
        help="After so many failures for one installment, automatic payment of its"
        " plan stops (PLN-06).",
    )
    utility_automatic_retry_days = fields.Integer(
        string="Days between attempts",
        default=2,
        help="How long to wait after a card was declined (PLN-06).",
    )

    _utility_automatic_range = models.Constraint(
        "CHECK (utility_automatic_notice_days BETWEEN -1 AND 60"
        " AND utility_automatic_attempts BETWEEN 1 AND 10"
        " AND utility_automatic_retry_days BETWEEN 1 AND 60)",
        "Announce charges up to 60 days before (-1: never), and try 1 to 10 times, 1"
        " to 60 days apart.",
    )

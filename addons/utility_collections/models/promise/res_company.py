from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_promise_days = fields.Integer(
        string="Promises up to",
        default=30,
        help="How many days ahead a promise to pay may be; Billing Managers may go"
        " beyond (COL-06).",
    )
    utility_promise_grace_days = fields.Integer(
        string="Grace of promises",
        default=0,
        help="A promise is broken this many days after its date (COL-06).",
    )

    _utility_promise_days_range = models.Constraint(
        "CHECK (utility_promise_days BETWEEN 0 AND 365"
        " AND utility_promise_grace_days BETWEEN 0 AND 60)",
        "Take promises for 0 to 365 days ahead, and give 0 to 60 days of grace.",
    )

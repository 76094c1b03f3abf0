from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_behaviour_months = fields.Integer(
        string="Period of behaviour figures",
        default=24,
        help="Months of history that behaviour and credit rating are made of (CON-07).",
    )
    utility_debt_day_months = fields.Integer(
        string="Keep the ageing of each day",
        default=36,
        help="Months for which the ageing at the end of each day is kept; 0: for ever.",
    )

    _utility_behaviour_months_range = models.Constraint(
        "CHECK (utility_behaviour_months BETWEEN 3 AND 120)",
        "Behaviour figures consider 3 to 120 months.",
    )
    _utility_debt_day_months_range = models.Constraint(
        "CHECK (utility_debt_day_months BETWEEN 0 AND 600)",
        "Keep the ageing of days for 1 to 600 months, or 0 for ever.",
    )

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_plan_limit_customer = fields.Monetary(
        string="Plans of Customer Executives",
        default=500.0,
        help="The largest debt that the counter may put into a plan (PLN-01).",
    )
    utility_plan_length_customer = fields.Integer(
        string="Installments of Customer Executives",
        default=6,
        help="The longest plan that the counter may agree on (PLN-01).",
    )
    utility_plan_template_customer = fields.Boolean(
        string="Customer Executives use a template",
        help="The counter agrees on plans of a template only (PLN-01).",
    )
    utility_plan_reminder_days = fields.Integer(
        string="Remind of installments",
        default=3,
        help="Days before the due date; 0: on the day; -1: never (PLN-05).",
    )
    utility_plan_grace_days = fields.Integer(
        string="Days of grace",
        default=5,
        help="An installment counts as missed this many days after its due date"
        " (PLN-05).",
    )
    utility_plan_break_after = fields.Integer(
        string="Missed installments that break a plan",
        default=1,
        help="0: plans never break by themselves (PLN-05).",
    )
    utility_plan_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recovery Executive",
        help="Who looks after plans that the counter makes.",
    )

    _utility_plan_limits_positive = models.Constraint(
        "CHECK (utility_plan_limit_customer >= 0"
        " AND utility_plan_length_customer >= 0)",
        "The limits of payment plans can't be negative: use 0 to allow none.",
    )
    _utility_plan_days_range = models.Constraint(
        "CHECK (utility_plan_reminder_days BETWEEN -1 AND 60"
        " AND utility_plan_grace_days BETWEEN 0 AND 365"
        " AND utility_plan_break_after BETWEEN 0 AND 100)",
        "Remind up to 60 days before (-1: never), give 0 to 365 days of grace, and"
        " break plans after 1 to 100 missed installments (0: never).",
    )

    def _utility_sequence_values(self):
        """Add the number of a payment plan (PLN-01) to the num formats."""
        return super()._utility_sequence_values() + [
            {
                "code": "utility.plan",
                "name": self.env._("Payment plan number"),
                "prefix": "PP-%(year)s-",
                "padding": 4,
                "number_next": 1,
            },
        ]

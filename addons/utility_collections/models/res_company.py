from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_plan_limit_customer = fields.Monetary(
        string="Plans of Customer Executives",
        default=500.0,
        help="The largest debt that Customer Executives and Field Collectors may put"
        " into a plan (PLN-01).",
    )
    utility_plan_length_customer = fields.Integer(
        string="Installments of Customer Executives",
        default=6,
        help="The longest plan that Customer Executives and Field Collectors may agree"
        " on, beside the down payment (PLN-01).",
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

    def _utility_setup(self):
        """Extend the set-up of a company by the templates of plans that are shipped."""
        res = super()._utility_setup()
        Template = self.env["utility.payment.plan.template"].sudo()
        # Templates that an admin removed on purpose don't come back.
        known = Template.with_context(active_test=False)._read_group(
            [("company_id", "in", self.ids)], ["company_id"]
        )
        for company in self - self.browse(company.id for (company,) in known):
            Template.with_company(company).create(
                [
                    values | {"company_id": company.id, "sequence": 10 * place}
                    for place, values in enumerate(
                        company._utility_plan_templates(), start=1
                    )
                ]
            )
        return res

    def _utility_plan_templates(self):
        """The templates of payment plans that every company starts with (PLN-01).

        Made once, then the company's own: no update changes them.

        :return: values of `utility.payment.plan.template` without `company_id`
        :rtype: list[dict]
        """
        self.ensure_one()
        return [
            {
                "name": self.env._("Standard"),
                "frequency": "monthly",
                "installment_count": 3,
                "maximum_count": 12,
                "minimum_installment": 10.0,
                "maximum_broken": 1,
            },
            {
                "name": self.env._("Short term"),
                "frequency": "fortnightly",
                "installment_count": 4,
                "maximum_count": 6,
                "minimum_installment": 10.0,
                "minimum_down_payment": 25.0,
            },
            {
                "name": self.env._("Hardship"),
                "frequency": "monthly",
                "installment_count": 12,
                "maximum_count": 36,
                "minimum_debt": 100.0,
                "grace_days": 10,
                "break_after": 0,
                "signature_required": True,
            },
        ]

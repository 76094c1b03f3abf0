from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityPaymentPlanTemplate(models.Model):
    """Terms that plans start from: who is eligible, limits, compliance (PLN-01)."""

    _name = "utility.payment.plan.template"
    _description = "Payment Plan Template"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    frequency = fields.Selection(
        selection=[
            ("weekly", "Weekly"),
            ("fortnightly", "Every two weeks"),
            ("monthly", "Monthly"),
        ],
        required=True,
        default="monthly",
    )
    installment_count = fields.Integer(
        string="Installments",
        default=3,
        help="What a plan starts with; who makes it may choose another number.",
    )
    minimum_debt = fields.Monetary(help="0: no minimum.")
    minimum_installment = fields.Monetary(
        string="Smallest Installment", help="0: no minimum."
    )
    minimum_down_payment = fields.Float(
        string="Down Payment (%)",
        digits=(16, 2),
        help="At least this percent of the debt; 0: none.",
    )
    maximum_count = fields.Integer(
        string="Longest Plan",
        help="In installments beside the down payment; 0: no limit.",
    )
    maximum_broken = fields.Integer(
        string="Earlier Broken Plans",
        default=-1,
        help="An account with more broken plans than this isn't eligible; -1: no"
        " limit.",
    )
    minimum_rating = fields.Selection(
        selection=[(letter, letter) for letter in "ABCDE"],
        string="Credit Rating",
        help="Accounts that are rated worse aren't eligible; those without a rating"
        " are.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Days",
        check_company=True,
        help="Due dates are moved to its next working day; empty: never moved.",
    )
    signature_required = fields.Boolean(
        help="The consumer signs before the plan can be activated."
    )
    activate_on_signing = fields.Boolean(
        string="Activate When Signed Online",
        default=True,
        help="A draft that the consumer signs online becomes active by itself, within"
        " the limits of the one who drew it up.",
    )
    reminder_days = fields.Integer(
        default=3, help="Days before the due date; 0: on the day; -1: never."
    )
    grace_days = fields.Integer(
        default=5, help="Days after the due date until it counts as missed."
    )
    break_after = fields.Integer(
        default=1, help="Missed installments that break the plan; 0: never."
    )

    plan_count = fields.Integer(string="Plans", compute="_compute_plan_count")

    _eligibility_range = models.Constraint(
        "CHECK (installment_count BETWEEN 1 AND 120"
        " AND maximum_count BETWEEN 0 AND 120"
        " AND maximum_broken BETWEEN -1 AND 1000"
        " AND minimum_debt BETWEEN 0 AND 1e12"
        " AND minimum_installment BETWEEN 0 AND 1e12"
        " AND minimum_down_payment BETWEEN 0 AND 99)",
        "A template has 1 to 120 installments, a down payment of 0 to 99 percent, and"
        " no amounts below zero.",
    )
    _count_within_longest = models.Constraint(
        "CHECK (maximum_count = 0 OR installment_count <= maximum_count)",
        "A template starts with no more installments than its longest plan has.",
    )
    _days_range = models.Constraint(
        "CHECK (reminder_days BETWEEN -1 AND 60"
        " AND grace_days BETWEEN 0 AND 365"
        " AND break_after BETWEEN 0 AND 100)",
        "Remind up to 60 days before (-1: never), give 0 to 365 days of grace, and"
        " break plans after 1 to 100 missed installments (0: never).",
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    def _compute_plan_count(self):
        counts = dict(
            self.env["utility.payment.plan"]._read_group(
                [("template_id", "in", self.ids)], ["template_id"], ["__count"]
            )
        )
        for template in self:
            template.plan_count = counts.get(template, 0)

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for template in self:
            if template.plan_count:
                raise UserError(
                    self.env._(
                        "Plans were made from %(template)s: archive it instead.",
                        template=template.name,
                    )
                )

    def copy_data(self, default=None):
        return [
            vals | {"name": self.env._("%s (copy)", template.name)}
            for template, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_view_plans(self):
        """Open the plans that were made from it.

        :return: an action for the web client
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_payment_plan_action"
        )
        return action | {
            "domain": [("template_id", "=", self.id)],
            "context": {"default_template_id": self.id},
            "display_name": self.env._("Plans of %s", self.name),
        }

    # -------------------------------------------------------------------------
    # RULES
    # -------------------------------------------------------------------------

    def _plan_rules(self):
        """The rules that a plan takes over, as values."""
        self.ensure_one()
        return {
            "calendar_id": self.calendar_id.id,
            "minimum_installment": self.minimum_installment,
            "signature_required": self.signature_required,
            "activate_on_signing": self.activate_on_signing,
            "reminder_days": self.reminder_days,
            "grace_days": self.grace_days,
            "break_after": self.break_after,
        }

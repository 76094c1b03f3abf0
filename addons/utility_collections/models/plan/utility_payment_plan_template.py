from odoo import fields, models


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
    installment_count = fields.Integer(string="Installments", default=3)
    minimum_debt = fields.Monetary(help="0: no minimum.")
    minimum_installment = fields.Monetary(help="0: no minimum.")
    minimum_down_payment = fields.Float(
        string="Down Payment (%)", help="At least this percent of the debt; 0: none."
    )
    maximum_count = fields.Integer(
        string="Longest Plan", help="In installments; 0: no limit."
    )
    maximum_broken = fields.Integer(
        string="Earlier Broken Plans",
        default=-1,
        help="An account with more broken plans isn't eligible; -1: no limit.",
    )
    minimum_rating = fields.Selection(
        selection=[(letter, letter) for letter in "ABCDE"],
        help="Accounts that are rated worse aren't eligible.",
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
    reminder_days = fields.Integer(
        default=3, help="Days before the due date; 0: on the day; -1: never."
    )
    grace_days = fields.Integer(
        default=5, help="Days after the due date until it counts as missed."
    )
    break_after = fields.Integer(
        default=1, help="Missed installments that break the plan; 0: never."
    )

    def _plan_rules(self):
        """The rules that a plan takes over, as values."""
        self.ensure_one()
        return {
            "calendar_id": self.calendar_id.id,
            "minimum_installment": self.minimum_installment,
            "signature_required": self.signature_required,
            "reminder_days": self.reminder_days,
            "grace_days": self.grace_days,
            "break_after": self.break_after,
        }

from decimal import ROUND_HALF_UP, Decimal

from odoo import fields, models

from ...tools.rating import Figures

BEHAVIOURS = [
    ("prompt", "Prompt"),
    ("late", "Late"),
    ("erratic", "Erratic"),
    ("partial", "Partial"),
    ("dormant", "Dormant"),
]
RATINGS = [(letter, letter) for letter in "ABCDE"]


class UtilityAccountBehaviour(models.Model):
    """How the consumer of an account pays, as of the last daily run (CON-07).

    One narrow row an account that has a history, written by SQL alone; what each
    figure counts is in docs/figures.md.
    """

    _name = "utility.account.behaviour"
    _description = "Behaviour of an Account"
    _order = "utility_account_id"
    _rec_name = "utility_account_id"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Account",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    due_count = fields.Integer(
        string="Documents",
        readonly=True,
        help="Bills and charges due in the period that fell due or were paid before.",
    )
    on_time_count = fields.Integer(string="Paid on Time", readonly=True)
    paid_count = fields.Integer(
        string="Payments of Documents",
        readonly=True,
        help="Allocations of payments of the period that stand.",
    )
    partial_count = fields.Integer(
        string="Partial Payments",
        readonly=True,
        help="Of these, those that left a part of their document unpaid.",
    )
    average_days = fields.Float(
        string="Days to Pay",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="From the document to the payment, weighted by amount.",
    )
    returned_count = fields.Integer(string="Returned Payments", readonly=True)
    broken_plan_count = fields.Integer(string="Broken Plans", readonly=True)
    broken_promise_count = fields.Integer(string="Broken Promises", readonly=True)
    channel_id = fields.Many2one(
        comodel_name="utility.payment.channel",
        string="Preferred Channel",
        readonly=True,
        ondelete="set null",
    )
    mode_id = fields.Many2one(
        comodel_name="utility.payment.mode",
        string="Preferred Method",
        readonly=True,
        ondelete="set null",
    )
    last_payment_id = fields.Many2one(
        comodel_name="account.payment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    months_history = fields.Integer(
        string="Months of History",
        aggregator="avg",
        readonly=True,
        help="Full months since the first entry of the account.",
    )
    behaviour = fields.Selection(selection=BEHAVIOURS, readonly=True)
    points = fields.Integer(aggregator="avg", readonly=True)
    rating = fields.Selection(
        selection=RATINGS, string="Calculated Rating", readonly=True
    )

    _account_unique = models.UniqueIndex(
        "(utility_account_id)", "An account has one row of behaviour figures."
    )

    def _figures(self):
        """What decides, as the rules take it."""
        self.ensure_one()
        days = Decimal(str(self.average_days)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return Figures(
            due_count=self.due_count,
            on_time_count=self.on_time_count,
            paid_count=self.paid_count,
            partial_count=self.partial_count,
            average_days=days if self.paid_count else None,
            months_history=self.months_history,
            returned_count=self.returned_count,
            broken_plan_count=self.broken_plan_count,
            broken_promise_count=self.broken_promise_count,
            dormant=self.behaviour == "dormant",
        )

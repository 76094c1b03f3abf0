from odoo import fields, models


class UtilityPaymentPromise(models.Model):
    """A consumer's word to pay an amount by a day (COL-06)."""

    _name = "utility.payment.promise"
    _description = "Promise to Pay"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="utility_account_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_id = fields.Many2one(
        comodel_name="utility.collection.case",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    amount = fields.Monetary(required=True, tracking=True)
    date = fields.Date(
        string="Promised For",
        required=True,
        tracking=True,
        help="The last day on which it is kept.",
    )
    paid_amount = fields.Monetary(
        string="Paid",
        readonly=True,
        copy=False,
        help="What was paid on the account since the promise, up to its amount.",
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Taken By",
        required=True,
        default=lambda self: self.env.user,
        readonly=True,
    )

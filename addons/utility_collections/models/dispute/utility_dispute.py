from odoo import fields, models


class UtilityDispute(models.Model):
    """A consumer says that a bill or a payment is wrong (COL-09)."""

    _name = "utility.dispute"
    _description = "Dispute"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

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
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Bill or Charge",
        index="btree_not_null",
        ondelete="restrict",
    )
    payment_id = fields.Many2one(
        comodel_name="account.payment", index="btree_not_null", ondelete="restrict"
    )
    amount = fields.Monetary(
        string="Disputed", help="Kept out of collections while the dispute is open."
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("investigation", "Under investigation"),
            ("waiting", "Waiting for the consumer"),
            ("resolved", "Resolved"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="new",
        readonly=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Owner", index=True, tracking=True
    )
    date_deadline = fields.Date(string="Due Date", tracking=True)

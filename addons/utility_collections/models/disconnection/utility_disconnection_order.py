from odoo import fields, models


class UtilityDisconnectionOrder(models.Model):
    """An order to cut off supply, and to restore it (COL-07)."""

    _name = "utility.disconnection.order"
    _description = "Disconnection Order"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    number = fields.Char(readonly=True, copy=False)
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
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("ordered", "Ordered"),
            ("dispatched", "Dispatched"),
            ("executed", "Disconnected"),
            ("reconnection", "Reconnection ordered"),
            ("reconnected", "Reconnected"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    decision_ids = fields.One2many(
        comodel_name="utility.disconnection.decision",
        inverse_name="order_id",
        readonly=True,
    )

    _account_open_unique = models.UniqueIndex(
        "(utility_account_id) WHERE state NOT IN ('reconnected', 'cancelled')",
        "There is an order of disconnection for this account already.",
    )

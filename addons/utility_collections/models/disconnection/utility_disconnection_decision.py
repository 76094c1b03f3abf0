from odoo import fields, models


class UtilityDisconnectionDecision(models.Model):
    """Whether an account might be cut off at a moment, and why; never changed (COL-07).

    It keeps the facts and the rules as they were then, so that anybody can decide anew
    from them and get the same.
    """

    _name = "utility.disconnection.decision"
    _description = "Disconnection Decision"
    _order = "decided_at desc, id desc"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="utility_account_id.company_id", store=True, precompute=True
    )
    order_id = fields.Many2one(
        comodel_name="utility.disconnection.order",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    moment = fields.Selection(
        selection=[
            ("order", "When ordered"),
            ("dispatch", "When dispatched"),
            ("payment", "When debt changed"),
            ("execution", "At execution"),
            ("simulation", "Asked"),
        ],
        required=True,
        readonly=True,
    )
    decided_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        comodel_name="res.users", readonly=True, default=lambda self: self.env.user
    )
    eligible = fields.Boolean(readonly=True)
    reason = fields.Text(readonly=True, help="Each reason against it, one a line.")
    facts = fields.Json(readonly=True)
    rules = fields.Json(readonly=True)

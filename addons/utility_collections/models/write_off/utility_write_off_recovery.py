from odoo import fields, models


class UtilityWriteOffRecovery(models.Model):
    """Debt that was written off and is owed again because somebody paid it."""

    _name = "utility.write.off.recovery"
    _description = "Recovery of Written-Off Debt"
    _inherit = ["utility.collection.item"]
    _order = "id"

    write_off_line_id = fields.Many2one(
        comodel_name="utility.write.off.line",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="write_off_line_id.company_id", store=True, precompute=True
    )
    utility_account_id = fields.Many2one(
        related="write_off_line_id.utility_account_id", store=True, precompute=True
    )
    payment_id = fields.Many2one(
        comodel_name="account.payment",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    line_id = fields.Many2one(
        help="What the payment paid: the debt, booked anew against income."
    )
    amount = fields.Monetary(readonly=True)

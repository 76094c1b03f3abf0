from odoo import fields, models


class UtilityPaymentChannel(models.Model):
    """Where a payment came in (REC-02): counter, portal, collector, bank ..."""

    _name = "utility.payment.channel"
    _description = "Payment Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Name of the channel in files and in the API, such as walk_in.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        help="Leave it empty to share the channel between all companies.",
    )

    _code_unique = models.UniqueIndex(
        "(lower(code), COALESCE(company_id, 0))",
        "Another channel of this company has this code: choose a different one.",
    )

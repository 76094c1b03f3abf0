from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    utility_allocation_ids = fields.One2many(
        comodel_name="utility.payment.allocation",
        inverse_name="move_id",
        readonly=True,
        help="What payments paid of this document, and when.",
    )

from odoo import fields, models


class UtilityPaymentAllocation(models.Model):
    _inherit = "utility.payment.allocation"

    installment_id = fields.Many2one(
        comodel_name="utility.payment.plan.installment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The installment that the payment was for; the document is the one of the"
        " plan that it paid in the ledger (PLN-03).",
    )

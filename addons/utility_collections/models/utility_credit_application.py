from odoo import fields, models


class UtilityCreditApplication(models.Model):
    _inherit = "utility.credit.application"

    installment_id = fields.Many2one(
        comodel_name="utility.payment.plan.installment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The installment that the credit was for; the document is the one of the"
        " plan that it paid in the ledger (CRN-10).",
    )

    def _undo(self):
        """Extend: plans follow once the uses are marked as undone (PLN-03)."""
        with self.env["utility.payment.plan"]._follow_at_end(self) as waiting:
            return super(UtilityCreditApplication, waiting)._undo()

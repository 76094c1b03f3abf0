from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    utility_allocation_ids = fields.One2many(
        comodel_name="utility.payment.allocation",
        inverse_name="move_id",
        readonly=True,
        help="What payments paid of this document, and when.",
    )

    def action_record_payment(self):
        """Open the Record Payment form with this document ticked (REC-01)."""
        self.ensure_one()
        return self.env["utility.record.payment"]._get_form_action(
            utility_account_id=self.utility_account_id.id, scanned=self.name
        )

from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    utility_type = fields.Selection(
        selection_add=[("installment", "Installment")],
        # The hook has made them bills and charges by then.
        ondelete={"installment": "set null"},
    )

    def _take_back(self, amount):
        """Extend: plans follow once the allocations say what was taken back."""
        with self.env["utility.payment.plan"]._follow_at_end(self) as waiting:
            return super(AccountPayment, waiting)._take_back(amount)

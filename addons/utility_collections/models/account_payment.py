from odoo import fields, models

from .account_partial_reconcile import PLANS_WAIT


class AccountPayment(models.Model):
    _inherit = "account.payment"

    utility_type = fields.Selection(selection_add=[("installment", "Installment")])

    def _take_back(self, amount):
        """Extend: plans follow once the allocations say what was taken back."""
        waiting = self.with_context(utility_plans=PLANS_WAIT)
        lines = self._receivable_lines().matched_debit_ids.debit_move_id
        result = super(AccountPayment, waiting)._take_back(amount)
        self.env["utility.payment.plan"].sudo()._follow_lines(lines)
        return result

from odoo import api, models

from ..account_partial_reconcile import PLANS_WAIT


class AccountPayment(models.Model):
    """Stages: plans follow once the allocations name the installments (PLN-03)."""

    _inherit = "account.payment"

    @api.model
    def _collect_reconcile(self, batch, moves):
        """Extend: plans wait for the allocations, to follow once."""
        waiting = self.with_context(utility_plans=PLANS_WAIT)
        return super(AccountPayment, waiting)._collect_reconcile(batch, moves)

    @api.model
    def _collect_after(self, batch):
        """Extend: plans follow what was paid, by name or not."""
        res = super()._collect_after(batch)
        lines = self.env["account.move.line"].browse(
            {share.line_id for item in batch for share in item.shares}
        )
        self.env["utility.payment.plan"].sudo()._follow_lines(lines)
        return res

    @api.model
    def _collect_part_vals(self, part):
        """Extend: the allocation names its installment (PAY-02, PAY-03)."""
        vals = super()._collect_part_vals(part)
        if not part:
            return vals
        row = self.env["utility.payment.plan.installment"].sudo().browse(part)
        return vals | {"installment_id": row.id, "amount_billed": row.amount}

from odoo import api, models

from .plans_wait import PlansWait


class AccountPartialReconcile(models.Model):
    """Whatever is matched or freed in the ledger, plans and cases follow (PLN-03)."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        self._tell_plans(partials.debit_move_id)
        return partials

    def unlink(self):
        lines = self.debit_move_id
        res = super().unlink()
        self._tell_plans(lines)
        return res

    @api.model
    def _tell_plans(self, lines):
        """Let plans follow now, or once the door around this has done its work."""
        lines = lines.filtered("utility_account_id")
        if wait := PlansWait.of(self):
            wait.line_ids.update(lines.ids)
            wait.account_ids.update(lines.utility_account_id.ids)
        else:
            self.env["utility.payment.plan"].sudo()._follow_lines(lines)
            lines.utility_account_id._debt_changed()

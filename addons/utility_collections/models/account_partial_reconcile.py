from odoo import api, models

# Only this very object, which no remote caller can send, lets plans wait for a door
# that will tell them itself.
PLANS_WAIT = object()


class AccountPartialReconcile(models.Model):
    """Whatever is matched or freed in the ledger, plans follow (PLN-03)."""

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
        if self.env.context.get("utility_plans") is not PLANS_WAIT:
            self.env["utility.payment.plan"].sudo()._follow_lines(
                lines.filtered("utility_account_id")
            )

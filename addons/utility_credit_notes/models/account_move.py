from odoo import models
from odoo.exceptions import AccessError


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Extend posting: open credit pays a new bill where the company says so."""
        posted = super()._post(soft)
        bills_sudo = posted.sudo().filtered(
            lambda move: (
                move.utility_kind == "bill"
                and move.company_id.utility_credit_auto_apply
            )
        )
        if bills_sudo:
            self.env["utility.credit.note"].sudo()._apply_to_new_bills(bills_sudo)
        return posted

    def js_assign_outstanding_line(self, line_id):
        """Override of `account`: a credit note is applied by its own door (CRN-10)."""
        note_sudo = (
            self.env["utility.credit.note"]
            .sudo()
            .search([("credit_line_id", "=", line_id)])
        )
        if not note_sudo:
            return super().js_assign_outstanding_line(line_id)
        self.check_access("write")
        return note_sudo._apply(self.sudo())

    def js_remove_outstanding_partial(self, partial_id):
        """Override of `account`: an application is undone by its own door (CRN-10)."""
        use_sudo = (
            self.env["utility.credit.application"]
            .sudo()
            .search([("partial_id", "=", partial_id)])
        )
        if not use_sudo:
            return super().js_remove_outstanding_partial(partial_id)
        if not self.env.user.has_group("utility_consumers.group_billing_manager"):
            raise AccessError(
                self.env._("Undoing the use of a credit is for Billing Managers.")
            )
        return use_sudo.action_undo()

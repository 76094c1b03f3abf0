from odoo import api, models
from odoo.exceptions import UserError


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        lines = self._check_same_utility_account(vals_list)
        self._check_utility_door(lines)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_utility_items(self):
        self._check_utility_door(self.debit_move_id)

    def _check_same_utility_account(self, vals_list):
        """Refuse to let one account's money pay another account's debt.

        One contact may have several accounts on the same receivable account; Odoo
        matches by contact only.
        """
        Line = self.env["account.move.line"]
        lines = Line.browse(
            vals[name]
            for vals in vals_list
            for name in ("debit_move_id", "credit_move_id")
            if vals.get(name)
        )
        for vals in vals_list:
            debit = Line.browse(vals.get("debit_move_id"))
            credit = Line.browse(vals.get("credit_move_id"))
            if debit.utility_account_id == credit.utility_account_id:
                continue
            raise UserError(
                self.env._(
                    "%(debit)s belongs to %(debit_account)s and %(credit)s to "
                    "%(credit_account)s; match only items of one consumer account.",
                    debit=debit.sudo().move_id.display_name,
                    debit_account=debit.utility_account_id.sudo().display_name
                    or self.env._("no consumer account"),
                    credit=credit.sudo().move_id.display_name,
                    credit_account=credit.utility_account_id.sudo().display_name
                    or self.env._("no consumer account"),
                )
            )
        return lines

    def _check_utility_door(self, lines):
        """Refuse to match or free a consumer's items by hand, for all below Admin."""
        if self.env.is_system():
            return
        if locked := lines.filtered("utility_account_id")[:1]:
            raise UserError(
                self.env._(
                    "%(document)s belongs to a consumer: its payments are matched when "
                    "they are recorded. Record a payment or ask for a correction "
                    "instead.",
                    document=locked.move_id.display_name,
                )
            )

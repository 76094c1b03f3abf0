from odoo import api, models
from odoo.exceptions import UserError


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            lines = self.env["account.move.line"].browse(
                {
                    vals[name]
                    for vals in vals_list
                    for name in ("debit_move_id", "credit_move_id")
                    if vals.get(name)
                }
            )
            self._check_utility_doors(lines)
        return super().create(vals_list)

    def unlink(self):
        if not self.env.su:
            self._check_utility_doors(self.debit_move_id | self.credit_move_id)
        return super().unlink()

    def _check_utility_doors(self, lines):
        """Refuse to match or unmatch consumers' items outside of the product's doors.

        A balance changed behind the allocations would leave receipts that lie.
        """
        consumer_lines = lines.sudo().filtered("utility_account_id")
        if consumer_lines:
            raise UserError(
                self.env._(
                    "%(entry)s belongs to consumer account %(account)s: use Record"
                    " Payment or an adjustment instead of matching entries by hand.",
                    entry=consumer_lines[0].move_id.display_name,
                    account=consumer_lines[0].utility_account_id.number,
                )
            )

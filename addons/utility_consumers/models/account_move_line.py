from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import check_company_once

# What reconciliation and bank matching write on items of others
UNLOCKED_FIELDS = frozenset(
    {
        "full_reconcile_id",
        "matched_credit_ids",
        "matched_debit_ids",
        "matching_number",
        "no_followup",
    }
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Consumer Account",
        compute="_compute_utility_account_id",
        precompute=True,
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose debt or credit this receivable item is.",
    )

    # Balances of all consumers are read from it alone.
    _utility_open_idx = models.Index(
        "(utility_account_id, date_maturity)"
        " INCLUDE (company_id, amount_residual, id)"
        " WHERE utility_account_id IS NOT NULL"
        " AND parent_state = 'posted' AND reconciled IS NOT TRUE"
    )

    # === COMPUTE METHODS === #

    @api.depends("move_id.utility_account_id", "account_id")
    def _compute_utility_account_id(self):
        for line in self:
            if line.account_id.account_type != "asset_receivable":
                line.utility_account_id = False
            elif line.move_id.utility_account_id:
                line.utility_account_id = line.move_id.utility_account_id

    # === CONSTRAINTS === #

    def _check_company(self, fnames=None):
        """Override of `base`: what the records of a batch share is checked once."""
        return check_company_once(
            self,
            fnames,
            lambda records, names: super()._check_company(names),
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.move_id._check_utility_lock()
        return lines

    def write(self, vals):
        self._check_utility_lock(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_utility_items(self):
        self._check_utility_lock()

    def _check_utility_lock(self, vals=None):
        """Refuse to change items of posted consumer documents; see `account.move`."""
        if vals is not None and all(map(self._is_utility_unlocked, vals)):
            return
        self.move_id._check_utility_lock()
        if self.env.is_system():
            return
        joins = bool(vals) and "utility_account_id" in vals
        for line in self:
            if line.parent_state == "posted" and (line.utility_account_id or joins):
                raise UserError(
                    self.env._(
                        "The item of %(document)s is a consumer's debt or credit: it "
                        "can't be changed or deleted. Ask for a correction instead.",
                        document=line.move_id.display_name,
                    )
                )

    def _is_utility_unlocked(self, name):
        """Tell whether a field may be written on the item of a posted document."""
        # Marks of Odoo's own bookkeeping never reach the database
        field = self._fields.get(name)
        return name in UNLOCKED_FIELDS or (
            bool(field) and not field.store and not field.inverse
        )

    # === BUSINESS METHODS === #

    def _prepare_exchange_difference_move_vals(
        self, amounts_list, company=None, exchange_date=None, **kwargs
    ):
        """Override of `account`: the difference belongs to the consumer of its item."""
        result = super()._prepare_exchange_difference_move_vals(
            amounts_list, company=company, exchange_date=exchange_date, **kwargs
        )
        if result:
            commands = result["move_values"]["line_ids"]
            for line, sequence in result["to_reconcile"]:
                if line.utility_account_id:
                    values = commands[sequence][2]
                    values["utility_account_id"] = line.utility_account_id.id
        return result

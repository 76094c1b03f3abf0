from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    utility_allocation_ids = fields.One2many(
        comodel_name="utility.payment.allocation",
        inverse_name="move_id",
        readonly=True,
        help="What payments paid of this document, and when.",
    )

    def button_draft(self):
        self._check_payment_entries()
        return super().button_draft()

    def button_cancel(self):
        self._check_payment_entries()
        return super().button_cancel()

    def _filter_utility_locked(self):
        """ROL-02: the entry of a payment is closed for Admin too."""
        locked = super()._filter_utility_locked()
        if self.env.su:
            return locked
        return locked | self.filtered("origin_payment_id.utility_account_id")

    def _check_payment_entries(self):
        """Refuse Odoo's draft and cancel of payments, even to superuser code.

        They keep the matches and so lose money silently.
        """
        for move in self.sudo():
            if move.state == "posted" and move.origin_payment_id.utility_account_id:
                raise UserError(
                    self.env._(
                        "%(entry)s is the entry of a consumer's payment: it stays as it"
                        " was posted. Request an adjustment instead.",
                        entry=move.name,
                    )
                )

    def action_record_payment(self):
        """Open the Record Payment form with this document ticked (REC-01)."""
        self.ensure_one()
        return self.env["utility.record.payment"]._get_form_action(
            utility_account_id=self.utility_account_id.id, scanned=self.name
        )

    def _compute_reconciled_payment_ids(self):
        """Override of `account`: see `_find_payments_and_documents`."""
        found = defaultdict(list)
        Partial = self.env["account.partial.reconcile"]
        for payment_id, move_id in Partial._find_payments_and_documents(documents=self):
            found[move_id].append(payment_id)
        for move in self:
            payments = self.env["account.payment"].browse(found[move.id])
            move.reconciled_payment_ids = payments | move.matched_payment_ids

    @api.model
    def _search_reconciled_payment_ids(self, operator, value):
        """Override of `account`: see `_find_payments_and_documents`."""
        if operator not in ("in", "="):
            return NotImplemented
        payments = self.env["account.payment"].browse(value)
        pairs = self.env["account.partial.reconcile"]._find_payments_and_documents(
            payments=payments
        )
        documents = payments.invoice_ids.browse(move_id for _id, move_id in pairs)
        documents |= payments.invoice_ids
        sold = documents.filtered(lambda move: move.is_sale_document(True))
        return [("id", "in", sold.ids)]

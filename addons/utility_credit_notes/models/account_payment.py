from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    _inherit = "account.payment"

    credit_note_ids = fields.One2many(
        comodel_name="utility.credit.note", inverse_name="payment_id", readonly=True
    )
    credit_note_count = fields.Integer(compute="_compute_credited")
    creditable_amount = fields.Monetary(
        currency_field="company_currency_id",
        compute="_compute_credited",
        help="What can still be credited of this payment (CRN-02).",
    )

    @api.depends("credit_note_ids.amount", "credit_note_ids.state")
    def _compute_credited(self):
        groups = {
            payment: (count, amount)
            for payment, count, amount in self.env["utility.credit.note"]
            .sudo()
            ._read_group(
                [("payment_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["payment_id"],
                ["__count", "amount:sum"],
            )
        }
        for payment in self:
            count, credited = groups.get(payment._origin, (0, 0.0))
            payment.credit_note_count = count
            payment.creditable_amount = payment.company_currency_id.round(
                payment.amount_company_currency_signed - credited
            )

    def _check_creditable(self):
        """Raise unless these are posted payments of consumers (CRN-01)."""
        for payment in self:
            if payment.utility_state != "posted" or payment.payment_type != "inbound":
                raise UserError(
                    self.env._(
                        "Payment %(receipt)s is not a posted payment of a consumer (it"
                        " is %(state)s): it can't be credited.",
                        receipt=payment.receipt_number or payment.display_name,
                        state=dict(
                            payment._fields["utility_state"]._description_selection(
                                self.env
                            )
                        )
                        .get(payment.utility_state, self.env._("of another kind"))
                        .lower(),
                    )
                )

    # -------------------------------------------------------------------------
    # THE DOOR FOR MONEY
    # -------------------------------------------------------------------------

    @api.model
    def _collect_after(self, batch):
        """Extend the stage: overpayments become credit notes (CRN-06)."""
        res = super()._collect_after(batch)
        self.env["utility.credit.note"].sudo()._create_for_excess(batch)
        return res

    @api.model
    def _collect_outcome(self, item):
        """Extend the answer by the number of the credit note."""
        outcome = super()._collect_outcome(item)
        if item.payment and item.credit_note and not item.outcome:
            outcome["credit_note"] = item.credit_note.number
        return outcome

    def _release_credit(self):
        """Extend a reversal: the credit notes of the payments are undone first."""
        notes = self.credit_note_ids.filtered(lambda note: note.state != "cancelled")
        return super()._release_credit() + notes._cancel_with_payment()

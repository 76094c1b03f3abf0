from decimal import Decimal

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError

# What the new payment keeps of the old one, beside what the door records.
_KEPT = (
    "gateway_state",
    "processing_days",
    "settlement_state",
    "verification_state",
    "verified_at",
    "verified_by",
)


class UtilityPaymentAdjustment(models.Model):
    """A payment that should have been another: reversed, and recorded anew.

    Account, mode and date of a posted payment never change (ROL-02), because receipt,
    entry and bank line were made of them. So the wrong one is taken back, and the one
    door records the right one, with all its rules.
    """

    _inherit = "utility.payment.adjustment"

    def _record_anew(self):
        """Reverse the payment and record the right one; return sentences."""
        payment = self.payment_id
        request = self._replacement_request()
        bank_matched = payment._is_bank_matched()
        sentences = self._reverse("cancelled")
        outcome = self._replacement_door().record_collections([request])[0]
        if outcome["status"] != "posted":
            # Nothing half done: the reversal is rolled back with this.
            raise UserError(outcome["error"]["message"])
        replacement = payment.browse(outcome["payment_id"])
        replacement.write({name: payment[name] for name in _KEPT})
        self.replacement_payment_id = replacement
        if bank_matched:
            payment._pass_bank_match(self.reversal_move_id, replacement)
        payment._log_event(
            "reversed",
            note=self.env._(
                "%(number)s: replaced by %(receipt)s",
                number=self.number,
                receipt=replacement.receipt_number,
            ),
        )
        replacement._log_event(
            "adjusted",
            note=self.env._(
                "%(number)s: replaces %(receipt)s",
                number=self.number,
                receipt=payment.receipt_number,
            ),
        )
        sentences.append(
            self.env._(
                "%(receipt)s was recorded instead: %(amount)s on account %(account)s,"
                " %(applied)s of it for open documents.",
                receipt=replacement.receipt_number,
                amount=payment._collect_money(
                    replacement.amount, replacement.currency_id
                ),
                account=replacement.utility_account_id.number,
                applied=self._money(outcome["applied"]),
            )
        )
        return sentences

    def _replacement_door(self):
        """The payments, as whoever received the money: a user, or the system."""
        Payment = self.env["account.payment"].sudo()
        if not self.payment_id.received_by:
            # Taken by the system, so recorded by the system.
            Payment = Payment.with_user(SUPERUSER_ID)
        return Payment.with_company(self.company_id)

    def _replacement_request(self):
        """The request that records the right payment, for ``record_collections``."""
        self.ensure_one()
        payment = self.payment_id
        mode = payment.mode_id
        channel = payment.channel_id
        reference = payment.payment_reference
        date = payment.date
        documents = self.document_ids.move_id
        account = self._paying_account()
        if self.kind == "correct":
            mode = self.new_mode_id or mode
            channel = self.new_channel_id or channel
            reference = (self.new_reference or "").strip() or reference
            date = self.new_date or date
            documents = self._current_documents()
        if not (self.kind == "correct" and self.new_date) and self._is_locked(date):
            date = fields.Date.context_today(self)
        limit = self.company_id.utility_note_limit
        note = payment.utility_note or self.env._(
            "Replaces %(receipt)s (%(number)s)",
            receipt=payment.receipt_number,
            number=self.number,
        )
        return {
            "account": account.id,
            # REC-07 limits what is asked for. This money was taken long ago: all of it
            # is kept, so the least is asked for.
            "amount": str(Decimal(1).scaleb(-payment.currency_id.decimal_places)),
            "tendered": f"{payment.amount:.{payment.currency_id.decimal_places}f}",
            "excess": "credit",
            "currency": payment.currency_id.id,
            "mode": mode.code,
            "channel": channel.code,
            "date": date,
            "documents": documents.ids,
            "type": False if documents else payment.utility_type,
            "reference": reference or "",
            "payer": payment.payer_name or "",
            "note": note[:limit],
            "received_at": payment.received_at,
            "received_by": payment.received_by.id,
        }

    def _is_locked(self, date):
        company = self.company_id
        return bool(
            company._get_lock_date_violations(
                date, sale=False, purchase=False, tax=False
            )
        )

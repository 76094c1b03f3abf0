from odoo import models
from odoo.exceptions import UserError


class UtilityPaymentAdjustment(models.Model):
    """What approval sets off, in one transaction: all of it or nothing."""

    _inherit = "utility.payment.adjustment"

    def _execute(self):
        for adjustment in self:
            adjustment._check_approved()
            adjustment._lock_involved()
            adjustment._check_request()
            sentences = getattr(adjustment, f"_execute_{adjustment.kind}")()
            adjustment.write({"state": "done", "result": "\n".join(sentences)})

    # -------------------------------------------------------------------------
    # KINDS: each returns sentences on what was done
    # -------------------------------------------------------------------------

    def _execute_reverse(self):
        payment = self.payment_id
        returned = self.reversal_kind == "returned"
        sentences = self._reverse("returned" if returned else "cancelled")
        payment._log_event("returned" if returned else "reversed", note=self.number)
        if returned and self.charge_fee and self.fee_amount:
            sentences.append(self._charge_fee())
        if self.make_cash_only:
            sentences.append(self._make_cash_only())
        return sentences

    def _execute_move(self):
        return self._record_anew()

    def _execute_correct(self):
        if self._is_recorded_anew():
            return self._record_anew()
        return self._correct_in_place()

    def _execute_reallocate(self):
        payment = self.payment_id
        allocated = payment._allocated_amount()
        documents = self.document_ids.move_id
        own = payment._receivable_lines() - payment._excess_line()
        by_account = {line.account_id: line for line in own}
        former = self._current_shares()
        payment._take_back(allocated)
        before = {document: document._utility_residual() for document in documents}
        matches = payment._match_in_order(
            [
                (by_account[item.account_id], item, None)
                for document in documents
                for item in document._utility_receivable_items()
                if not item.reconciled
            ]
        )
        reached = {}
        for match in matches:
            document = match.debit_move_id.move_id
            reached[document] = reached.get(document, 0) + self._exact(match.amount)
        if sum(reached.values()) != allocated:
            raise UserError(
                self.env._(
                    "Payment %(receipt)s can't be shared like this to the cent, as its"
                    " items are on several receivable accounts: reverse it and record"
                    " it anew.",
                    receipt=self.receipt_number,
                )
            )
        rows = [
            {
                "payment_id": payment.id,
                "move_id": document.id,
                "company_id": self.company_id.id,
                "amount_billed": abs(document.amount_total_signed),
                "outstanding_before": before[document],
                "amount_applied": float(reached[document]),
                "difference": float(reached[document] - self._exact(before[document])),
            }
            for document in documents
            if document in reached
        ]
        # PAY-03: what was paid too much sits on the last document.
        rows[-1]["difference"] += payment.amount_excess
        self.env["utility.payment.allocation"].create(rows)
        payment._log_event("adjusted", note=self.number)
        return [
            *(
                self.env._(
                    "%(amount)s was taken back from %(document)s.",
                    amount=self._money(amount),
                    document=document.name,
                )
                for document, amount in former.items()
            ),
            *(
                self.env._(
                    "%(amount)s was paid to %(document)s.",
                    amount=self._money(amount),
                    document=document.name,
                )
                for document, amount in reached.items()
            ),
        ]

    # -------------------------------------------------------------------------
    # STEPS
    # -------------------------------------------------------------------------

    def _reverse(self, state):
        """Take the payment back whole; return sentences on what was done."""
        payment = self.payment_id
        self.reversal_move_id, sentences = payment._reverse_in_ledger(
            state,
            self.env._(
                "%(number)s: reversal of %(payment)s",
                number=self.number,
                payment=payment.payment_number,
            ),
        )
        return [
            self.env._(
                "Payment %(receipt)s of %(amount)s was taken back by entry %(entry)s.",
                receipt=payment.receipt_number,
                amount=payment._collect_money(payment.amount, payment.currency_id),
                entry=self.reversal_move_id.name,
            ),
            *sentences,
        ]

    def _charge_fee(self):
        """Bill the fee for a returned payment (RCN-07)."""
        company = self.company_id
        Move = self.env["account.move"].with_company(company)
        outcome = Move.record_bills(
            [
                {
                    "account": self.utility_account_id.id,
                    "kind": "service",
                    "service_name": self.env._("Returned Payment Fee"),
                    "amount": self.fee_amount,
                    "date": company._utility_correction_date(sale=True).isoformat(),
                    "reference": f"{self.number}, {self.receipt_number}",
                }
            ]
        )[0]
        if outcome["status"] != "posted":
            raise UserError(
                self.env._(
                    "The fee can't be charged, so nothing was done: %(reason)s",
                    reason=outcome["error"]["message"],
                )
            )
        self.fee_move_id = outcome["move_id"]
        return self.env._(
            "A fee of %(amount)s was charged: %(document)s.",
            amount=self._money(self.fee_amount),
            document=self.fee_move_id.name,
        )

    def _make_cash_only(self):
        """Let the account pay in cash only from now on (REC-17)."""
        self.utility_account_id.write(
            {
                "cash_only": True,
                "cash_only_reason": self.env._(
                    "returned payment %(receipt)s, %(number)s",
                    receipt=self.receipt_number,
                    number=self.number,
                ),
            }
        )
        return self.env._(
            "Account %(account)s pays in cash only from now on.",
            account=self.utility_account_id.number,
        )

    def _correct_in_place(self):
        """Change channel and reference, which are no terms of the ledger."""
        payment = self.payment_id
        changes = self._corrections()
        labels = payment.fields_get(list(changes), ["string"])
        sentences = [
            self.env._(
                "%(field)s: %(old)s became %(new)s.",
                field=labels[name]["string"],
                old=old,
                new=new,
            )
            for name, (old, new) in changes.items()
        ]
        vals = {}
        if "channel_id" in changes:
            vals["channel_id"] = self.new_channel_id.id
        if "payment_reference" in changes:
            vals["payment_reference"] = self.new_reference.strip()
            vals["memo"] = vals["payment_reference"]
        payment.write(vals)
        note = " ".join([self.number, *sentences])
        payment._log_event("adjusted", note=note)
        payment.message_post(body=note)
        return sentences

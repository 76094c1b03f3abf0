from odoo import api, models
from odoo.tools import format_date


class UtilityPaymentAdjustment(models.Model):
    """What will happen, in words, before anybody asks or approves."""

    _inherit = "utility.payment.adjustment"

    @api.depends(
        "payment_id",
        "kind",
        "reversal_kind",
        "charge_fee",
        "fee_amount",
        "make_cash_only",
        "target_account_id",
        "document_ids.move_id",
        "document_ids.sequence",
        "new_mode_id",
        "new_channel_id",
        "new_reference",
        "new_date",
    )
    def _compute_explanation(self):
        for adjustment in self:
            explain = adjustment.payment_id and getattr(
                adjustment.sudo(), f"_explain_{adjustment.kind}", None
            )
            adjustment.explanation = bool(explain) and explain()

    def _explain_reverse(self):
        status = (
            self.env._("Returned")
            if self.reversal_kind == "returned"
            else self.env._("Cancelled")
        )
        parts = [
            self.env._(
                "All of %(receipt)s is taken back by an entry of its own: %(money)s."
                " The receipt stays on record as %(status)s.",
                receipt=self.receipt_number,
                money=self._explain_money(),
                status=status,
            )
        ]
        if self.charge_fee and self.fee_amount and self.reversal_kind == "returned":
            parts.append(
                self.env._(
                    "A fee of %(fee)s is charged.", fee=self._money(self.fee_amount)
                )
            )
        if self.make_cash_only:
            parts.append(
                self.env._(
                    "From now on account %(account)s pays in cash only.",
                    account=self.account_number,
                )
            )
        return " ".join(parts)

    def _explain_money(self):
        """What becomes of the money of the documents and of the credit."""
        shares = self._current_shares()
        parts = [
            self.env._(
                "%(amount)s is due again on %(document)s",
                amount=self._money(amount),
                document=document.name,
            )
            for document, amount in shares.items()
        ]
        return ", ".join([*parts, *self._explain_credit()])

    def _explain_credit(self):
        """What becomes of the credit, in parts of a sentence; a hook for add-ons above.

        :rtype: list[str]
        """
        if not self.payment_id.amount_excess:
            return []
        return [
            self.env._(
                "%(amount)s of credit is withdrawn",
                amount=self._money(self.payment_id.amount_excess),
            )
        ]

    def _explain_move(self):
        if not self.target_account_id:
            return self.env._(
                "Choose the account that should have been paid: %(receipt)s is taken"
                " back and recorded anew there.",
                receipt=self.receipt_number,
            )
        return self.env._(
            "%(receipt)s is taken back from account %(old)s and recorded anew on"
            " account %(new)s, with its own date, under a new receipt number;"
            " %(money)s.",
            receipt=self.receipt_number,
            old=self.account_number,
            new=self.target_account_id.number,
            money=self._explain_money(),
        )

    def _explain_reallocate(self):
        shares = self._share_among(self.document_ids.move_id)
        if not shares:
            return self.env._(
                "%(receipt)s stays as it is; what it paid is shared anew among the"
                " documents that you choose, in their order.",
                receipt=self.receipt_number,
            )
        return self.env._(
            "%(receipt)s stays as it is; its money is shared anew: %(shares)s.",
            receipt=self.receipt_number,
            shares=", ".join(
                self.env._(
                    "%(amount)s for %(document)s",
                    amount=self._money(amount),
                    document=document.name,
                )
                for document, amount in shares
            ),
        )

    def _explain_correct(self):
        changes = self._corrections()
        if not changes:
            return self.env._(
                "Enter only what was wrong. A wrong channel or reference is corrected"
                " on the receipt; a wrong method or date needs a new receipt."
            )
        if not self._is_recorded_anew():
            return self.env._(
                "%(receipt)s stays as it is but for this: %(changes)s.",
                receipt=self.receipt_number,
                changes=self._explain_changes(changes),
            )
        return self.env._(
            "%(receipt)s is taken back and recorded anew under a new receipt number:"
            " %(changes)s. It pays the same documents.",
            receipt=self.receipt_number,
            changes=self._explain_changes(changes),
        )

    def _explain_changes(self, changes):
        if "date" in changes:
            changes["date"] = tuple(
                format_date(self.env, date)
                for date in (self.payment_id.date, self.new_date)
            )
        return ", ".join(
            self.env._("%(old)s becomes %(new)s", old=old, new=new)
            for old, new in changes.values()
        )

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ...tools.amounts import to_decimal


class UtilityPaymentAdjustment(models.Model):
    """What must be true of a request; asked again when it is executed.

    Runs as superuser: whoever calls has checked the caller's rights.
    """

    _inherit = "utility.payment.adjustment"

    def _check_request(self):
        """Check everything that can be known before the ledger is touched.

        :raises UserError: one clear sentence on the first thing that is wrong
        """
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "%(number)s needs a reason: write why the payment is wrong.",
                    number=self.number,
                )
            )
        self._check_payment()
        self._check_no_other()
        getattr(self, f"_check_{self.kind}")()

    def _check_payment(self):
        """Raise unless the payment is a posted one of a consumer (ADJ-01)."""
        self.ensure_one()
        payment = self.payment_id
        if payment._is_adjustable():
            return
        states = dict(payment._fields["utility_state"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "Payment %(payment)s can't be adjusted: it is no posted payment of a"
                " consumer (%(state)s).",
                payment=payment.display_name,
                state=states.get(
                    payment.utility_state, self.env._("of another kind")
                ).lower(),
            )
        )

    def _check_no_other(self):
        other = self.search(
            [
                ("payment_id", "=", self.payment_id.id),
                ("state", "=", "to_approve"),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(other)s of payment %(receipt)s waits for approval already: have"
                    " it decided or cancelled first.",
                    other=other.number,
                    receipt=self.receipt_number,
                )
            )

    # -------------------------------------------------------------------------
    # KINDS
    # -------------------------------------------------------------------------

    def _check_reverse(self):
        if not self.reversal_kind:
            raise UserError(
                self.env._(
                    "%(number)s must say why the payment is reversed: returned by the"
                    " bank, or recorded by mistake.",
                    number=self.number,
                )
            )

    def _check_move(self):
        target = self.target_account_id
        if not target:
            raise UserError(
                self.env._("Choose the account that the payment is moved to.")
            )
        if target == self.utility_account_id:
            raise UserError(
                self.env._(
                    "Payment %(receipt)s is on account %(account)s already: choose"
                    " another account, or pay other documents.",
                    receipt=self.receipt_number,
                    account=target.number,
                )
            )
        if target.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "Account %(account)s belongs to another company: a payment stays in"
                    " its own.",
                    account=target.number,
                )
            )
        # The door tells now what it would refuse later.
        door = self._replacement_door()
        item = door._collect_preview([self._replacement_request()])[0]
        if item.error:
            raise UserError(item.error["message"])

    def _check_reallocate(self):
        payment = self.payment_id
        allocated = payment._allocated_amount()
        if not allocated:
            raise UserError(
                self.env._(
                    "No document has money of payment %(receipt)s: all of it is credit"
                    " on the account.",
                    receipt=self.receipt_number,
                )
            )
        documents = self.document_ids.move_id
        if not documents:
            raise UserError(
                self.env._("Choose the documents that the payment should pay.")
            )
        for document in documents:
            self._check_document(document)
        shares = self._share_among(documents)
        reached = sum(amount for _document, amount in shares)
        if reached < allocated:
            raise UserError(
                self.env._(
                    "The chosen documents owe %(owed)s together, less than the"
                    " %(allocated)s to be paid: choose more documents.",
                    owed=self._money(reached),
                    allocated=self._money(allocated),
                )
            )
        if dict(shares) == self._current_shares():
            raise UserError(
                self.env._(
                    "Payment %(receipt)s pays these documents already: nothing would"
                    " change.",
                    receipt=self.receipt_number,
                )
            )

    def _check_document(self, document):
        """Raise unless this payment may pay the document."""
        if (
            document.utility_account_id != self.utility_account_id
            or not document.utility_kind
        ):
            raise UserError(
                self.env._(
                    "%(document)s is no bill or charge of account %(account)s.",
                    document=document.display_name,
                    account=self.utility_account_id.number,
                )
            )
        if document.state != "posted" or not self._owed_without_payment(document):
            raise UserError(
                self.env._(
                    "%(document)s owes nothing: choose another document.",
                    document=document.display_name,
                )
            )
        own = self.payment_id._receivable_lines() - self.payment_id._excess_line()
        items = document._utility_receivable_items()
        if items.account_id - own.account_id:
            raise UserError(
                self.env._(
                    "%(document)s is booked on another receivable account than payment"
                    " %(receipt)s: reverse the payment and record it anew.",
                    document=document.display_name,
                    receipt=self.receipt_number,
                )
            )

    def _check_correct(self):
        payment = self.payment_id
        if not self._corrections():
            raise UserError(
                self.env._(
                    "%(number)s changes nothing: enter the right method, channel,"
                    " reference or date.",
                    number=self.number,
                )
            )
        mode = self.new_mode_id or payment.mode_id
        reference = (self.new_reference or payment.payment_reference or "").strip()
        if mode.reference_required and not reference:
            raise UserError(
                self.env._(
                    "%(mode)s needs a reference: enter the cheque, card slip or bank"
                    " reference number.",
                    mode=mode.name,
                )
            )
        channel_company = self.new_channel_id.company_id
        if channel_company and channel_company != self.company_id:
            raise UserError(
                self.env._(
                    "Channel %(channel)s belongs to another company.",
                    channel=self.new_channel_id.name,
                )
            )
        if not self._is_recorded_anew():
            return
        if not self._pays_one_type():
            raise UserError(
                self.env._(
                    "Payment %(receipt)s pays bills and service charges together: let"
                    " it pay one type only, before its method or date is corrected.",
                    receipt=self.receipt_number,
                )
            )
        # Documents are paid until the reversal: only what needs no balance is known.
        door = self._replacement_door()
        item = door._collect_prepare([self._replacement_request()])[0]
        if item.error:
            raise UserError(item.error["message"])

    # -------------------------------------------------------------------------
    # FIGURES
    # -------------------------------------------------------------------------

    def _corrections(self):
        """What a correction changes, as {field of the payment: (old, new)} labels."""
        self.ensure_one()
        payment = self.payment_id
        changes = {}
        if self.new_mode_id and self.new_mode_id != payment.mode_id:
            changes["mode_id"] = (payment.mode_id.name, self.new_mode_id.name)
        if self.new_date and self.new_date != payment.date:
            changes["date"] = (str(payment.date), str(self.new_date))
        if self.new_channel_id and self.new_channel_id != payment.channel_id:
            changes["channel_id"] = (payment.channel_id.name, self.new_channel_id.name)
        reference = (self.new_reference or "").strip()
        if reference and reference != payment.payment_reference:
            changes["payment_reference"] = (
                payment.payment_reference or self.env._("none"),
                reference,
            )
        return changes

    def _is_recorded_anew(self):
        """Whether a correction touches terms that the ledger knows."""
        return not {"mode_id", "date"}.isdisjoint(self._corrections())

    def _current_shares(self):
        """What each document has of the payment now: {document: Decimal}."""
        shares = {}
        for row in self.payment_id.allocation_ids.sorted("id"):
            have = self._exact(row.amount_applied - row.reversed_amount)
            if have:
                shares[row.move_id] = shares.get(row.move_id, Decimal(0)) + have
        return shares

    def _pays_one_type(self):
        """Whether one request can name all that the payment pays."""
        return len(set(self._current_documents().mapped("utility_kind"))) <= 1

    def _current_documents(self):
        """The documents that the payment pays now, in the order they were paid."""
        return self.env["account.move"].union(*self._current_shares())

    def _owed_without_payment(self, document):
        """What a document owes once the payment's own part is taken back.

        :rtype: decimal.Decimal
        """
        own = self._current_shares().get(document, Decimal(0))
        return self._exact(document._utility_residual()) + own

    def _share_among(self, documents):
        """Share what is allocated among documents, in their order.

        :return: list of (document, Decimal), none of them zero
        """
        left = self.payment_id._allocated_amount()
        shares = []
        for document in documents:
            amount = min(left, self._owed_without_payment(document))
            if amount:
                shares.append((document, amount))
                left -= amount
        return shares

    def _exact(self, amount):
        decimals = self.payment_id.company_currency_id.decimal_places
        return to_decimal(amount, decimals or 0)

    def _money(self, amount):
        return self.payment_id._collect_money(
            amount, self.payment_id.company_currency_id
        )

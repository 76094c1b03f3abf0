from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.amounts import to_decimal
from .collect.post import QUIET


class AccountPayment(models.Model):
    """Money of a posted payment is taken back from its documents, to be used anew."""

    _inherit = "account.payment"

    def _receivable_lines(self):
        """Receivable items of the payment's entry, in the order they were booked."""
        return self.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).sorted("id")

    def _excess_line(self):
        """The open item that keeps what was paid too much, or an empty record."""
        self.ensure_one()
        if not self.amount_excess:
            return self.env["account.move.line"]
        return self._receivable_lines()[-1:]

    def _allocated_amount(self):
        """What documents have of this payment now, in company currency.

        :rtype: decimal.Decimal
        """
        self.ensure_one()
        decimals = self.company_currency_id.decimal_places
        return sum(
            (
                to_decimal(row.amount_applied - row.reversed_amount, decimals)
                for row in self.allocation_ids
            ),
            Decimal(0),
        )

    def _take_back(self, amount):
        """Free money that documents got of this payment, last document first (CRN-03).

        The caller has locked the account, runs as superuser, and must use what is freed
        in the same transaction: it reconciles the freed items with its own entry
        first, and then ``rematch``, by ``_match_in_order``.

        :param Decimal amount: company currency; at most ``_allocated_amount()``
        :return: (``freed``: {credit item: Decimal freed}, ``rematch``: list of (credit
            item, document's item, Decimal) that must get their part again)
        :raises UserError: when documents have less of this payment than the amount
        """
        self.ensure_one()
        decimals = self.company_currency_id.decimal_places
        credit_lines = self._receivable_lines() - self._excess_line()
        # Bills, charges, and refunds that became a debt; not what was freed before.
        documents = self.allocation_ids.move_id
        partials = credit_lines.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id in documents
        ).sorted("id", reverse=True)
        left = amount
        freed = defaultdict(Decimal)
        by_document = defaultdict(Decimal)
        rematch = []
        chosen = partials.browse()
        for partial in partials:
            if not left:
                break
            whole = to_decimal(partial.amount, decimals)
            taken = min(left, whole)
            left -= taken
            freed[partial.credit_move_id] += taken
            by_document[partial.debit_move_id.move_id] += taken
            if whole > taken:
                rematch.append(
                    (partial.credit_move_id, partial.debit_move_id, whole - taken)
                )
            chosen |= partial
        if left:
            raise UserError(
                self.env._(
                    "The documents of payment %(number)s have only %(amount)s of it:"
                    " nothing was changed.",
                    number=self.payment_number,
                    amount=self._collect_money(amount - left, self.company_currency_id),
                )
            )
        chosen.unlink()
        self._reverse_allocations(by_document)
        return dict(freed), rematch

    def _reverse_allocations(self, by_document):
        """Note on the allocations what documents lost; their history stays (PAY-03).

        :param dict by_document: {document: Decimal in company currency}
        """
        self.ensure_one()
        decimals = self.company_currency_id.decimal_places
        for row in self.allocation_ids.sorted("id", reverse=True):
            have = to_decimal(row.amount_applied - row.reversed_amount, decimals)
            lost = min(have, by_document.get(row.move_id, Decimal(0)))
            if lost:
                row.reversed_amount += float(lost)
                by_document[row.move_id] -= lost

    @api.model
    def _match_in_order(self, plan):
        """Reconcile pairs in the order given, each up to an amount.

        :param list plan: (credit item, debit item, Decimal or None for all that fits);
            a pair comes once
        :return: the new matches
        """
        Line = self.env["account.move.line"].sudo()
        debits = Line.browse(debit.id for _credit, debit, _amount in plan)
        before = debits.matched_credit_ids
        caps = tuple(
            (credit.id, debit.id, float(amount))
            for credit, debit, amount in plan
            if amount is not None
        )
        Line.with_context(**QUIET, utility_caps=caps)._reconcile_plan(
            [credit + debit for credit, debit, _amount in plan]
        )
        return debits.matched_credit_ids - before

    def _release_credit(self):
        """Free what credit of these payments was used for, before they are reversed.

        A hook for add-ons above that keep credit; superuser, accounts locked.

        :return: sentences on what became of the credit, for who reversed it
        :rtype: list[str]
        """
        return []

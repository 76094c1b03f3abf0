from collections import defaultdict
from decimal import Decimal

from odoo import Command, api, models
from odoo.tools import SQL

from odoo.addons.utility_payments.models.collect.post import QUIET
from odoo.addons.utility_payments.tools.allocation import share_in_proportion

# Overpayments from before the add-on that become notes at once.
_ADOPTED_CHUNK = 1000


class UtilityCreditNote(models.Model):
    """How credit comes into the ledger (design.md, The ledger)."""

    _inherit = "utility.credit.note"

    # -------------------------------------------------------------------------
    # OF AN OVERPAYMENT: no entry, the excess item of the payment is the money
    # -------------------------------------------------------------------------

    @api.model
    def _create_for_excess(self, batch):
        """Make the notes of the overpayments of a batch, active at once (CRN-06).

        :param list[Collection] batch: posted requests; those with an excess get a note
        """
        items = [item for item in batch if item.excess]
        if not items:
            return
        lines = [item.payment._excess_line() for item in items]
        payments = self.env["account.payment"].union(*(item.payment for item in items))
        notes = self._create_of_lines(payments, lines)
        for item, note in zip(items, notes, strict=True):
            item.credit_note = note

    @api.model
    def _create_of_lines(self, payments, lines):
        """Active notes whose money is the excess item of each payment."""
        role = self._current_role()
        reason_id = self._overpayment_reason().id
        expiry_dates = {
            company: self._default_expiry_date(company)
            for company in payments.company_id
        }
        numbers = self.env["ir.sequence"]._utility_draw_each(
            "utility.credit_note", (payment.company_id for payment in payments)
        )
        notes = (
            self._door()
            .with_context(**QUIET)
            .create(
                [
                    {
                        "number": number,
                        "company_id": payment.company_id.id,
                        "payment_id": payment.id,
                        "utility_account_id": payment.utility_account_id.id,
                        "amount": payment.amount_excess,
                        "reason_id": reason_id,
                        "treatment": "return_money",
                        "automatic": True,
                        "requester_role": role,
                        "state": "active",
                        "validation_status": "no",
                        "expiry_date": expiry_dates[payment.company_id],
                        "credit_line_id": line.id,
                    }
                    for payment, line, number in zip(
                        payments, lines, numbers, strict=True
                    )
                ]
            )
        )
        self.env["utility.payment.event"].create(
            [
                {
                    "payment_id": note.payment_id.id,
                    "kind": "credited",
                    "note": note.number,
                }
                for note in notes
            ]
        )
        return notes

    @api.model
    def _overpayment_reason(self):
        return self.env.ref("utility_credit_notes.reason_overpayment")

    @api.model
    def _adopt_excess(self):
        """Make notes of the overpayments that were recorded before the add-on.

        Those whose money is still open; called once, after installation.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT payment.id, line.id
                  FROM account_payment payment
                  JOIN LATERAL (
                        SELECT item.id, item.amount_residual
                          FROM account_move_line item
                          JOIN account_account account ON account.id = item.account_id
                         WHERE item.move_id = payment.move_id
                           AND account.account_type = 'asset_receivable'
                         ORDER BY item.id DESC
                         LIMIT 1
                       ) line ON TRUE
                 WHERE payment.utility_account_id IS NOT NULL
                   AND payment.utility_state = 'posted'
                   AND payment.amount_excess > 0
                   AND line.amount_residual = -payment.amount_excess
                   AND NOT EXISTS (
                        SELECT FROM utility_credit_note note
                         WHERE note.payment_id = payment.id
                       )
                 ORDER BY payment.id
                """
            )
        )
        for start in range(0, len(rows), _ADOPTED_CHUNK):
            payment_ids, line_ids = zip(
                *rows[start : start + _ADOPTED_CHUNK], strict=True
            )
            self.sudo()._create_of_lines(
                self.env["account.payment"].sudo().browse(payment_ids),
                self.env["account.move.line"].sudo().browse(line_ids),
            )

    # -------------------------------------------------------------------------
    # BY HAND
    # -------------------------------------------------------------------------

    def _execute(self):
        """Give the credit: book it, once it needs no approval or has it."""
        self._check_approved()
        self.utility_account_id._lock_accounts()
        self._check_request()
        for note in self:
            if note.treatment == "adjust_revenue":
                move, credit_line = note._book_revenue_adjustment()
            else:
                move, credit_line = note._book_returned_money()
            note._door().write(
                {
                    "move_id": move.id,
                    "credit_line_id": credit_line.id,
                    "state": "active",
                }
            )
            note.payment_id._log_event("credited", note=note.number)

    def _book_returned_money(self):
        """Free the money from the documents it paid, and keep it as open credit.

        The documents that were paid last lose it first and are due again (CRN-03).

        :return: (the entry, its open item)
        """
        self.ensure_one()
        payment = self.payment_id
        freed, rematch = payment._take_back(self._money(self.amount))
        label = self.env._(
            "%(reason)s: payment %(receipt)s",
            reason=self.reason_id.name,
            receipt=payment.receipt_number,
        )
        lines = [
            self._counter_line(line, amount, label) for line, amount in freed.items()
        ]
        receivable = self.utility_account_id._get_receivable_account()
        lines.append(
            {"account_id": receivable.id, "balance": -self.amount, "name": label}
        )
        move = self.env["account.move"]._book_corrections(
            [self._entry(label, lines, name=self.number)]
        )
        debits, credit_line = move.line_ids[:-1], move.line_ids[-1]
        payment._match_in_order(
            [
                (line, debit, amount)
                for (line, amount), debit in zip(freed.items(), debits, strict=True)
            ]
            + rematch
        )
        return move, credit_line

    @api.model
    def _counter_line(self, line, amount, label):
        """Values of the debit that takes an amount of a credit item, at its rate."""
        share = float(amount) / abs(line.balance)
        return {
            "account_id": line.account_id.id,
            "balance": float(amount),
            "currency_id": line.currency_id.id,
            "amount_currency": line.currency_id.round(
                abs(line.amount_currency) * share
            ),
            "name": label,
        }

    def _entry(self, label, lines, name=False):
        """A correction of this note's account; see `_book_corrections`."""
        self.ensure_one()
        return {
            "account": self.utility_account_id,
            "date": self.company_id._utility_correction_date(),
            "ref": label,
            "name": name,
            "lines": lines,
        }

    def _book_revenue_adjustment(self):
        """Give back what was charged wrongly: a customer credit note with its taxes.

        :return: (the customer credit note, its open item)
        """
        self.ensure_one()
        company = self.company_id
        today = company._utility_correction_date(sale=True)
        Move = self.env["account.move"].with_company(company)
        move = Move.with_context(tracking_disable=True).create(
            {
                "move_type": "out_refund",
                "name": self.number,
                "partner_id": self.utility_account_id.commercial_partner_id.id,
                "utility_account_id": self.utility_account_id.id,
                "journal_id": company.utility_bill_journal_id.id,
                "invoice_date": today,
                "date": today,
                "invoice_payment_term_id": False,
                "invoice_date_due": today,
                "ref": self.env._(
                    "%(reason)s: payment %(receipt)s",
                    reason=self.reason_id.name,
                    receipt=self.payment_id.receipt_number,
                ),
                "invoice_line_ids": [
                    Command.create(vals) for vals in self._revenue_lines()
                ],
            }
        )
        # Taxes are rounded on the whole: what they leave or take is a line of its own.
        rest = self.currency_id.round(self.amount - move.amount_total)
        if rest:
            move.invoice_line_ids = [
                Command.create(self._revenue_line(self.env._("Rounding"), rest))
            ]
        move._post(soft=False)
        return move, move._utility_receivable_items()

    def _revenue_lines(self):
        """Lines whose total with taxes is the amount, taxed as what was paid."""
        weights = defaultdict(float)
        for document in self.payment_id.allocation_ids.move_id:
            for line in document.invoice_line_ids:
                if line.display_type == "product":
                    weights[line.tax_ids] += line.price_total
        taxes = [tax for tax, weight in weights.items() if weight > 0]
        shares = share_in_proportion(
            self._money(self.amount),
            [Decimal(repr(weights[tax])) for tax in taxes],
            Decimal(1).scaleb(-self.currency_id.decimal_places),
        )
        if not taxes:
            taxes, shares = [self.env["account.tax"]], [self._money(self.amount)]
        return [
            self._revenue_line(self.reason_id.name, float(share), tax)
            for tax, share in zip(taxes, shares, strict=True)
            if share
        ]

    def _revenue_line(self, name, total, taxes=None):
        """Values of a line of the customer credit note whose total has its taxes in."""
        price = total
        if taxes and not all(taxes.mapped("price_include")):
            price = taxes._get_tax_details(
                price_unit=total,
                quantity=1.0,
                precision_rounding=self.currency_id.rounding,
                special_mode="total_included",
            )["total_excluded"]
        return {
            "name": name,
            "quantity": 1.0,
            "price_unit": self.currency_id.round(price),
            "tax_ids": [Command.set(taxes.ids if taxes else [])],
            "account_id": self.company_id.utility_billing_adjustment_account_id.id,
        }

    # -------------------------------------------------------------------------
    # WHEN THE PAYMENT IS REVERSED
    # -------------------------------------------------------------------------

    def _cancel_with_payment(self):
        """Undo notes and all their uses, because their payment is taken back.

        What was applied is due again; what was refunded is the consumer's debt now;
        what expired comes back from where it was booked. The caller has locked the
        account and books the payment's reversal next.

        :return: sentences on what became of the credit
        :rtype: list[str]
        """
        told = []
        for note in self:
            if note.state in ("active", "applied", "expired"):
                told += note._tell_uses()
                note.application_ids._undo()
                note._take_back_entry()
            note._withdraw()
        return told

    def _tell_uses(self):
        self.ensure_one()
        sentences = {
            "applied": self.env._(
                "%(amount)s of %(note)s had paid %(document)s: it is due again."
            ),
            "refunded": self.env._(
                "%(amount)s of %(note)s had been refunded (%(document)s): the consumer"
                " owes it now."
            ),
            "expired": self.env._(
                "%(amount)s of %(note)s had expired (%(document)s): that was undone."
            ),
        }
        return [
            sentences[row.kind]
            % {
                "amount": self.currency_id.format(row.amount),
                "note": self.number,
                "document": row.move_id.name,
            }
            for row in self.application_ids
            if not row.reversed_at
        ] or [
            self.env._(
                "Credit note %(note)s of %(amount)s was cancelled unused.",
                note=self.number,
                amount=self.currency_id.format(self.amount),
            )
        ]

    def _take_back_entry(self):
        """Close the note's own entry; an overpayment's item goes with its payment."""
        self.ensure_one()
        if not self.move_id:
            return
        if self.treatment == "adjust_revenue":
            self.move_id._reverse_moves(
                [
                    {
                        "date": self.company_id._utility_correction_date(sale=True),
                        "ref": self.env._("Cancels %(note)s", note=self.number),
                    }
                ],
                cancel=True,
            )
            return
        debits = self.move_id.line_ids - self.credit_line_id
        debits.matched_credit_ids.unlink()
        self.payment_id._match_in_order(
            [(self.credit_line_id, debit, None) for debit in debits]
        )

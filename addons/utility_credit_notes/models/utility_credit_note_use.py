from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.utility_payments.tools.allocation import OpenItem, allocate
from odoo.addons.utility_payments.tools.amounts import (
    AmountError,
    read_amount,
    to_decimal,
)


class UtilityCreditNote(models.Model):
    """Using credit: for documents, by hand or by itself (CRN-10)."""

    _inherit = "utility.credit.note"

    def apply_to(self, move_ids, amount=None):
        """Pay documents of the account with credit: no entry, a match (CRN-10).

        Several notes are used oldest first. Never more than the credit that remains or
        the documents owe.

        :param move_ids: bills and charges: ids, or records, the one to pay first ahead
        :param amount: at most this much, company currency; default: all that fits
        :return: True
        :raises AccessError: for anyone below Customer Executive
        :raises UserError: when a note can't be used, or a document can't take it
        """
        self._check_ids()
        self.check_access("read")
        self._check_author()
        if isinstance(move_ids, models.BaseModel):
            move_ids = move_ids.ids
        elif not isinstance(move_ids, list | tuple):
            move_ids = [move_ids]
        documents = self.env["account.move"].browse(
            move_id for move_id in move_ids if type(move_id) is int
        )
        if (
            not documents
            or len(documents) < len(move_ids)
            or documents.exists() != documents
        ):
            raise UserError(
                self.env._("Choose the bills or charges that the credit shall pay.")
            )
        documents.check_access("read")
        self.sudo()._apply(documents.sudo(), amount)
        return True

    def _apply(self, documents, amount=None):
        """Do what `apply_to` says, for a caller whose rights were checked."""
        self.utility_account_id._lock_accounts()
        notes = self.sorted(lambda note: (note.create_date, note.id))
        notes._check_usable()
        notes._check_documents(documents)
        items = documents._utility_receivable_items()
        open_lines = items.filtered(lambda line: line.amount_residual > 0).sorted(
            lambda line: documents.ids.index(line.move_id.id)
        )
        residuals = {line: self._money(line.amount_residual) for line in open_lines}
        left = notes._read_use_amount(amount, sum(residuals.values(), Decimal(0)))
        uses = []
        for note in notes:
            part = min(left, note._remaining())
            items = [
                OpenItem(line.id, line.move_id.id, "", residuals[line])
                for line in open_lines
            ]
            shares, rest = allocate(part, items)
            for share in shares:
                line = open_lines.browse(share.line_id)
                residuals[line] -= share.amount
                uses.append((note, line, share.amount))
            left -= part - rest
        self._use("applied", uses)

    @api.model
    def _use(self, kind, uses):
        """Match notes with items they are used for, and write the uses down.

        :param str kind: applied, refunded or expired
        :param list uses: (note, debit item, Decimal)
        :return: the rows
        """
        if not uses:
            return self.env["utility.credit.application"]
        partials = self.env["account.payment"]._match_in_order(
            [(note.credit_line_id, line, amount) for note, line, amount in uses]
        )
        by_pair = {
            (partial.credit_move_id, partial.debit_move_id): partial
            for partial in partials
        }
        today = {
            company: company._utility_today()
            for company in self.env["res.company"].union(
                *(note.company_id for note, _line, _amount in uses)
            )
        }
        return (
            self.env["utility.credit.application"]
            .sudo()
            .create(
                [
                    {
                        "note_id": note.id,
                        "company_id": note.company_id.id,
                        "kind": kind,
                        "amount": by_pair[note.credit_line_id, line].amount,
                        "move_id": line.move_id.id,
                        "line_id": line.id,
                        "partial_id": by_pair[note.credit_line_id, line].id,
                        "date": today[note.company_id],
                    }
                    for note, line, _amount in uses
                ]
            )
        )

    def _check_usable(self):
        """Raise unless there is credit that may be used today.

        :raises UserError: naming the note and why not
        """
        messages = {
            "draft": self.env._("it is a draft: confirm it first"),
            "to_approve": self.env._("it waits for approval"),
            "applied": self.env._("nothing of it is left"),
            "expired": self.env._("it has expired"),
            "cancelled": self.env._("it was cancelled"),
        }
        for note in self:
            obstacle = messages.get(note.state)
            if not obstacle and note._is_past_expiry():
                obstacle = self.env._(
                    "it expired on %(date)s: a Billing Manager may extend it",
                    date=note.expiry_date,
                )
            if obstacle:
                raise UserError(
                    self.env._(
                        "Credit note %(number)s can't be used: %(obstacle)s.",
                        number=note.number,
                        obstacle=obstacle,
                    )
                )

    def _is_past_expiry(self):
        self.ensure_one()
        today = self.company_id._utility_today()
        return bool(self.expiry_date) and self.expiry_date < today

    def _check_documents(self, documents):
        """Raise unless these documents can take the credit of all these notes."""
        for document in documents:
            for account in self.utility_account_id:
                if document.utility_account_id != account:
                    raise UserError(
                        self.env._(
                            "%(document)s belongs to another account than the credit of"
                            " %(account)s: choose a document of that account.",
                            document=document.name or document.id,
                            account=account.number,
                        )
                    )
            if not document.utility_kind or document.state != "posted":
                raise UserError(
                    self.env._(
                        "%(document)s is not a posted bill or charge: credit can't pay"
                        " it.",
                        document=document.name or document.id,
                    )
                )
            if document.currency_id != document.company_id.currency_id:
                raise UserError(
                    self.env._(
                        "%(document)s is in %(currency)s, the credit in %(own)s: record"
                        " a payment in %(currency)s instead.",
                        document=document.name,
                        currency=document.currency_id.name,
                        own=document.company_id.currency_id.name,
                    )
                )
            lines = document._utility_receivable_items()
            if not any(line.amount_residual > 0 for line in lines):
                raise UserError(
                    self.env._(
                        "%(document)s is already paid: choose another document.",
                        document=document.name,
                    )
                )
            if lines.account_id != self.credit_line_id.account_id:
                raise UserError(
                    self.env._(
                        "%(document)s and the credit are on different receivable"
                        " accounts: ask your accountant to bring them together.",
                        document=document.name,
                    )
                )

    def _read_use_amount(self, amount, owed):
        """How much may be used: what was asked for, checked, or all that fits.

        :param Decimal owed: what the documents can take
        """
        available = sum((note._remaining() for note in self), Decimal(0))
        most = min(available, owed)
        if amount is None or amount is False:
            return most
        currency = self.currency_id
        try:
            wanted = read_amount(amount, currency.decimal_places)
        except AmountError as error:
            raise ValidationError(
                self._amount_message(error.code, amount, currency)
            ) from None
        if wanted > most:
            raise ValidationError(
                self.env._(
                    "%(amount)s is too much: %(available)s of credit is left, and the"
                    " documents owe %(owed)s.",
                    amount=currency.format(float(wanted)),
                    available=currency.format(float(available)),
                    owed=currency.format(float(owed)),
                )
            )
        return wanted

    # -------------------------------------------------------------------------
    # BY ITSELF
    # -------------------------------------------------------------------------

    @api.model
    def _apply_to_new_bills(self, bills):
        """Pay new bills with the open credit of their accounts, oldest first (CRN-10).

        :param bills: posted bills, whose companies want it
        """
        accounts = bills.utility_account_id
        accounts._lock_accounts()
        notes = self.search(
            [("utility_account_id", "in", accounts.ids), ("state", "=", "active")],
            order="create_date, id",
        ).filtered(lambda note: not note._is_past_expiry())
        by_account = notes.grouped("utility_account_id")
        remaining = {note: note._remaining() for note in notes}
        uses = []
        for bill in bills.sorted(lambda bill: (bill.invoice_date_due, bill.id)):
            if bill.currency_id != bill.company_id.currency_id:
                continue
            for line in bill._utility_receivable_items():
                decimals = line.company_currency_id.decimal_places
                owed = to_decimal(line.amount_residual, decimals)
                for note in by_account.get(bill.utility_account_id, ()):
                    part = min(owed, remaining[note])
                    if part <= 0 or note.credit_line_id.account_id != line.account_id:
                        continue
                    uses.append((note, line, part))
                    owed -= part
                    remaining[note] -= part
        self._use("applied", uses)

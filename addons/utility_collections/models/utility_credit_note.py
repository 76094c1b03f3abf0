from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

ZERO = Decimal(0)


class UtilityCreditNote(models.Model):
    """Credit pays installments, or what a plan covers (CRN-10, PLN-03)."""

    _inherit = "utility.credit.note"

    def apply_to(self, move_ids, amount=None):
        """Extend: pay installments, where these are named or given as records.

        :param move_ids: also names of installments (PP-2025-0034/1), or their records
        """
        rows = self._find_installments(move_ids)
        if not rows:
            return super().apply_to(move_ids, amount)
        self._check_ids()
        self.check_access("read")
        self._check_author()
        rows.check_access("read")
        self.sudo()._apply_to_installments(rows.sudo(), amount)
        return True

    @api.model
    def _find_installments(self, references):
        """The installments that are meant, in the order given; none: documents are.

        :raises UserError: when a name leads to no installment that credit can pay
        """
        Installment = self.env["utility.payment.plan.installment"]
        if isinstance(references, models.BaseModel):
            return references if references._name == Installment._name else Installment
        if isinstance(references, str):
            references = [references]
        if not isinstance(references, list | tuple) or not any(
            isinstance(reference, str) for reference in references
        ):
            return Installment
        rows = Installment
        for reference in references:
            number, _slash, sequence = str(reference).strip().rpartition("/")
            row = Installment
            if number and sequence.isdecimal() and len(sequence) < 5:
                row = Installment.search(
                    [
                        ("plan_id.number", "=", number),
                        ("plan_id.state", "=", "active"),
                        ("sequence", "=", int(sequence)),
                        ("company_id", "in", self.company_id.ids),
                    ],
                    limit=1,
                )
            if not row:
                raise UserError(
                    self.env._(
                        "There is no installment %(document)s of an active plan: choose"
                        " one of the unpaid ones.",
                        document=reference,
                    )
                )
            rows |= row
        return rows

    def _apply_to_installments(self, rows, amount=None):
        """Use the notes for installments, oldest note first, as they are given.

        For a caller whose rights were checked.
        """
        self.utility_account_id._lock_accounts()
        rows.invalidate_recordset()
        notes = self.sorted(lambda note: (note.create_date, note.id))
        notes._check_usable()
        pieces = notes._share_covers(rows)
        lines = self.env["account.move.line"].union(
            *(line for _row, line, _p in pieces)
        )
        notes._check_documents(lines.move_id)
        owed = sum((piece for _row, _line, piece in pieces), ZERO)
        left = notes._read_use_amount(amount, owed)
        remaining = {note: note._remaining() for note in notes}
        with self.env["utility.payment.plan"]._follow_at_end(notes) as waiting:
            for row, line, piece in pieces:
                for note in waiting:
                    part = min(piece, remaining[note], left)
                    if not part:
                        continue
                    uses = waiting._use("applied", [(note, line, part)])
                    uses.installment_id = row
                    piece -= part
                    left -= part
                    remaining[note] -= part

    def _share_covers(self, rows):
        """What installments ask for of the items that their plans cover.

        :return: list of (installment, item, Decimal)
        :raises UserError: for one that asks for nothing, or of another account
        """
        Payment = self.env["account.payment"]
        room = {}
        pieces = []
        for row in rows:
            plan = row.plan_id
            if row.utility_account_id != self.utility_account_id:
                raise UserError(
                    self.env._(
                        "%(document)s belongs to another account than the credit of"
                        " %(account)s: choose an installment of that account.",
                        document=row.display_name,
                        account=self.utility_account_id[:1].number,
                    )
                )
            wanted = plan._money(row.amount - row.paid_amount)
            if plan.state != "active" or not wanted:
                raise UserError(Payment._collect_explain_closed(row))
            for cover in plan._covers_in_order():
                line = cover.line_id
                left = room.setdefault(
                    line, plan._money(cover.amount) - plan._money(cover.paid_amount)
                )
                piece = min(wanted, left)
                if piece:
                    pieces.append((row, line, piece))
                    room[line] -= piece
                    wanted -= piece
        return pieces

    @api.model
    def _use(self, kind, uses):
        """Extend: plans follow once the uses are written down."""
        with self.env["utility.payment.plan"]._follow_at_end(self) as waiting:
            return super(UtilityCreditNote, waiting)._use(kind, uses)

    def _execute(self):
        """Extend: a plan tells what freeing money came to, not each of its steps."""
        with self.env["utility.payment.plan"]._follow_at_end(self) as waiting:
            return super(UtilityCreditNote, waiting)._execute()

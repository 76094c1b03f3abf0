"""The rules of payment plans in plain Python, beside those of payments and credit.

Written from PLN-01 to PLN-04, without the ORM: whole cents, lists and dicts.
"""

import copy
from dataclasses import dataclass, field

from odoo.addons.utility_credit_notes.tests.ledger_model import (
    ALLOWANCE,
    LedgerModel,
    Payment,
    Refused,
)


class Share(list):
    """A share of a payment: [document, cents], and the installment it was paid for."""

    row = None


@dataclass(eq=False)
class Cover:
    document: object
    amount: int
    # What each source had paid of the document when the plan was signed.
    before: dict
    paid: int = 0


@dataclass(eq=False)
class Row:
    plan: object
    sequence: int
    amount: int
    paid: int = 0
    late: bool = False

    @property
    def unpaid(self):
        return self.amount - self.paid


@dataclass(eq=False)
class Plan:
    account: int
    covers: list
    rows: list = field(default_factory=list)
    state: str = "active"
    follows: bool = True
    previous: object = None
    id: int = 0


class PlanModel(LedgerModel):
    """Who agreed on what, and what came of it."""

    def __init__(self, accounts):
        super().__init__(accounts)
        self.plans = []

    # --- what the ledger says ---------------------------------------------------

    def sources(self, document):
        """What each payment and each note has paid of a document: {source: cents}."""
        result = {}
        for payment in self.payments:
            for share in payment.shares:
                if share[0] is document:
                    result[payment] = result.get(payment, 0) + share[1]
        for note in self.notes:
            for use in note.uses:
                if use.stands and use.kind == "applied" and use.document is document:
                    result[note] = result.get(note, 0) + use.amount
        return result

    def directed(self, row):
        """What was paid for an installment by name and stands."""
        return sum(
            share[1]
            for payment in self.payments
            for share in payment.shares
            if getattr(share, "row", None) is row
        ) + sum(
            use.amount
            for note in self.notes
            for use in note.uses
            if use.stands and getattr(use, "row", None) is row
        )

    def follow(self):
        """PLN-03: what the covered debt received since then pays installments."""
        for plan in self.plans:
            if not plan.follows:
                continue
            for cover in plan.covers:
                received = sum(
                    max(amount - cover.before.get(source, 0), 0)
                    for source, amount in self.sources(cover.document).items()
                )
                cover.paid = min(received, cover.amount)
            left = sum(cover.paid for cover in plan.covers)
            for row in plan.rows:
                row.paid = min(self.directed(row), row.amount, left)
                left -= row.paid
            for row in plan.rows:
                more = min(row.unpaid, left)
                row.paid += more
                left -= more
            done = not any(row.unpaid for row in plan.rows)
            plan.state = "completed" if done else "active"

    # --- balances -----------------------------------------------------------------

    def _in_force(self, account=None):
        return [
            (plan, cover)
            for plan in self.plans
            for cover in plan.covers
            if plan.follows and account in (None, plan.account)
        ]

    def _deferred_part(self, cover):
        return min(cover.document.owed, cover.amount - cover.paid)

    def deferred(self, account):
        return sum(self._deferred_part(cover) for _p, cover in self._in_force(account))

    def overdue(self, account):
        late = sum(
            row.owed for row in self.documents if row.account == account and row.late
        )
        late -= sum(
            self._deferred_part(cover)
            for _plan, cover in self._in_force(account)
            if cover.document.late
        )
        late += sum(
            row.unpaid
            for plan in self.plans
            if plan.account == account and plan.state == "active"
            for row in plan.rows
            if row.late
        )
        return max(late - self.credit(account), 0)

    def open_documents(self, account, kind):
        """Extend: what a plan still asks for isn't due by itself."""
        asked = [
            cover.document
            for _p, cover in self._in_force()
            if cover.paid < cover.amount
        ]
        rows = super().open_documents(account, kind)
        return [row for row in rows if not any(row is other for other in asked)]

    # --- plans --------------------------------------------------------------------

    def agree(self, account, documents, count, previous=None):
        """PLN-01, PLN-02: a plan over what these documents owe, all of it in force."""
        if previous and previous.state not in ("active", "broken"):
            raise Refused("only active and broken plans can be modified")
        covered = [
            cover.document
            for plan, cover in self._in_force()
            if plan.state == "active" and plan is not previous
        ]
        for row in documents:
            if row.account != account or not row.owed or row.kind == "debt":
                raise Refused("no debt of this account")
            if any(row is other for other in covered):
                raise Refused("covered already")
        total = sum(row.owed for row in documents)
        if total < count:
            raise Refused("installments below a cent")
        if previous:
            self._release(previous, "cancelled")
        for plan in self.plans:
            if any(cover.document in documents for cover in plan.covers):
                # A completed one: the others were refused or replaced.
                plan.follows = False
        plan = Plan(
            account,
            [
                Cover(row, row.owed, self.sources(row))
                for row in sorted(documents, key=lambda row: row.order)
            ],
            previous=previous,
        )
        each = total // count
        amounts = [each] * (count - 1) + [total - each * (count - 1)]
        plan.rows = [Row(plan, place, part) for place, part in enumerate(amounts, 1)]
        self.plans.append(plan)
        return plan

    def end(self, plan, state):
        if plan.state != "active":
            raise Refused("not active")
        self._release(plan, state)

    def _release(self, plan, state):
        plan.follows = False
        plan.state = state

    # --- paying installments --------------------------------------------------------

    def unpaid_rows(self, account):
        """What all plans of an account ask for, due first in front."""
        return [
            row
            for plan in self.plans
            if plan.account == account and plan.state == "active"
            for row in plan.rows
            if row.unpaid
        ]

    def _pieces(self, rows, wanted):
        """What installments ask for of the covered documents, oldest due first."""
        room = {
            cover: self._deferred_part(cover)
            for plan in dict.fromkeys(row.plan for row in rows)
            for cover in plan.covers
        }
        pieces = []
        for row in rows:
            left = wanted[row]
            for cover in row.plan.covers:
                part = min(left, room[cover])
                if part:
                    pieces.append((row, cover.document, part))
                    room[cover] -= part
                    left -= part
        return pieces

    def pay_rows(self, account, amount, rows=(), limited=True, anew=False):
        """REC-03: installments by name, or all that are unpaid, due first in front."""
        named = bool(rows)
        rows = list(rows) or self._by_date(self.unpaid_rows(account))
        wanted = {row: row.unpaid for row in rows}
        if anew:
            wanted = {row: row.amount - self.directed(row) for row in rows}
        for row in rows:
            if named and (row.plan.state != "active" or not wanted[row]):
                raise Refused("an installment that asks for nothing")
        pieces = self._pieces(rows, wanted)
        outstanding = sum(part for _row, _document, part in pieces)
        most = outstanding + max(ALLOWANCE, outstanding // 10)
        if limited and amount > most:
            raise Refused("more than is accepted")
        shares = []
        left = amount
        for row, document, piece in pieces:
            part = min(piece, left)
            if part:
                share = Share([document, part])
                share.row = row
                shares.append(share)
                document.owed -= part
                left -= part
        # One match for each document, in the order in which they come first.
        first = {}
        for place, share in enumerate(shares):
            first.setdefault(share[0], place)
        shares.sort(key=lambda share: first[share[0]])
        return self._keep(Payment(account, "installment", amount, shares, left))

    def _by_date(self, rows):
        """Monthly from the same day, unless they were moved into the past."""
        return sorted(rows, key=lambda row: (not row.late, row.sequence, row.plan.id))

    def apply_rows(self, notes, rows, amount=None):
        """CRN-10: credit for installments by name, oldest note first."""
        for note in notes:
            self._check_usable(note)
        for row in rows:
            if row.plan.state != "active" or not row.unpaid:
                raise Refused("an installment that asks for nothing")
            if any(row.plan.account != note.account for note in notes):
                raise Refused("of another account")
        pieces = self._pieces(rows, {row: row.unpaid for row in rows})
        owed = sum(part for _row, _document, part in pieces)
        most = min(sum(note.remaining for note in notes), owed)
        if amount is not None and not 0 < amount <= most:
            raise Refused("more than there is")
        left = most if amount is None else amount
        for row, document, piece in pieces:
            for note in sorted(notes, key=lambda note: note.id):
                part = self._use(note, "applied", document, min(piece, left))
                if part:
                    note.uses[-1].row = row
                    piece -= part
                    left -= part

    # --- corrections ------------------------------------------------------------------

    def _rows_of(self, payment):
        """The installments that have money of a payment and whose plan follows."""
        return list(
            dict.fromkeys(
                share.row
                for share in payment.shares
                if getattr(share, "row", None) and share.row.plan.follows
            )
        )

    def check_correct(self, payment):
        """Extend: installments are one type; whether it goes is tried on a copy."""
        if not self._rows_of(payment):
            return super().check_correct(payment)
        tried, same = copy.deepcopy((self, payment))
        tried.record_anew(same, same.account, True)
        return None

    def record_anew(self, payment, account, same_documents=False):
        """Extend: what was paid before a plan still is when it is recorded anew."""
        new = self._record_anew(payment, account, same_documents)
        if same_documents:
            for cover in (cover for plan in self.plans for cover in plan.covers):
                if payment in cover.before:
                    cover.before[new] = cover.before.pop(payment)
        return new

    def _record_anew(self, payment, account, same_documents):
        """For the same installments, or those of the other account's plan."""
        if payment.type != "installment":
            return LedgerModel.record_anew(self, payment, account, same_documents)
        rows = self._rows_of(payment)
        if same_documents and (rows or not payment.shares):
            self.reverse(payment)
            self.follow()
            return self.pay_rows(account, payment.amount, rows, False, bool(rows))
        if same_documents:
            return LedgerModel.record_anew(self, payment, account, True)
        if not self.unpaid_rows(account):
            payment.type, kind = "bill", payment.type
            try:
                return LedgerModel.record_anew(self, payment, account)
            finally:
                payment.type = kind
        self.reverse(payment)
        self.follow()
        return self.pay_rows(account, payment.amount, limited=False)

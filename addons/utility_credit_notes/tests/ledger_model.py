"""The rules of payments and credit in plain Python, to compare the product with.

Written from the rules, without the ORM and without a look at the ledger: whole cents,
lists and dicts. A method either does what the rule says or raises `Refused` and changes
nothing.
"""

from dataclasses import dataclass, field

ALLOWANCE = 100_00
LIMITS = {"clerk": 50_00, "recovery": 200_00, "manager": None}


class Refused(Exception):
    """The rules forbid this."""


@dataclass(eq=False)
class Document:
    """A bill, a service charge, or money that a consumer owes back (kind "debt")."""

    account: int
    kind: str
    order: tuple
    late: bool
    owed: int
    id: int = 0


@dataclass(eq=False)
class Payment:
    """Shares are lists [document, cents], the one that was paid last behind."""

    account: int
    type: str
    amount: int
    shares: list
    excess: int
    posted: bool = True
    waiting: object = None
    id: int = 0

    @property
    def allocated(self):
        return sum(amount for _document, amount in self.shares)


@dataclass(eq=False)
class Use:
    note: object
    kind: str
    document: Document
    amount: int
    stands: bool = True
    # Of a refund: where its debt stands in the order, if it becomes one.
    order: tuple = ()


@dataclass(eq=False)
class Note:
    payment: Payment
    amount: int
    treatment: str
    role: str = "clerk"
    automatic: bool = False
    state: str = "draft"
    remaining: int = 0
    late: bool = False
    uses: list = field(default_factory=list)
    id: int = 0

    @property
    def account(self):
        return self.payment.account

    def used(self, kind):
        return sum(use.amount for use in self.uses if use.kind == kind and use.stands)

    def follow(self):
        """CRN-08: the status of credit that was given follows what remains."""
        if self.remaining:
            self.state = "active"
        else:
            self.state = "expired" if self.used("expired") else "applied"


class LedgerModel:
    """Who owes what, and who has what credit."""

    def __init__(self, accounts):
        self.accounts = accounts
        self.documents = []
        self.payments = []
        self.notes = []
        self.auto_apply = False

    # --- what is asked of it ----------------------------------------------------

    def credit(self, account):
        return sum(note.remaining for note in self.notes if self._open(note, account))

    def payoff(self, account):
        owed = sum(row.owed for row in self.documents if row.account == account)
        return owed - self.credit(account)

    def overdue(self, account):
        late = sum(
            row.owed for row in self.documents if row.account == account and row.late
        )
        return max(late - self.credit(account), 0)

    def creditable(self, payment):
        """CRN-02: what no note has of a payment, drafts counted."""
        return payment.amount - sum(
            note.amount
            for note in self.notes
            if note.payment is payment and note.state != "cancelled"
        )

    def open_documents(self, account, kind):
        return sorted(
            (
                row
                for row in self.documents
                if row.account == account
                and row.owed
                and ("bill" if row.kind == "debt" else row.kind) == kind
            ),
            key=lambda row: row.order,
        )

    def _open(self, note, account):
        return note.account == account and note.state == "active"

    # --- documents and payments -------------------------------------------------

    def bill(self, account, kind, late, amount):
        document = Document(account, kind, (), late, amount)
        self.documents.append(document)
        if kind == "bill" and self.auto_apply:
            for note in self.notes:
                if self._open(note, account) and not note.late:
                    self._use(note, "applied", document)
        return document

    def pay(self, account, kind, amount, documents=(), limited=True):
        """REC-03, REC-07 to REC-09; the note of an excess is the last of `notes`."""
        if any(not row.owed or row.kind == "debt" for row in documents):
            raise Refused("a named document owes nothing")
        scope = list(documents) or self.open_documents(account, kind)
        outstanding = sum(row.owed for row in scope)
        most = outstanding + max(ALLOWANCE, outstanding // 10)
        if limited and amount > most:
            raise Refused("more than is accepted")
        shares = []
        left = amount
        for row in scope:
            part = min(left, row.owed)
            if part:
                shares.append([row, part])
                row.owed -= part
                left -= part
        return self._keep(Payment(account, kind, amount, shares, left))

    def _keep(self, payment):
        """CRN-06: what a payment has left becomes a note."""
        left = payment.excess
        self.payments.append(payment)
        if left:
            self.notes.append(
                Note(
                    payment,
                    left,
                    "return_money",
                    automatic=True,
                    state="active",
                    remaining=left,
                )
            )
        return payment

    def _take_back(self, payment, amount):
        """CRN-03: what was paid last is due again first."""
        while amount:
            document, have = payment.shares[-1]
            part = min(have, amount)
            document.owed += part
            amount -= part
            payment.shares[-1][1] -= part
            if not payment.shares[-1][1]:
                payment.shares.pop()

    # --- notes ------------------------------------------------------------------

    def draft(self, payment, amount, treatment, role):
        if not payment.posted:
            raise Refused("not a posted payment")
        if not 0 < amount <= self.creditable(payment):
            raise Refused("above what can be credited")
        note = Note(payment, amount, treatment, role)
        note.remaining = amount
        self.notes.append(note)
        return note

    def confirm(self, note):
        if note.state != "draft":
            raise Refused("no draft")
        limit = LIMITS[note.role]
        above = limit is not None and note.amount > limit
        if above or note.treatment == "adjust_revenue":
            note.state = "to_approve"
        else:
            self._activate(note)

    def approve(self, note, by_author=False):
        if note.state != "to_approve" or by_author:
            raise Refused("not to be decided by them")
        self._activate(note)

    def _activate(self, note):
        if note.treatment == "return_money":
            self._take_back(note.payment, note.amount)
        note.remaining = note.amount
        note.state = "active"

    def refuse(self, note, by_author=False):
        if note.state != "to_approve" or by_author:
            raise Refused("not to be decided by them")
        self._close(note)

    def cancel(self, note):
        if note.state not in ("draft", "to_approve"):
            raise Refused("effective or over")
        self._close(note)

    def _close(self, note):
        note.state = "cancelled"
        note.remaining = 0

    # --- using credit -----------------------------------------------------------

    def _use(self, note, kind, document=None, most=None):
        part = note.remaining
        if document:
            part = min(part, document.owed)
        if most is not None:
            part = min(part, most)
        if not part:
            return 0
        if document:
            document.owed -= part
        note.remaining -= part
        note.uses.append(Use(note, kind, document, part))
        note.follow()
        return part

    def _check_usable(self, note):
        if note.state != "active" or note.late:
            raise Refused("no credit that can be used")

    def apply(self, notes, documents, amount=None):
        """CRN-10: several notes oldest first, documents in the order given."""
        for note in notes:
            self._check_usable(note)
            for row in documents:
                if row.account != note.account or row.kind == "debt" or not row.owed:
                    raise Refused("a document that this credit can't pay")
        most = min(
            sum(note.remaining for note in notes), sum(row.owed for row in documents)
        )
        if amount is not None and not 0 < amount <= most:
            raise Refused("more than there is")
        left = most if amount is None else amount
        for note in sorted(notes, key=lambda note: note.id):
            for row in documents:
                left -= self._use(note, "applied", row, left)

    def undo(self, use):
        if use.kind != "applied" or not use.stands:
            raise Refused("no application that stands")
        self._undo(use)

    def _undo(self, use):
        use.stands = False
        use.note.remaining += use.amount
        if use.document:
            use.document.owed += use.amount
        use.note.follow()

    def expire(self, note):
        if note.state != "active":
            raise Refused("not active")
        self._use(note, "expired")

    def expire_late(self):
        for note in self.notes:
            if note.state == "active" and note.late:
                self._use(note, "expired")

    def extend(self, note):
        if note.state not in ("active", "expired"):
            raise Refused("neither active nor expired")
        for use in note.uses:
            if use.kind == "expired" and use.stands:
                self._undo(use)
        note.late = False

    # --- adjustments ------------------------------------------------------------

    def _check_adjustable(self, payment):
        if not payment.posted or payment.waiting:
            raise Refused("no posted payment, or another adjustment waits")

    def check_refund(self, note, amount):
        self._check_usable(note)
        if not 0 < amount <= note.remaining:
            raise Refused("more than is left")

    def refund(self, note, amount):
        self._use(note, "refunded", most=amount)
        return note.uses[-1]

    def reverse(self, payment):
        """RCN-07: as before the payment; what was refunded of it is owed now."""
        payment.posted = False
        self._take_back(payment, payment.allocated)
        for note in self.notes:
            if note.payment is not payment:
                continue
            for use in note.uses:
                if not use.stands:
                    continue
                use.stands = False
                if use.kind == "applied":
                    use.document.owed += use.amount
                if use.kind == "refunded":
                    self.documents.append(
                        Document(payment.account, "debt", use.order, False, use.amount)
                    )
            self._close(note)

    def check_move(self, payment, account):
        if account == payment.account:
            raise Refused("on this account already")

    def check_correct(self, payment):
        """A correction of mode or date names the documents, which are of one type."""
        kinds = {row.kind for row, _amount in payment.shares}
        if len(kinds) > 1 or "debt" in kinds:
            raise Refused("several types, or a debt, which nobody can name")

    def record_anew(self, payment, account, same_documents=False):
        """Reverse a payment, and record it as if it had been right at once."""
        documents = []
        if same_documents:
            documents = list(dict.fromkeys(row for row, _amount in payment.shares))
        kind = payment.type
        if documents:
            kind = documents[0].kind
        self.reverse(payment)
        return self.pay(account, kind, payment.amount, documents, limited=False)

    def check_reallocate(self, payment, documents):
        if not payment.allocated or not documents:
            raise Refused("no documents")
        now = self._by_document(payment)
        left = payment.allocated
        shares = {}
        for row in documents:
            owed = row.owed + now.get(row, 0)
            if row.account != payment.account or row.kind == "debt" or not owed:
                raise Refused("a document that this payment can't pay")
            part = min(left, owed)
            if part:
                shares[row] = part
                left -= part
        if left or shares == now:
            raise Refused("too little is owed, or nothing changes")
        return shares

    def _by_document(self, payment):
        shares = {}
        for row, amount in payment.shares:
            shares[row] = shares.get(row, 0) + amount
        return shares

    def reallocate(self, payment, documents):
        shares = self.check_reallocate(payment, documents)
        self._take_back(payment, payment.allocated)
        for row, amount in shares.items():
            row.owed -= amount
            payment.shares.append([row, amount])

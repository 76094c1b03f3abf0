"""The rules of keeping a plan in plain Python, to compare the product with.

Written from the rules, without the ORM, the ledger or the tools: whole cents, lists.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

SOON = timedelta(days=7)


@dataclass
class Row:
    due: date
    amount: int
    paid: int = 0
    paid_on: date | None = None
    missed_on: date | None = None
    cancelled: bool = False

    @property
    def state(self):
        if self.paid == self.amount:
            return "paid"
        if self.cancelled:
            return "cancelled"
        if self.missed_on:
            return "missed"
        return "partial" if self.paid else "due"


@dataclass
class PlanModel:
    """Payments are lists [row number or None, cents, date]."""

    rows: list
    grace: int
    break_after: int
    state: str = "active"
    forgiven: int = 0
    payments: list = field(default_factory=list)

    @property
    def debt(self):
        """What is open of the bill."""
        return sum(row.amount for row in self.rows) - sum(
            amount for _row, amount, _date in self.payments
        )

    def open_rows(self):
        return [row for row in self.rows if row.paid < row.amount]

    # --- what happens -----------------------------------------------------------

    def begin_day(self, today):
        """PLN-05: missed past grace, broken after as many as agreed."""
        if self.state != "active":
            return
        missed_one = self._miss(today)
        count = self._missed_count() - self.forgiven
        if missed_one and self.break_after and count >= self.break_after:
            self._end("broken")

    def pay(self, row, amount, today):
        self.payments.append([row, amount, today])
        self._follow()
        return self.payments[-1]

    def take_back(self, payment):
        self.payments.remove(payment)
        self._follow()

    def cancel(self):
        self._end("cancelled")

    def reactivate(self, today):
        self.state = "active"
        for row in self.rows:
            row.cancelled = False
        self._follow()
        self._miss(today)
        self.forgiven = self._missed_count()

    def _missed_count(self):
        return sum(1 for row in self.rows if row.missed_on)

    def _miss(self, today):
        missed = [
            row
            for row in self.open_rows()
            if not row.missed_on and row.due + timedelta(days=self.grace) < today
        ]
        for row in missed:
            row.missed_on = today
        return bool(missed)

    def _end(self, state):
        self.state = state
        for row in self.open_rows():
            row.cancelled = True

    def _follow(self):
        """PLN-03: named money stays with its row, the rest pays the oldest.

        A row is paid since the day from which on what stands today has paid it.
        """
        if self.state not in ("active", "completed"):
            return
        for row in self.rows:
            row.paid, row.paid_on = 0, None
        for day in sorted({day for _at, _amount, day in self.payments}):
            self._share([entry for entry in self.payments if entry[2] <= day])
            for row in self.rows:
                if row.paid < row.amount:
                    row.paid_on = None
                elif not row.paid_on:
                    row.paid_on = day
        self.state = "active" if self.open_rows() else "completed"

    def _share(self, payments):
        named = [
            min(
                sum(amount for at, amount, _date in payments if at == number),
                row.amount,
            )
            for number, row in enumerate(self.rows)
        ]
        rest = sum(amount for _at, amount, _date in payments) - sum(named)
        for row, own in zip(self.rows, named, strict=True):
            more = min(rest, row.amount - own)
            rest -= more
            row.paid = own + more

    # --- how it stands ----------------------------------------------------------

    def standing(self, today):
        if self.state != "active":
            return {"cancelled": None}.get(self.state, self.state)
        rows = self.open_rows()
        if any(row.missed_on for row in rows):
            return "at_risk"
        if any(row.due < today for row in rows):
            return "late"
        if any(row.due <= today + SOON for row in rows):
            return "due_soon"
        return "on_track"

    def late(self, today):
        if self.state != "active":
            return 0
        return sum(row.amount - row.paid for row in self.open_rows() if row.due < today)

    def judged(self, today):
        """Paid, missed, or past its grace, though the morning didn't see it yet."""
        return sum(
            1
            for row in self.rows
            if row.paid_on
            or row.missed_on
            or (not row.cancelled and row.due + timedelta(days=self.grace) < today)
        )

    def kept(self):
        return sum(
            1
            for row in self.rows
            if row.paid_on and row.paid_on <= row.due + timedelta(days=self.grace)
        )

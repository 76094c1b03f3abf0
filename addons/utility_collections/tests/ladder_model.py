"""The ladder's rules in plain Python, to compare the product's run with (COL-04).

Written from the rules, without SQL, the ledger or the tools: whole cents, lists.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass
class AccountModel:
    """What an account owes, and where its case stands."""

    # [due date, cents]: bills, and installments of a plan in place of its bill
    debts: list = field(default_factory=list)
    credit: int = 0
    is_open: bool = False
    # The number of the last step, from 0; and when it was taken
    step: int | None = None
    stepped_on: date | None = None
    # Of its debts, one is in a plan
    planned: bool = False
    history: list = field(default_factory=list)

    def pay(self, amount):
        for debt in sorted(self.debts):
            part = min(debt[1], amount)
            debt[1] -= part
            amount -= part
        self.credit += amount

    def late(self, today, days=0):
        limit = today - timedelta(days=days)
        return [
            d for d in sorted(self.debts) if d[1] and d[0] < today and d[0] <= limit
        ]

    def collectible(self, today):
        return max(sum(cents for _due, cents in self.late(today)) - self.credit, 0)

    def minimum(self, today, steps):
        late = self.late(today, steps[0][0])
        return max(sum(cents for _due, cents in late) - self.credit, 0)

    def oldest(self, today):
        total = 0
        for due, cents in self.late(today):
            total += cents
            if total > self.credit:
                return due
        return None

    def follow(self, today, steps):
        """What a payment does at once."""
        if self.is_open and not self.minimum(today, steps):
            self.is_open, self.step, self.stepped_on = False, None, None
            self.history.append("closed")

    def run(self, today, steps):
        """What the day does; steps are (days, days after, cents)."""
        self.follow(today, steps)
        minimum, amount = self.minimum(today, steps), self.collectible(today)
        if not self.is_open and minimum and amount >= steps[0][2]:
            self.is_open = True
            self.history.append("opened")
        if not self.is_open:
            return
        place = 0 if self.step is None else self.step + 1
        if place == len(steps):
            return
        days, after, least = steps[place]
        if today < self.oldest(today) + timedelta(days=days) or amount < least:
            return
        if self.stepped_on and today < self.stepped_on + timedelta(days=max(after, 1)):
            return
        self.step, self.stepped_on = place, today
        self.history.append("step")

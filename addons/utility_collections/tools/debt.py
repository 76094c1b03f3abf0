from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Debt:
    """What an account owes as collections see it; amounts in company currency."""

    payoff: Decimal = ZERO
    # Past due, plans considered, before credit
    late: Decimal = ZERO
    credit: Decimal = ZERO
    # Of what is late, what open disputes hold
    disputed: Decimal = ZERO
    # At or past the first step of the account's process, less disputes and credit
    minimum_due: Decimal = ZERO
    # The same before disputes: what would be due if all of them were lost
    contested_due: Decimal = ZERO
    # Due date of the oldest late debt that neither credit nor a dispute takes up
    oldest_due: date | None = None

    @property
    def overdue(self) -> Decimal:
        """Overdue balance: late less credit, never below zero (CON-04)."""
        return max(self.late - self.credit, ZERO)

    @property
    def collectible(self) -> Decimal:
        """Overdue less what is disputed: what may be collected (COL-02)."""
        return max(self.late - self.credit - self.disputed, ZERO)

    @property
    def percent_behind(self) -> float:
        """100 x overdue / payoff within 0..100, 0 when nothing is owed (COL-01)."""
        if self.payoff <= 0:
            return 0.0
        return float(min(100 * self.overdue / self.payoff, Decimal(100)))

    def days_overdue(self, today: date) -> int:
        """Days since the oldest collectible debt was due; 0 without one."""
        return (today - self.oldest_due).days if self.oldest_due else 0

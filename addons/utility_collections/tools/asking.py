from dataclasses import dataclass
from decimal import Decimal

from .debt import Debt

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a notice asks for: overdue less all that is no debt to remind of (COL-11).

    `late` holds what may be told; the rest is taken off it, one after the other, until
    nothing is left.
    """

    late: Decimal
    credit: Decimal = ZERO
    disputed: Decimal = ZERO
    promised: Decimal = ZERO
    in_flight: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        taken = self.credit + self.disputed + self.promised + self.in_flight
        return max(self.late - taken, ZERO)

    @property
    def settled_by(self) -> str | None:
        """What of the parts leaves nothing to ask for, if so."""
        left = self.late
        if left <= 0:
            return "nothing"
        for name in ("credit", "disputed", "promised", "in_flight"):
            left -= getattr(self, name)
            if left <= 0:
                return name
        return None


def ask(debt: Debt, kept_out: Decimal, promised: Decimal, in_flight: Decimal) -> Asking:
    """Return what may be asked for of a debt.

    :param kept_out: of what is late, items that are kept out of collections and that
        no dispute holds already
    :param promised: what the consumer promised to pay by a day that hasn't passed
    :param in_flight: online payments on their way
    """
    return Asking(
        late=max(debt.late - kept_out, ZERO),
        credit=debt.credit,
        disputed=debt.disputed,
        promised=max(promised, ZERO),
        in_flight=max(in_flight, ZERO),
    )

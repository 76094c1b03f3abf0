"""The schedule of a payment plan (PLN-01): a pure function, property-tested."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from dateutil.relativedelta import relativedelta

ZERO = Decimal(0)
FREQUENCIES = {
    "weekly": relativedelta(weeks=1),
    "fortnightly": relativedelta(weeks=2),
    "monthly": relativedelta(months=1),
}


class ScheduleError(ValueError):
    """Terms that make no schedule; ``code`` says why.

    Codes: ``no_debt``, ``no_installments``, ``down_payment_negative``,
    ``down_payment_above_debt``, ``below_minimum``.

    :param amount: the amount that is wrong, where it is one
    """

    def __init__(self, code: str, amount: Decimal = ZERO):
        super().__init__(code)
        self.code = code
        self.amount = amount


@dataclass(frozen=True)
class PlannedInstallment:
    """One row of a schedule; sequence 0 is the down payment."""

    sequence: int
    due_date: datetime.date
    amount: Decimal


def make_schedule(
    debt: Decimal,
    count: int,
    frequency: str,
    first_date: datetime.date,
    *,
    unit: Decimal = Decimal("0.01"),
    down_payment: Decimal = ZERO,
    down_payment_date: datetime.date | None = None,
    minimum: Decimal = ZERO,
    move_date: Callable[[datetime.date], datetime.date] | None = None,
) -> list[PlannedInstallment]:
    """Divide a debt into a down payment and equal installments.

    Amounts are rounded down to the unit; the last one takes the rest, so it is never
    smaller than the others. Dates are counted from the first one: each keeps its day of
    the month, or is the last of a month that is too short.

    :param debt: what is covered, > 0; all amounts are in its currency
    :param count: number of installments beside the down payment, >= 1
    :param frequency: a key of ``FREQUENCIES``
    :param first_date: when the first installment is due
    :param unit: smallest unit of the currency
    :param down_payment: due at once; may not reach the debt
    :param down_payment_date: when it is due; default: with the first installment
    :param minimum: no installment may be below it (nor below one unit)
    :param move_date: where a date goes that no payment can fall on, e.g. a holiday
    :raises ScheduleError: when the terms make no schedule
    """
    if debt <= ZERO:
        raise ScheduleError("no_debt", debt)
    if count < 1:
        raise ScheduleError("no_installments")
    if down_payment < ZERO:
        raise ScheduleError("down_payment_negative", down_payment)
    if down_payment >= debt:
        raise ScheduleError("down_payment_above_debt", down_payment)
    rest = debt - down_payment
    each = rest / count
    each -= each % unit
    if each < max(minimum, unit):
        raise ScheduleError("below_minimum", each)
    step = FREQUENCIES[frequency]
    rows = []
    if down_payment:
        rows.append(
            PlannedInstallment(0, down_payment_date or first_date, down_payment)
        )
    for number in range(1, count + 1):
        # From the first date: day 31 comes back after a shorter month.
        due_date = first_date + step * (number - 1)
        amount = each if number < count else rest - each * (count - 1)
        rows.append(
            PlannedInstallment(
                number, move_date(due_date) if move_date else due_date, amount
            )
        )
    return rows

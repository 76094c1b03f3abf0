"""The schedule of a payment plan (PLN-01): a pure function, property-tested."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dateutil.relativedelta import relativedelta

ZERO = Decimal(0)
# More than ten years by the month; what is longer is a slip of the keyboard.
MAX_INSTALLMENTS = 120
FREQUENCIES = {
    "weekly": relativedelta(weeks=1),
    "fortnightly": relativedelta(weeks=2),
    "monthly": relativedelta(months=1),
}


class ScheduleError(ValueError):
    """Terms that make no schedule; ``code`` says why.

    Codes: ``no_debt``, ``no_installments``, ``too_many_installments``,
    ``down_payment_negative``, ``down_payment_above_debt``, ``below_minimum``,
    ``date_out_of_range``; of rows written by hand also ``date_missing``,
    ``date_past``, ``same_date``, ``sum_differs``.

    :param amount: the amount that is wrong, where it is one; for ``sum_differs`` the
        sum of the rows
    :param date: the date that is wrong, where it is one
    """

    def __init__(
        self, code: str, amount: Decimal = ZERO, date: datetime.date | None = None
    ):
        super().__init__(code)
        self.code = code
        self.amount = amount
        self.date = date


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
    :param count: number of installments beside the down payment, 1 to
        ``MAX_INSTALLMENTS``
    :param frequency: a key of ``FREQUENCIES``
    :param first_date: when the first installment is due
    :param unit: smallest unit of the currency
    :param down_payment: due at once; may not reach the debt
    :param down_payment_date: when it is due; default: with the first installment
    :param minimum: no installment may be below it (nor below one unit)
    :param move_date: where a date goes that no payment can fall on, e.g. a holiday
    :raises ScheduleError: when the terms make no schedule
    """
    rest = _rest(debt, down_payment, count)
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
        try:
            due_date = first_date + step * (number - 1)
        except (OverflowError, ValueError):
            raise ScheduleError("date_out_of_range", date=first_date) from None
        amount = each if number < count else rest - each * (count - 1)
        rows.append(
            PlannedInstallment(
                number, move_date(due_date) if move_date else due_date, amount
            )
        )
    return rows


def check_rows(
    debt: Decimal,
    rows: Sequence[tuple[datetime.date | None, Decimal]],
    *,
    today: datetime.date,
    unit: Decimal = Decimal("0.01"),
    down_payment: Decimal = ZERO,
    minimum: Decimal = ZERO,
) -> None:
    """Check a schedule that somebody wrote: each amount, each date, and the sum.

    :param debt: what is covered
    :param rows: due date and amount of each installment beside the down payment
    :param today: no installment can be due before
    :raises ScheduleError: on the first thing that is wrong
    """
    rest = _rest(debt, down_payment, len(rows))
    seen = set()
    for due_date, amount in rows:
        if not due_date:
            raise ScheduleError("date_missing", amount)
        if due_date < today:
            raise ScheduleError("date_past", amount, due_date)
        if due_date in seen:
            raise ScheduleError("same_date", amount, due_date)
        seen.add(due_date)
        if amount < max(minimum, unit):
            raise ScheduleError("below_minimum", amount, due_date)
    total = sum((amount for _date, amount in rows), ZERO)
    if total != rest:
        raise ScheduleError("sum_differs", total)


def _rest(debt: Decimal, down_payment: Decimal, count: int) -> Decimal:
    """What is left for a number of installments beside the down payment."""
    if debt <= ZERO:
        raise ScheduleError("no_debt", debt)
    if count < 1:
        raise ScheduleError("no_installments")
    if count > MAX_INSTALLMENTS:
        raise ScheduleError("too_many_installments")
    if down_payment < ZERO:
        raise ScheduleError("down_payment_negative", down_payment)
    if down_payment >= debt:
        raise ScheduleError("down_payment_above_debt", down_payment)
    return debt - down_payment

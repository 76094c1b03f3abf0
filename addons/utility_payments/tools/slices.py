"""Cutting a period, and the one it is compared with, into days, months or years."""

from dataclasses import dataclass
from datetime import date, timedelta

from .period import Period, month_end

DAY, MONTH, YEAR = "day", "month", "year"
# A quarter is still shown by day, ten years by month.
MOST_DAYS = 92
MOST_MONTHS = 120


@dataclass(frozen=True)
class Slice:
    """A part of a period beside the part of the other that it is compared with.

    Either may be None: October has a day more than November.
    """

    period: Period | None
    compared: Period | None


def unit_of(period):
    """By what a period is shown: 'day', 'month' or 'year'."""
    if period.days <= MOST_DAYS:
        return DAY
    months = 12 * (period.last.year - period.first.year)
    months += period.last.month - period.first.month + 1
    return MONTH if months <= MOST_MONTHS else YEAR


def cut(period, unit):
    """All days, calendar months or years of a period, the outer ones as far as in it.

    :rtype: list[Period]
    """
    result = []
    first = period.first
    while True:
        last = min(_end(first, unit), period.last)
        result.append(Period(first, last))
        if last == period.last:
            return result
        first = last + timedelta(days=1)


def by_whole_units(period, compared, unit):
    """Whether both periods begin with a unit, so that whole ones are side by side.

    Only the last part of each may then be a piece of one.
    """
    return all(
        unit == DAY or (day.day == 1 and (unit == MONTH or day.month == 1))
        for day in (period.first, compared.first)
    )


def slices(period, compared, unit):
    """The parts of a period, each beside its part of the compared one.

    Where both begin with a unit, the first is beside the first and so on. Otherwise
    (15 January to 20 June by month) the parts compared have the same numbers of days.
    No day of either is left out.

    :rtype: list[Slice]
    """
    parts = cut(period, unit)
    if by_whole_units(period, compared, unit):
        others = cut(compared, unit)
    else:
        others = _cut_alike(parts, compared)
    length = max(len(parts), len(others))
    parts += [None] * (length - len(parts))
    others += [None] * (length - len(others))
    return [Slice(*pair) for pair in zip(parts, others, strict=True)]


def _cut_alike(parts, compared):
    result = []
    first = compared.first
    for part in parts:
        last = first + timedelta(days=part.days - 1)
        if part is parts[-1] or last >= compared.last:
            last = compared.last
        result.append(Period(first, last))
        if last == compared.last:
            break
        first = last + timedelta(days=1)
    return result


def _end(day, unit):
    if unit == MONTH:
        return month_end(day)
    return day if unit == DAY else date(day.year, 12, 31)

"""Closed periods of days, and the periods that they are compared with (KPI-05)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

# What a period is compared with
PREVIOUS = "previous"
PREVIOUS_TO_DATE = "previous_to_date"
LAST_YEAR = "last_year"
LAST_YEAR_TO_DATE = "last_year_to_date"
# Each with the one of which only as many days count as have passed of the period
TO_DATE = {PREVIOUS_TO_DATE: PREVIOUS, LAST_YEAR_TO_DATE: LAST_YEAR}
COMPARISONS = (PREVIOUS, PREVIOUS_TO_DATE, LAST_YEAR, LAST_YEAR_TO_DATE)


@dataclass(frozen=True)
class Period:
    """All days from the first to the last, both included."""

    first: date
    last: date

    def __post_init__(self):
        if self.first > self.last:
            raise ValueError(f"{self.first} is after {self.last}")

    @property
    def days(self):
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def months(self):
        """Number of calendar months, 0 unless it is made of whole ones."""
        if self.first.day != 1 or self.last != month_end(self.last):
            return 0
        years = self.last.year - self.first.year
        return 12 * years + self.last.month - self.first.month + 1

    @property
    def whole_months(self):
        """The Period of the calendar months that lie in it, or None."""
        first, last = self.first, self.last
        if first.day != 1:
            if month_end(first) >= last:
                return None
            first = month_end(first) + _DAY
        if last != month_end(last):
            if last.replace(day=1) <= first:
                return None
            last = last.replace(day=1) - _DAY
        return Period(first, last)

    def without(self, inner):
        """The periods before and after a period that lies in this one."""
        rests = []
        if self.first < inner.first:
            rests.append(Period(self.first, inner.first - _DAY))
        if inner.last < self.last:
            rests.append(Period(inner.last + _DAY, self.last))
        return rests

    def compared(self, how, today):
        """The period that this one is compared with.

        :param str how: 'previous', the same number of months or days right before;
            'last_year', the same days a year before; 'previous_to_date' and
            'last_year_to_date', of these only as many days as have passed of this
            period, so that a running month isn't measured against a whole one
        :param date today: tells how much of this period has passed
        :raises ValueError: on another word
        """
        if how not in COMPARISONS:
            raise ValueError(how)
        whole = TO_DATE.get(how, how)
        other = self._before() if whole == PREVIOUS else self._year_before()
        if how in TO_DATE and self.first <= today < self.last:
            passed = (today - self.first).days
            return Period(other.first, min(other.last, other.first + passed * _DAY))
        return other

    def _year_before(self):
        first, last = (shift_months(day, -12) for day in (self.first, self.last))
        return Period(first, month_end(last) if self.months else last)

    def _before(self):
        last = self.first - _DAY
        if self.months:
            return Period(shift_months(self.first, -self.months), last)
        return Period(self.first - self.days * _DAY, last)


_DAY = timedelta(days=1)


def month_end(day):
    """The last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def shift_months(day, count):
    """The same day of another month, or its last day where it is shorter."""
    month = 12 * day.year + day.month - 1 + count
    first = date(month // 12, month % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))

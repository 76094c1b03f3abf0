"""The period that an alert rule looks at on a given day (KPI-08)."""

from datetime import timedelta

from .period import Period, month_end, shift_months

TODAY = "today"
YESTERDAY = "yesterday"
THIS_WEEK = "this_week"
THIS_MONTH = "this_month"
LAST_7 = "last_7"
LAST_30 = "last_30"
LAST_MONTH = "last_month"
# A new one of these is a new case; rolling ones never end.
CALENDAR = frozenset({TODAY, YESTERDAY, THIS_WEEK, THIS_MONTH, LAST_MONTH})


def alert_period(name, today, week_start=0):
    """Days that a rule looks at, and those that it compares them with.

    This week and this month end today, and are compared with as many days of the week
    or month before. The last 7 or 30 days end yesterday: they are whole days.

    :param str name: one of the names above
    :param date today: where the company is
    :param int week_start: first day of a week, 0 is Monday
    :rtype: tuple[Period, Period]
    :raises ValueError: on another name
    """
    day = timedelta(days=1)
    if name == TODAY:
        return Period(today, today), Period(today - day, today - day)
    if name == YESTERDAY:
        return Period(today - day, today - day), Period(
            today - 2 * day, today - 2 * day
        )
    if name == THIS_WEEK:
        first = today - day * ((today.weekday() - week_start) % 7)
        return Period(first, today), Period(first - 7 * day, today - 7 * day)
    if name == THIS_MONTH:
        first = today.replace(day=1)
        return (
            Period(first, today),
            Period(shift_months(first, -1), shift_months(today, -1)),
        )
    if name == LAST_MONTH:
        first = shift_months(today.replace(day=1), -1)
        before = shift_months(first, -1)
        return Period(first, month_end(first)), Period(before, month_end(before))
    if name in (LAST_7, LAST_30):
        length = 7 if name == LAST_7 else 30
        first = today - length * day
        return Period(first, today - day), Period(first - length * day, first - day)
    raise ValueError(name)

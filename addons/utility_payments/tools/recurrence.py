"""When something that repeats happens next, by the clock of a time zone (KPI-07)."""

from datetime import datetime, time, timedelta

import pytz

from .period import month_end

DAILY = "daily"
WEEKLY = "weekly"
MONTHLY = "monthly"
FREQUENCIES = (DAILY, WEEKLY, MONTHLY)
_DAY = timedelta(days=1)


def next_moment(frequency, at, zone, after, weekday=0, monthday=1):
    """The first moment after another one at which something repeats.

    It comes once a day, week or month, whatever the clocks do: a time that the change
    to summer time leaves out is as much later as the clock jumps, and of one that comes
    twice the first counts. Where a month is shorter than `monthday`, its last day does.

    :param str frequency: one of FREQUENCIES
    :param datetime.time at: time of the day, in the zone
    :param zone: a pytz time zone
    :param datetime after: naive UTC
    :param int weekday: 0, Monday, to 6; for weekly
    :param int monthday: 1 to 31; for monthly
    :return: naive UTC, later than `after`
    :rtype: datetime
    :raises ValueError: on another frequency, weekday or day
    """
    if frequency not in FREQUENCIES or not 0 <= weekday <= 6 or not 1 <= monthday <= 31:
        raise ValueError(frequency, weekday, monthday)
    # A day before, because where clocks go back a day may repeat an hour
    day = pytz.utc.localize(after).astimezone(zone).date() - _DAY
    for _turn in range(70):
        if _fits(day, frequency, weekday, monthday):
            moment = to_utc(datetime.combine(day, at), zone)
            if moment > after:
                return moment
        day += _DAY
    raise ValueError(after)  # Not reached: each month has such a day


def _fits(day, frequency, weekday, monthday):
    if frequency == WEEKLY:
        return day.weekday() == weekday
    if frequency == MONTHLY:
        return day.day == min(monthday, month_end(day).day)
    return True


def to_utc(local, zone):
    """The naive UTC moment of a naive local one; see `next_moment` for gaps."""
    try:
        aware = zone.localize(local, is_dst=None)
    except pytz.AmbiguousTimeError:
        aware = zone.localize(local, is_dst=True)
    except pytz.NonExistentTimeError:
        aware = zone.localize(local, is_dst=False)
    return aware.astimezone(pytz.utc).replace(tzinfo=None)


def hours_to_time(hours):
    """A time of the day from hours as a float: 8.5 is half past eight."""
    minutes = round(hours * 60)
    return time(minutes // 60, minutes % 60)

"""What a figure is asked for: which days, companies and channels."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytz

from .period import Period


@dataclass(frozen=True)
class FigureScope:
    """Arguments of every figure, resolved and checked.

    ``compared_whole`` is the period compared with when no day of it is left out.
    ``companies`` (all with ``currency``) and ``channels`` (empty: all) are records;
    ``today`` is the date where the user is, ``zone`` their time zone.
    """

    period: Period
    compared: Period
    compared_whole: Period
    companies: object
    channels: object
    currency: object
    today: date
    zone: object
    cache: dict = field(default_factory=dict, compare=False)

    def once(self, key, function):
        """What a function returns, called for the first figure that needs it only."""
        if key not in self.cache:
            self.cache[key] = function()
        return self.cache[key]

    def day_bounds(self, day):
        """First moment of a day of the user, and of the next, as naive UTC."""
        return tuple(
            self.zone.localize(datetime.combine(start, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for start in (day, day + timedelta(days=1))
        )

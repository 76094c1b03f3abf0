from datetime import datetime, time, timedelta

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.period import month_end
from ..tools.recurrence import FREQUENCIES, hours_to_time, next_moment, to_utc

ZONES = [
    pytz.timezone(name)
    for name in (
        "UTC",
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Kiritimati",
        "America/Sao_Paulo",
    )
]
BERLIN = pytz.timezone("Europe/Berlin")


@tagged("post_install", "-at_install")
class TestRecurrence(BaseCase):
    """When a scheduled report is due (KPI-07)."""

    @settings(max_examples=300, deadline=None)
    @given(
        frequency=st.sampled_from(FREQUENCIES),
        at=st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0)),
        zone=st.sampled_from(ZONES),
        after=st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)),
        weekday=st.integers(0, 6),
        monthday=st.integers(1, 31),
    )
    def test_next(self, frequency, at, zone, after, weekday, monthday):
        """KPI-07: always later, on a day that fits, once for each of these days."""
        at = at.replace(microsecond=0)
        moments = []
        for _turn in range(4):
            after = next_moment(frequency, at, zone, after, weekday, monthday)
            moments.append(after)
        days = [self._day_of(moment, at, zone) for moment in moments]
        for day in days:
            if frequency == "weekly":
                self.assertEqual(day.weekday(), weekday)
            if frequency == "monthly":
                self.assertEqual(day.day, min(monthday, month_end(day).day))
        for first, second in zip(days, days[1:], strict=False):
            if frequency == "daily":
                self.assertEqual(second - first, timedelta(days=1))
            elif frequency == "weekly":
                self.assertEqual(second - first, timedelta(days=7))
            else:
                months = [12 * day.year + day.month for day in (first, second)]
                self.assertEqual(months[1] - months[0], 1)

    def _day_of(self, moment, at, zone):
        """The local day whose time this is; the clock may have jumped over it."""
        local = pytz.utc.localize(moment).astimezone(zone)
        late = (local.hour * 60 + local.minute) - (at.hour * 60 + at.minute)
        self.assertIn(late % 1440, (0, 30, 60))
        return (local - timedelta(minutes=late % 1440)).date()

    def test_month_ends(self):
        """KPI-07: the 31st is the last day of each month, in leap years as well."""
        moment = datetime(2027, 12, 31, 12)
        days = []
        for _turn in range(5):
            moment = next_moment("monthly", time(8), pytz.utc, moment, monthday=31)
            days.append((moment.month, moment.day))
        self.assertEqual(days, [(1, 31), (2, 29), (3, 31), (4, 30), (5, 31)])

    def test_summer_time(self):
        """KPI-07: 02:30 on the night that lacks it, and on the night that has two."""
        before = datetime(2026, 3, 28, 12)
        moment = next_moment("daily", time(2, 30), BERLIN, before)
        self.assertEqual(moment, datetime(2026, 3, 29, 1, 30))
        self.assertEqual(
            next_moment("daily", time(2, 30), BERLIN, moment),
            datetime(2026, 3, 30, 0, 30),
        )
        moment = next_moment("daily", time(2, 30), BERLIN, datetime(2026, 10, 24, 12))
        self.assertEqual(moment, datetime(2026, 10, 25, 0, 30))
        self.assertEqual(
            next_moment("daily", time(2, 30), BERLIN, moment),
            datetime(2026, 10, 26, 1, 30),
        )
        # The clock of the owner stays at eight, whatever UTC does
        self.assertEqual(to_utc(datetime(2026, 1, 1, 8), BERLIN).hour, 7)
        self.assertEqual(to_utc(datetime(2026, 7, 1, 8), BERLIN).hour, 6)

    def test_hours(self):
        """KPI-07: hours as the form gives them."""
        self.assertEqual(hours_to_time(8.5), time(8, 30))
        self.assertEqual(hours_to_time(23 + 59 / 60), time(23, 59))
        for bad in (("yearly", 0, 1), ("weekly", 7, 1), ("monthly", 0, 32)):
            with self.assertRaises(ValueError):
                next_moment(bad[0], time(8), pytz.utc, datetime(2026, 1, 1), *bad[1:])

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.period import COMPARISONS, Period, month_end, shift_months

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


class TestPeriod(BaseCase):
    @given(DAYS, st.integers(0, 800), st.sampled_from(COMPARISONS), DAYS)
    def test_compared(self, first, length, how, today):
        """KPI-05: what a period is compared with is as long, and never overlaps it."""
        period = Period(first, first + timedelta(days=length))
        compared = period.compared(how, today)
        if how.startswith("last_year"):
            self.assertEqual(compared.first, first - relativedelta(years=1))
            self.assertLessEqual(compared.last, period.last - relativedelta(days=365))
            return
        if how == "previous":
            self.assertEqual(compared.last, first - timedelta(days=1))
        self.assertLess(compared.last, first)
        if not period.months:
            self.assertLessEqual(compared.days, period.days)
            if how == "previous" or today not in (first, period.last):
                self.assertGreaterEqual(compared.days, 1)

    @given(DAYS, st.integers(1, 24))
    def test_whole_months(self, day, count):
        """KPI-05: whole months are compared with as many whole months."""
        first = day.replace(day=1)
        period = Period(first, month_end(shift_months(first, count - 1)))
        self.assertEqual(period.months, count)
        before = period.compared("previous", day)
        self.assertEqual(before.months, count)
        self.assertEqual(period.compared("last_year", day).months, count)

    @given(DAYS, st.integers(0, 800))
    def test_whole_months_inside(self, first, length):
        """KPI-05: its whole months and what is left of it are the period, once."""
        period = Period(first, first + timedelta(days=length))
        whole = period.whole_months
        if not whole:
            # A month fits into no 30 days, and into each 61
            self.assertLess(length, 61)
            return
        self.assertGreaterEqual(whole.months, 1)
        parts = sorted([whole, *period.without(whole)], key=lambda part: part.first)
        self.assertEqual(sum(part.days for part in parts), period.days)
        self.assertEqual((parts[0].first, parts[-1].last), (first, period.last))
        for part in parts:
            self.assertTrue(part is whole or part.days <= 30)

    def test_whole_months_at_the_end_of_time(self):
        """KPI-05: the first and the last day that there is are no trouble."""
        for first, last in ((date.min, date(1, 1, 9)), (date(9999, 12, 2), date.max)):
            self.assertIsNone(Period(first, last).whole_months)

    @given(DAYS, st.integers(-600, 600))
    def test_shift_months(self, day, count):
        """T21: a month further is what an independent calculator says."""
        self.assertEqual(shift_months(day, count), day + relativedelta(months=count))

    def test_to_date(self):
        """KPI-05: a month that runs is compared with as many days of the one before."""
        march = Period(date(2024, 3, 1), date(2024, 3, 31))
        for today, last in (
            (date(2024, 3, 1), date(2024, 2, 1)),
            (date(2024, 3, 22), date(2024, 2, 22)),
            (date(2024, 3, 30), date(2024, 2, 29)),
            (date(2024, 3, 31), date(2024, 2, 29)),
            (date(2024, 2, 10), date(2024, 2, 29)),
        ):
            compared = march.compared("previous_to_date", today)
            self.assertEqual(compared, Period(date(2024, 2, 1), last))

    def test_last_year_to_date(self):
        """KPI-05: of last year's month, too, as many days as have passed of this."""
        february = Period(date(2024, 2, 1), date(2024, 2, 29))
        for today, last in (
            (date(2024, 2, 10), date(2023, 2, 10)),
            (date(2024, 2, 28), date(2023, 2, 28)),
            (date(2024, 3, 10), date(2023, 2, 28)),
        ):
            compared = february.compared("last_year_to_date", today)
            self.assertEqual(compared, Period(date(2023, 2, 1), last))

    def test_order(self):
        """KPI-05: a period doesn't end before it begins."""
        with self.assertRaises(ValueError):
            Period(date(2024, 3, 2), date(2024, 3, 1))

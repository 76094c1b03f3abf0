from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import (
    MAX_INSTALLMENTS,
    ScheduleError,
    check_rows,
    make_schedule,
    spread,
)

CENT = Decimal("0.01")
_cents = st.integers(1, 10**9).map(lambda cents: Decimal(cents) * CENT)
_counts = st.integers(1, MAX_INSTALLMENTS)
_dates = st.dates(date(2020, 1, 1), date(2100, 12, 31))
_frequencies = st.sampled_from(["weekly", "fortnightly", "monthly"])


def expected_date(first, frequency, position):
    """An independent calendar: the day of the month, or the month's last."""
    if frequency != "monthly":
        return first + timedelta(days=(7 if frequency == "weekly" else 14) * position)
    year, month = divmod(first.year * 12 + first.month - 1 + position, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    def assertNoSchedule(self, code, *args, **kwargs):
        with self.assertRaises(ScheduleError) as caught:
            make_schedule(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    # -------------------------------------------------------------------------
    # make_schedule
    # -------------------------------------------------------------------------

    @settings(max_examples=300, deadline=None)
    @given(_cents, _counts, _frequencies, _dates, st.integers(0, 10**9))
    def test_sum_and_dates(self, debt, count, frequency, first, down):
        """PLN-01: amounts make the debt to the cent, each date is the calendar's."""
        down = Decimal(down) * CENT
        assume(down < debt and (debt - down) / count >= CENT)
        rows = make_schedule(debt, count, frequency, first, down_payment=down)
        self.assertEqual(sum(row.amount for row in rows), debt)
        paid_at_once = [row for row in rows if not row.sequence]
        self.assertEqual([row.amount for row in paid_at_once], [down] if down else [])
        rest = [row for row in rows if row.sequence]
        self.assertEqual([row.sequence for row in rest], list(range(1, count + 1)))
        self.assertEqual(
            [row.due_date for row in rest],
            [expected_date(first, frequency, position) for position in range(count)],
        )
        # By fractions: all but the last are the even share, cut to the cent.
        share = Fraction(int((debt - down) * 100), count)
        even = Decimal(share.numerator // share.denominator) * CENT
        self.assertEqual({row.amount for row in rest[:-1]} - {even}, set())
        self.assertTrue(even <= rest[-1].amount < even + count * CENT)

    @settings(max_examples=300, deadline=None)
    @given(_cents, _counts, st.integers(1, 10**6))
    def test_never_below_the_minimum(self, debt, count, minimum):
        """PLN-01: a schedule exists exactly when none is below the least."""
        minimum = Decimal(minimum) * CENT
        possible = int(debt * 100) // count >= int(minimum * 100)
        try:
            rows = make_schedule(
                debt, count, "monthly", date(2025, 1, 1), minimum=minimum
            )
        except ScheduleError as error:
            self.assertEqual(error.code, "below_minimum")
            self.assertFalse(possible)
        else:
            self.assertTrue(possible)
            self.assertGreaterEqual(min(row.amount for row in rows), minimum)

    @settings(max_examples=100, deadline=None)
    @given(st.integers(1, 10**6), st.integers(1, 12))
    def test_units_of_the_currency(self, debt, count):
        """PLN-01: a currency without decimals is divided in whole units."""
        assume(debt >= count)
        rows = make_schedule(
            Decimal(debt), count, "weekly", date(2025, 1, 1), unit=Decimal(1)
        )
        self.assertEqual(sum(row.amount for row in rows), debt)
        self.assertTrue(all(row.amount == int(row.amount) for row in rows))

    def test_of_the_source(self):
        """PLN-01, CFG-05: 202.50 in three monthly installments are 3 x 67.50."""
        rows = make_schedule(Decimal("202.50"), 3, "monthly", date(2025, 5, 15))
        self.assertEqual(
            [(row.sequence, str(row.due_date), str(row.amount)) for row in rows],
            [
                (1, "2025-05-15", "67.50"),
                (2, "2025-06-15", "67.50"),
                (3, "2025-07-15", "67.50"),
            ],
        )

    def test_the_last_takes_the_rounding(self):
        """PLN-01: 100.00 by three are 33.33, 33.33 and 33.34."""
        rows = make_schedule(Decimal("100.00"), 3, "monthly", date(2025, 5, 15))
        self.assertEqual(
            [row.amount for row in rows],
            [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")],
        )

    def test_month_ends_and_leap_days(self):
        """PLN-01: day 31 comes back after a shorter month, also in leap years."""
        rows = make_schedule(Decimal(400), 4, "monthly", date(2024, 1, 31))
        self.assertEqual(
            [str(row.due_date) for row in rows],
            ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"],
        )
        rows = make_schedule(Decimal(1300), 13, "monthly", date(2024, 2, 29))
        self.assertEqual(str(rows[1].due_date), "2024-03-29")
        self.assertEqual(str(rows[12].due_date), "2025-02-28")

    def test_dates_are_moved_one_by_one(self):
        """PLN-01: a moved date doesn't move the ones after it."""
        rows = make_schedule(
            Decimal(300),
            3,
            "weekly",
            date(2025, 3, 1),
            move_date=lambda day: day + timedelta(days=day.day == 8),
        )
        self.assertEqual([row.due_date.day for row in rows], [1, 9, 15])

    def test_down_payment(self):
        """PLN-01: the down payment comes first and isn't counted."""
        rows = make_schedule(
            Decimal("202.50"),
            3,
            "monthly",
            date(2025, 6, 1),
            down_payment=Decimal("52.50"),
            down_payment_date=date(2025, 5, 20),
        )
        self.assertEqual(
            [(row.sequence, str(row.due_date), float(row.amount)) for row in rows],
            [
                (0, "2025-05-20", 52.5),
                (1, "2025-06-01", 50.0),
                (2, "2025-07-01", 50.0),
                (3, "2025-08-01", 50.0),
            ],
        )

    def test_terms_that_make_no_schedule(self):
        """PLN-01: each has a code of its own."""
        debt, first = Decimal(100), date(2025, 1, 1)
        self.assertNoSchedule("no_debt", Decimal(0), 3, "monthly", first)
        self.assertNoSchedule("no_debt", Decimal(-1), 3, "monthly", first)
        self.assertNoSchedule("no_installments", debt, 0, "monthly", first)
        self.assertNoSchedule("too_many_installments", debt, 121, "monthly", first)
        for amount, code in (
            (-1, "down_payment_negative"),
            (100, "down_payment_above_debt"),
            (101, "down_payment_above_debt"),
        ):
            self.assertNoSchedule(
                code, debt, 3, "monthly", first, down_payment=Decimal(amount)
            )
        error = self.assertNoSchedule(
            "below_minimum", debt, 3, "monthly", first, minimum=Decimal(50)
        )
        self.assertEqual(error.amount, Decimal("33.33"))
        self.assertNoSchedule("below_minimum", Decimal("0.02"), 3, "monthly", first)
        self.assertNoSchedule("date_out_of_range", debt, 3, "monthly", date.max)

    # -------------------------------------------------------------------------
    # check_rows
    # -------------------------------------------------------------------------

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(_cents, min_size=1, max_size=MAX_INSTALLMENTS),
        st.integers(0, 10**6),
        _dates,
    )
    def test_own_rows_that_fit(self, amounts, down, today):
        """PLN-01: whatever adds up on days that come is right; a cent off isn't."""
        down = Decimal(down) * CENT
        rows = [(today + timedelta(days=7 * n), a) for n, a in enumerate(amounts)]
        debt = sum(amounts, down)
        check_rows(debt, rows, today=today, down_payment=down)
        for wrong in (debt + CENT, debt - CENT):
            if wrong <= down:
                continue
            with self.assertRaises(ScheduleError) as caught:
                check_rows(wrong, rows, today=today, down_payment=down)
            self.assertEqual(caught.exception.code, "sum_differs")

    def test_own_rows_that_do_not(self):
        """PLN-01: no date, a past one, one twice, an amount that is too small."""
        today = date(2025, 1, 10)
        later = date(2025, 2, 10)
        half = Decimal(50)
        for code, rows in (
            ("date_missing", [(today, half), (None, half)]),
            ("date_past", [(date(2025, 1, 9), half), (later, half)]),
            ("same_date", [(later, half), (later, half)]),
            ("below_minimum", [(today, Decimal(99)), (later, Decimal(1))]),
            ("below_minimum", [(today, Decimal(105)), (later, Decimal(-5))]),
            ("no_installments", []),
            ("too_many_installments", [(today, Decimal(1))] * 121),
        ):
            with self.subTest(code=code):
                with self.assertRaises(ScheduleError) as caught:
                    check_rows(Decimal(100), rows, today=today, minimum=Decimal(10))
                self.assertEqual(caught.exception.code, code)

    # -------------------------------------------------------------------------
    # spread
    # -------------------------------------------------------------------------

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(_cents, min_size=1, max_size=12),
        st.data(),
    )
    def test_spread(self, amounts, data):
        """PLN-03: nothing is lost, nothing over-paid, named money stays."""
        total = sum(amounts)
        paid = data.draw(
            st.integers(0, int(total * 100) + 1000).map(lambda c: Decimal(c) * CENT)
        )
        rows = list(enumerate(amounts))
        directed = data.draw(
            st.dictionaries(st.sampled_from(range(len(rows))), _cents, max_size=4)
        )
        shares = spread(paid, rows, directed)
        self.assertEqual(sum(shares.values()), min(paid, total))
        for key, amount in rows:
            self.assertTrue(0 <= shares[key] <= amount)
        if sum(directed.values()) <= paid:
            for key, amount in directed.items():
                self.assertGreaterEqual(shares[key], min(amount, amounts[key]))
        # What wasn't named fills the oldest: behind an open one nothing was added.
        gap = next((key for key, amount in rows if shares[key] < amount), None)
        if gap is not None and sum(directed.values()) <= paid:
            for key, _amount in rows[gap + 1 :]:
                self.assertEqual(
                    shares[key], min(directed.get(key, Decimal(0)), amounts[key])
                )

    @settings(max_examples=100, deadline=None)
    @given(st.lists(_cents, min_size=1, max_size=12), st.integers(0, 10**9))
    def test_spread_without_names(self, amounts, paid):
        """PLN-03: without names it is a queue, cent by cent the same."""
        paid = Decimal(paid) * CENT
        expected, left = {}, paid
        for key, amount in enumerate(amounts):
            expected[key] = max(min(left, amount), Decimal(0))
            left -= amount
        self.assertEqual(spread(paid, list(enumerate(amounts)), {}), expected)

    def test_spread_of_nothing(self):
        """PLN-03: what was taken back beyond what was paid leaves nothing paid."""
        rows = [(1, Decimal(10)), (2, Decimal(10))]
        nothing = {1: Decimal(0), 2: Decimal(0)}
        self.assertEqual(spread(Decimal(-5), rows, {}), nothing)
        self.assertEqual(spread(Decimal(0), rows, {2: Decimal(10)}), nothing)

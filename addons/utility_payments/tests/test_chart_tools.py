from datetime import date, timedelta
from io import BytesIO

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.chart_drawing import drawing, scale
from ..tools.chart_workbook import date_format, workbook
from ..tools.period import COMPARISONS, Period
from ..tools.slices import MOST_DAYS, cut, slices, unit_of
from ..tools.workbook import money_format

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
LENGTHS = st.one_of(st.integers(0, 120), st.integers(0, 20000))


class TestSlices(BaseCase):
    @given(DAYS, LENGTHS, st.sampled_from(COMPARISONS), DAYS)
    def test_no_day_twice_or_missing(self, first, length, how, today):
        """KPI-06: the parts of a chart by time are the period, and the compared one."""
        period = Period(first, first + timedelta(days=length))
        compared = period.compared(how, today)
        parts = slices(period, compared, unit_of(period))
        for whole, pieces in (
            (period, [part.period for part in parts]),
            (compared, [part.compared for part in parts]),
        ):
            pieces = [piece for piece in pieces if piece]
            self.assertEqual(pieces[0].first, whole.first)
            self.assertEqual(pieces[-1].last, whole.last)
            for before, after in zip(pieces, pieces[1:], strict=False):
                self.assertEqual(after.first, before.last + timedelta(days=1))

    @given(DAYS, LENGTHS)
    def test_readable(self, first, length):
        """KPI-06: no chart has more parts than can be read."""
        period = Period(first, first + timedelta(days=length))
        self.assertLessEqual(len(cut(period, unit_of(period))), 121)

    def test_units(self):
        """KPI-06: a quarter by day, a year by month, a lifetime by year."""
        for first, last, unit, count in (
            (date(2026, 7, 1), date(2026, 9, 30), "day", MOST_DAYS),
            (date(2026, 1, 1), date(2026, 12, 31), "month", 12),
            (date(2025, 12, 31), date(2026, 4, 1), "day", 92),
            (date(2025, 12, 31), date(2026, 4, 2), "month", 5),
            (date(2000, 1, 1), date(2026, 12, 31), "year", 27),
        ):
            period = Period(first, last)
            self.assertEqual(unit_of(period), unit)
            self.assertEqual(len(cut(period, unit)), count)

    def test_alike(self):
        """KPI-06: October's last day has none beside it; odd parts are as long."""
        november = Period(date(2026, 11, 1), date(2026, 11, 30))
        october = Period(date(2026, 10, 1), date(2026, 10, 31))
        last = slices(november, october, "day")[-1]
        self.assertIsNone(last.period)
        self.assertEqual(last.compared.first, date(2026, 10, 31))
        odd = Period(date(2026, 1, 15), date(2026, 6, 20))
        parts = slices(odd, odd.compared("previous", date(2026, 7, 1)), "month")
        self.assertEqual(parts[0].period.days, 17)
        self.assertEqual(parts[0].compared.days, 17)


class TestDrawing(BaseCase):
    @given(st.floats(0.01, 1e12))
    def test_scale(self, highest):
        """KPI-06: the scale on paper reaches the highest bar, with few lines."""
        ticks = scale(highest)
        self.assertGreaterEqual(ticks[-1], highest)
        self.assertLessEqual(len(ticks), 7)

    def test_bars(self):
        """KPI-06: the length of a bar is its value; nothing is drawn of nothing."""
        parts = [
            {"label": "a", "value": 50.0, "previous": False},
            {"label": "b", "value": 100.0, "previous": 25.0},
            {"label": "c", "value": False, "previous": 0.0},
        ]
        strokes = drawing(parts, "bars")
        heights = {(bar["name"], bar["height"]) for bar in strokes["bars"]}
        full = strokes["base"] - strokes["ticks"][-1]["y"]
        self.assertEqual(
            heights,
            {
                ("value", round(full / 2, 1)),
                ("value", round(full, 1)),
                ("previous", round(full / 4, 1)),
            },
        )
        lines = drawing(parts, "lines")["lines"]
        self.assertEqual([len(line["points"].split()) for line in lines], [2, 2])


class TestWorkbook(BaseCase):
    def test_names_are_no_formulas(self):
        """KPI-06: what people called a channel is a text in the file, always."""
        names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)", "Kiosk"]
        chart = {
            "name": "=cmd|' /C calc'!A0 [by] name: a/b*c?",
            "note": "@note",
            "shape": "slices",
            "unit": False,
            "columns": [{"name": "value", "label": "=Value", "display": "money"}],
            "parts": [
                {"key": name, "label": name, "value": 1.5, "previous": False}
                for name in names
            ],
            "total": {"key": "total", "label": "+Total", "value": 10.5},
        }
        summary = {"sheet": "Summary", "title": "=T", "rows": [("=a", "@b")]}
        content = workbook([chart, chart], summary, "0.00", "yyyy-mm-dd")
        book = openpyxl.load_workbook(BytesIO(content))
        self.assertEqual(len(book.sheetnames), 3)
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertIn(cell.data_type, ("s", "n"), cell.value)
        sheet = book[book.sheetnames[1]]
        labels = [sheet.cell(row, 1) for row in range(5, 5 + len(names))]
        self.assertEqual([cell.value for cell in labels], names)
        self.assertEqual([cell.quotePrefix for cell in labels], [*[True] * 6, False])

    def test_formats(self):
        """KPI-06: amounts and dates look in the workbook as on the screen."""
        self.assertEqual(money_format("$", 2, True), '"$"#,##0.00;-"$"#,##0.00')
        self.assertEqual(money_format("¥", 0, False), '#,##0 "¥";-#,##0 "¥"')
        self.assertEqual(money_format('a"b', 2, True), '"ab"#,##0.00;-"ab"#,##0.00')
        self.assertEqual(date_format("%d.%m.%Y"), "dd.mm.yyyy")

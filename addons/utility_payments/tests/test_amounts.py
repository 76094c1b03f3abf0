from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.amounts import AmountError, read_amount, to_decimal


class TestAmounts(BaseCase):
    def assertCode(self, code, value, decimals=2):
        with self.assertRaises(AmountError) as raised:
            read_amount(value, decimals)
        self.assertEqual(raised.exception.code, code)

    def test_what_is_read(self):
        """REC-05: numbers and text with a point are amounts."""
        for value in (145.5, "145.50", " 145.5 ", Decimal("145.50"), "1455e-1"):
            self.assertEqual(read_amount(value, 2), Decimal("145.50"))
        self.assertEqual(read_amount(0.1 + 0.2, 2), Decimal("0.30"))
        self.assertEqual(read_amount(7, 0), Decimal(7))
        self.assertEqual(read_amount("1.234", 3), Decimal("1.234"))

    def test_what_is_refused(self):
        """REC-05: each wrong amount has its own code."""
        for value in (None, True, "", "abc", "12,50", "1 000", "nan", "inf", [], {}):
            self.assertCode("not_a_number", value)
        for value in (0, -1, "-0.01", 0.0):
            self.assertCode("not_positive", value)
        self.assertCode("amount_above_limit", 1e12)
        self.assertCode("too_many_decimals", "1.005")
        self.assertCode("too_many_decimals", 1.5, decimals=0)

    @settings(max_examples=500, deadline=None)
    @given(cents=st.integers(1, 10**13))
    def test_floats_come_back_as_they_went(self, cents):
        """REC-05: an amount survives the float of the ledger, to the cent."""
        amount = Decimal(cents) / 100
        self.assertEqual(to_decimal(float(amount), 2), amount)
        self.assertEqual(read_amount(float(amount), 2), amount)

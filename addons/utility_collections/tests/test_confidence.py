import math

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import confidence


@tagged("post_install", "-at_install")
class TestConfidence(BaseCase):
    """COL-12: ranges of shares, differences and means."""

    def assertRange(self, found, low, high, digits=3):
        self.assertAlmostEqual(found.low, low, digits)
        self.assertAlmostEqual(found.high, high, digits)

    def test_published_shares(self):
        """COL-12: Wilson's ranges as published (Newcombe 1998, table I, method 3)."""
        self.assertRange(confidence.share(81, 263), 0.2553, 0.3662, 4)
        self.assertRange(confidence.share(15, 148), 0.0624, 0.1605, 4)
        self.assertRange(confidence.share(0, 20), 0.0, 0.1611, 4)
        self.assertRange(confidence.share(1, 29), 0.0061, 0.1718, 4)

    def test_published_differences(self):
        """COL-12: differences as published (Newcombe 1998, table II, method 10)."""
        for (hits, count), (others, other_count), low, high in (
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 20), 0.6791, 1.0),
        ):
            found = confidence.difference(
                confidence.share(hits, count), confidence.share(others, other_count)
            )
            self.assertRange(found, low, high, 4)

    @given(st.integers(0, 5000), st.integers(0, 5000))
    def test_shares_stay_within_bounds(self, hits, misses):
        """COL-12: a range holds its value and stays within 0 and 1."""
        found = confidence.share(hits, hits + misses)
        if not hits + misses:
            self.assertIsNone(found)
            return
        self.assertTrue(0 <= found.low <= found.value <= found.high <= 1)

    @given(st.lists(st.floats(0, 1e6), min_size=2, max_size=60))
    def test_means(self, values):
        """COL-12: a mean's range is around it; of few values there is none."""
        found = confidence.mean(
            len(values), math.fsum(values), math.fsum(value**2 for value in values)
        )
        if len(values) < confidence.LEAST_VALUES:
            self.assertIsNone(found)
            return
        self.assertTrue(found.low <= found.value <= found.high)

    def test_refused(self):
        """COL-12: more hits than cases are a mistake of the caller."""
        with self.assertRaises(ValueError):
            confidence.share(3, 2)

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.allocation import (
    OpenItem,
    allocate,
    most_accepted,
    settle,
    share_in_proportion,
)

cents = st.integers(min_value=0, max_value=10**9).map(lambda n: Decimal(n) / 100)
residuals = st.lists(cents, max_size=20)


def open_items(amounts):
    return [
        OpenItem(position, position, "bill", amount)
        for position, amount in enumerate(amounts)
    ]


class TestAllocation(BaseCase):
    @settings(max_examples=500, deadline=None)
    @given(amount=cents, amounts=residuals)
    def test_nothing_is_lost_or_made(self, amount, amounts):
        """REC-03, REC-09: shares and excess add up to the amount, to the cent."""
        shares, excess = allocate(amount, open_items(amounts))
        self.assertEqual(sum((s.amount for s in shares), Decimal(0)) + excess, amount)
        self.assertGreaterEqual(excess, 0)

    @settings(max_examples=500, deadline=None)
    @given(amount=cents, amounts=residuals)
    def test_first_items_are_paid_first(self, amount, amounts):
        """REC-03: an item gets money only when all before it are paid in full."""
        shares, excess = allocate(amount, open_items(amounts))
        paid = {share.line_id: share.amount for share in shares}
        open_before = False
        for item in open_items(amounts):
            applied = paid.get(item.line_id, Decimal(0))
            self.assertLessEqual(applied, item.residual)
            if open_before:
                self.assertFalse(applied)
            open_before = open_before or applied < item.residual
        if excess:
            self.assertFalse(open_before, "Excess only when every item is paid.")

    @settings(max_examples=300, deadline=None)
    @given(amounts=residuals, settled=st.dictionaries(st.integers(0, 5), cents))
    def test_settled_before(self, amounts, settled):
        """CRN-10: a document loses what was settled of it, never more than it owes."""
        items = [
            OpenItem(position, position // 2, "bill", amount)
            for position, amount in enumerate(amounts)
        ]
        rest = settle(items, settled)
        self.assertEqual([i.line_id for i in rest], [i.line_id for i in items])
        for document_id in {item.document_id for item in items}:
            before, after = (
                sum(i.residual for i in entries if i.document_id == document_id)
                for entries in (items, rest)
            )
            self.assertEqual(after, max(before - settled.get(document_id, 0), 0))

    def test_negative_amounts_are_no_allocation(self):
        """REC-05: a negative amount is an error of the caller."""
        with self.assertRaises(ValueError):
            allocate(Decimal(-1), [])

    @settings(max_examples=300, deadline=None)
    @given(outstanding=cents, allowance=cents, percent=st.integers(0, 100))
    def test_limit(self, outstanding, allowance, percent):
        """REC-07: outstanding plus the larger allowance, in whole cents."""
        quantum = Decimal("0.01")
        limit = most_accepted(outstanding, allowance, Decimal(percent), quantum)
        self.assertGreaterEqual(limit, outstanding + allowance)
        self.assertEqual(limit % quantum, 0)
        exact = outstanding + max(allowance, outstanding * percent / 100)
        self.assertLess(exact - limit, quantum)

    def test_limit_of_the_source(self):
        """REC-07: 145.50 with 100.00 or 10 % accepts 245.50."""
        limit = most_accepted(
            Decimal("145.50"), Decimal(100), Decimal(10), Decimal("0.01")
        )
        self.assertEqual(limit, Decimal("245.50"))

    @settings(max_examples=300, deadline=None)
    @given(
        total=st.integers(0, 10**9),
        weights=st.lists(cents, min_size=1, max_size=6),
        decimals=st.sampled_from([0, 2, 3]),
    )
    def test_split_loses_nothing(self, total, weights, decimals):
        """REC-14: parts of a foreign amount add up in 0, 2 and 3 decimals."""
        unit = Decimal(1).scaleb(-decimals)
        amount = total * unit
        parts = share_in_proportion(amount, weights, unit)
        self.assertEqual(len(parts), len(weights))
        if any(weights):
            self.assertEqual(sum(parts), amount)
            self.assertTrue(all(part % unit == 0 for part in parts))

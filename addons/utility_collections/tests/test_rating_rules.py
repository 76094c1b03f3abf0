"""CON-07, CON-08: the rules, and that SQL and Python agree on them."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..models.rating.rules import get_behaviour_sql, get_points_sql, get_rating_sql
from ..tools.rating import (
    Figures,
    behaviour,
    rating,
    rating_parts,
    rating_points,
)


def counts(most):
    return st.integers(min_value=0, max_value=most)


@st.composite
def histories(draw):
    """Figures as they may be, many of them at the edges of the rules."""
    due = draw(counts(60))
    paid = draw(counts(60))
    days = st.decimals(min_value=-30, max_value=400, places=1)
    edges = st.sampled_from([Decimal(day) for day in (15, 30, 45, 60)])
    return Figures(
        due_count=due,
        on_time_count=draw(counts(due)),
        paid_count=paid,
        partial_count=draw(counts(paid)),
        average_days=draw(days | edges) if paid else None,
        months_history=draw(counts(60)),
        returned_count=draw(counts(8)),
        broken_plan_count=draw(counts(4)),
        broken_promise_count=draw(counts(6)),
        dormant=draw(st.booleans()),
    )


@tagged("post_install", "-at_install")
class TestRatingRules(TransactionCase):
    def test_labels(self):
        """CON-07: prompt, late, erratic, partial, dormant."""
        for expected, figures in {
            "prompt": Figures(due_count=10, on_time_count=9, paid_count=10),
            "erratic": Figures(due_count=10, on_time_count=4, paid_count=10),
            "late": Figures(due_count=10, on_time_count=3, paid_count=10),
            "partial": Figures(
                due_count=10, on_time_count=3, paid_count=10, partial_count=5
            ),
            "dormant": Figures(due_count=10, on_time_count=10, dormant=True),
            False: Figures(due_count=2, on_time_count=2, paid_count=2),
        }.items():
            self.assertEqual(behaviour(figures), expected)

    def test_rating_of_a_prompt_payer(self):
        """CON-08: the parts add up, and are told."""
        figures = Figures(
            due_count=24,
            on_time_count=23,
            paid_count=24,
            partial_count=6,
            average_days=Decimal("12.4"),
            months_history=30,
            returned_count=1,
        )
        self.assertEqual(
            rating_parts(figures),
            [
                ("on_time", 57),
                ("days", 20),
                ("history", 20),
                ("partial", -5),
                ("returned", -5),
            ],
        )
        self.assertEqual(rating_points(figures), 87)
        self.assertEqual(rating(figures), "A")

    def test_letters(self):
        """CON-08: A to E; a new account has none, not E."""
        self.assertFalse(rating(Figures(due_count=2)))
        self.assertEqual(rating(Figures(due_count=3)), "E")
        found = [
            rating(
                Figures(
                    due_count=20,
                    on_time_count=on_time,
                    paid_count=20,
                    average_days=Decimal(20),
                    months_history=24,
                )
            )
            for on_time in (15, 10, 4, 0)
        ]
        self.assertEqual(found, ["A", "B", "C", "D"])

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=st.lists(histories(), min_size=1, max_size=10))
    def test_sql_and_python_agree(self, rows):
        """CON-07, CON-08: on whatever history, SQL decides as Python does."""
        names = list(Figures.__dataclass_fields__)
        values = SQL(", ").join(
            SQL(
                "(%s, %s)",
                place,
                SQL(", ").join(
                    SQL("%s::numeric", getattr(row, name))
                    if name == "average_days"
                    else SQL("%s", getattr(row, name))
                    for name in names
                ),
            )
            for place, row in enumerate(rows)
        )
        found = self.env.execute_query(
            SQL(
                "SELECT behaviour, points, %s FROM ("
                " SELECT figures.*, %s AS behaviour, %s AS points"
                " FROM (VALUES %s) AS figures (place, %s)"
                ") figures ORDER BY place",
                get_rating_sql(SQL("figures.points")),
                get_behaviour_sql(),
                get_points_sql(),
                values,
                SQL(", ").join(SQL.identifier(name) for name in names),
            )
        )
        self.assertEqual(
            found,
            [
                (behaviour(row) or None, rating_points(row), rating(row) or None)
                for row in rows
            ],
        )

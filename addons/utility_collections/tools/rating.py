"""How consumers pay: the rules of the behaviour label and of the credit rating.

The same tables make the SQL of the daily run (`models/rating/rules.py`); a test
compares both on random figures. Only whole numbers and one rounded decimal decide, so
that SQL and Python can't differ.
"""

from dataclasses import dataclass
from decimal import Decimal

# Fewer documents than these tell nothing: no label but "dormant", and no rating.
MINIMUM_DOCUMENTS = 3
# Nothing billed and nothing paid for as many months: dormant
DORMANT_MONTHS = 6
# Percent of documents paid on time from which a consumer pays promptly, and below which
# late; between them erratically
PROMPT_SHARE = 90
LATE_SHARE = 40
# Percent of what was paid in parts from which a consumer pays partially
PARTIAL_SHARE = 50

# Points of paid documents on time: this many for 100 %
ON_TIME_POINTS = 60
# Average days to pay up to which there are so many points
DAYS_POINTS = (
    (Decimal(15), 20),
    (Decimal(30), 15),
    (Decimal(45), 10),
    (Decimal(60), 5),
)
# Months of history from which there are so many points
HISTORY_POINTS = ((24, 20), (12, 15), (6, 10), (3, 5))
# Percent of payments in parts from which so many points are lost
PARTIAL_POINTS = ((50, 10), (25, 5))
# Points lost each, and at most
RETURNED_POINTS = (5, 20)
BROKEN_PLAN_POINTS = (10, 20)
BROKEN_PROMISE_POINTS = (5, 15)
# Points from which the letter is given; E below
LETTERS = ((80, "A"), (65, "B"), (45, "C"), (25, "D"))
LOWEST = "E"


@dataclass(frozen=True, slots=True)
class Figures:
    """What decides, of one account over the period considered."""

    due_count: int = 0
    on_time_count: int = 0
    paid_count: int = 0
    partial_count: int = 0
    # Rounded to one decimal; None: nothing was paid
    average_days: Decimal | None = None
    months_history: int = 0
    returned_count: int = 0
    broken_plan_count: int = 0
    broken_promise_count: int = 0
    # Nothing billed and nothing paid for DORMANT_MONTHS
    dormant: bool = False


def behaviour(figures):
    """The pattern label, False where there is too little to tell."""
    if figures.dormant:
        return "dormant"
    if figures.due_count < MINIMUM_DOCUMENTS:
        return False
    if 100 * figures.on_time_count >= PROMPT_SHARE * figures.due_count:
        return "prompt"
    if figures.paid_count and (
        100 * figures.partial_count >= PARTIAL_SHARE * figures.paid_count
    ):
        return "partial"
    if 100 * figures.on_time_count < LATE_SHARE * figures.due_count:
        return "late"
    return "erratic"


def rating_parts(figures):
    """What the points are made of: pairs of the part's name and its points.

    Parts that give and take nothing are left out, but for the first three.
    """
    parts = [
        (
            "on_time",
            ON_TIME_POINTS * figures.on_time_count // max(figures.due_count, 1),
        ),
        ("days", _up_to(DAYS_POINTS, figures.average_days)),
        ("history", _from(HISTORY_POINTS, figures.months_history)),
    ]
    share = 100 * figures.partial_count
    lost = [
        (
            "partial",
            next(
                (
                    points
                    for percent, points in PARTIAL_POINTS
                    if figures.paid_count and share >= percent * figures.paid_count
                ),
                0,
            ),
        ),
        ("returned", _each(RETURNED_POINTS, figures.returned_count)),
        ("broken_plan", _each(BROKEN_PLAN_POINTS, figures.broken_plan_count)),
        ("broken_promise", _each(BROKEN_PROMISE_POINTS, figures.broken_promise_count)),
    ]
    return parts + [(name, -points) for name, points in lost if points]


def rating_points(figures):
    """The sum of the parts."""
    return sum(points for _name, points in rating_parts(figures))


def rating(figures):
    """The letter, False for a new account (CON-08)."""
    if figures.due_count < MINIMUM_DOCUMENTS:
        return False
    return _from(LETTERS, rating_points(figures), LOWEST)


def _up_to(table, value):
    if value is None:
        return 0
    return next((points for top, points in table if value <= top), 0)


def _from(table, value, default=0):
    return next((result for least, result in table if value >= least), default)


def _each(rule, count):
    points, most = rule
    return min(points * count, most)

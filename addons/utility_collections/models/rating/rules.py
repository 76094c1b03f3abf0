"""The rules of `tools.rating` as SQL, made of the same tables.

Each expression reads columns named as the fields of `Figures` from the alias `figures`.
"""

from odoo.tools import SQL

from ...tools import rating


def get_behaviour_sql():
    """The pattern label (CON-07)."""
    return SQL(
        """
        CASE WHEN figures.dormant THEN 'dormant'
             WHEN figures.due_count < %(minimum)s THEN NULL
             WHEN 100 * figures.on_time_count >= %(prompt)s * figures.due_count
             THEN 'prompt'
             WHEN figures.paid_count > 0
              AND 100 * figures.partial_count >= %(partial)s * figures.paid_count
             THEN 'partial'
             WHEN 100 * figures.on_time_count < %(late)s * figures.due_count THEN 'late'
             ELSE 'erratic' END
        """,
        minimum=rating.MINIMUM_DOCUMENTS,
        prompt=rating.PROMPT_SHARE,
        partial=rating.PARTIAL_SHARE,
        late=rating.LATE_SHARE,
    )


def get_points_sql():
    """The sum of the parts of the rating (CON-08)."""
    return SQL(
        """
        %(on_time)s * figures.on_time_count / GREATEST(figures.due_count, 1)
        + %(days)s + %(history)s - %(partial)s
        - LEAST(%(returned)s * figures.returned_count, %(most_returned)s)
        - LEAST(%(plan)s * figures.broken_plan_count, %(most_plan)s)
        - LEAST(%(promise)s * figures.broken_promise_count, %(most_promise)s)
        """,
        on_time=rating.ON_TIME_POINTS,
        days=_case(
            SQL("WHEN figures.average_days <= %s THEN %s", top, points)
            for top, points in rating.DAYS_POINTS
        ),
        history=_case(
            SQL("WHEN figures.months_history >= %s THEN %s", least, points)
            for least, points in rating.HISTORY_POINTS
        ),
        partial=_case(
            SQL(
                "WHEN figures.paid_count > 0"
                " AND 100 * figures.partial_count >= %s * figures.paid_count THEN %s",
                percent,
                points,
            )
            for percent, points in rating.PARTIAL_POINTS
        ),
        returned=rating.RETURNED_POINTS[0],
        most_returned=rating.RETURNED_POINTS[1],
        plan=rating.BROKEN_PLAN_POINTS[0],
        most_plan=rating.BROKEN_PLAN_POINTS[1],
        promise=rating.BROKEN_PROMISE_POINTS[0],
        most_promise=rating.BROKEN_PROMISE_POINTS[1],
    )


def get_rating_sql(points):
    """The letter of so many points, NULL for a new account (CON-08)."""
    letters = (
        SQL("WHEN %s >= %s THEN %s", points, least, letter)
        for least, letter in rating.LETTERS
    )
    return SQL(
        "CASE WHEN figures.due_count < %s THEN NULL %s ELSE %s END",
        rating.MINIMUM_DOCUMENTS,
        SQL(" ").join(letters),
        rating.LOWEST,
    )


def _case(branches):
    return SQL("CASE %s ELSE 0 END", SQL(" ").join(branches))

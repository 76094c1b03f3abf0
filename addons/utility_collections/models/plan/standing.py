from odoo import fields, models
from odoo.tools import SQL

# What is due within these days is shown as due soon.
SOON_DAYS = 7
_FIGURES = (
    "amount_paid",
    "amount_remaining",
    "amount_late",
    "next_due_date",
    "due_count",
    "kept_count",
    "missed_count",
    "compliance_percent",
    "standing",
    "review_on",
)


def get_judgement(today):
    """Return the SQL that says whether an installment has fallen due, and was kept.

    On the aliases `item` and `plan`; its columns are `judged` and `kept` (PLN-05).

    :param today: the company's date, or SQL of it
    """
    return SQL(
        """
        SELECT COALESCE(item.paid_on <= item.due_date + plan.grace_days, FALSE) AS kept,
               item.paid_on IS NOT NULL
               OR item.missed_on IS NOT NULL
               OR (item.state != 'cancelled'
                   AND item.due_date + plan.grace_days < %s) AS judged
        """,
        today,
    )


class UtilityPaymentPlan(models.Model):
    """How plans stand: figures that follow from installments and the day (PLN-05)."""

    _inherit = "utility.payment.plan"

    def _refresh_standing(self):
        """Bring the figures of these plans up to date, with one statement a company.

        The daily pass does it for all active plans, every change for the plans that it
        touches.
        """
        self.env["utility.payment.plan.installment"].flush_model()
        self.flush_model()
        columns = SQL(", ").join(map(SQL.identifier, _FIGURES))
        fresh = SQL(", ").join(SQL.identifier("fresh", name) for name in _FIGURES)
        current = SQL(", ").join(SQL.identifier("plan", name) for name in _FIGURES)
        for company, plans in self.grouped("company_id").items():
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE utility_payment_plan plan
                       SET (%(columns)s) = (%(fresh)s)
                      FROM (%(select)s) fresh
                     WHERE plan.id = fresh.id
                       AND (%(current)s) IS DISTINCT FROM (%(fresh)s)
                    """,
                    columns=columns,
                    fresh=fresh,
                    current=current,
                    select=self._get_standing_select(
                        SQL("plan.id = ANY(%s)", plans.ids), company._utility_today()
                    ),
                )
            )
        self.invalidate_recordset(_FIGURES, flush=False)

    def _get_standing_select(self, condition, today):
        """Return the SQL of the figures of plans on a day, from their installments.

        :param SQL condition: which plans, on the alias `plan`
        :param today: the company's date
        """
        return SQL(
            """
            SELECT plan.id,
                   SUM(item.paid_amount) AS amount_paid,
                   plan.amount_covered - SUM(item.paid_amount) AS amount_remaining,
                   COALESCE(SUM(item.amount - item.paid_amount) FILTER (
                       WHERE item.state IN ('due', 'partial', 'missed')
                         AND item.due_date < %(today)s
                   ), 0) AS amount_late,
                   MIN(item.due_date) FILTER (
                       WHERE item.state IN ('due', 'partial', 'missed')
                   ) AS next_due_date,
                   COUNT(*) FILTER (WHERE judged) AS due_count,
                   COUNT(*) FILTER (WHERE kept) AS kept_count,
                   COUNT(item.missed_on) AS missed_count,
                   100.0 * COUNT(*) FILTER (WHERE kept)
                       / NULLIF(COUNT(*) FILTER (WHERE judged), 0)
                       AS compliance_percent,
                   CASE
                       WHEN plan.state IN ('completed', 'broken') THEN plan.state
                       WHEN plan.state != 'active' THEN NULL
                       WHEN bool_or(item.state = 'missed') THEN 'at_risk'
                       WHEN bool_or(item.state IN ('due', 'partial')
                                    AND item.due_date < %(today)s) THEN 'late'
                       WHEN bool_or(item.state IN ('due', 'partial')
                                    AND item.due_date <= %(soon)s) THEN 'due_soon'
                       ELSE 'on_track'
                   END AS standing,
                   CASE WHEN plan.state = 'active' THEN
                       MIN(review.day) FILTER (
                           WHERE item.state IN ('due', 'partial')
                       )
                   END AS review_on
              FROM utility_payment_plan plan
              JOIN utility_payment_plan_installment item ON item.plan_id = plan.id
        CROSS JOIN LATERAL (%(judgement)s) judgement
        CROSS JOIN LATERAL (
                SELECT CASE
                           WHEN item.due_date > %(soon)s
                           THEN item.due_date - %(soon_days)s
                           WHEN item.due_date >= %(today)s
                           THEN item.due_date + 1
                           ELSE item.due_date + plan.grace_days + 1
                       END AS day
                   ) review
             WHERE %(condition)s
          GROUP BY plan.id
            """,
            today=today,
            soon=fields.Date.add(today, days=SOON_DAYS),
            soon_days=SOON_DAYS,
            judgement=get_judgement(today),
            condition=condition,
        )

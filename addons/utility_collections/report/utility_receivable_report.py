from odoo import fields, models
from odoo.tools import SQL

from ..models.plan.utility_payment_plan_cover import ASKING

# What plans change of the rows that `utility_payments` makes; all else is taken over.
_OWN = ("plan_id", "bucket", "days_overdue", "overdue_amount")
# What collections add to them (`utility_receivable_report_debt.py`)
DEBT_COLUMNS = (
    "age",
    "services",
    "disputed_amount",
    "in_collections",
    "case_amount",
)


class UtilityReceivableReport(models.Model):
    """Covered debt apart, in the place of its age; late installments overdue (PLN-04).

    What of a plan is past due is shown at the items that it covers, oldest first: so
    the overdue amounts of an account add up to CON-04 before credits.
    """

    _inherit = "utility.receivable.report"
    _depends = {
        "utility.payment.plan": ["state"],
        "utility.payment.plan.cover": [
            "amount",
            "in_force",
            "line_id",
            "paid_amount",
            "plan_id",
        ],
        "utility.payment.plan.installment": [
            "amount",
            "due_date",
            "paid_amount",
            "plan_id",
            "state",
        ],
    }

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan",
        string="Payment Plan",
        readonly=True,
        help="The plan in force that covers the item.",
    )
    bucket = fields.Selection(
        # Between the oldest debt and credit, by its code
        selection_add=[("95_plan", "In a payment plan"), ("credit",)],
        ondelete={"95_plan": "cascade"},
    )

    @property
    def _table_query(self):
        columns = [
            SQL.identifier("base", name)
            for name, field in self._fields.items()
            if field.store and field.column_type and name not in _OWN + DEBT_COLUMNS
        ]
        return SQL(
            """
            SELECT %(columns)s,
                   plan.plan_id,
                   CASE WHEN plan.plan_id IS NULL THEN base.bucket ELSE '95_plan'
                    END AS bucket,
                   CASE WHEN plan.plan_id IS NULL THEN base.days_overdue
                        WHEN plan.late > 0 THEN plan.days
                        WHEN base.open_amount > plan.open THEN base.days_overdue
                        ELSE 0 END AS days_overdue,
                   CASE WHEN plan.plan_id IS NULL THEN base.overdue_amount
                        ELSE plan.late + GREATEST(base.overdue_amount - plan.open, 0)
                    END AS overdue_amount
              FROM (%(base)s) base
         LEFT JOIN (%(covered)s) plan ON plan.line_id = base.line_id
            """,
            columns=SQL(", ").join(columns),
            base=super()._table_query,
            covered=self._get_covered_query(),
        )

    def _get_covered_query(self):
        """Return the SQL of covered items: what of each is open, and past due.

        Its columns: line_id, plan_id, open (what the plan still asks for of it), late
        (its share of the installments past due), days (since the oldest of them).
        """
        return SQL(
            """
            SELECT item.line_id,
                   item.plan_id,
                   item.open,
                   -- Beside NULL, LEAST gives the other: nothing late is 0.
                   GREATEST(LEAST(
                       item.open,
                       COALESCE(due.amount, 0) - item.running + item.open
                   ), 0) AS late,
                   due.days
              FROM (
                SELECT cover.line_id, cover.plan_id, part.open,
                       SUM(part.open) OVER (
                           PARTITION BY cover.plan_id
                           ORDER BY COALESCE(line.date_maturity, line.date), line.id
                       ) AS running
                  FROM utility_payment_plan_cover cover
                  JOIN account_move_line line ON line.id = cover.line_id
            CROSS JOIN LATERAL (
                    SELECT LEAST(
                        line.amount_residual, cover.amount - cover.paid_amount
                    ) AS open
                  ) part
                 WHERE %(asking)s
                   AND line.reconciled IS NOT TRUE
              ) item
         LEFT JOIN (
                SELECT part.plan_id,
                       SUM(part.amount - part.paid_amount) AS amount,
                       MAX(today.day - part.due_date) AS days
                  FROM utility_payment_plan_installment part
                  JOIN utility_payment_plan plan ON plan.id = part.plan_id
                  JOIN (%(today)s) AS today (company_id, day)
                    ON today.company_id = plan.company_id
                 WHERE plan.state = 'active'
                   AND part.state IN ('due', 'partial', 'missed')
                   AND part.due_date < today.day
              GROUP BY part.plan_id
              ) due ON due.plan_id = item.plan_id
            """,
            asking=ASKING,
            today=self._get_today_values(),
        )

from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..plan.utility_payment_plan_cover import ASKING
from .holding import COVERED

ZERO = Decimal(0)


class UtilityPaymentPlan(models.Model):
    """A plan waits for its consumer while what it covers is disputed (COL-09)."""

    _inherit = "utility.payment.plan"

    def _get_disputed_amounts(self):
        """What open disputes hold of the debt that these plans still ask for.

        :return: {plan id: Decimal}, of those plans of which anything is disputed
        """
        if not self.ids:
            return {}
        for model in ("utility.dispute", "account.move.line", self.cover_ids._name):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT covered.plan_id, SUM(LEAST(covered.amount, dispute.amount))
                  FROM (
                       SELECT cover.plan_id, item.move_id, SUM(%(covered)s) AS amount
                         FROM utility_payment_plan_cover cover
                         JOIN account_move_line item ON item.id = cover.line_id
                        WHERE cover.plan_id = ANY(%(plans)s)
                          AND %(asking)s
                     GROUP BY cover.plan_id, item.move_id
                       ) covered
                  JOIN (
                       SELECT move_id, SUM(amount) AS amount
                         FROM utility_dispute
                        WHERE state IN ('new', 'investigation', 'waiting')
                     GROUP BY move_id
                       ) dispute ON dispute.move_id = covered.move_id
              GROUP BY covered.plan_id
                """,
                covered=COVERED,
                asking=ASKING,
                plans=self.ids,
            )
        )
        return {
            plan_id: self.browse(plan_id)._money(float(amount))
            for plan_id, amount in rows
        }


class UtilityPaymentPlanInstallment(models.Model):
    _inherit = "utility.payment.plan.installment"

    def _filter_held(self):
        """Extend: installments past due that a dispute of covered debt takes up.

        The oldest first. One of which a part is left to pay isn't held.
        """
        amounts = self.plan_id._get_disputed_amounts()
        if not amounts:
            return super()._filter_held()
        late = self.search(
            [
                ("plan_id", "in", list(amounts)),
                ("state", "in", ("due", "partial", "missed")),
                (
                    "due_date",
                    "<",
                    fields.Date.add(max(self.mapped("due_date")), days=1),
                ),
            ],
            order="due_date, id",
        )
        left = defaultdict(Decimal, amounts)
        held = self.browse()
        for row in late:
            unpaid = row.plan_id._money(row.remaining_amount)
            if unpaid <= left[row.plan_id.id]:
                held |= row
            left[row.plan_id.id] = max(left[row.plan_id.id] - unpaid, ZERO)
        return super()._filter_held() | (self & held)

from odoo import api, fields, models
from odoo.tools import SQL

# The most days before the due date that settings allow.
_MOST_DAYS = 60


class UtilityPaymentPlan(models.Model):
    """Consumers are reminded before an installment is due (PLN-05, COL-11)."""

    _inherit = "utility.payment.plan"

    @api.model
    def _find_to_remind(self, company, last_id, limit):
        """Active plans with an installment that is to be reminded of."""
        self.flush_model()
        self.env["utility.payment.plan.installment"].flush_model()
        return self._read_ids(
            SQL(
                """
                SELECT DISTINCT plan.id
                  FROM utility_payment_plan_installment item
                  JOIN utility_payment_plan plan ON plan.id = item.plan_id
                 WHERE item.company_id = %(company)s
                   AND item.state IN ('due', 'partial')
                   AND item.reminded_on IS NULL
                   AND item.due_date BETWEEN %(today)s AND %(today)s + %(most)s
                   AND item.due_date - plan.reminder_days <= %(today)s
                   AND plan.reminder_days >= 0
                   AND plan.state = 'active'
                   AND plan.id > %(last_id)s
              ORDER BY plan.id
                 LIMIT %(limit)s
                """,
                company=company.id,
                today=company._utility_today(),
                most=_MOST_DAYS,
                last_id=last_id,
                limit=limit,
            )
        )

    def _remind(self):
        """Remind of what is due soon, or keep why not; each time things may differ."""
        today = self.company_id._utility_today()
        rows = self.installment_ids.filtered(
            lambda row: (
                row.state in ("due", "partial")
                and not row.reminded_on
                and fields.Date.add(row.due_date, days=-row.plan_id.reminder_days)
                <= today
                <= row.due_date
            )
        )
        amounts = rows._get_amounts_to_pay()
        to_remind = rows.browse()
        for row in rows:
            amount, reason = amounts[row.id]
            if amount > 0 and not row.utility_account_id.email:
                reason = self.env._("No e-mail address is known.")
            elif amount > 0:
                reason = False
            if reason:
                row._keep_reminder_problem(reason)
            else:
                to_remind |= row
        to_remind.write({"reminded_on": today, "reminder_problem": False})
        events = self.env["utility.payment.plan.event"].create(
            [
                {
                    "plan_id": row.plan_id.id,
                    "installment_id": row.id,
                    "kind": "reminded",
                    "amount": amounts[row.id][0],
                }
                for row in to_remind
            ]
        )
        events._send_notices(amounts)

from odoo import api, models
from odoo.tools import SQL

ACTIVITY_TYPE = "utility_collections.mail_activity_type_plan"


class UtilityPaymentPlan(models.Model):
    """The recovery executive has one activity for a plan that isn't kept (PLN-05).

    It is opened with the first missed installment, says so when the plan breaks, and
    is closed by itself when nothing is missed any more.
    """

    _inherit = "utility.payment.plan"

    def _open_cases(self):
        """Have an activity for each of these plans; superuser."""
        self.env["mail.activity"].flush_model()
        open_cases = self.env["mail.activity"].search(self._case_domain(self.ids))
        by_plan = open_cases.grouped("res_id")
        vals_list = []
        for plan in self:
            user = plan._get_case_user()
            if not user:
                continue
            summary = plan.with_context(lang=user.lang)._case_summary()
            if case := by_plan.get(plan.id):
                case[:1].summary = summary
                continue
            vals_list.append(
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": plan.id,
                    "activity_type_id": self.env.ref(ACTIVITY_TYPE).id,
                    "summary": summary,
                    "user_id": user.id,
                    "date_deadline": plan.company_id._utility_today(),
                    "automated": True,
                }
            )
        # Without the mail that Odoo would send for each of them.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )

    def _get_case_user(self):
        """Who looks after the plan now, if there is anybody."""
        self.ensure_one()
        for user in self.user_id | self.company_id.utility_plan_user_id:
            if user.active:
                return user
        return self.env["res.users"]

    def _case_summary(self):
        self.ensure_one()
        if self.state == "broken":
            return self.env._("%(plan)s is broken", plan=self.display_name)
        return self.env._(
            "%(plan)s: %(count)s missed",
            plan=self.display_name,
            count=self.missed_count - self.missed_forgiven,
        )

    @api.model
    def _case_domain(self, plan_ids):
        return [
            ("res_model", "=", self._name),
            ("res_id", "in", plan_ids),
            ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
            ("automated", "=", True),
        ]

    @api.model
    def _find_settled_cases(self, company, last_id, limit):
        """Plans with an open activity, though nothing is missed any more."""
        self.flush_model()
        self.env["mail.activity"].flush_model()
        self.env["utility.payment.plan.installment"].flush_model()
        return self._read_ids(
            SQL(
                """
                SELECT DISTINCT plan.id
                  FROM mail_activity activity
                  JOIN utility_payment_plan plan ON plan.id = activity.res_id
                 WHERE activity.res_model = %(model)s
                   AND activity.activity_type_id = %(type)s
                   AND activity.automated
                   AND activity.active
                   AND plan.company_id = %(company)s
                   AND plan.id > %(last_id)s
                   AND CASE plan.state
                       WHEN 'broken' THEN EXISTS (
                           SELECT FROM utility_payment_plan successor
                            WHERE successor.previous_id = plan.id
                              AND successor.activated_on IS NOT NULL)
                       WHEN 'active' THEN NOT EXISTS (
                           SELECT FROM utility_payment_plan_installment item
                            WHERE item.plan_id = plan.id
                              AND item.state = 'missed')
                       ELSE TRUE
                   END
              ORDER BY plan.id
                 LIMIT %(limit)s
                """,
                model=self._name,
                type=self.env.ref(ACTIVITY_TYPE).id,
                company=company.id,
                last_id=last_id,
                limit=limit,
            )
        )

    def _close_cases(self):
        """Mark the activities of these plans as done."""
        cases = self.env["mail.activity"].search(self._case_domain(self.ids))
        cases.action_feedback(feedback=self.env._("Nothing is missed any more."))

from odoo import api, models

ACTIVITY_TYPE = "utility_collections.mail_activity_type_promise"


class UtilityPaymentPromise(models.Model):
    """The recovery executive has an activity for a promise that was broken."""

    _inherit = "utility.payment.promise"

    def _open_activities(self):
        """Have an activity for each of these promises; superuser."""
        type_id = self.env.ref(ACTIVITY_TYPE).id
        model_id = self.env["ir.model"]._get_id(self._name)
        # Without the mail that Odoo would send for each of them.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": promise.id,
                    "activity_type_id": type_id,
                    "summary": self.env._(
                        "Promise broken: %(promise)s", promise=promise.display_name
                    ),
                    "user_id": user.id,
                    "date_deadline": promise.company_id._utility_today(),
                    "automated": True,
                }
                for promise in self
                if (user := promise._get_recovery_user())
            ]
        )

    def _get_recovery_user(self):
        """Who looks after the account, else the company's, else who took it."""
        self.ensure_one()
        users = (
            self.utility_account_id.recovery_user_id,
            self.company_id.utility_plan_user_id,
            self.user_id,
        )
        for user in users:
            if user.active:
                return user
        return self.env["res.users"]

    def _close_activities(self):
        """Mark the activities of these promises as done."""
        if not self:
            return
        self.env["mail.activity"].search(self._activity_domain(self.ids)).with_context(
            mail_activity_quick_update=True
        ).action_feedback(feedback=self.env._("The promise isn't broken any more."))

    @api.model
    def _activity_domain(self, promise_ids):
        return [
            ("res_model", "=", self._name),
            ("res_id", "in", promise_ids),
            ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
            ("automated", "=", True),
        ]

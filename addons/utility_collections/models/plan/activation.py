from odoo import models
from odoo.exceptions import UserError


class UtilityPaymentPlan(models.Model):
    """The step from draft to active (PLN-01); what is checked is in `terms.py`."""

    _inherit = "utility.payment.plan"

    def action_activate(self):
        """Put drafts in force: check them, take the cover, draw up the schedule.

        :return: True
        :raises UserError: one clear sentence when debt, account, terms or the caller's
            role don't allow it; nothing is changed
        """
        self.check_access("write")
        self._check_author()
        for plan_sudo in self._lock_plans():
            if plan_sudo.state != "draft":
                raise UserError(
                    self.env._(
                        "Plan %(plan)s is no draft any more.", plan=plan_sudo.number
                    )
                )
            plan_sudo._check_unchanged()
            plan_sudo._check_obstacles("account", "debt", "eligibility", "limit")
            plan_sudo._refresh_draft()
            plan_sudo._check_signature()
            plan_sudo._activate()
        return True

    def _activate(self):
        """Take the cover and start; the account is locked, the terms were checked."""
        self.ensure_one()
        today = self.company_id._utility_today()
        lines = self._get_lines_to_cover()
        if self.previous_id:
            self.previous_id._replace_by(self)
        # A completed plan follows its debt until another plan takes that over: what
        # was paid from before it, and came back, is owed beside it.
        lines._release_completed_covers()
        baselines = lines._get_matched_amounts()
        self.env["utility.payment.plan.cover"].create(
            [
                {
                    "plan_id": self.id,
                    "line_id": line.id,
                    "amount": line.amount_residual,
                    "baseline": baselines.get(line.id) or False,
                }
                for line in lines
            ]
        )
        self.write(
            {
                "state": "active",
                "activated_on": today,
                "activated_by": self.env.uid,
            }
        )
        self._log_event("activated", amount=self.amount_covered)
        self._refresh_standing()
        self.company_id._figures_changed()

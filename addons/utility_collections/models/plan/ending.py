from odoo import models
from odoo.exceptions import UserError

from ..reader import read_text


class UtilityPaymentPlan(models.Model):
    """How plans end before they are paid: their debt is due again (PLN-02, PLN-05)."""

    _inherit = "utility.payment.plan"

    def action_cancel(self, reason=False):
        """Withdraw drafts, or end active plans: the debt is due by its own dates again.

        :param str reason: for the record
        :return: True
        :raises UserError: for a plan that has ended, or is above the caller's limits
        """
        self.check_access("write")
        self._check_author()
        plans_sudo = self._lock_plans()
        for plan_sudo in plans_sudo:
            if plan_sudo.state not in ("draft", "active"):
                raise UserError(
                    self.env._(
                        "Plan %(plan)s has ended already.",
                        plan=plan_sudo.display_name,
                    )
                )
            limits = plan_sudo._get_own_limits()
            for obstacle in plan_sudo._find_end_obstacles(limits):
                raise UserError(obstacle)
        reason = read_text(reason) or False
        plans_sudo._release("cancelled", reason)
        plans_sudo._log_event("cancelled", note=reason)
        return True

    def _find_end_obstacles(self, limits):
        """Who couldn't agree on what is left of a plan doesn't end it (ROL-01).

        :param dict limits: of ``_get_limits``
        """
        self.ensure_one()
        if self.state != "active" or not limits:
            return
        left = self.installment_ids.filtered(lambda row: row.state != "paid")
        if (
            self._money(self.amount_remaining) > self._money(limits["amount"])
            or len(left.filtered("sequence")) > limits["count"]
        ):
            yield self.env._(
                "Plan %(plan)s still has %(remaining)s in %(count)s installments, more"
                " than you may agree on: ask a Recovery Executive to end or change it.",
                plan=self.display_name,
                remaining=self._format(self.amount_remaining),
                count=len(left),
            )

    def _break(self, reason):
        """End active plans that were not kept; superuser, accounts locked."""
        self._release("broken", reason)
        self._log_event("broken", note=reason)

    def _release(self, state, reason):
        """End plans: give their cover free and cancel what is unpaid."""
        self.cover_ids.in_force = False
        # The next version takes the same cover in this transaction.
        self.cover_ids.flush_recordset(["in_force"])
        open_rows = self.installment_ids.filtered(lambda row: row.state != "paid")
        open_rows.state = "cancelled"
        for company, plans in self.grouped("company_id").items():
            plans.write(
                {
                    "state": state,
                    "ended_on": company._utility_today(),
                    "end_reason": reason,
                }
            )
            company._figures_changed()
        self._refresh_standing()

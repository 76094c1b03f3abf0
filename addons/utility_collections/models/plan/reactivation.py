from odoo import models
from odoo.exceptions import AccessError, UserError

from ..reader import read_text


class UtilityPaymentPlan(models.Model):
    """A Billing Manager gives a broken plan another chance (PLN-05)."""

    _inherit = "utility.payment.plan"

    def action_reactivate(self, reason):
        """Put broken plans in force again, with the installments that were unpaid.

        What was missed stays missed and is overdue, but doesn't break the plan again.
        What the debt received meanwhile, whichever way, has paid installments.

        :param str reason: for the record
        :return: True
        :raises AccessError: for anyone below Billing Manager
        :raises UserError: for a plan that can't go on; nothing is changed
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_billing_manager"
        ):
            raise AccessError(
                self.env._(
                    "Reactivating a broken payment plan is for Billing Managers."
                )
            )
        reason = read_text(reason)
        if not reason:
            raise UserError(
                self.env._("Give the reason for which the plan goes on again.")
            )
        for plan_sudo in self._lock_plans():
            plan_sudo._check_reactivation()
            plan_sudo._reactivate(reason)
        return True

    def action_open_reactivate(self):
        """Ask for the reason, then reactivate.

        :return: an action for the web client
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reactivate plan"),
            "res_model": "utility.payment.plan.reactivate",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def _check_reactivation(self):
        """Say why a plan can't go on."""
        self.ensure_one()
        account = self.utility_account_id
        if self._get_successor():
            raise UserError(
                self.env._(
                    "A new version took the place of plan %(plan)s: go on with that.",
                    plan=self.display_name,
                )
            )
        if self.state != "broken":
            raise UserError(
                self.env._(
                    "Plan %(plan)s isn't broken: only a broken plan is reactivated.",
                    plan=self.display_name,
                )
            )
        if account.state == "closed":
            raise UserError(
                self.env._(
                    "Account %(account)s is closed: a payment plan needs an open one.",
                    account=account.number,
                )
            )
        if self._get_open_cover_amount() <= 0:
            raise UserError(
                self.env._(
                    "The debt of plan %(plan)s is settled: nothing is left to pay.",
                    plan=self.display_name,
                )
            )
        other = self.env["utility.payment.plan.cover"].search(
            [("line_id", "in", self.cover_ids.line_id.ids), ("in_force", "=", True)],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(document)s is covered by plan %(plan)s meanwhile: end that one"
                    " first, or leave this one broken.",
                    document=other.move_id.name,
                    plan=other.plan_id.display_name,
                )
            )

    def _get_open_cover_amount(self):
        """What is open now of the debt that the plan covers, in force or not."""
        self.ensure_one()
        return self.currency_id.round(
            sum(
                min(cover.line_id.amount_residual, cover.amount)
                for cover in self.cover_ids
            )
        )

    def _get_disputed(self):
        """The plans of which covered debt is kept out of collections."""
        disputed = self.cover_ids.line_id.filtered(
            lambda line: not line.reconciled
        )._filter_disputed()
        return self.filtered(lambda plan: plan.cover_ids.line_id & disputed)

    def _reactivate(self, reason):
        """Take the cover again and reopen what is unpaid; the account is locked."""
        self.ensure_one()
        self.write({"state": "active", "ended_on": False, "end_reason": False})
        self.cover_ids.in_force = True
        for row in self.installment_ids.filtered(lambda row: row.state == "cancelled"):
            row._set_paid(self._money(row.paid_amount), False)
        self._log_event("reactivated", note=reason)
        self._follow_ledger()
        # What fell due meanwhile is as late as what was missed before.
        self._mark_missed(silently=True)
        self._refresh_standing()
        self.missed_forgiven = self.missed_count
        self.company_id._figures_changed()

from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class UtilityPaymentPlan(models.Model):
    """Checks of terms, and the step from draft to active (PLN-01)."""

    _inherit = "utility.payment.plan"

    def action_activate(self):
        """Put drafts in force: check them, take the cover, draw up the schedule.

        :return: True
        :raises UserError: one clear sentence when debt, account, terms or the caller's
            role don't allow it; nothing is changed
        """
        self.check_access("write")
        self._check_author()
        plans_sudo = self.sudo()
        plans_sudo.utility_account_id._lock_accounts()
        plans_sudo.invalidate_recordset()
        for plan_sudo in plans_sudo:
            if plan_sudo.state != "draft":
                raise UserError(
                    self.env._(
                        "Plan %(plan)s is no draft any more.", plan=plan_sudo.number
                    )
                )
            self._check_limits(plan_sudo)
            plan_sudo._check_signature()
            plan_sudo._check_eligibility()
            plan_sudo._refresh_draft()
            plan_sudo._activate()
        return True

    def _activate(self):
        """Take the cover and start; the account is locked, the terms were checked."""
        self.ensure_one()
        today = self.company_id._utility_today()
        lines = self._get_lines_to_cover()
        if self.previous_id:
            self.previous_id._replace_by(self)
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

    def _replace_by(self, new):
        """End this version in favour of a new one (PLN-02)."""
        self._release("cancelled", self.env._("Replaced by %s", new.display_name))
        self._log_event("replaced", note=new.display_name)

    # -------------------------------------------------------------------------
    # WHAT CAN BE COVERED
    # -------------------------------------------------------------------------

    def _get_lines_to_cover(self):
        """The open receivable items of the covered documents, oldest due first."""
        self.ensure_one()
        lines = self.covered_move_ids.line_ids.filtered(
            lambda line: (
                line.utility_account_id == self.utility_account_id
                and line.parent_state == "posted"
                and not line.reconciled
                and line.amount_residual > 0
            )
        )
        return lines.sorted(lambda line: (line.date_maturity or line.date, line.id))

    def _check_terms(self):
        """Check account, debt, amounts and dates of a draft (PLN-01).

        :raises ValidationError: one clear sentence on what is wrong
        """
        self.ensure_one()
        account = self.utility_account_id
        if account.state == "closed":
            raise ValidationError(
                self.env._(
                    "Account %(account)s is closed: a payment plan needs an open one.",
                    account=account.number,
                )
            )
        self._check_covered_documents()
        self._check_previous()
        today = self.company_id._utility_today()
        if self.frequency == "custom":
            return
        if not self.first_due_date:
            raise ValidationError(
                self.env._("The plan needs the date of its first installment.")
            )
        if self.first_due_date < today:
            raise ValidationError(
                self.env._(
                    "The first installment can't be due in the past (%(date)s): choose"
                    " %(today)s or later.",
                    date=self.first_due_date,
                    today=today,
                )
            )

    def _check_covered_documents(self):
        """Each document is posted, of this account, open, and free to be covered."""
        moves = self.covered_move_ids
        if not moves:
            raise ValidationError(
                self.env._("A payment plan needs debt: choose open bills or charges.")
            )
        account = self.utility_account_id
        lines = self._get_lines_to_cover()
        for move in moves:
            if move.utility_account_id != account:
                raise ValidationError(
                    self.env._(
                        "%(document)s belongs to another account than %(account)s.",
                        document=move.name,
                        account=account.number,
                    )
                )
            if move not in lines.move_id:
                raise ValidationError(
                    self.env._(
                        "%(document)s has no open debt any more: take it out of the"
                        " plan.",
                        document=move.name or move.id,
                    )
                )
        covers = self.env["utility.payment.plan.cover"].search(
            [("line_id", "in", lines.ids), ("in_force", "=", True)]
        )
        for cover in covers:
            if cover.plan_id != self.previous_id:
                raise ValidationError(
                    self.env._(
                        "%(document)s is already covered by plan %(plan)s: modify that"
                        " plan, or leave the document out.",
                        document=cover.move_id.name,
                        plan=cover.plan_id.display_name,
                    )
                )

    def _check_previous(self):
        """A new version belongs to the same account, and replaces what can be."""
        previous = self.previous_id
        if not previous:
            return
        if previous.utility_account_id != self.utility_account_id:
            raise ValidationError(
                self.env._("A new version stays with the account of its plan.")
            )
        if previous.state not in ("active", "broken"):
            raise ValidationError(
                self.env._(
                    "Only an active or broken plan can be modified; %(plan)s is"
                    " neither.",
                    plan=previous.display_name,
                )
            )

    @api.model
    def _check_limits(self, plan_sudo):
        """ROL-01: what the caller's role may agree on alone.

        :raises UserError: naming the limit and who may
        """

    def _check_signature(self):
        """A template may ask for the consumer's signature first."""

    def _check_eligibility(self):
        """The template's rules (PLN-01): minimum debt, rating, broken plans, length."""

    def _check_custom_schedule(self):
        """A schedule of one's own adds up to the debt, in dates that come."""

    def _get_move_date(self):
        """How due dates are moved off holidays, for ``make_schedule``; None: never."""
        return None

    @api.model
    def _schedule_message(self, error):
        """The sentence for terms that make no schedule."""
        return error.code

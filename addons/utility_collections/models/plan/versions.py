from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class UtilityPaymentPlan(models.Model):
    """A change of the terms makes a new version and keeps the old one (PLN-02)."""

    _inherit = "utility.payment.plan"

    version_comparison = fields.Json(
        compute="_compute_version_comparison",
        help="This version beside the one before: dates, amounts, what was paid.",
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("previous_id", "installment_ids", "amount_paid", "state")
    def _compute_version_comparison(self):
        for plan in self:
            plan.version_comparison = plan._compare_with_previous()

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_modify(self):
        """Open the set-up of the next version, on what remains of this one.

        :return: an action for the web client
        :raises UserError: for a plan that can't be modified
        """
        self.ensure_one()
        self.check_access("write")
        self._check_author()
        for obstacle in self.sudo()._find_replace_obstacles():
            raise UserError(obstacle)
        return self.env["utility.plan.setup"]._get_form_action(
            utility_account_id=self.utility_account_id.id,
            previous_id=self.id,
            template_id=self.template_id.id,
        )

    # -------------------------------------------------------------------------
    # REPLACING
    # -------------------------------------------------------------------------

    def _find_replace_obstacles(self):
        """Only the newest agreed version is modified, and only while it is owed on."""
        self.ensure_one()
        if newer := self._get_successor():
            yield self.env._(
                "%(plan)s was replaced by %(newer)s: modify that one.",
                plan=self.display_name,
                newer=newer.display_name,
            )
        elif self.state not in ("active", "broken"):
            yield self.env._(
                "Only an active or broken plan can be modified; %(plan)s is neither.",
                plan=self.display_name,
            )

    def _get_successor(self):
        """The newest later version that was in force, if any."""
        self.ensure_one()
        return self.next_ids.filtered("activated_on").sorted("version")[-1:]

    def _replace_by(self, new):
        """End this version in favour of a new one; a broken one stays broken."""
        self.ensure_one()
        if self.state == "active":
            self._release("cancelled", self.env._("Replaced by %s", new.display_name))
        self._log_event("replaced", note=new.display_name)
        new._log_event("replaces", note=self.display_name)

    # -------------------------------------------------------------------------
    # SIDE BY SIDE
    # -------------------------------------------------------------------------

    def _compare_with_previous(self):
        """This version beside the one that it replaces, as texts for the screen.

        :return: {`versions`: [old, new], `rows`: one for each number of an
            installment}; a version has `name`, `state`, `figures`; False without one
        :rtype: dict | bool
        """
        self.ensure_one()
        previous = self.previous_id
        if not previous:
            return False
        old = {row.sequence: row for row in previous.installment_ids}
        new = {row.sequence: row for row in self.installment_ids}
        return {
            "versions": [previous._describe_version(), self._describe_version()],
            "rows": [
                {
                    "number": str(number) if number else self.env._("Down payment"),
                    "old": previous._describe_row(old.get(number)),
                    "new": self._describe_row(new.get(number)),
                }
                for number in sorted(old.keys() | new.keys())
            ],
        }

    def _describe_version(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        figures = [(self.env._("Covered"), self.amount_covered)]
        if self.activated_on:
            figures += [
                (self.env._("Paid"), self.amount_paid),
                (self.env._("Remaining"), self.amount_remaining),
            ]
        return {
            "name": self.env._("Version %s", self.version),
            "agreed": bool(self.activated_on),
            "state": states[self.state],
            "figures": [
                {"label": label, "value": self.currency_id.format(amount)}
                for label, amount in figures
            ],
        }

    def _describe_row(self, row):
        if not row:
            return False
        states = dict(row._fields["state"]._description_selection(self.env))
        return {
            "date": format_date(self.env, row.due_date),
            "amount": self.currency_id.format(row.amount),
            "paid": row.paid_amount and self.currency_id.format(row.paid_amount),
            "state": self.activated_on and states[row.state],
            "is_cancelled": row.state == "cancelled",
        }

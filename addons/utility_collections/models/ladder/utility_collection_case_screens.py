from odoo import api, fields, models
from odoo.tools import format_date

_MOST_DAYS = 36525


class UtilityCollectionCase(models.Model):
    """What the screens of cases show beside their fields (COL-04)."""

    _inherit = "utility.collection.case"

    phone = fields.Char(related="utility_account_id.phone")
    service_address = fields.Char(related="utility_account_id.service_address")
    category = fields.Selection(related="utility_account_id.category")
    days_overdue = fields.Integer(
        compute="_compute_days_overdue",
        search="_search_days_overdue",
        help="Days since the oldest debt that may be collected was due.",
    )
    ladder = fields.Json(compute="_compute_ladder")

    @api.depends("oldest_due")
    def _compute_days_overdue(self):
        for case in self:
            today = case.company_id._utility_today()
            case.days_overdue = (today - case.oldest_due).days if case.oldest_due else 0

    def _search_days_overdue(self, operator, value):
        turned = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
        if operator not in turned or not isinstance(value, int):
            return NotImplemented
        # Nobody is overdue for longer than there are dates.
        days = max(min(value, _MOST_DAYS), -_MOST_DAYS)
        day = fields.Date.subtract(self.env.company._utility_today(), days=days)
        return [("oldest_due", turned[operator], day)]

    @api.depends(
        "process_id.step_ids", "step_id", "next_step_id", "next_step_on", "event_ids"
    )
    def _compute_ladder(self):
        """The steps of the process, and which of them were taken when.

        A step that another process took isn't a rung of this one any more.
        """
        actions = dict(
            self.env["utility.collection.step"]
            ._fields["action"]
            ._description_selection(self.env)
        )
        for case in self:
            taken = {}
            for event in case.event_ids:
                if event.kind == "step":
                    taken[event.res_id] = fields.Datetime.context_timestamp(
                        case, event.happened_at
                    ).date()
            steps = case.process_id.with_context(active_test=False).step_ids
            case.ladder = [
                {
                    "id": step.id,
                    "name": step.name,
                    "action": actions[step.action],
                    "days": step.days_overdue,
                    "amount": step.amount_min
                    and case.currency_id.format(step.amount_min),
                    "state": case._rung_state(step, taken),
                    "waits": case._waits_for_amount(step),
                    "day": case._rung_day(step, taken),
                }
                for step in steps
                if step.active or step.id in taken
            ]

    def _rung_state(self, step, taken):
        if step.id in taken:
            return "done"
        if step == self.next_step_id and self.state != "closed":
            return "failed" if self.step_problem else "next"
        return "later"

    def _waits_for_amount(self, step):
        """Whether it is its day, but less may be collected than it asks for."""
        return bool(
            step == self.next_step_id
            and self.next_step_on
            and self.next_step_on <= self.company_id._utility_today()
            and self.currency_id.compare_amounts(self.amount, step.amount_min) < 0
        )

    def _rung_day(self, step, taken):
        day = taken.get(step.id)
        if not day and step == self.next_step_id:
            day = self.next_step_on
        return format_date(self.env, day) if day else ""

    def action_view_debt(self):
        """Open the debt summary of the account beside what is shown (COL-02).

        :return: a client action
        """
        return self.utility_account_id.action_view_debt()

    def action_view_account(self):
        """Open the consumer's page.

        :return: an action for the web client
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.account",
            "res_id": self.utility_account_id.id,
            "views": [[False, "form"]],
        }

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

ACTIVITY_TYPE = "utility_payments.mail_activity_type_alert"


class UtilityAlert(models.Model):
    """Something that a rule found, and what people did about it (KPI-08).

    Alerts are written by rules and by the methods here, never by hand: whoever may
    read one (Billing Managers, its recipients, who it is assigned to) may act on it,
    and each step is logged. While one is open or snoozed its rule raises no second one
    for the same case.
    """

    _name = "utility.alert"
    _description = "Alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _rec_name = "title"
    _order = "raised_at desc, id desc"

    rule_id = fields.Many2one(
        comodel_name="utility.alert.rule",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    key = fields.Char(
        readonly=True, help="Which case of its rule it is; empty where there is one."
    )
    title = fields.Char(string="What Happened", required=True, readonly=True)
    severity = fields.Selection(
        selection=[("info", "Info"), ("warning", "Warning"), ("critical", "Critical")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("snoozed", "Snoozed"), ("resolved", "Resolved")],
        string="Status",
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        group_expand=True,
    )
    value = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    threshold = fields.Float(
        string="Limit or Usual", readonly=True, digits=(16, 2), aggregator=None
    )
    previous = fields.Float(
        string="Period Before", readonly=True, digits=(16, 2), aggregator=None
    )
    facts = fields.Json(readonly=True, help="What the sentence is made of.")
    evidence = fields.Integer(readonly=True, aggregator=None)
    period_from = fields.Date(readonly=True)
    record_model = fields.Char(readonly=True)
    record_domain = fields.Text(readonly=True)
    raised_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    last_seen_at = fields.Datetime(
        string="Last Seen", readonly=True, default=fields.Datetime.now
    )
    times_seen = fields.Integer(readonly=True, default=1, aggregator=None)
    recipient_ids = fields.Many2many(
        comodel_name="res.users",
        string="Told",
        readonly=True,
        help="Who was to be told when it was raised: they may act on it.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assigned To",
        readonly=True,
        tracking=True,
        index="btree_not_null",
    )
    snoozed_until = fields.Date(readonly=True, tracking=True)
    resolution_note = fields.Text(string="Resolution", readonly=True, tracking=True)
    resolved_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        help="Empty when it closed by itself.",
    )
    resolved_at = fields.Datetime(readonly=True)
    cleared = fields.Boolean(
        readonly=True, help="The case was over since: it may be raised again."
    )

    # The database itself makes sure of it when two processes evaluate a rule.
    _one_standing = models.UniqueIndex(
        "(rule_id, key) WHERE state IN ('open', 'snoozed')",
        "An alert of this case is open already.",
    )
    _state_idx = models.Index("(company_id, state, raised_at DESC)")

    # === READING === #

    @api.model
    def _visible_domain(self):
        """Alerts that the user may see: all for managers, else what concerns them."""
        user = self.env.user
        if user.has_group("utility_consumers.group_billing_manager") or (
            user._is_superuser()
        ):
            return Domain.TRUE
        return Domain("recipient_ids", "in", user.ids) | Domain("user_id", "=", user.id)

    def _sentence(self):
        """What happened, in the language of the environment."""
        self.ensure_one()
        # The rule may look for something else by now, or an add-on be gone
        facts = self.facts or {}
        detector = facts.get("detector")
        if detector not in self.env["utility.anomaly"]._detectors() and (
            detector or "figure" not in facts
        ):
            return self.title
        return self.env["utility.alert.rule"]._say(detector, facts, self.company_id)

    # === WHAT RULES DO === #

    def _see_again(self, finding):
        """The case is still there: bring its figures up to date, tell nobody."""
        self.ensure_one()
        self.write(
            {
                **self.rule_id._finding_values(finding),
                "last_seen_at": fields.Datetime.now(),
                "times_seen": self.times_seen + 1,
            }
        )

    def _bars(self, finding):
        """Whether this alert, which was resolved, stands for the finding still.

        Who resolved it has seen it: the case comes back only when there is more of it,
        in a new calendar period, or after it was over in between.
        """
        self.ensure_one()
        if finding.evidence:
            return finding.evidence <= self.evidence
        if finding.period_from and finding.period_from != self.period_from:
            return False
        return not self.cleared

    def _resolve_by_itself(self, sentence):
        """Close alerts whose case is over."""
        if not self:
            return
        note = self.env._("Closed by itself. %(sentence)s", sentence=sentence)
        self.write(
            {
                "state": "resolved",
                "resolution_note": note,
                "resolved_at": fields.Datetime.now(),
                "snoozed_until": False,
                "cleared": True,
            }
        )
        self.activity_unlink([ACTIVITY_TYPE])

    @api.model
    def _wake(self):
        """Open alerts whose snooze is over, and remind of them."""
        snoozed = self.sudo().search([("state", "=", "snoozed")])
        today = {company: company._utility_today() for company in snoozed.company_id}
        due = snoozed.filtered(
            lambda alert: alert.snoozed_until <= today[alert.company_id]
        )
        if not due:
            return
        due.write({"state": "open", "snoozed_until": False})
        for rule, alerts in due.grouped("rule_id").items():
            rule._in_company()._remind(alerts)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        alerts = super().create(vals_list)
        alerts.company_id._figures_changed()
        return alerts

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self.company_id._figures_changed()
        return res

    # === ACTIONS === #

    def action_open_records(self):
        """The records that raised it.

        :return: a window action
        """
        self.ensure_one()
        self.check_access("read")
        if self.record_model not in self.env:
            raise UserError(
                self.env._(
                    "The records behind this alert belong to an add-on that was"
                    " removed."
                )
            )
        return self.env["utility.figure"].open_records(
            self.record_model, json.loads(self.record_domain or "[]"), self._sentence()
        )

    def action_assign_to_me(self):
        """Take the alerts over.

        :return: True
        """
        return self._assign(self.env.user)

    def action_snooze_day(self):
        """Put the alerts off until tomorrow.

        :return: True
        """
        return self._snooze_days(1)

    def action_snooze_week(self):
        """Put the alerts off for a week.

        :return: True
        """
        return self._snooze_days(7)

    def action_end_snooze(self):
        """Open what was put off.

        :return: True
        """
        alerts_sudo = self._standing().sudo().filtered("snoozed_until")
        alerts_sudo.write({"state": "open", "snoozed_until": False})
        alerts_sudo._move_activities()
        return True

    def action_open_step(self):
        """The dialog to snooze, assign or resolve alerts, by the key ``step``.

        :return: a window action
        """
        step = self.env.context.get("step") or "resolve"
        standing = self._standing()
        names = {
            "snooze": self.env._("Snooze until"),
            "assign": self.env._("Assign to"),
            "resolve": self.env._("Resolve"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": names.get(step, ""),
            "res_model": "utility.alert.step",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_step": step,
                "default_alert_ids": standing.ids,
                "dialog_size": "medium",
            },
        }

    # === STEPS === #

    def _standing(self):
        """Of these alerts those that aren't resolved; the caller may act on them.

        :raises AccessError: where one isn't the caller's business
        :raises UserError: when all are resolved
        """
        self.check_access("read")
        standing = self.filtered(lambda alert: alert.state != "resolved")
        if self and not standing:
            last_sudo = self[0].sudo()
            raise UserError(
                self.env._(
                    "This is resolved already, by %(who)s: nothing is left to do.",
                    who=last_sudo.resolved_by_id.name or self.env._("itself"),
                )
            )
        return standing

    def _assign(self, user):
        """Make somebody responsible.

        :param user: staff of the company
        :return: True
        :raises UserError: where that user could not see the alert
        """
        standing = self._standing()
        for company in standing.company_id:
            if not standing.rule_id.sudo()._can_be_told(user, company):
                raise UserError(
                    self.env._(
                        "%(user)s isn't staff of the office of %(company)s: choose"
                        " somebody who is.",
                        user=user.name,
                        company=company.name,
                    )
                )
        alerts_sudo = standing.sudo()
        alerts_sudo.write({"user_id": user.id})
        alerts_sudo._hand_over_activities(user)
        return True

    def _snooze_days(self, days):
        standing = self._standing()
        for company, alerts in standing.grouped("company_id").items():
            alerts._snooze(company._utility_today() + timedelta(days=days))
        return True

    def _snooze(self, until):
        """Put alerts off.

        :param date until: the day they come back, after today
        :return: True
        :raises ValidationError: for a day that isn't in the future
        """
        standing = self._standing()
        for company in standing.company_id:
            if not until or until <= company._utility_today():
                raise ValidationError(
                    self.env._(
                        "An alert can be snoozed until tomorrow or later, not until"
                        " %(day)s.",
                        day=format_date(self.env, until) if until else "—",
                    )
                )
        alerts_sudo = standing.sudo()
        alerts_sudo.write({"state": "snoozed", "snoozed_until": until})
        alerts_sudo._move_activities()
        return True

    def _resolve(self, note):
        """Close alerts, saying what was done.

        :return: True
        :raises ValidationError: without a note
        """
        standing = self._standing()
        note = (note or "").strip()
        if not note:
            raise ValidationError(
                self.env._("Say what was found or done: the next one will ask.")
            )
        alerts_sudo = standing.sudo()
        alerts_sudo.write(
            {
                "state": "resolved",
                "resolution_note": note,
                "resolved_by_id": self.env.uid,
                "resolved_at": fields.Datetime.now(),
                "snoozed_until": False,
            }
        )
        alerts_sudo.activity_unlink([ACTIVITY_TYPE])
        return True

    # === ACTIVITIES === #

    def _alert_activities(self):
        """Activities of ours on these alerts, with superuser rights."""
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
                ]
            )
        )

    def _move_activities(self):
        """Let activities come back with their alert."""
        for until, alerts in self.grouped("snoozed_until").items():
            alerts._alert_activities().write(
                {"date_deadline": until or fields.Date.context_today(self)}
            )

    def _hand_over_activities(self, user):
        """Who took it over has the activity; the others are done with it."""
        activities = self._alert_activities()
        theirs = activities.filtered(lambda activity: activity.user_id == user)
        (activities - theirs).unlink()
        had = set(theirs.mapped("res_id"))
        lacking = self.filtered(
            lambda alert: alert.id not in had and alert.rule_id.by_activity
        )
        for alert in lacking:
            alert.rule_id._in_company()._create_activities(alert, user)

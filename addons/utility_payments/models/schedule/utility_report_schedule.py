import hashlib
import json

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.recurrence import hours_to_time, next_moment


class UtilityReportSchedule(models.Model):
    """A favourite that is e-mailed as a workbook, again and again (KPI-07).

    It is made with the rights of its owner as they are then. Whoever may change it
    decides who reads what the owner sees: so only the owner and Admin may.
    """

    _name = "utility.report.schedule"
    _inherit = ["mail.thread"]
    _description = "Scheduled Report"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    filter_id = fields.Many2one(
        comodel_name="ir.filters",
        string="Favourite",
        ondelete="set null",
        index="btree_not_null",
        tracking=True,
        help="A search that was saved as a favourite, with its groups or pivot.",
    )
    favourite_seen = fields.Char(
        compute="_compute_favourite_seen",
        store=True,
        precompute=True,
        copy=False,
        help="What the favourite was when the owner chose it.",
    )
    filter_model = fields.Selection(related="filter_id.model_id", string="Records")
    frequency = fields.Selection(
        selection=[("daily", "Daily"), ("weekly", "Weekly"), ("monthly", "Monthly")],
        required=True,
        default="weekly",
        tracking=True,
    )
    weekday = fields.Selection(
        selection=[
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        string="On",
        default="0",
        required=True,
    )
    monthday = fields.Integer(
        string="On Day",
        default=1,
        aggregator=None,
        help="1 to 31; where a month is shorter, its last day.",
    )
    hour = fields.Float(
        string="At", default=7.0, aggregator=None, help="In the owner's time zone."
    )
    timezone = fields.Char(compute="_compute_timezone")
    next_run = fields.Datetime(
        compute="_compute_next_run", store=True, readonly=True, copy=False
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Staff",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner", string="Other Recipients", tracking=True
    )
    without_email = fields.Char(compute="_compute_without_email")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        tracking=True,
        help="Whose rights decide what is in it.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        selection=[("on", "On"), ("stopped", "Stopped")],
        default="on",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    stop_reason = fields.Char(readonly=True, copy=False)
    delivery_ids = fields.One2many(
        comodel_name="utility.report.delivery",
        inverse_name="schedule_id",
        string="History",
    )
    last_state = fields.Selection(
        selection=lambda self: (
            self.env["utility.report.delivery"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        string="Last Result",
        compute="_compute_last_state",
    )

    _due_idx = models.Index("(next_run) WHERE active AND state = 'on'")

    # -------------------------------------------------------------------------
    # COMPUTE, CONSTRAINTS
    # -------------------------------------------------------------------------

    @api.depends("filter_id")
    def _compute_name(self):
        for schedule in self:
            schedule.name = schedule.name or schedule.filter_id.name

    # Not on what the favourite has: others may change it, which must be seen
    @api.depends("filter_id")
    def _compute_favourite_seen(self):
        for schedule in self:
            schedule.favourite_seen = schedule._favourite_print()

    def _favourite_print(self):
        """What the favourite shows, in few letters; False without one."""
        self.ensure_one()
        favourite = self.sudo().filter_id
        if not favourite:
            return False
        shown = favourite.read(
            ["model_id", "domain", "context", "sort", "action_id"], load=None
        )
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()

    @api.depends("user_id.tz")
    def _compute_timezone(self):
        for schedule in self:
            schedule.timezone = schedule.sudo().user_id.tz or "UTC"

    def _zone(self):
        self.ensure_one()
        name = self.sudo().user_id.tz
        return pytz.timezone(name if name in pytz.all_timezones_set else "UTC")

    @api.depends("frequency", "weekday", "monthday", "hour", "user_id.tz", "active")
    def _compute_next_run(self):
        for schedule in self:
            schedule.next_run = schedule._next_run_after(fields.Datetime.now())

    def _next_run_after(self, moment):
        """When it is due next after a moment; both naive UTC.

        :return: False while it isn't set up well enough to tell
        """
        self.ensure_one()
        if not (self.frequency and 0 <= self.hour < 24 and 1 <= self.monthday <= 31):
            return False
        return next_moment(
            self.frequency,
            hours_to_time(min(self.hour, 23 + 59 / 60)),
            self._zone(),
            moment,
            int(self.weekday or 0),
            self.monthday,
        )

    @api.depends("user_ids.email", "partner_ids.email")
    def _compute_without_email(self):
        for schedule in self:
            missing = schedule._recipients().filtered(lambda who: not who.email)
            schedule.without_email = bool(missing) and self.env._(
                "Without an e-mail address, so left out: %(names)s.",
                names=", ".join(missing.mapped("name")),
            )

    @api.depends("delivery_ids.state")
    def _compute_last_state(self):
        Delivery = self.env["utility.report.delivery"]
        newest = dict(
            Delivery._read_group(
                [("schedule_id", "in", self.ids)], ["schedule_id"], ["id:max"]
            )
        )
        Delivery.browse(newest.values()).fetch(["state"])
        for schedule in self:
            schedule.last_state = Delivery.browse(newest.get(schedule._origin)).state

    @api.constrains("hour", "monthday")
    def _check_time(self):
        for schedule in self:
            if not 0 <= schedule.hour < 24:
                raise ValidationError(
                    self.env._("Choose a time of the day from 00:00 to 23:59.")
                )
            if not 1 <= schedule.monthday <= 31:
                raise ValidationError(
                    self.env._("Choose a day of the month from 1 to 31.")
                )

    @api.constrains("user_ids", "partner_ids")
    def _check_recipients(self):
        for schedule in self:
            if not schedule._recipients():
                raise ValidationError(
                    self.env._("Choose at least one recipient of the report.")
                )

    @api.constrains("user_id", "company_id", "filter_id")
    def _check_owner(self):
        """Nobody makes others' rights work for them, nor reads others' favourites."""
        for schedule in self:
            owner = schedule.user_id
            # Record rules don't look at what a write makes. Constraints run as
            # superuser; the user is who asked.
            user = self.env.user
            if owner != user and not (
                user._is_superuser() or user.has_group("base.group_system")
            ):
                raise ValidationError(
                    self.env._(
                        "A report is made with the rights of its owner: you can only be"
                        " the owner yourself."
                    )
                )
            if schedule.company_id not in owner.sudo().company_ids:
                raise ValidationError(
                    self.env._(
                        "%(owner)s doesn't belong to %(company)s: choose another.",
                        owner=owner.name,
                        company=schedule.company_id.name,
                    )
                )
            shared = schedule.sudo().filter_id.user_ids
            if shared and owner not in shared:
                raise ValidationError(
                    self.env._(
                        "The favourite “%(name)s” is somebody else's: share it with"
                        " %(owner)s first.",
                        name=schedule.sudo().filter_id.name,
                        owner=owner.name,
                    )
                )
            if not schedule.filter_id:
                raise ValidationError(self.env._("Choose a favourite to send."))

    def _recipients(self):
        """The contacts that get it, staff included."""
        return self.sudo().user_ids.partner_id | self.sudo().partner_ids

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_send_now(self):
        """Send it once more, besides its times; done in the background.

        :return: a notification
        :raises UserError: when it is on its way already
        """
        self.check_access("write")
        for schedule in self:
            if schedule.delivery_ids.filtered(
                lambda delivery: delivery.state in ("queued", "running")
            ):
                raise UserError(
                    self.env._(
                        "%(name)s is on its way already: see its history.",
                        name=schedule.name,
                    )
                )
        self.sudo()._queue()
        # After the commit
        self.env.ref("utility_payments.cron_send_reports").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The report is being made and sent: see its history."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_resume(self):
        """Switch stopped schedules on again.

        :return: True
        :raises UserError: while the owner may still not have them
        """
        self.check_access("write")
        for schedule in self.sudo():
            # Whoever resumes it has read the reason, and looked at the favourite
            schedule.favourite_seen = schedule._favourite_print()
            if reason := schedule._owner_problem():
                raise UserError(reason)
        self.sudo().write({"state": "on", "stop_reason": False})
        for schedule in self.sudo():
            schedule.next_run = schedule._next_run_after(fields.Datetime.now())
        return True

    def action_open_deliveries(self):
        """Show what was sent.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_payments.utility_report_delivery_action"
        )
        return action | {"domain": [("schedule_id", "=", self.id)], "path": False}

    @api.model
    def action_of_favourite(self, filter_id):
        """A new schedule of a favourite, to fill in (from the menu of a screen).

        :param int filter_id: id of an `ir.filters`
        :return: a window action
        """
        self.check_access("create")
        favourite = self.env["ir.filters"]
        if type(filter_id) is int:
            favourite = favourite.browse(filter_id).exists()
        if not favourite:
            raise UserError(self.env._("This favourite is gone: save it anew."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule by e-mail"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "target": "current",
            "context": {
                "default_filter_id": favourite.id,
                "default_name": favourite.name,
                "default_user_ids": [self.env.uid],
            },
        }

    # -------------------------------------------------------------------------
    # RUNNING
    # -------------------------------------------------------------------------

    def _owner_problem(self):
        """Why the owner may not have this report, or an empty text."""
        self.ensure_one()
        owner = self.user_id
        if not owner.active:
            return self.env._(
                "%(owner)s is archived: choose another owner.", owner=owner.name
            )
        if not owner.has_group("utility_consumers.group_billing_manager"):
            return self.env._(
                "%(owner)s is no Billing Manager any more: choose another owner.",
                owner=owner.name,
            )
        if self.company_id not in owner.company_ids:
            return self.env._(
                "%(owner)s doesn't belong to %(company)s any more: choose another"
                " owner.",
                owner=owner.name,
                company=self.company_id.name,
            )
        shared = self.filter_id.user_ids
        if shared and owner not in shared:
            return self.env._(
                "The favourite “%(name)s” isn't shared with %(owner)s any more.",
                name=self.filter_id.name,
                owner=owner.name,
            )
        return self._favourite_problem()

    def _favourite_problem(self):
        """Why the favourite isn't what the owner chose, or an empty text.

        Odoo lets every user change a favourite that is shared with all, and this one
        is read with the rights of the owner.
        """
        self.ensure_one()
        who = self.filter_id.write_uid
        if not self.filter_id or self.favourite_seen == self._favourite_print():
            return ""
        if who and (
            who == self.user_id
            or who._is_superuser()
            or who.has_group("base.group_system")
        ):
            return ""
        return self.env._(
            "The favourite “%(name)s” was changed by %(user)s: look at it, and resume"
            " the schedule if it is what you want to send.",
            name=self.filter_id.name,
            user=who.name or self.env._("somebody"),
        )

    def _owner_env(self):
        """The environment of the owner: rights, company, language and time zone."""
        self.ensure_one()
        owner = self.user_id
        return self.env(
            user=owner.id,
            su=False,
            context={
                "lang": owner.lang,
                "tz": owner.tz,
                "allowed_company_ids": self.company_id.ids,
            },
        )

    def _stop(self, reason):
        """Switch schedules off, and tell why (superuser)."""
        self.write({"state": "stopped", "stop_reason": reason})
        for schedule in self:
            schedule._tell_owner(
                self.env._("The report is no longer sent. %(reason)s", reason=reason)
            )

    def _tell_owner(self, text):
        """Leave a message in the history, and in the owner's inbox or mail."""
        self.ensure_one()
        owner = self.user_id
        self.message_post(
            body=text, partner_ids=owner.partner_id.ids if owner.active else []
        )

    def _queue(self):
        """Write down deliveries, which the scheduled action sends."""
        self.env["utility.report.delivery"].create(
            [
                {
                    "schedule_id": schedule.id,
                    "name": schedule.name,
                    "user_id": schedule.user_id.id,
                }
                for schedule in self
            ]
        )

    @api.model
    def _queue_due(self):
        """Queue what is due, once, however often its time was missed.

        Called by the scheduled action, which must not wake itself: it would never rest.
        """
        now = fields.Datetime.now()
        due = self.search([("state", "=", "on"), ("next_run", "<=", now)])
        waiting = self.env["utility.report.delivery"].search(
            [("schedule_id", "in", due.ids), ("state", "in", ("queued", "running"))]
        )
        (due - waiting.schedule_id)._queue()
        for schedule in due:
            schedule.next_run = schedule._next_run_after(now)

from datetime import timedelta

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import hmac

from ...tools.period import COMPARISONS

# Roles from the highest to the lowest: the first that the user has counts.
_ROLES = (
    ("administrator", "base.group_system"),
    ("billing_manager", "utility_consumers.group_billing_manager"),
    ("recovery_executive", "utility_consumers.group_recovery_executive"),
    ("customer_executive", "utility_consumers.group_customer_executive"),
    ("field_collector", "utility_consumers.group_field_collector"),
)
# What a browser may tell. All else is counted where it happens, on the server.
_FROM_BROWSER = frozenset(
    {
        "dashboard_viewed",
        "drill_down",
        "history_opened",
        # Pictures of charts are made in the browser
        "report_generated",
        "report_opened",
        "search_filtered",
    }
)
# Kind of subject that an event has; others have none.
_SUBJECTS = {
    "alert_configured": ("figure",),
    "alert_resolved": ("figure",),
    "approval_decided": ("model",),
    "approval_requested": ("model",),
    "document_printed": ("document",),
    "drill_down": ("figure", "chart"),
    "history_opened": ("model",),
    "report_generated": ("model", "chart"),
    "report_opened": ("model",),
    "search_filtered": ("filter",),
}
# Longest duration that says something, in seconds. A form that was left open over lunch
# is no work.
_LONGEST = {"payment_recorded": 1800, "dashboard_viewed": 3600}
_LONGEST_OTHER = 366 * 86400
# Events of one call, and of a company's browsers in an hour: beyond that is a fault, or
# somebody who wants to fill the disk.
_MOST_OF_A_CALL = 50
_MOST_OF_AN_HOUR = 20000


class UtilityUsageEvent(models.Model):
    """What staff used, by role: for how screens and reports are to improve (USE-01).

    It counts work, not people:

    - No user is kept, nor in Odoo's own columns. A `visit` ties what was done in one
      session of one day together; it is a keyed hash that leads back to nobody.
    - Times are cut to the hour, so that an event can't be laid beside a payment or a
      log to see who it was.
    - Nothing of a consumer: every value is one of a vocabulary, a number in a range, or
      a link to what is configured. What isn't is dropped, and no text is stored.

    A company switches it on (`res.company.utility_usage`) and says how long it is kept.
    """

    _name = "utility.usage.event"
    _description = "Usage Event"
    _order = "happened_at desc, id desc"
    # create_uid would be the person.
    _log_access = False
    _rec_name = "event"

    event = fields.Selection(
        selection=[
            ("dashboard_viewed", "Dashboard viewed"),
            ("drill_down", "Drill-down"),
            ("report_opened", "Report opened"),
            ("report_generated", "Report generated"),
            ("document_printed", "Document printed"),
            ("search_filtered", "Filter used"),
            ("history_opened", "History opened"),
            ("payment_recorded", "Payment recorded"),
            ("approval_requested", "Approval requested"),
            ("approval_decided", "Approval decided"),
            ("alert_configured", "Alert configured"),
            ("alert_resolved", "Alert resolved"),
            ("plan_created", "Plan created"),
            ("compliance_reviewed", "Compliance reviewed"),
            ("collection_action", "Collection action"),
            ("inquiry_resolved", "Inquiry resolved"),
        ],
        required=True,
        readonly=True,
    )
    happened_at = fields.Datetime(
        string="When", required=True, readonly=True, help="To the hour."
    )
    role = fields.Selection(
        selection=[
            ("customer_executive", "Customer Executive"),
            ("recovery_executive", "Recovery Executive"),
            ("billing_manager", "Billing Manager"),
            ("field_collector", "Field Collector"),
            ("administrator", "Administrator"),
            ("system", "System"),
        ],
        required=True,
        readonly=True,
        help="The highest role of who did it; System: a scheduled action.",
    )
    visit = fields.Char(
        readonly=True, help="The same for all of one session of one day, for nobody."
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    subject_id = fields.Many2one(
        comodel_name="utility.usage.subject",
        readonly=True,
        index="btree_not_null",
        help="The figure, report, document or filter.",
    )
    duration = fields.Float(
        string="Duration (seconds)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    duration_hours = fields.Float(
        string="Duration (hours)",
        compute="_compute_duration_hours",
        store=True,
        precompute=True,
        aggregator="avg",
    )
    channel_id = fields.Many2one(
        comodel_name="utility.payment.channel", readonly=True, ondelete="set null"
    )
    mode_id = fields.Many2one(
        comodel_name="utility.payment.mode",
        string="Method",
        readonly=True,
        ondelete="set null",
    )
    contact_mode = fields.Selection(
        selection=[("counter", "Counter"), ("phone", "Phone"), ("field", "Field")],
        string="Contact",
        readonly=True,
    )
    inquiry_category = fields.Selection(
        selection=[
            ("bill", "Bill"),
            ("payment", "Payment"),
            ("receipt", "Receipt"),
            ("credit", "Credit"),
            ("plan", "Payment plan"),
            ("disconnection", "Disconnection"),
            ("other", "Other"),
        ],
        readonly=True,
    )
    properties = fields.Json(string="More", readonly=True)
    properties_text = fields.Char(
        string="Details",
        compute="_compute_properties_text",
        export_string_translation=False,
    )

    _company_hour_index = models.Index("(company_id, happened_at)")

    @api.depends("duration")
    def _compute_duration_hours(self):
        for event in self:
            event.duration_hours = event.duration and event.duration / 3600

    @api.depends("properties")
    def _compute_properties_text(self):
        for event in self:
            event.properties_text = ", ".join(
                f"{key}: {value}" for key, value in (event.properties or {}).items()
            )

    # -------------------------------------------------------------------------
    # VOCABULARY: add-ons extend it
    # -------------------------------------------------------------------------

    @api.model
    def _events_from_browser(self):
        """Names of the events that `log` takes; the others are the server's.

        :rtype: frozenset[str]
        """
        return _FROM_BROWSER

    @api.model
    def _subject_kinds(self):
        """Which kinds of subject an event may have; see `utility.usage.subject`.

        :rtype: dict[str, tuple[str, ...]]
        """
        return _SUBJECTS

    @api.model
    def _property_rules(self):
        """What may stand in `properties`: by key, a set of words or a range of numbers.

        Never a rule for a free text, a name, a number or an id of a consumer.

        :return: {key: frozenset of str and bool, or (least, most)}
        """
        yes_no = frozenset({True, False})
        return {
            # Screens
            "period": frozenset(
                {"today", "week", "month", "quarter", "year", "custom"}
            ),
            "compare": frozenset({"none", *COMPARISONS}),
            "charts": yes_no,
            "tiles": (0, 100),
            "phone": yes_no,
            "view": frozenset(
                {"list", "kanban", "pivot", "graph", "form", "calendar", "activity"}
            ),
            # Reports
            "format": frozenset({"xlsx", "csv", "pdf", "png", "html"}),
            "scheduled": yes_no,
            "recipients": (0, 1000),
            # Work
            "payments": (1, 100),
            "outcome": frozenset({"approved", "refused", "resolved", "snoozed"}),
            "by_hand": yes_no,
            # Terms of a plan
            "installments": (1, 120),
            "months": (0, 120),
            "down_payment_percent": (0, 100),
            "compliance_percent": (0, 100),
        }

    # -------------------------------------------------------------------------
    # PUBLIC METHOD: what browsers tell
    # -------------------------------------------------------------------------

    @api.model
    def log(self, events):
        """Count what was done in a browser (USE-01).

        Statistics never stand in the way of work: what is wrong, too much, or not
        for the caller is dropped without a word.

        :param events: list of {`event`, `subject`, `duration` (seconds),
            `contact_mode`, `properties` (see `_property_rules`)}; all but `event` are
            optional
        :return: how many were counted
        :rtype: int
        """
        company = self.env.company
        role = self._role()
        if (
            not isinstance(events, (list, tuple))
            or role in (False, "system")
            or not self._is_on(company)
        ):
            return 0
        allowed = self._events_from_browser()
        rows = []
        for values in events[:_MOST_OF_A_CALL]:
            row = isinstance(values, dict) and self._check(values)
            if row and row["event"] in allowed:
                rows.append(row)
        if rows and self._is_hour_full(company):
            return 0
        return self._store(rows, company, role)

    @api.model
    def _is_hour_full(self, company):
        hour = self._this_hour()
        return (
            self.sudo().search_count(
                [("company_id", "=", company.id), ("happened_at", "=", hour)],
                limit=_MOST_OF_AN_HOUR,
            )
            == _MOST_OF_AN_HOUR
        )

    # -------------------------------------------------------------------------
    # COUNTING ON THE SERVER
    # -------------------------------------------------------------------------

    @api.model
    def _log(self, event, company=None, **values):
        """Count what is done now, in this transaction; nothing where it is off.

        :param str event: one of the selection of `event`
        :param company: `res.company`; by default that of the environment
        :param values: `subject` (str), `duration` (float, seconds), `channel` and
            `mode` (records), `contact_mode`, `inquiry_category`; others are properties
        :return: how many were counted: 0 or 1
        """
        return self._log_many([{"event": event, **values}], company)

    @api.model
    def _log_many(self, entries, company=None):
        """Count several with one INSERT; see `_log`.

        :param entries: list of dicts: the arguments of `_log`
        """
        company = company or self.env.company
        role = self._role()
        if not role or self.env.cr.readonly or not self._is_on(company):
            return 0
        columns = ("event", "subject", "duration", "contact_mode", "inquiry_category")
        rows = []
        for entry in entries:
            row = self._check(
                {name: entry[name] for name in columns if name in entry}
                | {
                    "properties": {
                        key: value
                        for key, value in entry.items()
                        if key not in (*columns, "channel", "mode")
                    }
                }
            )
            if row:
                for name in ("channel", "mode"):
                    row[f"{name}_id"] = (entry.get(name) or self.browse()).id
                rows.append(row)
        return self._store(rows, company, role)

    @api.model
    def _is_on(self, company):
        return company.sudo().utility_usage

    @api.model
    def _role(self):
        """The highest role of the caller; False for anyone who isn't staff."""
        user = self.env.user
        if user._is_superuser():
            return "system"
        return next((role for role, group in _ROLES if user.has_group(group)), False)

    @api.model
    def _visit(self):
        """What ties the events of a session of a day together, and tells nothing."""
        if not request or not request.session.sid:
            return False
        key = f"{request.session.sid} {fields.Date.today()}"
        return hmac(self.sudo().env, "utility_usage", key)[:12]

    @api.model
    def _this_hour(self):
        return fields.Datetime.now().replace(minute=0, second=0)

    @api.model
    def _check(self, values):
        """What may be stored of an event, however strange the values are.

        :param dict values: as in `log`
        :return: values of a row, ``subject`` as (kind, key); None for what is no event
        """
        event = values.get("event")
        if not isinstance(event, str) or event not in dict(
            self._fields["event"].selection
        ):
            return None
        row = {"event": event, "subject": None}
        subject = values.get("subject")
        if subject:
            Subject = self.env["utility.usage.subject"]
            kinds = self._subject_kinds().get(event, ())
            kind = next((k for k in kinds if Subject._is_known(k, subject)), None)
            if not kind:
                return None
            row["subject"] = (kind, subject)
        duration = values.get("duration")
        if self._is_number(duration, 0, _LONGEST.get(event, _LONGEST_OTHER)):
            row["duration"] = round(duration, 1)
        for name in ("contact_mode", "inquiry_category"):
            value = values.get(name)
            words = dict(self._fields[name].selection)
            row[name] = value if isinstance(value, str) and value in words else False
        properties = values.get("properties")
        if isinstance(properties, dict):
            row["properties"] = self._check_properties(properties) or False
        return row

    @api.model
    def _check_properties(self, properties):
        kept = {}
        for key, rule in self._property_rules().items():
            value = properties.get(key)
            if isinstance(rule, tuple):
                if self._is_number(value, *rule):
                    kept[key] = round(value, 1)
            elif isinstance(value, (str, bool)) and value in rule:
                kept[key] = value
        return kept

    @api.model
    def _is_number(self, value, least, most):
        return type(value) in (int, float) and least <= value <= most

    @api.model
    def _store(self, rows, company, role):
        subjects = self.env["utility.usage.subject"]._get(
            {row["subject"] for row in rows if row["subject"]}
        )
        common = {
            "company_id": company.id,
            "happened_at": self._this_hour(),
            "role": role,
            "visit": self._visit(),
        }
        self.sudo().create(
            [
                {key: value for key, value in row.items() if key != "subject"}
                | common
                | {"subject_id": subjects.get(row["subject"], False)}
                for row in rows
            ]
        )
        return len(rows)

    # -------------------------------------------------------------------------
    # RETENTION
    # -------------------------------------------------------------------------

    @api.model
    def _cron_delete_old(self, chunk=10000):
        """Delete what is older than its company keeps it, a chunk at a time."""
        Cron = self.env["ir.cron"]
        for company in self.env["res.company"].search([("utility_usage_days", ">", 0)]):
            oldest = fields.Datetime.now() - timedelta(days=company.utility_usage_days)
            domain = [("company_id", "=", company.id), ("happened_at", "<", oldest)]
            while old := self.search(domain, order="happened_at", limit=chunk):
                done = len(old)
                old.unlink()
                remaining = self.search_count(domain, limit=chunk)
                if not Cron._commit_progress(done, remaining=remaining):
                    return

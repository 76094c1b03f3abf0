import calendar
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools.disconnection import LOOK_AHEAD, Rule, Tag

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]
# What may change on a rule that decisions were made by: when it ends.
OPEN_FIELDS = frozenset({"date_to"})


class UtilityDisconnectionRule(models.Model):
    """A rule of eligibility as data, in force from a day to a day (COL-07).

    Rules only protect, so of several that apply the strictest counts. One by which a
    decision was made is never edited: it ends, and a new one follows.
    """

    _name = "utility.disconnection.rule"
    _description = "Disconnection Rule"
    _order = "jurisdiction_id, kind, date_from, id"
    _check_company_auto = True

    # === FIELDS: WHICH RULE, WHOSE, WHEN === #

    name = fields.Char(required=True)
    jurisdiction_id = fields.Many2one(
        comodel_name="utility.jurisdiction",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="jurisdiction_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=[
            ("minimum_debt", "Minimum debt"),
            ("days_overdue", "Days overdue"),
            ("notice_days", "Notice days"),
            ("hours", "Hours"),
            ("weekdays", "Weekdays"),
            ("holidays", "Holidays"),
            ("temperature", "Temperature"),
            ("circumstance", "Protected circumstance"),
            ("plan", "Plan kept"),
            ("promise", "Promise"),
            ("dispute", "Disputed amount"),
            ("excluded_charge", "Charges that don't count"),
        ],
        required=True,
    )
    date_from = fields.Date(string="In Force From", required=True)
    date_to = fields.Date(
        string="To", help="The last day; empty: until further notice."
    )
    category = fields.Selection(
        selection=lambda self: (
            self.env["utility.account"]._fields["category"].selection
        ),
        help="For accounts of this category; empty: for all.",
    )
    legal_reference = fields.Text(help="Where it is written.")

    # === FIELDS: PARAMETERS, by kind === #

    amount = fields.Monetary(
        help="Minimum debt: less isn't cut off. Dispute: less doesn't protect the"
        " whole account."
    )
    days = fields.Integer(
        help="Overdue, of notice, before a holiday, ahead in the forecast, or extra"
        " days of notice."
    )
    valid_days = fields.Integer(
        string="Warning Valid",
        help="Days after which a warning is too old to act on; 0: never.",
    )
    hour_from = fields.Float(string="From", default=8.0)
    hour_to = fields.Float(string="Until", default=16.0)
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean(default=True)
    wednesday = fields.Boolean(default=True)
    thursday = fields.Boolean(default=True)
    friday = fields.Boolean()
    saturday = fields.Boolean()
    sunday = fields.Boolean()
    temperature_side = fields.Selection(
        selection=[("below", "Low is below"), ("above", "High is above")],
        default="below",
    )
    temperature = fields.Float(string="Limit (°C)", digits=(5, 1))
    without_forecast = fields.Selection(
        selection=[
            ("protect", "Nobody is cut off"),
            ("ignore", "The rule doesn't apply"),
        ],
        default="protect",
        help="What holds on a day of which no forecast is known.",
    )
    tag_ids = fields.Many2many(
        comodel_name="utility.account.tag",
        relation="utility_disconnection_rule_tag_rel",
        column1="rule_id",
        column2="tag_id",
        string="Circumstances",
        ondelete="restrict",
        help="Accounts with any of them.",
    )
    certificate = fields.Boolean(
        string="Medical Certificate", help="Accounts with a certificate that is valid."
    )
    season_month_from = fields.Selection(selection=MONTHS, string="Season From")
    season_day_from = fields.Integer(default=1)
    season_month_to = fields.Selection(selection=MONTHS, string="Season To")
    season_day_to = fields.Integer(default=31)
    effect = fields.Selection(
        selection=[
            ("protect", "Isn't cut off"),
            ("extra_notice", "Has more days of notice"),
        ],
        default="protect",
    )
    percent = fields.Float(
        string="Share of the Debt (%)",
        digits=(5, 1),
        help="A promise of less than this doesn't protect; 0: any does.",
    )
    all_charges = fields.Boolean(string="All Service Charges")
    charge_names = fields.Text(
        string="Names of Charges", help="One a line, as on the charge."
    )

    # === FIELDS: HOW IT STANDS === #

    standing = fields.Selection(
        selection=[
            ("coming", "Coming"),
            ("in_force", "In force"),
            ("ended", "Ended"),
        ],
        compute="_compute_standing",
        search="_search_standing",
    )
    used = fields.Boolean(
        compute="_compute_used",
        help="Decisions were made by it: it ends, and a new version follows.",
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("date_from", "date_to")
    def _compute_standing(self):
        for rule in self:
            today = (rule.company_id or self.env.company)._utility_today()
            if rule.date_to and rule.date_to < today:
                rule.standing = "ended"
            elif rule.date_from and rule.date_from > today:
                rule.standing = "coming"
            else:
                rule.standing = "in_force"

    def _search_standing(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._utility_today()
        domains = {
            "coming": [("date_from", ">", today)],
            "ended": [("date_to", "<", today)],
            "in_force": [
                ("date_from", "<=", today),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", today),
            ],
        }
        return fields.Domain.OR(domains[name] for name in value if name in domains)

    def _compute_used(self):
        last_days = self._get_last_days()
        for rule in self:
            rule.used = rule._origin.id in last_days

    # -------------------------------------------------------------------------
    # CONSTRAINTS
    # -------------------------------------------------------------------------

    @api.constrains(lambda self: [*self._get_parameter_names(), "date_from", "date_to"])
    def _check_parameters(self):
        for rule in self:
            if wrong := rule._find_wrong_parameter():
                raise ValidationError(wrong)
        self._check_overlap()

    def _find_wrong_parameter(self):
        """Say what is wrong with the parameters of the kind, in a sentence."""
        self.ensure_one()
        if self.date_to and self.date_to < self.date_from:
            return self.env._("A rule can't end before it begins: correct its dates.")
        if min(self.amount, self.days, self.valid_days) < 0:
            return self.env._(
                "Amounts and days of a rule can't be negative: use 0 for none."
            )
        if max(self.days, self.valid_days) > 3650:
            return self.env._("Days of a rule are at most 3650.")
        if self.kind in ("holidays", "temperature") and self.days > LOOK_AHEAD:
            return self.env._(
                "Holidays and forecasts are read %(days)s days ahead: use a season for"
                " longer.",
                days=LOOK_AHEAD,
            )
        if self.kind == "hours" and not 0 <= self.hour_from < self.hour_to <= 24:
            return self.env._("Hours go from 0:00 to 24:00 and end after they begin.")
        if self.kind == "weekdays" and not any(self[name] for name in WEEKDAYS):
            return self.env._("Choose at least one day on which supply may be cut off.")
        if self.kind == "temperature" and not -90 <= self.temperature <= 60:
            return self.env._("The limit is in degrees Celsius, from -90 to 60.")
        if self.kind == "promise" and not 0 <= self.percent <= 100:
            return self.env._("The share of the debt is from 0 to 100 %.")
        if self.kind == "notice_days" and 0 < self.valid_days < self.days:
            return self.env._(
                "A warning that is valid for %(valid)s days is too old before the"
                " %(days)s days of notice are over: let it be valid for longer.",
                valid=self.valid_days,
                days=self.days,
            )
        if self.kind == "excluded_charge" and not (
            self.all_charges or (self.charge_names or "").strip()
        ):
            return self.env._(
                "Choose all service charges, or give the names that don't count."
            )
        if self.kind == "circumstance":
            return self._find_wrong_circumstance()
        return None

    def _find_wrong_circumstance(self):
        if not (self.tag_ids or self.certificate or self.season_month_from):
            return self.env._(
                "Choose who is protected: circumstances, a certificate, a season."
            )
        if bool(self.season_month_from) != bool(self.season_month_to):
            return self.env._(
                "A season has a month in which it begins and one in which it ends."
            )
        if self.effect == "extra_notice" and not self.days:
            return self.env._("Say how many days of notice are added.")
        if self.season_month_from:
            for name in ("from", "to"):
                month = int(self[f"season_month_{name}"])
                # February 29 is a day of some years, and so of a season.
                longest = calendar.monthrange(2024, month)[1]
                if not 1 <= self[f"season_day_{name}"] <= longest:
                    return self.env._(
                        "%(month)s has days 1 to %(longest)s: correct the season.",
                        month=dict(
                            self._fields["season_month_from"]._description_selection(
                                self.env
                            )
                        )[str(month)],
                        longest=longest,
                    )
        return None

    def _check_overlap(self):
        """Refuse two rules on the same thing that are in force on the same day."""
        jurisdictions = self.jurisdiction_id
        # Who writes another rule of it at this moment is tried again, and reads this.
        self.env.execute_query(
            SQL(
                "UPDATE utility_jurisdiction SET write_date = write_date"
                " WHERE id = ANY(%s) RETURNING id",
                sorted(jurisdictions.ids),
            )
        )
        others = self.search(
            [
                ("jurisdiction_id", "in", jurisdictions.ids),
                ("kind", "in", list(set(self.mapped("kind")))),
            ]
        ).grouped(lambda rule: rule._get_subject())
        for rule in self:
            for other in others.get(rule._get_subject(), ()):
                if other != rule and rule._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "“%(other)s” says the same from %(date_from)s%(until)s:"
                            " two such rules can't be in force on one day. End that"
                            " one first.",
                            other=other.name,
                            date_from=format_date(self.env, other.date_from),
                            until=other._say_until(),
                        )
                    )

    def _get_subject(self):
        """What a rule is about: of two on the same, one is in force at a time."""
        self.ensure_one()
        details = ()
        if self.kind == "temperature":
            details = (self.temperature_side,)
        elif self.kind == "circumstance":
            details = (
                tuple(sorted(self.tag_ids.ids)),
                self.certificate,
                self._get_season(),
                self.effect,
            )
        elif self.kind == "excluded_charge":
            details = (self.all_charges, tuple(sorted(self._get_charge_names())))
        return (self.jurisdiction_id.id, self.kind, self.category or "", *details)

    def _overlaps(self, other):
        return (not other.date_to or self.date_from <= other.date_to) and (
            not self.date_to or other.date_from <= self.date_to
        )

    # -------------------------------------------------------------------------
    # CRUD: what decisions were made by stays as it was
    # -------------------------------------------------------------------------

    def write(self, vals):
        changed = {
            name for name in vals if name in self._fields and self._fields[name].store
        } - {"write_date", "write_uid"}
        if changed:
            self._check_unused(changed, vals.get("date_to"))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused({"id"})

    def _check_unused(self, changed, date_to=None):
        """Refuse to change what a decision was made by.

        :param set changed: names of fields
        :param date_to: the new last day, where that is changed
        """
        last_days = self._get_last_days()
        for rule in self:
            last = last_days.get(rule.id)
            if not last:
                continue
            if changed - OPEN_FIELDS:
                raise UserError(
                    self.env._(
                        "Decisions were made by “%(rule)s”, so it stays as it is: end"
                        " it, and let a new version follow.",
                        rule=rule.name,
                    )
                )
            if date_to and fields.Date.to_date(date_to) < last:
                raise UserError(
                    self.env._(
                        "“%(rule)s” was used on %(date)s: it can't end before.",
                        rule=rule.name,
                        date=format_date(self.env, last),
                    )
                )

    def _get_last_days(self):
        """Return the last day on which decisions were made by each rule that has any.

        What was only asked is none: it binds nobody.
        """
        if not self.ids:
            return {}
        self.env["utility.disconnection.decision"].flush_model()
        self.flush_model(["jurisdiction_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT rule.id, last.day
                      FROM utility_disconnection_rule rule
                CROSS JOIN LATERAL (
                           SELECT decision.day
                             FROM utility_disconnection_decision decision
                            WHERE decision.jurisdiction_id = rule.jurisdiction_id
                              AND decision.moment != 'simulation'
                              AND decision.rules @> jsonb_build_array(
                                      jsonb_build_object('id', rule.id)
                                  )
                         ORDER BY decision.day DESC
                            LIMIT 1
                           ) last
                     WHERE rule.id = ANY(%s)
                    """,
                    self.ids,
                )
            )
        )

    # -------------------------------------------------------------------------
    # VERSIONS
    # -------------------------------------------------------------------------

    def action_new_version(self):
        """Ask from which day on a changed rule replaces this one.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New version from …"),
            "res_model": "utility.disconnection.rule.version",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rule_id": self.id},
        }

    def _follow(self, day):
        """End this rule the day before, and return the one that follows from then on.

        :param date day: the first one of the new version
        :raises UserError: for a day on which this rule isn't in force, or was used
        """
        self.ensure_one()
        before = day - timedelta(days=1)
        if day <= self.date_from or (self.date_to and before > self.date_to):
            raise UserError(
                self.env._(
                    "“%(rule)s” is in force from %(date_from)s%(until)s: choose a later"
                    " day within.",
                    rule=self.name,
                    date_from=format_date(self.env, self.date_from),
                    until=self._say_until(),
                )
            )
        end = self.date_to
        self.date_to = before
        return self.copy({"date_from": day, "date_to": end})

    def _say_until(self):
        return (
            self.env._(" to %(date)s", date=format_date(self.env, self.date_to))
            if self.date_to
            else ""
        )

    # -------------------------------------------------------------------------
    # AS DATA OF THE ENGINE
    # -------------------------------------------------------------------------

    @api.model
    def _get_parameter_names(self):
        return [
            "kind",
            "jurisdiction_id",
            "category",
            "amount",
            "days",
            "valid_days",
            "hour_from",
            "hour_to",
            *WEEKDAYS,
            "temperature_side",
            "temperature",
            "without_forecast",
            "tag_ids",
            "certificate",
            "season_month_from",
            "season_day_from",
            "season_month_to",
            "season_day_to",
            "effect",
            "percent",
            "all_charges",
            "charge_names",
        ]

    def _get_charge_names(self):
        return [
            name.strip()
            for name in (self.charge_names or "").splitlines()
            if name.strip()
        ]

    def _to_engine(self):
        """Return the rules as `tools.disconnection.Rule`, in the same order."""
        return tuple(rule._to_engine_one() for rule in self)

    def _to_engine_one(self):
        self.ensure_one()
        kind = self.kind
        values = {}
        if kind in ("minimum_debt", "dispute"):
            values["amount"] = to_decimal(
                self.amount, self.company_id.currency_id.decimal_places
            )
        elif kind == "hours":
            values["minute_from"] = round(self.hour_from * 60)
            values["minute_to"] = round(self.hour_to * 60)
        elif kind == "weekdays":
            values["weekdays"] = tuple(
                number for number, name in enumerate(WEEKDAYS) if self[name]
            )
        elif kind == "temperature":
            values["side"] = self.temperature_side
            values["limit"] = self.temperature
            values["without_forecast"] = self.without_forecast
        elif kind == "circumstance":
            values |= self._get_circumstance_values()
        elif kind == "promise":
            values["percent"] = self.percent
        elif kind == "excluded_charge":
            values["all_charges"] = self.all_charges
            values["names"] = tuple(self._get_charge_names())
        if kind in (
            "days_overdue",
            "notice_days",
            "holidays",
            "temperature",
            "circumstance",
        ):
            values["days"] = self.days
        if kind == "notice_days":
            values["valid_days"] = self.valid_days
        return Rule(
            kind=kind,
            date_from=self.date_from,
            date_to=self.date_to or None,
            id=self.id,
            name=self.name,
            legal_reference=self.legal_reference or "",
            category=self.category or "",
            **values,
        )

    def _get_circumstance_values(self):
        season_from, season_to = self._get_season()
        return {
            "tags": tuple(
                Tag(tag.id, tag.name)
                for tag in self.with_context(active_test=False).tag_ids
            ),
            "certificate": self.certificate,
            "season_from": season_from,
            "season_to": season_to,
            "effect": self.effect,
        }

    def _get_season(self):
        """Return the first and the last day of the season, as month x 100 + day."""
        return tuple(
            int(self[f"season_month_{name}"]) * 100 + self[f"season_day_{name}"]
            if self[f"season_month_{name}"]
            else 0
            for name in ("from", "to")
        )

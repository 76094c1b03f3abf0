import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Days that an anomaly may look back: beyond, it is no news.
_LONGEST_WINDOW = 92


class UtilityAlertRule(models.Model):
    """When to raise an alert, and whom to tell (KPI-08, KPI-09).

    A threshold compares a figure of `utility.figure` with a limit, or with the period
    before; an anomaly runs a detector of `utility.anomaly`. A scheduled action
    evaluates them with the rights of the system, each for its own company
    (`utility_alert_rule_evaluation`).
    """

    _name = "utility.alert.rule"
    _description = "Alert Rule"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True, tracking=True)
    code = fields.Char(
        readonly=True, copy=False, help="Of a rule that was shipped; empty: your own."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=[("threshold", "Threshold"), ("anomaly", "Anomaly")],
        required=True,
        default="threshold",
        tracking=True,
    )
    severity = fields.Selection(
        selection=[("info", "Info"), ("warning", "Warning"), ("critical", "Critical")],
        required=True,
        default="warning",
        tracking=True,
    )

    # What is watched
    figure = fields.Selection(selection="_selection_figure", tracking=True)
    detector = fields.Selection(
        selection="_selection_detector", string="Anomaly", tracking=True
    )
    measure = fields.Selection(
        selection=[("value", "Its value"), ("count", "The number of records")],
        required=True,
        default="value",
        tracking=True,
    )
    comparison = fields.Selection(
        selection=[
            ("below", "is below"),
            ("above", "is above"),
            ("fell", "fell against the period before by more than"),
            ("rose", "rose against the period before by more than"),
        ],
        required=True,
        default="below",
        tracking=True,
    )
    threshold = fields.Float(string="Limit", digits=(16, 2), tracking=True)
    period = fields.Selection(
        selection=[
            ("today", "Today"),
            ("yesterday", "Yesterday"),
            ("this_week", "This week, to today"),
            ("this_month", "This month, to today"),
            ("last_7", "Last 7 whole days"),
            ("last_30", "Last 30 whole days"),
            ("last_month", "Last month"),
        ],
        required=True,
        default="this_month",
        tracking=True,
    )
    window_days = fields.Integer(
        string="Days Looked At",
        default=7,
        tracking=True,
        help="Payments of these last days are looked at; others are the comparison.",
    )
    minimum_count = fields.Integer(
        string="At Least",
        tracking=True,
        help="Below this number nothing is judged: a share of three says nothing.",
    )
    minimum_amount = fields.Monetary(string="Smallest Difference", tracking=True)
    channel_ids = fields.Many2many(
        comodel_name="utility.payment.channel",
        string="Payment Channels",
        ondelete="restrict",
        help="Empty: all channels.",
    )

    # Whom to tell, and how
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Users to Tell",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    group_ids = fields.Many2many(
        comodel_name="res.groups",
        string="Groups to Tell",
        help="Who is in one of these groups when an alert is raised.",
    )
    by_activity = fields.Boolean(string="Activity", default=True)
    by_inbox = fields.Boolean(
        string="Inbox",
        help="In Discuss; by e-mail where the user handles notifications by e-mail.",
    )
    by_email = fields.Boolean(string="E-mail")
    auto_resolve = fields.Boolean(
        string="Close by Itself",
        default=True,
        help="An alert is resolved when the figure is back.",
    )
    snoozed_until = fields.Date(
        tracking=True, help="Until this day the rule raises no new alert."
    )

    # What came of it
    last_evaluated_at = fields.Datetime(
        string="Last Evaluated", readonly=True, copy=False
    )
    last_state = fields.Selection(
        selection=[
            ("ok", "Fine"),
            ("raised", "Raised"),
            ("snoozed", "Snoozed"),
            ("few", "Too few"),
            ("unknown", "Can't be computed"),
            ("error", "Failed"),
        ],
        string="Last Result",
        readonly=True,
        copy=False,
    )
    last_sentence = fields.Text(string="What It Said", readonly=True, copy=False)
    delivery_problem = fields.Text(
        readonly=True, copy=False, help="Of the last alert that was to be told."
    )
    alert_ids = fields.One2many(
        comodel_name="utility.alert", inverse_name="rule_id", string="History"
    )
    alert_count = fields.Integer(compute="_compute_alert_count")
    open_alert_count = fields.Integer(
        string="Open Alerts", compute="_compute_alert_count"
    )

    # For the form
    display = fields.Char(compute="_compute_display")
    period_bound = fields.Boolean(compute="_compute_display")
    unit = fields.Char(compute="_compute_unit")
    explanation = fields.Text(compute="_compute_detector_words")
    threshold_label = fields.Char(compute="_compute_detector_words")
    minimum_label = fields.Char(compute="_compute_detector_words")
    amount_label = fields.Char(compute="_compute_detector_words")
    has_measure = fields.Boolean(compute="_compute_detector_words")
    preview = fields.Text(
        compute="_compute_preview", help="What the rule would say at this moment."
    )
    recipient_note = fields.Text(compute="_compute_recipient_note")

    _due_idx = models.Index("(last_evaluated_at NULLS FIRST, id) WHERE active")
    _code_unique = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "This rule was shipped with the company already.",
    )

    # === DEFAULTS AND SELECTIONS === #

    @api.model
    def _selection_figure(self):
        """All figures that there are, with the names of their tiles, in their order."""
        figures = self.env["utility.figure"]._figures()
        tiles = self.env["utility.tile"].sudo().search([("figure", "in", [*figures])])
        names = {tile.figure: tile.name for tile in tiles}
        rest = [key for key in figures if key not in names]
        return [
            *names.items(),
            *((key, key.replace("_", " ").capitalize()) for key in rest),
        ]

    @api.model
    def _selection_detector(self):
        return [
            (key, detector.name)
            for key, detector in self.env["utility.anomaly"]._detectors().items()
        ]

    # === COMPUTE METHODS === #

    @api.depends("alert_ids.state")
    def _compute_alert_count(self):
        counts = dict.fromkeys(self.ids, (0, 0))
        for rule, state, count in self.env["utility.alert"]._read_group(
            [("rule_id", "in", self.ids)], ["rule_id", "state"], ["__count"]
        ):
            total, opened = counts[rule.id]
            counts[rule.id] = total + count, opened + count * (state == "open")
        for rule in self:
            rule.alert_count, rule.open_alert_count = counts.get(
                rule._origin.id, (0, 0)
            )

    @api.depends("figure")
    def _compute_display(self):
        tiles = {
            tile.figure: tile
            for tile in self.env["utility.tile"]
            .sudo()
            .search([("figure", "in", self.mapped("figure"))])
        }
        for rule in self:
            tile = tiles.get(rule.figure)
            rule.display = tile.display if tile else "money"
            rule.period_bound = tile.period_bound if tile else True

    @api.depends("kind", "figure", "measure", "comparison")
    def _compute_unit(self):
        rates = self.env["utility.figure"]._rates()
        for rule in self:
            if rule.comparison in ("fell", "rose"):
                points = rule.figure in rates
                rule.unit = self.env._("points") if points else "%"
            elif rule.measure == "count":
                rule.unit = self.env._("records")
            else:
                rule.unit = {
                    "percent": "%",
                    "days": self.env._("days"),
                    "money": rule.currency_id.symbol,
                }.get(rule.display, "")

    @api.depends("detector")
    def _compute_detector_words(self):
        detectors = self.env["utility.anomaly"]._detectors()
        for rule in self:
            detector = detectors.get(rule.detector)
            rule.explanation = detector.explanation if detector else False
            rule.threshold_label = detector.threshold_label if detector else False
            rule.minimum_label = detector.minimum_label if detector else False
            rule.amount_label = detector.amount_label if detector else False
            rule.has_measure = bool(detector and detector.has_measure)

    @api.onchange("detector")
    def _onchange_detector(self):
        """Start from the parameters that the detector proposes."""
        detector = self.env["utility.anomaly"]._detectors().get(self.detector)
        if detector and self.detector != self._origin.detector:
            self.threshold = detector.threshold
            self.minimum_count = detector.minimum
            self.window_days = detector.window_days

    @api.onchange("figure", "kind")
    def _onchange_figure(self):
        """Look in the direction that is bad for this figure."""
        tile = self.env["utility.tile"].sudo().search([("figure", "=", self.figure)])
        if self.kind != "threshold" or self.figure == self._origin.figure:
            return
        if tile.better:
            self.comparison = "below" if tile.better == "up" else "above"

    # === CONSTRAINTS === #

    @api.constrains(
        "kind",
        "figure",
        "detector",
        "measure",
        "comparison",
        "threshold",
        "minimum_count",
        "minimum_amount",
        "window_days",
    )
    def _check_parameters(self):
        for rule in self:
            problem = rule._find_problem()
            if problem:
                raise ValidationError(
                    self.env._("%(rule)s: %(problem)s", rule=rule.name, problem=problem)
                )

    def _find_problem(self):
        """What is wrong with the parameters, as a sentence, or False."""
        self.ensure_one()
        if self.minimum_count < 0 or self.minimum_amount < 0:
            return self.env._(
                "the least number and the smallest difference can't be negative: write"
                " 0 for none."
            )
        if self.kind == "anomaly":
            return self._find_anomaly_problem()
        return self._find_threshold_problem()

    def _find_anomaly_problem(self):
        if not self.detector:
            return self.env._("choose which anomaly to look for.")
        if self.detector not in self.env["utility.anomaly"]._detectors():
            return self.env._(
                "there is no anomaly “%(detector)s”: choose another one.",
                detector=self.detector,
            )
        if self.threshold <= 0:
            return self.env._("the limit is missing: write a number above 0.")
        if self.detector == "channel_drop" and self.threshold > 100:
            return self.env._(
                "a channel can't take more than 100 % less than usual: write a limit"
                " from 1 to 100."
            )
        if not 1 <= self.window_days <= _LONGEST_WINDOW:
            return self.env._(
                "it can look at 1 to %(most)s days, not at %(days)s.",
                most=_LONGEST_WINDOW,
                days=self.window_days,
            )
        return False

    def _find_threshold_problem(self):
        if not self.figure:
            return self.env._("choose the figure to watch.")
        if self.figure not in self.env["utility.figure"]._figures():
            return self.env._(
                "there is no figure “%(figure)s”: choose another one.",
                figure=self.figure,
            )
        changes = self.comparison in ("fell", "rose")
        if changes and self.measure == "count":
            return self.env._(
                "only values are compared with the period before: choose its value, or"
                " a limit."
            )
        if changes and self.threshold <= 0:
            return self.env._("by how much? Write a limit above 0.")
        percent = self.display == "percent" and self.measure == "value"
        if self.comparison == "fell" and self.threshold >= 100 and not percent:
            return self.env._("nothing falls by 100 % or more: write a lower limit.")
        if changes:
            return False
        if self.threshold < 0 and (self.measure == "count" or self.display != "money"):
            return self.env._("this figure is never below 0: write a limit above.")
        if not self.threshold and not self._may_be_zero():
            return self.env._("the limit is missing: write a number above 0.")
        share = self.figure in self.env["utility.figure"]._shares()
        if percent and share and self.comparison == "above" and self.threshold >= 100:
            return self.env._(
                "a share is never above 100 %: write a limit from 0 to 99."
            )
        return False

    def _may_be_zero(self):
        """Whether 0 is a limit that means something, and not one left empty."""
        share = self.figure in self.env["utility.figure"]._shares()
        counted = self.measure == "count" or self.display == "count"
        return self.comparison == "above" and (share or counted)

    @api.model
    def _check_finite(self, vals):
        """A program may send what is no number, which the field can't even round."""
        for name in ("threshold", "minimum_amount"):
            value = vals.get(name)
            if isinstance(value, float) and not math.isfinite(value):
                raise ValidationError(self.env._("The limit must be a number."))

    @api.constrains("company_id")
    def _check_company_of_alerts(self):
        for rule in self:
            if rule.sudo().alert_ids.company_id - rule.company_id:
                raise ValidationError(
                    self.env._(
                        "%(rule)s has raised alerts for its company: make a new rule"
                        " for another one.",
                        rule=rule.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_raised(self):
        for rule in self:
            if rule.code:
                raise UserError(
                    self.env._(
                        "%(rule)s came with the company, and would come back with the"
                        " next add-on: archive it instead.",
                        rule=rule.name,
                    )
                )
            if rule.sudo().alert_ids:
                raise UserError(
                    self.env._(
                        "%(rule)s has raised alerts, which stay on record: archive it"
                        " instead.",
                        rule=rule.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_finite(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_finite(vals)
        return super().write(vals)

    def copy_data(self, default=None):
        return [
            vals | {"name": self.env._("%(rule)s (copy)", rule=rule.name)}
            if "name" not in (default or {})
            else vals
            for rule, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # === ACTIONS === #

    def action_evaluate(self):
        """Evaluate now, as the scheduled action would.

        :return: True
        """
        self.check_access("write")
        self.sudo()._evaluate()
        return True

    def action_view_alerts(self):
        """The alerts that this rule raised.

        :return: a window action
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_payments.utility_alert_action"
        )
        return action | {
            "domain": [("rule_id", "=", self.id)],
            "context": {},
            "path": False,
        }

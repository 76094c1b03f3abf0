from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ...tools.disconnection import (
    TIMING_KINDS,
    TIMING_MOMENTS,
    ZERO,
    Facts,
    Rule,
    count_debt,
    from_plain,
    local_time,
)
from .utility_disconnection_decision import STAFF

ROW = Markup('<tr><th class="fw-normal text-muted w-25">{}</th><td>{}</td></tr>')
TABLE = Markup('<table class="table table-sm mb-0"><tbody>{}</tbody></table>')
RULE = Markup(
    "<tr><td>{name}<div class='text-muted small'>{reference}</div></td>"
    "<td class='text-muted'>{period}</td><td class='text-{color}'>{verdict}</td></tr>"
)


class UtilityDisconnectionDecision(models.Model):
    """Facts and rules as an auditor reads them, and the replay (COL-07)."""

    _inherit = "utility.disconnection.decision"

    facts_table = fields.Html(
        string="Facts in Words", compute="_compute_tables", groups=STAFF, sanitize=False
    )
    rules_table = fields.Html(
        string="Rules in Words", compute="_compute_tables", groups=STAFF, sanitize=False
    )

    @api.depends_context("lang")
    def _compute_tables(self):
        for decision in self:
            facts = from_plain(Facts, decision.facts)
            rules = [from_plain(Rule, rule) for rule in decision.rules or ()]
            decision.facts_table = TABLE.format(
                Markup().join(
                    ROW.format(label, value)
                    for label, value in decision._list_facts(facts, rules)
                    if value
                )
            )
            decision.rules_table = TABLE.format(
                Markup().join(decision._list_rules(rules))
            )

    def _list_facts(self, facts, rules):
        """Yield label and value of each fact that there is."""
        account = self.env["utility.account"]

        def amount(value):
            return self._format_amount(str(value)) if value else ""

        def days(values):
            return ", ".join(format_date(self.env, value) for value in values)

        def lines(values):
            return Markup("<br/>").join(values)

        moment = local_time(facts, self.at)
        yield (
            self.env._("Moment, local time"),
            f"{format_date(self.env, moment.date())} {moment:%H:%M} ({facts.timezone})",
        )
        for name, value in (
            ("category", facts.category),
            ("state", facts.state),
            ("connection_state", facts.connection),
        ):
            field = account._fields[name]
            yield (
                field.get_description(self.env, ["string"])["string"],
                dict(field._description_selection(self.env)).get(value, value),
            )
        yield self.env._("Jurisdiction"), facts.jurisdiction or self.env._("None")
        yield (
            self.env._("Past due"),
            lines(
                self.env._(
                    "%(amount)s %(name)s, due %(date)s%(disputed)s",
                    amount=amount(part.amount),
                    name=part.name or self.env._("installment"),
                    date=format_date(self.env, part.due_date),
                    disputed=self.env._(
                        ", %(amount)s disputed", amount=amount(part.disputed)
                    )
                    if part.disputed
                    else "",
                )
                for part in facts.debts
            ),
        )
        yield self.env._("Credit"), amount(facts.credit)
        yield self.env._("Disputed"), amount(facts.disputed)
        yield self.env._("Payment on its way"), amount(facts.in_flight)
        counted = count_debt(facts, rules)
        yield (
            self.env._("Debt that counts"),
            self._format_amount(str(counted.amount or ZERO)),
        )
        yield (
            self.env._("Payment plans"),
            lines(
                plan.name
                if not plan.missed
                else self.env._(
                    "%(plan)s: %(count)s missed", plan=plan.name, count=plan.missed
                )
                for plan in facts.plans
            ),
        )
        yield (
            self.env._("Open promises"),
            lines(
                self.env._(
                    "%(amount)s until %(date)s",
                    amount=amount(promise.amount),
                    date=format_date(self.env, promise.date),
                )
                for promise in facts.promises
            ),
        )
        yield self.env._("Circumstances"), ", ".join(tag.name for tag in facts.tags)
        yield (
            self.env._("Medical certificates"),
            lines(
                self.env._(
                    "%(first)s to %(last)s",
                    first=format_date(self.env, period.date_from),
                    last=format_date(self.env, period.date_to),
                )
                for period in facts.certificates
            ),
        )
        yield self.env._("Warnings sent"), days(facts.warnings)
        yield self.env._("Holidays ahead"), days(facts.holidays)
        yield (
            self.env._("Forecast"),
            lines(
                self.env._(
                    "%(date)s: %(low)s to %(high)s °C",
                    date=format_date(self.env, forecast.date),
                    low=forecast.low,
                    high=forecast.high,
                )
                for forecast in facts.forecasts[:3]
            ),
        )

    def _list_rules(self, rules):
        """Yield a row for each rule that was in force: what it is, what it said."""
        against = {}
        for reason in self.reasons or ():
            rule_key = (reason["data"].get("rule_id"), reason["data"].get("rule"))
            against.setdefault(rule_key, reason)
        labels = dict(
            self.env["utility.disconnection.rule"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        for rule in rules:
            reason = against.get((rule.id, rule.name))
            if reason and not rule.id and reason["code"] != rule.kind:
                reason = None
            if reason:
                color, verdict = "danger", self._say_reason(reason)
            elif rule.kind in TIMING_KINDS and self.moment not in TIMING_MOMENTS:
                color, verdict = "muted", self.env._("Asked at execution")
            elif rule.kind == "excluded_charge":
                color, verdict = "muted", self.env._("See the debt that counts")
            else:
                color, verdict = "success", self.env._("Nothing against it")
            yield RULE.format(
                name=rule.name or labels[rule.kind],
                reference=rule.legal_reference
                or (not rule.id and self.env._("Whatever the jurisdiction"))
                or "",
                period=self._say_period(rule),
                color=color,
                verdict=verdict,
            )

    def _say_period(self, rule):
        if not rule.id:
            return ""
        first = format_date(self.env, rule.date_from)
        if not rule.date_to:
            return self.env._("since %(date)s", date=first)
        return self.env._(
            "%(first)s to %(last)s",
            first=first,
            last=format_date(self.env, rule.date_to),
        )

    def action_replay(self):
        """Decide anew from the stored facts, and say whether it comes out the same.

        :return: a notification for the web client
        """
        result = self.replay()
        today = result["today"]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if result["same"] else "danger",
                "sticky": True,
                "title": self.env._("The same verdict, for the same reasons")
                if result["same"]
                else self.env._("Another verdict than was stored"),
                "message": self.env._(
                    "By the rules of today: %(verdict)s",
                    verdict=self.env._("may be cut off.")
                    if today["eligible"]
                    else " ".join(today["reasons"]),
                ),
            },
        }

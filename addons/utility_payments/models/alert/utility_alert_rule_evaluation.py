import json
import logging
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import float_compare, format_date, get_lang

from ...tools.alert_period import CALENDAR, alert_period
from ...tools.finding import Finding, Verdict
from ...tools.period import Period
from .utility_anomaly import MOST_FINDINGS

_logger = logging.getLogger(__name__)

# A preview in a form that takes longer says so instead.
_PREVIEW_MILLISECONDS = 3000


class UtilityAlertRule(models.Model):
    """How rules are evaluated: read, judge, raise, tell."""

    _inherit = "utility.alert.rule"

    # -------------------------------------------------------------------------
    # SCHEDULED ACTION
    # -------------------------------------------------------------------------

    @api.model
    def _cron_evaluate(self):
        """Evaluate all rules: those that look at the same figures together.

        A run that is cut short goes on with what waited longest.
        """
        cron = self.env["ir.cron"]
        rules = self.search(
            [("active", "=", True)], order="last_evaluated_at NULLS FIRST, id"
        )
        cron._commit_progress(remaining=len(rules))
        self.env["utility.alert"]._wake()
        for batch in rules._batches():
            batch._evaluate()
            if not cron._commit_progress(len(batch)):
                break

    def _batches(self):
        """Rules that read the same figures; an anomaly stands alone."""
        return list(
            self.grouped(
                lambda rule: (
                    rule.id
                    if rule.kind == "anomaly"
                    else (rule.company_id, rule.period, rule.channel_ids)
                )
            ).values()
        )

    def _evaluate(self):
        """Evaluate these rules; one that fails says why and stops no other.

        One that another process is evaluating right now is left to it.
        """
        cache = {}
        for rule in self.try_lock_for_update(allow_referencing=True):
            rule = rule._in_company()
            try:
                with self.env.cr.savepoint():
                    rule._apply(rule._judge(cache, self))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:
                rule._fail(error)

    def _in_company(self):
        """This rule with the rights of the system, in its company's place and time."""
        company = self.sudo().company_id
        lang = company.partner_id.lang or self.env.lang
        return self.sudo().with_context(
            allowed_company_ids=company.ids,
            tz=company.partner_id.tz or "UTC",
            lang=lang,
        )

    def _fail(self, error):
        """Say on the rule why it could not be evaluated."""
        self.write(
            {
                "last_evaluated_at": fields.Datetime.now(),
                "last_state": "error",
                "last_sentence": self._say_error(error),
            }
        )

    def _say_error(self, error):
        if isinstance(error, (AccessError, UserError)):
            return str(error)
        _logger.warning("Alert rule %s failed", self.id, exc_info=error)
        return self.env._(
            "It failed (%(kind)s): the server's log tells more.",
            kind=type(error).__name__,
        )

    # -------------------------------------------------------------------------
    # JUDGE
    # -------------------------------------------------------------------------

    def _judge(self, cache, companions=()):
        """What the rule says now, changing nothing.

        :param dict cache: figures by company, period and channels
        :param companions: rules for which figures may be read in one go
        :rtype: Verdict
        """
        self.ensure_one()
        if self.kind == "anomaly":
            return self._judge_anomaly()
        if self.figure not in self.env["utility.figure"]._figures():
            raise UserError(
                self.env._(
                    "There is no figure “%(figure)s” any more: its add-on was removed."
                    " Choose another figure, or archive the rule.",
                    figure=self.figure or "",
                )
            )
        return self._judge_threshold(self._read_figure(cache, companions))

    def _alert_scope(self):
        """The rule's company, channels and period, resolved and checked.

        :rtype: FigureScope
        """
        company = self.company_id
        today = company._utility_today()
        if self.kind == "anomaly":
            first = fields.Date.subtract(today, days=self.window_days - 1)
            days = before = Period(first, today)
        else:
            week_start = int(get_lang(self.env).week_start or 1) - 1
            days, before = alert_period(self.period, today, week_start)
        scope = self.env["utility.figure"]._resolve_scope(
            days.first,
            days.last,
            {"company_ids": company.ids, "channel_ids": self.channel_ids.ids},
        )
        return replace(scope, compared=before, compared_whole=before, today=today)

    def _read_figure(self, cache, companions):
        """This rule's figure, read together with those of its companions."""
        key = (self.company_id.id, self.period, tuple(self.channel_ids.ids))
        Figure = self.env["utility.figure"]
        if key not in cache:
            known = Figure._figures()
            keys = {
                rule.figure
                for rule in companions
                if rule.kind == "threshold"
                and key
                == (rule.company_id.id, rule.period, tuple(rule.channel_ids.ids))
                and rule.figure in known
            }
            try:
                with self.env.cr.savepoint():
                    cache[key] = Figure._read_resolved(
                        self._alert_scope(), keys | {self.figure}
                    )
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                # One of them fails: each is read alone, so that only its rules do.
                if keys <= {self.figure}:
                    raise
                cache[key] = {}
        figures = cache[key]
        if self.figure not in figures:
            figures |= Figure._read_resolved(self._alert_scope(), [self.figure])
        return figures[self.figure]

    def _judge_threshold(self, figure):
        facts = self._facts(figure)
        if figure["value"] is False:
            return Verdict("unknown", self._say_unknown(facts), decided=False)
        changes = self.comparison in ("fell", "rose")
        if changes and facts["change"] is False:
            sentence = self.env._(
                "%(now)s: the period before has nothing to compare it with.",
                now=self._say_now(facts, self.company_id),
            )
            return Verdict("unknown", sentence, decided=False)
        if not self._is_met(facts):
            return Verdict("ok", self._say_now(facts, self.company_id))
        if figure["count"] < self.minimum_count:
            sentence = self.env._(
                "%(now)s: not judged, as %(count)s records are behind it, fewer than"
                " %(minimum)s.",
                now=self._say_now(facts, self.company_id),
                count=figure["count"],
                minimum=self.minimum_count,
            )
            return Verdict("few", sentence, decided=False)
        finding = Finding(
            key="",
            facts=facts,
            value=facts["value"],
            usual=facts["threshold"],
            previous=facts["previous"] or 0.0,
            model=figure["model"],
            domain=figure["domain"],
            period_from=self._case_start(facts),
        )
        sentence = self._say_threshold(facts, self.company_id)
        return Verdict("raised", sentence, (finding,))

    def _facts(self, figure):
        """What the sentence of a threshold is made of."""
        scope = self._alert_scope()
        counted = self.measure == "count"
        return {
            "figure": self.figure,
            "display": self.display,
            "measure": self.measure,
            "comparison": self.comparison,
            "threshold": self.threshold,
            "value": figure["count"] if counted else figure["value"],
            "previous": False if counted else figure["previous"],
            "change": False if counted else figure["change_percent"],
            "from": fields.Date.to_string(scope.period.first)
            if self.period_bound
            else False,
            "to": fields.Date.to_string(scope.period.last),
            "channels": self.channel_ids.ids,
        }

    def _case_start(self, facts):
        """First day of the calendar period, which makes a new case; else False."""
        if facts["from"] and self.period in CALENDAR:
            return fields.Date.to_date(facts["from"])
        return None

    def _is_met(self, facts):
        """Whether the figure is beyond the limit, by what people see of both."""
        value, limit = facts["value"], facts["threshold"]
        if self.comparison in ("fell", "rose"):
            value = facts["change"] * (-1 if self.comparison == "fell" else 1)
        sign = float_compare(value, limit, precision_digits=2)
        return sign < 0 if self.comparison == "below" else sign > 0

    def _say_unknown(self, facts):
        why = (
            self.env["utility.figure"]
            ._unknown_reasons()
            .get(self.figure, self.env._("there is nothing to count"))
        )
        return self.env._(
            "%(figure)s can't be computed%(scope)s: %(why)s.",
            figure=self._say_figure(self.figure),
            scope=self._say_scope(facts),
            why=why,
        )

    def _judge_anomaly(self):
        detectors = self.env["utility.anomaly"]._detectors()
        if self.detector not in detectors:
            raise UserError(
                self.env._(
                    "There is no anomaly “%(detector)s” any more: its add-on was"
                    " removed. Choose another one, or archive the rule.",
                    detector=self.detector or "",
                )
            )
        found = self.env["utility.anomaly"]._find(
            self.detector, self, self._alert_scope()
        )
        closes = detectors[self.detector].closes
        if not found:
            return Verdict("ok", self.env._("Nothing unusual."), closes=closes)
        more = len(found) > MOST_FINDINGS
        found = tuple(found[:MOST_FINDINGS])
        first = self._say(self.detector, found[0].facts, self.company_id)
        if more:
            sentence = self.env._(
                "More than %(count)s cases: the strongest are raised. Raise the limit."
                " First: %(first)s",
                count=MOST_FINDINGS,
                first=first,
            )
        elif len(found) > 1:
            sentence = self.env._(
                "%(count)s cases. First: %(first)s", count=len(found), first=first
            )
        else:
            sentence = first
        return Verdict("raised", sentence, found, closes=closes and not more)

    # -------------------------------------------------------------------------
    # RAISE
    # -------------------------------------------------------------------------

    def _apply(self, verdict):
        """Write down what the rule said; raise, update and close its alerts."""
        self.ensure_one()
        snoozed = self.snoozed_until and (
            self.snoozed_until > self.company_id._utility_today()
        )
        vals = {
            "last_evaluated_at": fields.Datetime.now(),
            "last_state": "snoozed" if snoozed else verdict.state,
            "last_sentence": verdict.sentence,
        }
        if snoozed:
            vals["last_sentence"] = self.env._(
                "Snoozed until %(day)s. %(sentence)s",
                day=format_date(self.env, self.snoozed_until),
                sentence=verdict.sentence,
            )
        self.write(vals)
        if verdict.decided:
            self._raise_alerts(verdict, snoozed)

    def _raise_alerts(self, verdict, snoozed):
        Alert = self.env["utility.alert"]
        keys = {finding.key for finding in verdict.findings}
        standing = Alert.search(
            [("rule_id", "=", self.id), ("state", "in", ("open", "snoozed"))]
        )
        by_key = {alert.key: alert for alert in standing}
        before = self._resolved_before(keys)
        new = []
        for finding in verdict.findings:
            if finding.key in by_key:
                by_key[finding.key]._see_again(finding)
            elif (
                snoozed or finding.key in before and before[finding.key]._bars(finding)
            ):
                continue
            else:
                new.append(self._prepare_alert(finding))
        over = standing.filtered(lambda alert: alert.key not in keys)
        if verdict.closes and self.auto_resolve:
            over._resolve_by_itself(verdict.sentence)
        Alert.search(
            [
                ("rule_id", "=", self.id),
                ("state", "=", "resolved"),
                ("cleared", "=", False),
                ("key", "not in", list(keys)),
            ]
        ).cleared = True
        if new:
            alerts = Alert.with_context(mail_create_nosubscribe=True).create(new)
            self._deliver(alerts)

    def _resolved_before(self, keys):
        """The last resolved alert of each key."""
        alerts = self.env["utility.alert"].search(
            [
                ("rule_id", "=", self.id),
                ("state", "=", "resolved"),
                ("key", "in", list(keys)),
            ],
            order="id",
        )
        return {alert.key: alert for alert in alerts}

    def _prepare_alert(self, finding):
        """Values of a new alert."""
        return {
            "rule_id": self.id,
            "company_id": self.company_id.id,
            "key": finding.key,
            "severity": self.severity,
            "recipient_ids": [(6, 0, self._recipients().ids)],
            **self._finding_values(finding),
        }

    def _finding_values(self, finding):
        """Values of an alert that follow what is found each time."""
        return {
            "title": self._say(
                self.kind == "anomaly" and self.detector,
                finding.facts,
                self.company_id,
            ),
            "facts": finding.facts
            if self.kind == "threshold"
            else finding.facts | {"detector": self.detector},
            "value": finding.value,
            "threshold": finding.usual,
            "previous": finding.previous,
            "record_model": finding.model,
            "record_domain": json.dumps(finding.domain, default=list),
            "evidence": finding.evidence,
            "period_from": finding.period_from,
        }

    # -------------------------------------------------------------------------
    # PREVIEW
    # -------------------------------------------------------------------------

    @api.depends(
        "kind",
        "figure",
        "detector",
        "measure",
        "comparison",
        "threshold",
        "period",
        "window_days",
        "minimum_count",
        "minimum_amount",
        "channel_ids",
        "company_id",
    )
    @api.depends_context("uid")
    def _compute_preview(self):
        for rule in self:
            problem = rule._find_problem()
            rule.preview = (
                problem[:1].upper() + problem[1:] if problem else rule._preview()
            )

    def _preview(self):
        """What the rule would say now, or why it can't; nothing is kept of it."""
        if not self.company_id:
            return False
        if not self.env.su and self.company_id not in self.env.user.company_ids:
            return self.env._("This company isn't yours.")
        rule = self._in_company().with_context(lang=self.env.lang)
        # What is pending must not be undone with what the preview does
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            self.env.cr.execute(
                "SET LOCAL statement_timeout = %s", [_PREVIEW_MILLISECONDS]
            )
            verdict = rule._judge({})
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if getattr(error, "pgcode", "") == "57014":
                return self.env._("Too much to look at for a preview.")
            return rule._say_error(error)
        finally:
            savepoint.close(rollback=True)
        if verdict.state == "raised":
            return self.env._(
                "Now: %(sentence)s. It would raise an alert.",
                sentence=verdict.sentence.rstrip("."),
            )
        if verdict.decided:
            return self.env._(
                "Now: %(sentence)s. It would raise nothing.",
                sentence=verdict.sentence.rstrip("."),
            )
        return self.env._("Now: %(sentence)s", sentence=verdict.sentence)

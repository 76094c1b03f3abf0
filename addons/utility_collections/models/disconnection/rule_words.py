from datetime import date

from odoo import api, fields, models
from odoo.tools import format_date, format_duration

from .utility_disconnection_rule import WEEKDAYS


class UtilityDisconnectionRule(models.Model):
    """What a rule says, in a sentence of the reader's language (COL-07)."""

    _inherit = "utility.disconnection.rule"

    summary = fields.Char(compute="_compute_summary", string="Says")

    @api.depends(lambda self: self._get_parameter_names())
    @api.depends_context("lang")
    def _compute_summary(self):
        for rule in self:
            rule.summary = rule.kind and getattr(rule, f"_say_{rule.kind}")()

    def _say_minimum_debt(self):
        return self.env._(
            "Nobody is cut off for less than %(amount)s.",
            amount=self.currency_id.format(self.amount),
        )

    def _say_days_overdue(self):
        return self.env._(
            "The oldest debt that counts is at least %(days)s days overdue.",
            days=self.days,
        )

    def _say_notice_days(self):
        sentence = self.env._(
            "A disconnection warning was sent at least %(days)s days before.",
            days=self.days,
        )
        if not self.valid_days:
            return sentence
        return self.env._(
            "%(sentence)s It is valid for %(valid)s days.",
            sentence=sentence,
            valid=self.valid_days,
        )

    def _say_hours(self):
        return self.env._(
            "Only from %(start)s to %(end)s, local time.",
            start=format_duration(self.hour_from),
            end=format_duration(self.hour_to),
        )

    def _say_weekdays(self):
        names = [
            self._fields[name].get_description(self.env, ["string"])["string"]
            for name in WEEKDAYS
            if self[name]
        ]
        return self.env._("Only on %(weekdays)s.", weekdays=", ".join(names))

    def _say_holidays(self):
        if not self.days:
            return self.env._("Never on a holiday.")
        if self.days == 1:
            return self.env._("Never on a holiday, nor on the day before one.")
        return self.env._(
            "Never on a holiday, nor within %(days)s days before one.", days=self.days
        )

    def _say_temperature(self):
        if self.temperature_side == "below":
            sentence = self.env._(
                "Never when less than %(limit)s °C are expected.",
                limit=self.temperature,
            )
        else:
            sentence = self.env._(
                "Never when more than %(limit)s °C are expected.",
                limit=self.temperature,
            )
        if not self.days:
            return sentence
        if self.days == 1:
            return self.env._(
                "%(sentence)s The next day counts, too.", sentence=sentence
            )
        return self.env._(
            "%(sentence)s The next %(days)s days count, too.",
            sentence=sentence,
            days=self.days,
        )

    def _say_circumstance(self):
        who = self.with_context(active_test=False).tag_ids.mapped("name")
        if self.certificate:
            who.append(self.env._("medical certificate"))
        names = ", ".join(who) or self.env._("everybody")
        if self.effect == "extra_notice":
            sentence = self.env._(
                "%(days)s more days of notice: %(names)s.", days=self.days, names=names
            )
        else:
            sentence = self.env._("Nobody is cut off: %(names)s.", names=names)
        season = self._get_season()
        if not all(season):
            return sentence
        first, last = (
            format_date(
                self.env, date(2024, *divmod(number, 100)), date_format="MMMM d"
            )
            for number in season
        )
        return self.env._(
            "%(sentence)s From %(first)s to %(last)s.",
            sentence=sentence,
            first=first,
            last=last,
        )

    def _say_plan(self):
        return self.env._("Nobody is cut off who keeps a payment plan.")

    def _say_promise(self):
        if not self.percent:
            return self.env._("Nobody is cut off while a promise to pay is open.")
        return self.env._(
            "Nobody is cut off while a promise of %(percent)s %% of the debt is open.",
            percent=self.percent,
        )

    def _say_dispute(self):
        if not self.amount:
            return self.env._("Nobody is cut off while a dispute is open.")
        return self.env._(
            "Nobody is cut off while %(amount)s or more are disputed.",
            amount=self.currency_id.format(self.amount),
        )

    def _say_excluded_charge(self):
        if self.all_charges:
            return self.env._("Service charges don't count.")
        return self.env._(
            "These charges don't count: %(names)s.",
            names=", ".join(self._get_charge_names()),
        )

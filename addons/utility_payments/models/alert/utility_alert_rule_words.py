from babel.dates import format_interval

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, formatLang, get_lang
from odoo.tools.misc import babel_locale_parse


class UtilityAlertRule(models.Model):
    """The sentences of rules and alerts, in the language of the environment."""

    _inherit = "utility.alert.rule"

    @api.model
    def _say(self, detector, facts, company):
        """What happened, in figures: the title of an alert.

        :param detector: of an anomaly; False for a threshold
        :param dict facts: of the Finding
        """
        if detector:
            return self.env["utility.anomaly"]._say(detector, facts, company)
        return self._say_threshold(facts, company)

    @api.model
    def _say_threshold(self, facts, company):
        value = self._say_value(facts, facts["value"], company)
        name = self._say_figure(facts["figure"])
        if facts["measure"] == "count":
            name = self.env._("%(figure)s (number)", figure=name)
        values = {
            "figure": name,
            "value": value,
            "limit": self._say_value(facts, facts["threshold"], company),
            "scope": self._say_scope(facts),
        }
        if facts["comparison"] == "below":
            return self.env._(
                "%(figure)s %(value)s is below %(limit)s%(scope)s", **values
            )
        if facts["comparison"] == "above":
            return self.env._(
                "%(figure)s %(value)s is above %(limit)s%(scope)s", **values
            )
        values |= {
            "change": self._say_change(facts, abs(facts["change"])),
            "limit": self._say_change(facts, facts["threshold"]),
            "previous": self._say_value(facts, facts["previous"], company),
        }
        if facts["comparison"] == "fell":
            return self.env._(
                "%(figure)s fell by %(change)s, more than %(limit)s, from %(previous)s"
                " to %(value)s%(scope)s",
                **values,
            )
        return self.env._(
            "%(figure)s rose by %(change)s, more than %(limit)s, from %(previous)s to"
            " %(value)s%(scope)s",
            **values,
        )

    @api.model
    def _say_now(self, facts, company):
        """The figure without a verdict: what a rule that is fine says."""
        name = self._say_figure(facts["figure"])
        if facts["measure"] == "count":
            name = self.env._("%(figure)s (number)", figure=name)
        return f"{name} {self._say_value(facts, facts['value'], company)}" + (
            self._say_scope(facts)
        )

    @api.model
    def _say_figure(self, key):
        tile = self.env["utility.tile"].sudo().search([("figure", "=", key)], limit=1)
        return tile.name or key.replace("_", " ").capitalize()

    @api.model
    def _say_value(self, facts, value, company):
        if facts["measure"] == "count" or facts["display"] == "count":
            return self._say_number(value, 0)
        if facts["display"] == "money":
            return format_amount(self.env, value, company.currency_id)
        if facts["display"] == "percent":
            return self.env._("%(number)s %%", number=self._say_number(value))
        return self.env._("%(number)s days", number=self._say_number(value))

    @api.model
    def _say_change(self, facts, change):
        number = self._say_number(change)
        if facts["figure"] in self.env["utility.figure"]._rates():
            return self.env._("%(number)s points", number=number)
        return self.env._("%(number)s %%", number=number)

    @api.model
    def _say_number(self, number, digits=2):
        """With as many digits as it has, at most `digits`."""
        text = formatLang(self.env, number, digits=digits)
        point = get_lang(self.env).decimal_point
        if digits and point in text:
            text = text.rstrip("0").removesuffix(point)
        return text

    @api.model
    def _say_scope(self, facts):
        """Which days and channels a sentence is about, to stand behind it."""
        words = ""
        if facts.get("from"):
            words = self.env._(
                " for %(days)s",
                days=self._say_days(
                    fields.Date.to_date(facts["from"]), fields.Date.to_date(facts["to"])
                ),
            )
        channels = self.env["utility.payment.channel"].browse(facts.get("channels"))
        if names := channels.exists().mapped("name"):
            words += self.env._(" (%(channels)s)", channels=", ".join(names))
        return words

    @api.model
    def _say_days(self, first, last):
        """A period as people write it: Nov 1 – 22, 2026."""
        if first == last:
            return format_date(self.env, first, date_format="medium")
        return format_interval(
            first, last, "yMMMd", locale=babel_locale_parse(self.env.lang or "en_US")
        )

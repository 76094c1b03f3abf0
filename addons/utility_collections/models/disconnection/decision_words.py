from datetime import date

from odoo import models
from odoo.tools import format_date, format_duration

from .utility_disconnection_rule import WEEKDAYS

# What a collector isn't told the details of
PRIVATE = frozenset({"circumstance"})


class UtilityDisconnectionDecision(models.Model):
    """Reasons in words, in the language of who reads them (COL-07)."""

    _inherit = "utility.disconnection.decision"

    def _say_reason(self, reason, full=True):
        """Return the sentence of a reason.

        :param dict reason: a `tools.disconnection.Reason` as plain values
        :param bool full: False: without what only staff may know
        """
        code, data = reason["code"], reason["data"]
        if code in PRIVATE and not full:
            return self.env._("A protected circumstance: this account isn't cut off.")
        return getattr(self, f"_say_{code}")(data)

    def _format_amount(self, text):
        currency = (self.currency_id or self.env.company.currency_id)[:1]
        return currency.format(float(text))

    def _format_day(self, text):
        return format_date(self.env, date.fromisoformat(text))

    # -------------------------------------------------------------------------
    # WHATEVER THE RULES SAY
    # -------------------------------------------------------------------------

    def _say_closed(self, data):
        return self.env._("The account is closed: there is nothing to cut off.")

    def _say_not_connected(self, data):
        return self.env._("Supply isn't on: there is nothing to cut off.")

    def _say_in_flight(self, data):
        return self.env._(
            "A payment of %(amount)s is on its way: wait until the bank answers.",
            amount=self._format_amount(data["amount"]),
        )

    def _say_nothing_overdue(self, data):
        return self.env._("Nothing is overdue.")

    def _say_nothing_counts(self, data):
        return self.env._(
            "Nothing that counts is overdue: the %(amount)s past due are disputed, or"
            " charges for which nobody is cut off.",
            amount=self._format_amount(data["amount"]),
        )

    def _say_no_rules(self, data):
        return self.env._(
            "No rule of %(jurisdiction)s is in force on that day: enter what holds"
            " there first.",
            jurisdiction=data["jurisdiction"],
        )

    # -------------------------------------------------------------------------
    # DEBT AND NOTICE
    # -------------------------------------------------------------------------

    def _say_below_minimum(self, data):
        return self.env._(
            "%(amount)s that count are overdue: nobody is cut off for less than"
            " %(minimum)s.",
            amount=self._format_amount(data["amount"]),
            minimum=self._format_amount(data["minimum"]),
        )

    def _say_too_early(self, data):
        return self.env._(
            "The oldest debt that counts is %(days)s days overdue: %(needed)s are"
            " needed.",
            days=data["days"],
            needed=data["needed"],
        )

    def _say_no_notice(self, data):
        return self._with_extra_days(
            data,
            self.env._(
                "No disconnection warning about this debt was sent: %(needed)s days of"
                " notice are needed.",
                needed=data["needed"],
            ),
        )

    def _say_notice_running(self, data):
        return self._with_extra_days(
            data,
            self.env._(
                "The warning was sent on %(sent)s, and notice is %(needed)s days: not"
                " before %(date)s.",
                sent=self._format_day(data["sent"]),
                needed=data["needed"],
                date=self._format_day(data["from"]),
            ),
        )

    def _say_notice_expired(self, data):
        return self.env._(
            "The last warning, of %(sent)s, is older than %(valid)s days: send a new"
            " one.",
            sent=self._format_day(data["sent"]),
            valid=data["valid"],
        )

    def _with_extra_days(self, data, sentence):
        if not data.get("because"):
            return sentence
        return self.env._(
            "%(sentence)s (more because of “%(rule)s”)",
            sentence=sentence,
            rule=data["because"],
        )

    # -------------------------------------------------------------------------
    # WHO AND WHY
    # -------------------------------------------------------------------------

    def _say_circumstance(self, data):
        if data.get("names"):
            sentence = self.env._(
                "The account is protected: %(names)s.", names=", ".join(data["names"])
            )
        elif "certificate" in data:
            sentence = (
                self.env._(
                    "A medical certificate protects until %(date)s.",
                    date=self._format_day(data["certificate"]),
                )
                if data["certificate"]
                else self.env._("A medical certificate protects this account.")
            )
        else:
            sentence = self.env._("“%(rule)s” protects.", rule=data["rule"])
        if not data.get("season"):
            return sentence
        first, last = (
            format_date(
                self.env,
                date(2024, *divmod(number, 100)),
                date_format="MMMM d",
            )
            for number in data["season"]
        )
        return self.env._(
            "%(sentence)s This holds from %(first)s to %(last)s.",
            sentence=sentence,
            first=first,
            last=last,
        )

    def _say_plan(self, data):
        return self.env._(
            "Payment plan %(plan)s is kept: nobody who keeps one is cut off.",
            plan=data["plan"],
        )

    def _say_promise(self, data):
        return self.env._(
            "A promise to pay is open until %(date)s.",
            date=self._format_day(data["date"]),
        )

    def _say_dispute(self, data):
        return self.env._(
            "%(amount)s are disputed: nobody is cut off before it is settled.",
            amount=self._format_amount(data["amount"]),
        )

    # -------------------------------------------------------------------------
    # WHEN
    # -------------------------------------------------------------------------

    def _say_hours(self, data):
        return self.env._(
            "At %(time)s nobody is cut off: only from %(from)s to %(to)s.",
            **{
                name: format_duration(data[name] / 60)
                for name in ("time", "from", "to")
            },
        )

    def _say_weekday(self, data):
        weekday = WEEKDAYS[data["weekday"]]
        field = self.env["utility.disconnection.rule"]._fields[weekday]
        return self.env._(
            "Nobody is cut off on this weekday (%(weekday)s).",
            weekday=field.get_description(self.env, ["string"])["string"],
        )

    def _say_holiday(self, data):
        return self.env._(
            "%(date)s is a holiday: nobody is cut off.",
            date=self._format_day(data["date"]),
        )

    def _say_before_holiday(self, data):
        if data["days"] == 1:
            return self.env._(
                "%(date)s is a holiday: nobody is cut off on the day before one.",
                date=self._format_day(data["date"]),
            )
        return self.env._(
            "%(date)s is a holiday: nobody is cut off within %(days)s days before one.",
            date=self._format_day(data["date"]),
            days=data["days"],
        )

    def _say_no_forecast(self, data):
        return self.env._(
            "No forecast of %(date)s is known: enter it first.",
            date=self._format_day(data["date"]),
        )

    def _say_too_cold(self, data):
        return self.env._(
            "%(degrees)s °C are expected on %(date)s: below %(limit)s °C nobody is cut"
            " off.",
            degrees=data["degrees"],
            date=self._format_day(data["date"]),
            limit=data["limit"],
        )

    def _say_too_hot(self, data):
        return self.env._(
            "%(degrees)s °C are expected on %(date)s: above %(limit)s °C nobody is cut"
            " off.",
            degrees=data["degrees"],
            date=self._format_day(data["date"]),
            limit=data["limit"],
        )

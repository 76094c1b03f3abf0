from bisect import bisect_right

from babel.dates import format_interval, format_skeleton

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import babel_locale_parse, get_lang

from ...tools.slices import DAY, MONTH, YEAR, by_whole_units, slices, unit_of

# What the charts over time and of the kinds of payments are read from
MEASURES = (
    "payments",
    "amount",
    "bounced",
    "settled",
    "settlement_days",
    "failed",
    "documents",
    "due_amount",
)
GROUPINGS = ("channel_id", "mode_id", "utility_type", "category")


class UtilityFigure(models.AbstractModel):
    """Charts: reading them, and what their parts are made of (KPI-06)."""

    _inherit = "utility.figure"

    @api.model
    def _charts(self):
        """Names of the charts, in their order, and of the methods that compute them.

        To extend by add-ons: each method takes a FigureScope and returns
        `_chart(...)`; page and exports show whatever is here.

        :rtype: dict[str, str]
        """
        return {
            "day": "_chart_by_day",
            "channel": "_chart_by_channel",
            "method": "_chart_by_method",
            "type": "_chart_by_type",
            "category": "_chart_by_category",
            "aging": "_chart_aging",
            "comparison": "_chart_comparison",
            "methods": "_chart_methods",
        }

    @api.model
    def _read_charts(self, date_from, date_to, scope=None):
        """See `account.payment.collection_charts`."""
        scope = self._read_scope(scope)
        wanted = scope.pop("charts", None)
        resolved = self._resolve_scope(date_from, date_to, scope)
        methods = self._charts()
        keys = methods if wanted is None else wanted
        if unknown := self._unknown_keys(keys, methods):
            raise UserError(
                self.env._(
                    "There is no chart %(chart)s. Known are: %(known)s.",
                    chart=", ".join(map(str, unknown)),
                    known=", ".join(methods),
                )
            )
        figures_sudo = self.sudo()
        return {
            "charts": [
                {"key": key} | getattr(figures_sudo, methods[key])(resolved)
                for key in keys
            ],
            "period": figures_sudo._chart_period(resolved.period),
            "compared": figures_sudo._chart_period(resolved.compared),
            "currency_id": resolved.currency.id,
            "company_ids": resolved.companies.ids,
            "companies": resolved.companies.sudo().mapped("name"),
            "channels": resolved.channels.sudo().mapped("name"),
        }

    # -------------------------------------------------------------------------
    # WHAT A CHART IS MADE OF
    # -------------------------------------------------------------------------

    @api.model
    def _chart(self, name, note, shape, columns, parts, **values):
        """What every chart is; see `account.payment.collection_charts`.

        :param values: ``total``, ``unit`` and ``as_of_now``, where they aren't False
        """
        return {
            "name": name,
            "note": note,
            "shape": shape,
            "unit": False,
            "as_of_now": False,
            "columns": columns,
            "parts": parts,
            "total": False,
            "empty": not any(part["count"] or part["previous"] for part in parts),
            **values,
        }

    @api.model
    def _chart_part(self, key, label, value, count, model, domain, **values):
        """What every part of a chart is; see `account.payment.collection_charts`."""
        part = {
            "key": key,
            "label": label,
            "value": value,
            "count": count,
            "previous": False,
            "model": model,
            "domain": list(domain),
            "links": {},
            **values,
        }
        part["change_percent"] = self._change(value, part["previous"], False)
        return part

    @api.model
    def _chart_link(self, count, model, domain):
        """What a column other than the value opens; False where there is nothing."""
        return {"count": count, "model": model, "domain": list(domain)}

    @api.model
    def _chart_column(self, name, label, display):
        return {"name": name, "label": label, "display": display}

    @api.model
    def _chart_columns(self, scope, *names):
        """Columns that several charts have, by name."""
        labels = {
            "value": (self.env._("Collected"), "money"),
            "count": (self.env._("Payments"), "count"),
            "share": (self.env._("Share"), "percent"),
            "previous": (self._period_label(scope.compared), "money"),
            "change_percent": (self.env._("Change"), "change"),
            "due": (self.env._("Fell due"), "money"),
            "rate": (self.env._("Collection rate"), "percent"),
            "failed": (self.env._("Failed"), "count"),
            "failed_share": (self.env._("Failed share"), "percent"),
            "returned": (self.env._("Returned"), "count"),
            "returned_share": (self.env._("Returned share"), "percent"),
            "days": (self.env._("Days to settle"), "days"),
        }
        return [self._chart_column(name, *labels[name]) for name in names]

    # -------------------------------------------------------------------------
    # WHAT CHARTS ARE READ FROM
    # -------------------------------------------------------------------------

    @api.model
    def _chart_sums(self, scope, grouping):
        """Sums of the period and the one it is compared with, by a key of payments.

        All keys are read with one query, for the first chart that asks.

        :param str grouping: one of GROUPINGS, 'time' for days (months where these are
            enough), or '' for the sums over all
        :return: as `utility.collection.day._read_sums`, by the value of the key
        """
        sums = scope.once("chart_sums", lambda: self._read_chart_sums(scope))[grouping]
        return {key[0]: pair for key, pair in sums.items()} if grouping else sums[()]

    @api.model
    def _read_chart_sums(self, scope):
        unit = unit_of(scope.period)
        days = not by_whole_units(scope.period, scope.compared, unit) or unit == DAY
        read = self.env["utility.collection.day"]._read_groupings(
            scope,
            MEASURES,
            [("date" if days else "month",), *((name,) for name in GROUPINGS), ()],
        )
        return dict(zip(("time", *GROUPINGS, ""), read, strict=True))

    @api.model
    def _collected_domain(self, scope, period):
        """As `_payment_domain`, made once for all parts of a period."""
        return scope.once(
            ("collected", period), lambda: list(self._payment_domain(scope, period))
        )

    @api.model
    def _due_leaves(self, scope):
        """As `_due_domain` of the period, made once for all parts."""
        return scope.once("due", lambda: list(self._due_domain(scope, scope.period)))

    @api.model
    def _collected_part(self, scope, key, label, pair, leaf=(), due_leaf=None):
        """A part that tells what was collected in both periods.

        :param pair: the sums of the period and of the one compared with
        :param leaf: list of conditions that tell these payments from others
        :param due_leaf: likewise the documents due; None: there is no rate
        """
        now, before = pair
        payments = "account.payment"
        part = self._chart_part(
            key,
            label,
            self._money(scope, now["amount"]),
            int(now["payments"]),
            payments,
            [*self._collected_domain(scope, scope.period), *leaf],
            previous=self._money(scope, before["amount"]),
        )
        part["links"]["previous"] = self._chart_link(
            int(before["payments"]),
            payments,
            [*self._collected_domain(scope, scope.compared), *leaf],
        )
        if due_leaf is not None:
            part["due"] = self._money(scope, now["due_amount"])
            part["rate"] = self._share(now["amount"], now["due_amount"])
            part["links"]["due"] = self._chart_link(
                int(now["documents"]),
                "account.move",
                [*self._due_leaves(scope), *due_leaf],
            )
        return part

    @api.model
    def _collected_total(self, scope, rate=False, **values):
        """The last row of a chart: equals the tile of what was collected."""
        part = self._collected_part(
            scope,
            "total",
            self.env._("Total"),
            self._chart_sums(scope, ""),
            due_leaf=[] if rate else None,
        )
        return part | values

    @api.model
    def _set_shares(self, parts, total):
        """Give each part its share of the total, in percent."""
        for part in parts:
            part["share"] = self._share(part["value"], total["value"])
        total["share"] = self._share(total["value"], total["value"])

    # -------------------------------------------------------------------------
    # TIME
    # -------------------------------------------------------------------------

    @api.model
    def _chart_period(self, period):
        return {
            "from": fields.Date.to_string(period.first),
            "to": fields.Date.to_string(period.last),
            "label": self._period_label(period),
        }

    @api.model
    def _period_label(self, period):
        """The period as people say it: November 2026, 2026, or from and to."""
        if period.months == 1:
            return self._date_words(period.first, "yMMMM")
        if period.months == 12 and period.first.month == 1:
            return str(period.first.year)
        if period.days == 1:
            return self._date_words(period.first, "yMMMd")
        return format_interval(
            period.first, period.last, "yMMMd", locale=self._date_locale()
        )

    @api.model
    def _slice_label(self, period, unit):
        """What stands under a part of a chart by time."""
        if unit == DAY:
            return self._date_words(period.first, "MMMd")
        if unit == MONTH:
            return self._date_words(period.first, "yMMM")
        return str(period.first.year)

    @api.model
    def _date_words(self, day, skeleton):
        return format_skeleton(skeleton, day, locale=self._date_locale())

    @api.model
    def _date_locale(self):
        return babel_locale_parse(get_lang(self.env).code)

    @api.model
    def _chart_slices(self, scope):
        """The period in days, months or years, beside the one compared with.

        Of a period shown by year, years before the first record and after the last
        are left out.

        :return: the unit, and a list of (Slice, (sums of its period, of the compared))
        """
        return scope.once("chart_slices", lambda: self._read_slices(scope))

    @api.model
    def _read_slices(self, scope):
        unit = unit_of(scope.period)
        pairs = slices(scope.period, scope.compared, unit)
        sums = [
            tuple(dict.fromkeys(MEASURES, 0) for _both in range(2)) for _pair in pairs
        ]
        firsts = [
            [part.first for part in parts if part]
            for parts in (
                [pair.period for pair in pairs],
                [pair.compared for pair in pairs],
            )
        ]
        for day, both in self._chart_sums(scope, "time").items():
            for place, period in enumerate((scope.period, scope.compared)):
                if period.first <= day <= period.last:
                    slot = sums[bisect_right(firsts[place], day) - 1][place]
                    for name in MEASURES:
                        slot[name] += both[place][name]
        result = list(zip(pairs, sums, strict=True))
        if unit == YEAR:
            used = [
                index
                for index, pair in enumerate(sums)
                if any(any(side.values()) for side in pair)
            ]
            result = result[used[0] : used[-1] + 1] if used else []
        return unit, result

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.slices import DAY

# Days past due of the parts of the aging, both included; None: without end
AGES = (
    ("not_due", None, 0),
    ("to_30", 1, 30),
    ("to_60", 31, 60),
    ("to_90", 61, 90),
    ("older", 91, None),
)


class UtilityFigure(models.AbstractModel):
    """The charts of the landing page (KPI-06)."""

    _inherit = "utility.figure"

    # -------------------------------------------------------------------------
    # OVER TIME
    # -------------------------------------------------------------------------

    @api.model
    def _chart_by_day(self, scope):
        """Collected by day; by month or year where the period is long."""
        unit, pairs = self._chart_slices(scope)
        with_rate = unit != DAY
        parts = []
        for pair, (now, before) in pairs:
            label = self._slice_label(pair.period or pair.compared, unit)
            if pair.period:
                part = self._collected_part(
                    scope,
                    fields.Date.to_string(pair.period.first),
                    label,
                    (now, before),
                    self._between_leaves("date", pair.period),
                    self._between_leaves("invoice_date_due", pair.period)
                    if with_rate
                    else None,
                )
                if pair.period.first > scope.today and not part["count"]:
                    # Nobody knows what will be collected.
                    part |= {"value": False, "model": False, "domain": []}
                    part |= {"change_percent": False, "rate": False}
            else:
                part = self._past_the_period(scope, pair, label, before["amount"])
            self._link_compared(scope, part, pair.compared, before["payments"])
            parts.append(part)
        names = {
            "day": self.env._("By day"),
            "month": self.env._("By month"),
            "year": self.env._("By year"),
        }
        columns = ["value", "count", "previous", "change_percent"]
        return self._chart(
            names[unit],
            self.env._(
                "Payments of consumers by payment date; returned ones stay where they"
                " were."
            ),
            "bars",
            self._chart_columns(
                scope, *columns, *(["due", "rate"] if with_rate else [])
            ),
            parts,
            total=self._collected_total(scope, rate=with_rate),
            unit=unit,
        )

    @api.model
    def _chart_comparison(self, scope):
        """What was collected up to each day, beside the period compared with.

        The line ends today: nobody knows what will be collected.
        """
        unit, pairs = self._chart_slices(scope)
        known_until = max(
            [scope.today]
            + [
                pair.period.first
                for pair, (now, _before) in pairs
                if pair.period and now["payments"]
            ]
        )
        totals = [[0, 0], [0, 0]]
        parts = []
        for pair, sums in pairs:
            for total, side in zip(totals, sums, strict=True):
                total[0] += side["amount"]
                total[1] += side["payments"]
            label = self._slice_label(pair.period or pair.compared, unit)
            previous = totals[1][0] if pair.compared else None
            if pair.period and pair.period.first <= known_until:
                part = self._chart_part(
                    fields.Date.to_string(pair.period.first),
                    label,
                    self._money(scope, totals[0][0]),
                    int(totals[0][1]),
                    "account.payment",
                    self._collected_domain(scope, scope.period)
                    + [("date", "<=", fields.Date.to_string(pair.period.last))],
                    previous=False
                    if previous is None
                    else self._money(scope, previous),
                )
            else:
                part = self._past_the_period(scope, pair, label, previous)
            if pair.compared:
                part["links"]["previous"] = self._chart_link(
                    int(totals[1][1]),
                    "account.payment",
                    self._collected_domain(scope, scope.compared)
                    + [("date", "<=", fields.Date.to_string(pair.compared.last))],
                )
            parts.append(part)
        return self._chart(
            self.env._("Comparison"),
            self.env._(
                "Collected from the first day on, beside %(period)s.",
                period=self._period_label(scope.compared),
            ),
            "lines",
            self._chart_columns(scope, "value", "count", "previous", "change_percent"),
            parts,
            unit=unit,
        )

    @api.model
    def _past_the_period(self, scope, pair, label, previous):
        """A part that only the compared period has, or that is still to come."""
        day = (pair.period or pair.compared).first
        return self._chart_part(
            fields.Date.to_string(day),
            label,
            False,
            0,
            False,
            [],
            previous=False if previous is None else self._money(scope, previous),
        )

    @api.model
    def _link_compared(self, scope, part, period, count):
        """Let the value before open its days; without such days it is unknown."""
        if not period:
            part["previous"] = part["change_percent"] = False
            part["links"].pop("previous", None)
            return
        part["links"]["previous"] = self._chart_link(
            int(count),
            "account.payment",
            self._collected_domain(scope, scope.compared)
            + self._between_leaves("date", period),
        )

    @api.model
    def _between_leaves(self, name, period):
        return [
            (name, ">=", fields.Date.to_string(period.first)),
            (name, "<=", fields.Date.to_string(period.last)),
        ]

    # -------------------------------------------------------------------------
    # BY KIND OF PAYMENT
    # -------------------------------------------------------------------------

    @api.model
    def _chart_by_channel(self, scope):
        """Collected by channel: counter, portal, collector ..."""
        return self._chart_by_record(
            scope,
            "channel_id",
            self.env._("By channel"),
            self.env._("Where the payments of the period came in."),
        )

    @api.model
    def _chart_by_method(self, scope):
        """Collected by payment mode."""
        return self._chart_by_record(
            scope,
            "mode_id",
            self.env._("By method"),
            self.env._("How the payments of the period were made."),
        )

    @api.model
    def _chart_by_record(self, scope, name, title, note):
        """A chart by a Many2one of payments, the largest first."""
        sums = self._collected_sums(scope, name)
        labels = self._record_labels(name, sums)
        parts = [
            self._collected_part(
                scope, record_id or 0, labels[record_id], pair, [(name, "=", record_id)]
            )
            for record_id, pair in sums.items()
        ]
        parts.sort(key=lambda part: (-part["value"], part["label"]))
        total = self._collected_total(scope)
        self._set_shares(parts, total)
        columns = ("value", "share", "count", "previous", "change_percent")
        return self._chart(
            title,
            note,
            "slices",
            self._chart_columns(scope, *columns),
            parts,
            total=total,
        )

    @api.model
    def _collected_sums(self, scope, name):
        """Sums by a key, of what was collected in either period; False for none."""
        return {
            key or False: pair
            for key, pair in self._chart_sums(scope, name).items()
            if any(side["payments"] or side["amount"] for side in pair)
        }

    @api.model
    def _record_labels(self, name, ids):
        """Names of the records of a Many2one of payments, and of none."""
        comodel = self.env["account.payment"]._fields[name].comodel_name
        records = self.env[comodel].browse(filter(None, ids))
        return {record.id: record.display_name for record in records} | {
            False: self.env._("None given")
        }

    @api.model
    def _chart_by_type(self, scope):
        """Collected and due by what was paid for: bills, service charges."""
        labels = self._selection_labels("account.payment", "utility_type")
        return self._chart_by_selection(
            scope,
            "utility_type",
            labels,
            self.env._("By type"),
            lambda key: (
                [("utility_type", "=", key)],
                [("utility_kind", "=", key)],
            ),
        )

    @api.model
    def _chart_by_category(self, scope):
        """Collected and due by category of the consumers, as it is today."""
        labels = self._selection_labels("utility.account", "category")
        return self._chart_by_selection(
            scope,
            "category",
            labels,
            self.env._("By category"),
            lambda key: ([("utility_account_id.category", "=", key)],) * 2,
        )

    @api.model
    def _selection_labels(self, model, name):
        field = self.env[model]._fields[name]
        return dict(field._description_selection(self.env))

    @api.model
    def _chart_by_selection(self, scope, name, labels, title, leaves):
        """A chart by a choice of payments that documents have too: with a rate."""
        sums = self._chart_sums(scope, name)
        parts = []
        for key in [*labels, *(set(sums) - set(labels))]:
            pair = sums.get(key)
            if not pair or not any(
                side["payments"] or side["amount"] or side["documents"] for side in pair
            ):
                continue
            leaf, due_leaf = leaves(key or False)
            label = labels.get(key) or key or self.env._("None given")
            parts.append(
                self._collected_part(scope, key or "", label, pair, leaf, due_leaf)
            )
        total = self._collected_total(scope, rate=True)
        self._set_shares(parts, total)
        columns = ("value", "share", "count", "previous", "change_percent")
        return self._chart(
            title,
            self.env._(
                "Collection rate: collected in the period, of what fell due in it."
            ),
            "slices",
            self._chart_columns(scope, *columns, "due", "rate"),
            parts,
            total=total,
        )

    @api.model
    def _chart_methods(self, scope):
        """KPI-06: what each payment mode brings, and what goes wrong with it.

        What a gateway keeps as its fee isn't known before its payouts are settled.
        The add-on that does so adds a measure to `utility.collection.day`, and here
        its column and values with super().
        """
        sums = {
            key or False: pair
            for key, pair in self._chart_sums(scope, "mode_id").items()
            if any(side["payments"] or side["failed"] for side in pair)
        }
        labels = self._record_labels("mode_id", sums)
        parts = [
            self._method_part(
                scope, key or 0, labels[key], pair, [("mode_id", "=", key)]
            )
            for key, pair in sums.items()
        ]
        parts.sort(key=lambda part: (-part["value"], part["label"]))
        total = self._method_part(
            scope, "total", self.env._("Total"), self._chart_sums(scope, "")
        )
        columns = (
            "count",
            "value",
            "previous",
            "failed",
            "failed_share",
            "returned",
            "returned_share",
            "days",
        )
        return self._chart(
            self.env._("Methods in figures"),
            self.env._(
                "Failed: of all attempts. Returned: of the payments of the period,"
                " until now. Days to settle: of those settled."
            ),
            "table",
            self._chart_columns(scope, *columns),
            parts,
            total=total,
        )

    @api.model
    def _method_part(self, scope, key, label, pair, leaf=()):
        now, _before = pair
        part = self._collected_part(scope, key, label, pair, leaf)
        part |= {
            "failed": int(now["failed"]),
            "failed_share": self._share(now["failed"], now["failed"] + now["payments"]),
            "returned": int(now["bounced"]),
            "returned_share": self._share(now["bounced"], now["payments"]),
            "days": self._mean(now["settlement_days"], now["settled"]),
        }
        counted = self._collected_domain(scope, scope.period)
        model = "account.payment"
        part["links"] |= {
            "failed": self._chart_link(
                int(now["failed"]), model, [*self._failed_leaves(scope), *leaf]
            ),
            "returned": self._chart_link(
                int(now["bounced"]),
                model,
                [*counted, ("utility_state", "=", "returned"), *leaf],
            ),
            "days": self._chart_link(
                int(now["settled"]),
                model,
                [*counted, ("settlement_state", "=", "settled"), *leaf],
            ),
        }
        return part

    @api.model
    def _failed_leaves(self, scope):
        """As `_failed_domain` of the period, made once for all parts."""
        return scope.once(
            "failed",
            lambda: list(
                self._failed_domain(scope) & self._between("date", scope.period)
            ),
        )

    # -------------------------------------------------------------------------
    # RECEIVABLES
    # -------------------------------------------------------------------------

    @api.model
    def _chart_aging(self, scope):
        """What consumers owe by days past due, as of now; their credits apart.

        The parts but the credits add up to the figure of what is outstanding. Days
        are counted to the today of each company (CON-04).
        """
        labels = {
            "not_due": self.env._("Not due"),
            "to_30": self.env._("1–30 days"),
            "to_60": self.env._("31–60 days"),
            "to_90": self.env._("61–90 days"),
            "older": self.env._("Over 90 days"),
            "deferred": self.env._("In payment plans"),
        }
        sums = self._read_ages(scope)
        parts = []
        for key, least, most in AGES:
            leaves = self._age_leaves(scope, least, most)
            leaves.append(("utility_deferred", "=", False))
            parts.append(self._aging_part(scope, key, labels[key], sums[key], leaves))
        if sums["deferred"][1]:
            parts.append(
                self._aging_part(
                    scope,
                    "deferred",
                    labels["deferred"],
                    sums["deferred"],
                    [("utility_deferred", "=", True)],
                )
            )
        total = self._chart_part(
            "total",
            self.env._("Outstanding"),
            self._money(scope, sum(sums[key][0] for key in labels)),
            sum(sums[key][1] for key in labels),
            "account.move.line",
            self._open_items_domain(scope),
        )
        self._set_shares(parts, total)
        amount, count = sums["credit"]
        credit = self._chart_part(
            "credit",
            self.env._("Credits, apart"),
            self._money(scope, amount),
            count,
            "account.move.line",
            [
                *self._scope_domain(scope, channel=False),
                ("utility_account_id", "!=", False),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
            ],
            share=False,
            apart=True,
        )
        columns = [
            self._chart_column("value", self.env._("Outstanding"), "money"),
            self._chart_column("share", self.env._("Share"), "percent"),
            self._chart_column("count", self.env._("Open items"), "count"),
        ]
        return self._chart(
            self.env._("Aging"),
            self.env._(
                "Open items of consumers by days past due, as of today; what payment"
                " plans defer isn't past due while they are kept."
            )
            if sums["deferred"][1]
            else self.env._("Open items of consumers by days past due, as of today."),
            "bars",
            columns,
            [*parts, credit] if count else parts,
            total=total,
            as_of_now=True,
        )

    @api.model
    def _aging_part(self, scope, key, label, sums, leaves):
        amount, count = sums
        return self._chart_part(
            key,
            label,
            self._money(scope, amount),
            count,
            "account.move.line",
            [*self._open_items_domain(scope), *leaves],
        )

    @api.model
    def _companies_by_today(self, scope):
        """Companies of one time zone have one today."""
        result = defaultdict(scope.companies.browse)
        for company in scope.companies:
            result[company._utility_today()] |= company
        return result

    @api.model
    def _age_leaves(self, scope, least, most):
        """Items past due by so many days, as conditions in prefix order."""
        choices = []
        for today, companies in self._companies_by_today(scope).items():
            leaves = [("company_id", "in", companies.ids)]
            if most is not None:
                day = fields.Date.to_string(today - timedelta(days=most))
                leaves.append(("date_maturity", ">=", day))
            if least is not None:
                day = fields.Date.to_string(today - timedelta(days=least))
                leaves.append(("date_maturity", "<=", day))
            elif most is not None:
                # What has no due date is never late.
                leaves[-1:] = ["|", ("date_maturity", "=", False), leaves[-1]]
            choices.append(["&"] * (2 if least and most else 1) + leaves)
        return ["|"] * (len(choices) - 1) + [leaf for part in choices for leaf in part]

    @api.model
    def _get_deferred_condition(self):
        """SQL on the alias `line`: whether a plan of an add-on above defers it.

        Asked of all open items; `_collect_deferred_condition` of a few.
        """
        return SQL("FALSE")

    @api.model
    def _read_ages(self, scope):
        """Amount and number of open items by age, and of credits, with one query."""
        self.env["account.move.line"].flush_model(
            [
                "amount_residual",
                "company_id",
                "date_maturity",
                "parent_state",
                "reconciled",
                "utility_account_id",
            ]
        )
        selects = [
            SQL(
                """
                SELECT CASE
                       WHEN line.amount_residual < 0 THEN 'credit'
                       WHEN %(deferred)s THEN 'deferred'
                       WHEN line.date_maturity < %(today)s - 90 THEN 'older'
                       WHEN line.date_maturity < %(today)s - 60 THEN 'to_90'
                       WHEN line.date_maturity < %(today)s - 30 THEN 'to_60'
                       WHEN line.date_maturity < %(today)s THEN 'to_30'
                       ELSE 'not_due' END AS age,
                       line.amount_residual
                  FROM account_move_line line
                 WHERE line.company_id = ANY(%(companies)s)
                   AND line.utility_account_id IS NOT NULL
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual != 0
                """,
                today=SQL("%s::date", today),
                companies=companies.ids,
                deferred=self._get_deferred_condition(),
            )
            for today, companies in self._companies_by_today(scope).items()
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT age, ABS(SUM(amount_residual)), COUNT(*) FROM (%s) AS item"
                " GROUP BY age",
                SQL(" UNION ALL ").join(selects),
            )
        )
        ages = (*(key for key, *_days in AGES), "deferred", "credit")
        return dict.fromkeys(ages, (0, 0)) | {
            age: (amount, count) for age, amount, count in rows
        }

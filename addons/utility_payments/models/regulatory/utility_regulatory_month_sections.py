from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .utility_regulatory_month_checks import SHOWN


class UtilityRegulatoryMonth(models.AbstractModel):
    """The sections of the monthly report: their rows, and what each opens (KPI-07)."""

    _inherit = "utility.regulatory.month"

    @api.model
    def _section(self, key, title, columns, rows, note=""):
        return {
            "key": key,
            "title": title,
            "note": note,
            "columns": [
                {"label": label, "type": kind} for label, kind in columns.items()
            ],
            "rows": rows,
        }

    @api.model
    def _row(self, label, values, style="", records=None, types=None):
        """A row of a section; amounts become floats, for they go to the browser.

        :param records: None, or what `utility.figure.open_records` takes
        """
        return {
            "label": label,
            "values": [
                float(value) if isinstance(value, Decimal) else value
                for value in values
            ],
            "types": types or [],
            "style": style,
            "open": bool(records)
            and {
                "model": records[0],
                "domain": list(records[1]),
                "name": records[2],
            },
        }

    @api.model
    def _nothing(self, label):
        return self._row(label, [], "note")

    @api.model
    def _section_receivables(self, data):
        Line = self.env["account.move.line"]
        period = data["period"]
        before = fields.Date.subtract(period.first, days=1)
        rows = [
            self._row(
                self.env._("Receivables on %(date)s", date=self._day(before)),
                [False, data["opening"]],
                "total",
            )
        ]
        labels = dict(Line._selection_utility_movement())
        for key, label in labels.items():
            # The rest of the movements is told even where there is none
            count, amount = data["sums"].get(key, (0, Decimal(0)))
            if not count and key not in self._movements_always_told():
                continue
            rows.append(
                self._row(
                    label,
                    [count, amount],
                    records=count
                    and (
                        "account.move.line",
                        self._movement_domain(data, key),
                        label,
                    ),
                )
            )
        roll = data["checks"][0]
        rows += [
            self._row(
                self.env._("Receivables on %(date)s", date=self._day(period.last)),
                [sum(count for count, _ in data["sums"].values()), data["closing"]],
                "total",
            ),
            self._check_row(
                roll,
                self.env._("Check: opening + movements - closing"),
                [False, roll["difference"]],
            ),
        ]
        return self._section(
            "receivables",
            self.env._("Receivables of consumers"),
            {
                self.env._("Movement"): "text",
                self.env._("Entries"): "count",
                self.env._("Amount"): "money",
            },
            rows,
            self.env._(
                "Sums of the consumers' journal items, by the date of their entries:"
                " what is owed, less what consumers have as credit."
            ),
        )

    @api.model
    def _movements_always_told(self):
        return {"bill", "service", "collected", "returned", "refund", "revenue_credit"}

    @api.model
    def _movement_domain(self, data, key):
        """Exactly the items of a class of movements."""
        return Domain(
            [
                ("utility_account_id", "!=", False),
                ("company_id", "=", data["company"].id),
                ("move_id.state", "=", "posted"),
                ("utility_movement", "=", key),
            ]
        ) & self._between("move_id.date", data["period"])

    @api.model
    def _between(self, name, period):
        return self.env["utility.figure"]._between(name, period)

    @api.model
    def _day(self, day):
        return format_date(self.env, day, date_format="long")

    @api.model
    def _section_channels(self, data):
        return self._collected_section(
            data,
            "channels",
            self.env._("Collected, by channel"),
            self.env._("Channel"),
            "channel_id",
            data["by_channel"],
        )

    @api.model
    def _section_methods(self, data):
        return self._collected_section(
            data,
            "methods",
            self.env._("Collected, by method"),
            self.env._("Method"),
            "mode_id",
            data["by_mode"],
        )

    @api.model
    def _collected_section(self, data, key, title, heading, name, groups):
        """Payments and amounts of a month, by something that payments have."""
        comodel = self.env["account.payment"]._fields[name].comodel_name
        records = self.env[comodel].browse([row[0] for row in groups if row[0]])
        names = {record.id: record.display_name for record in records}
        _count, total = data["sums"].get("collected", (0, Decimal(0)))
        figure = data["figures"]["total_collected"]
        rows = []
        for record_id, count, amount in sorted(groups, key=lambda row: row[2]):
            label = names.get(record_id, self.env._("None"))
            rows.append(
                self._row(
                    label,
                    [count, -amount, 100 * amount / total if total else False],
                    records=(
                        figure["model"],
                        Domain(figure["domain"])
                        & Domain(name, "=", record_id or False),
                        label,
                    ),
                )
            )
        if rows:
            rows.append(
                self._row(
                    self.env._("Collected"),
                    [_count, -total, 100.0 if total else False],
                    "total",
                    (figure["model"], figure["domain"], title),
                )
            )
        else:
            rows = [self._nothing(self.env._("No payment in this month."))]
        return self._section(
            key,
            title,
            {
                heading: "text",
                self.env._("Payments"): "count",
                self.env._("Amount"): "money",
                self.env._("Share"): "percent",
            },
            rows,
        )

    @api.model
    def _section_performance(self, data):
        figures = data["figures"]
        due = sum(data["due"].values(), Decimal(0))

        def row(label, value, kind, figure=None, style=""):
            source = figures.get(figure)
            return self._row(
                label,
                [value],
                style,
                source
                and source["count"]
                and (source["model"], source["domain"], label),
                types=[kind],
            )

        def told(label, figure, kind, style=""):
            return row(label, figures[figure]["value"], kind, figure, style)

        return self._section(
            "performance",
            self.env._("Collection"),
            {self.env._("Measure"): "text", self.env._("Value"): "money"},
            [
                told(self.env._("Collected"), "total_collected", "money"),
                told(self.env._("Returned payments"), "returns", "money"),
                told(self.env._("Refunds"), "refunds", "money"),
                told(
                    self.env._("Net collected"), "net_collected", "money", style="total"
                ),
                row(
                    self.env._("Bills and charges due in the month"),
                    due,
                    "money",
                    "collection_rate",
                ),
                told(self.env._("Collection rate"), "collection_rate", "percent"),
                told(
                    self.env._("Average collection time"),
                    "average_collection_time",
                    "days",
                ),
            ],
            self.env._(
                "The rate is what was collected, of what fell due in the month. The"
                " time is from the date of a bill to that of its payment."
            ),
        )

    @api.model
    def _section_categories(self, data):
        Account = self.env["utility.account"]
        labels = dict(Account._fields["category"]._description_selection(self.env))
        sums = data["by_category"]
        kinds = ("bill", "service")
        told = {
            category for kind, category in sums if kind in kinds or kind == "collected"
        } | {category for category, due in data["due"].items() if due}
        total = defaultdict(Decimal)
        rows = []
        for category in [key for key in [*labels, None] if key in told]:
            values = {
                "accounts": data["accounts_billed"].get(category, 0),
                "documents": sum(sums.get((k, category), (0, 0))[0] for k in kinds),
                "billed": sum(
                    (sums.get((k, category), (0, 0))[1] for k in kinds), Decimal(0)
                ),
                "due": data["due"].get(category, Decimal(0)),
                "collected": -sums.get(("collected", category), (0, Decimal(0)))[1],
            }
            for name, value in values.items():
                total[name] += value
            label = labels.get(category) or self.env._("None")
            rows.append(
                self._category_row(
                    label,
                    values,
                    records=values["documents"]
                    and (
                        "account.move",
                        self._billed_domain(data)
                        & Domain("utility_account_id.category", "=", category or False),
                        label,
                    ),
                )
            )
        if rows:
            rows.append(
                self._category_row(
                    self.env._("All"),
                    total,
                    "total",
                    ("account.move", self._billed_domain(data), self.env._("Billed")),
                )
            )
        else:
            rows = [self._nothing(self.env._("Nothing was billed or collected."))]
        return self._section(
            "categories",
            self.env._("Billed and collected, by category"),
            {
                self.env._("Category"): "text",
                self.env._("Accounts billed"): "count",
                self.env._("Bills and charges"): "count",
                self.env._("Billed"): "money",
                self.env._("Fell due"): "money",
                self.env._("Collected"): "money",
                self.env._("Rate"): "percent",
            },
            rows,
        )

    @api.model
    def _category_row(self, label, values, style="", records=None):
        due = values["due"]
        return self._row(
            label,
            [
                int(values["accounts"]),
                int(values["documents"]),
                values["billed"],
                due,
                values["collected"],
                100 * values["collected"] / due if due else False,
            ],
            style,
            records,
        )

    @api.model
    def _billed_domain(self, data):
        return Domain(
            [
                ("company_id", "=", data["company"].id),
                ("utility_kind", "!=", False),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        ) & self._between("date", data["period"])

    @api.model
    def _section_aging(self, data):
        aging = data["aging"]
        labels = {
            "not_due": self.env._("Not due"),
            "to_30": self.env._("1 to 30 days late"),
            "to_60": self.env._("31 to 60 days late"),
            "to_90": self.env._("61 to 90 days late"),
            "older": self.env._("More than 90 days late"),
        }
        owed = [sum(aging[name][part] for name in labels) for part in (0, 1)]
        return self._section(
            "aging",
            self.env._(
                "Open items on %(date)s, by age", date=self._day(data["period"].last)
            ),
            {
                self.env._("Age"): "text",
                self.env._("Items"): "count",
                self.env._("Amount"): "money",
            },
            [
                *(self._row(label, aging[name]) for name, label in labels.items()),
                self._row(self.env._("Owed"), owed, "total"),
                self._row(self.env._("Credits of consumers"), aging["credit"]),
                self._row(
                    self.env._("Receivables"),
                    [
                        sum(count for count, _ in aging.values()),
                        owed[1] + aging["credit"][1],
                    ],
                    "total",
                ),
            ],
            self.env._("As the ledger has the matches of payments now."),
        )

    @api.model
    def _section_checks(self, data):
        return self._section(
            "checks",
            self.env._("Checks against the ledger"),
            {
                self.env._("Check"): "text",
                self.env._("Report"): "money",
                self.env._("Ledger"): "money",
                self.env._("Difference"): "money",
            },
            [
                self._check_row(
                    check,
                    check["label"],
                    [check["told"], check["ledger"], check["difference"]],
                )
                for check in data["checks"]
            ],
            self.env._(
                "Each compares two ways of counting. A difference, or a single record"
                " that contradicts its entry, is shown in red with its records."
            ),
        )

    @api.model
    def _check_row(self, check, label, values):
        wrong = bool(check["difference"] or check["ids"])
        count = len(check["ids"])
        if count:
            label = self.env._(
                "%(check)s: %(count)s records contradict",
                check=label,
                count=f"{count}+" if count == SHOWN else count,
            )
        return self._row(
            label,
            values,
            "bad" if wrong else "good",
            count and (check["model"], [("id", "in", check["ids"])], check["label"]),
        )

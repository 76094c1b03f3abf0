from odoo import api, models
from odoo.fields import Domain


class UtilityFigure(models.AbstractModel):
    """Charts of collections (KPI-06, COL-04)."""

    _inherit = "utility.figure"

    @api.model
    def _charts(self):
        return super()._charts() | {
            "collection_steps": "_chart_collection_steps",
            "case_ends": "_chart_case_ends",
        }

    @api.model
    def _chart_collection_steps(self, scope):
        """How far cases have come: what they may collect, by the last step taken."""
        domain = self._own_domain(scope, ("state", "!=", "closed"))
        rows = self._read_cases(domain, "step_id")
        rows.sort(key=lambda row: (row[0].days_overdue, row[0].name or ""))
        parts = [
            self._case_part(
                scope,
                step.id or 0,
                step.display_name or self.env._("No step yet"),
                count,
                amount,
                domain & Domain("step_id", "=", step.id),
            )
            for step, count, amount in rows
        ]
        return self._case_chart(
            scope,
            self.env._("Cases by step"),
            self.env._(
                "Open cases by the last step taken, and what they may collect, as of"
                " the last look at each."
            ),
            parts,
            domain,
            self.env._("No account is in collections."),
        )

    @api.model
    def _chart_case_ends(self, scope):
        """How the cases of the period ended, by what was owed when they opened."""
        domain = self._own_domain(scope, ("state", "=", "closed")) & self._between(
            "closed_on", scope.period
        )
        reasons = dict(
            self.env["utility.collection.case"]
            ._fields["close_reason"]
            ._description_selection(self.env)
        )
        rows = self._read_cases(domain, "close_reason")
        rows.sort(key=lambda row: -row[1])
        parts = [
            self._case_part(
                scope,
                reason,
                reasons[reason],
                count,
                False,
                domain & Domain("close_reason", "=", reason),
            )
            for reason, count, _amount in rows
        ]
        return self._case_chart(
            scope,
            self.env._("Cases closed"),
            self.env._("Cases closed in the period, by how they ended."),
            parts,
            domain,
            self.env._("No case was closed in this period."),
            display="count",
        )

    @api.model
    def _read_cases(self, domain, groupby):
        return self.env["utility.collection.case"]._read_group(
            domain, [groupby], ["__count", "amount:sum"]
        )

    @api.model
    def _case_part(self, scope, key, label, count, amount, domain):
        """A part of a chart of cases; without an amount, their number is its value."""
        value = count if amount is False else self._money(scope, amount or 0.0)
        return self._chart_part(
            key,
            label,
            value,
            count,
            "utility.collection.case" if count else False,
            domain if count else [],
        )

    @api.model
    def _case_chart(
        self, scope, name, note, parts, domain, empty_text, display="money"
    ):
        total = False
        if parts:
            total = self._case_part(
                scope,
                "total",
                self.env._("Total"),
                sum(part["count"] for part in parts),
                False if display == "count" else sum(part["value"] for part in parts),
                domain,
            )
        columns = [self._chart_column("count", self.env._("Cases"), "count")]
        if display == "money":
            columns.insert(
                0, self._chart_column("value", self.env._("To collect"), "money")
            )
        else:
            columns[0] = self._chart_column("value", self.env._("Cases"), "count")
        return self._chart(
            name,
            note,
            "bars",
            columns,
            parts,
            total=total,
            one_color=True,
            empty_text=empty_text,
        )

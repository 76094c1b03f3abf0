from datetime import date

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.period import Period, month_end
from odoo.addons.utility_payments.tools.slices import MONTH

_SUMS = ["due_count:sum", "kept_count:sum", "missed_count:sum", "amount:sum"]
# What a chart by month looks back on
_MONTHS = 12


class UtilityFigure(models.AbstractModel):
    """Charts of how plans are kept (KPI-06, PLN-05)."""

    _inherit = "utility.figure"

    @api.model
    def _charts(self):
        return super()._charts() | {
            "plan_compliance": "_chart_plan_compliance",
            "plan_templates": "_chart_plan_templates",
        }

    @api.model
    def _get_deferred_condition(self):
        """Override of `utility_payments`: what a plan in force still asks for."""
        return SQL(
            "line.id IN (%s)", self.env["account.move.line"]._get_deferred_select()
        )

    @api.model
    def _chart_plan_compliance(self, scope):
        """Kept of what fell due, by month: a year that ends with the period."""
        last = scope.period.last
        # Months are counted from year 0: no month before year 1, nor after 9999.
        until = 12 * last.year + last.month
        months = [
            date(number // 12, number % 12 + 1, 1)
            for number in range(max(until - _MONTHS, 12), until)
        ]
        span = Period(months[0], month_end(last))
        groups = self._read_compliance(scope, span, "due_date:month")
        parts = []
        for month in months:
            period = Period(month, month_end(month))
            sums = groups.get(month)
            if sums or parts:
                parts.append(
                    self._compliance_part(
                        scope,
                        month.isoformat(),
                        self._slice_label(period, MONTH),
                        sums,
                        self._fallen_due_domain(scope, period),
                    )
                )
        return self._compliance_chart(
            scope,
            self.env._("Plan compliance"),
            self.env._(
                "Installments by the month of their due date: paid in full by the end"
                " of their days of grace, of all that fell due; %(period)s.",
                period=self._period_label(span),
            ),
            parts,
            span,
            one_color=True,
        )

    @api.model
    def _chart_plan_templates(self, scope):
        """Kept of what fell due in the period, by template."""
        groups = self._read_compliance(scope, scope.period, "template_id")
        domain = self._fallen_due_domain(scope, scope.period)
        parts = [
            self._compliance_part(
                scope,
                template.id or 0,
                template.name or self.env._("No template"),
                sums,
                domain & Domain("template_id", "=", template.id),
            )
            for template, sums in groups.items()
        ]
        parts.sort(key=lambda part: (-part["value"], part["label"]))
        return self._compliance_chart(
            scope,
            self.env._("Plans by template"),
            self.env._(
                "Which terms are kept: installments that fell due in the period, paid"
                " in full by the end of their days of grace."
            ),
            parts,
            scope.period,
        )

    @api.model
    def _read_compliance(self, scope, period, groupby):
        """Sums of what fell due in a period, by a key.

        :return: {key: (fallen due, kept, missed, amount)}
        """
        rows = self.env["utility.payment.plan.report"]._read_group(
            self._fallen_due_domain(scope, period), [groupby], _SUMS
        )
        return {key: sums for key, *sums in rows}

    @api.model
    def _compliance_part(self, scope, key, label, sums, domain):
        """A part with its share of kept installments; of none, there is no value."""
        due, kept, missed, amount = sums or (0, 0, 0, 0)
        model = "utility.payment.plan.report"
        part = self._chart_part(
            key,
            label,
            self._share(kept, due),
            due,
            model if due else False,
            domain if due else [],
            kept=kept,
            missed=missed,
            amount=self._money(scope, amount or 0),
        )
        part["links"] = {
            name: self._chart_link(count, model, domain & Domain(field, "=", 1))
            for name, field, count in (
                ("kept", "kept_count", kept),
                ("missed", "missed_count", missed),
            )
        }
        return part

    @api.model
    def _compliance_chart(self, scope, name, note, parts, period, **values):
        columns = [
            self._chart_column("value", self.env._("Compliance"), "percent"),
            self._chart_column("count", self.env._("Fallen due"), "count"),
            self._chart_column("kept", self.env._("Kept"), "count"),
            self._chart_column("missed", self.env._("Not kept"), "count"),
            self._chart_column("amount", self.env._("Fell due"), "money"),
        ]
        total = False
        if parts:
            sums = [
                sum(part[name] for part in parts)
                for name in ("count", "kept", "missed", "amount")
            ]
            total = self._compliance_part(
                scope,
                "total",
                self.env._("Total"),
                sums,
                self._fallen_due_domain(scope, period),
            )
        return self._chart(
            name,
            note,
            "bars",
            columns,
            parts,
            total=total,
            empty_text=self.env._(
                "No installment fell due (%(period)s): sign a payment plan, or choose"
                " another period.",
                period=self._period_label(period),
            ),
            **values,
        )

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.period import Period

from ..plan.standing import SOON_DAYS
from ..plan.utility_payment_plan_installment import UNPAID


class UtilityFigure(models.AbstractModel):
    """Figures of payment plans (PLN-05, CON-04): see docs/figures.md."""

    _inherit = "utility.figure"

    @api.model
    def _figures(self):
        return super()._figures() | {
            "plan_compliance": "_figure_plan_compliance",
            "installments_due": "_figure_installments_due",
            "plans_at_risk": "_figure_plans_at_risk",
            "plans_broken": "_figure_plans_broken",
            "plan_default_rate": "_figure_plan_default_rate",
            "deferred": "_figure_deferred",
        }

    @api.model
    def _rates(self):
        return super()._rates() | {"plan_compliance", "plan_default_rate"}

    @api.model
    def _shares(self):
        return super()._shares() | {"plan_compliance", "plan_default_rate"}

    @api.model
    def _unknown_reasons(self):
        return super()._unknown_reasons() | {
            "plan_compliance": self.env._("no installment fell due"),
            "plan_default_rate": self.env._("no plan ended"),
        }

    @api.model
    def _record_actions(self):
        return super()._record_actions() | {
            "utility.payment.plan": "utility_collections.utility_payment_plan_action",
            "utility.payment.plan.installment": (
                "utility_collections.utility_payment_plan_installment_action"
            ),
            "utility.payment.plan.report": (
                "utility_collections.utility_payment_plan_report_drill_action"
            ),
        }

    # -------------------------------------------------------------------------
    # OF THE PERIOD
    # -------------------------------------------------------------------------

    @api.model
    def _fallen_due_domain(self, scope, period):
        """Installments of the period that were kept or missed: rows of the report."""
        return (
            self._scope_domain(scope, channel=False)
            & Domain("due_count", "=", 1)
            & self._between("due_date", period)
        )

    @api.model
    def _figure_plan_compliance(self, scope):
        """PLN-05: kept / fallen due x 100, of the installments due in the period."""
        Report = self.env["utility.payment.plan.report"]
        domains = [
            self._fallen_due_domain(scope, period)
            for period in (scope.period, scope.compared)
        ]
        query = Report._search(domains[0] | domains[1])
        spans = [
            SQL(
                "%s BETWEEN %s AND %s",
                Report._field_to_sql(Report._table, "due_date", query),
                period.first,
                period.last,
            )
            for period in (scope.period, scope.compared)
        ]
        ((kept, due, kept_before, due_before),) = self.env.execute_query(
            query.select(
                *(
                    SQL(
                        "COALESCE(SUM(%s) FILTER (WHERE %s), 0)",
                        Report._field_to_sql(Report._table, name, query),
                        span,
                    )
                    for span in spans
                    for name in ("kept_count", "due_count")
                )
            )
        )
        return self._figure(
            self._share(kept, due),
            due,
            Report._name,
            domains[0],
            previous=self._share(kept_before, due_before),
        )

    @api.model
    def _ended_domain(self, scope, period, states):
        """Plans that ended so in a period; one that a new version replaced, too."""
        return (
            self._scope_domain(scope, channel=False)
            & Domain("state", "in", states)
            & self._between("ended_on", period)
        )

    @api.model
    def _count_ended(self, scope):
        """Numbers of plans that broke, and that broke or completed, in both periods."""
        Plan = self.env["utility.payment.plan"]
        return scope.once(
            "plans_ended",
            lambda: [
                [
                    Plan.search_count(self._ended_domain(scope, period, states))
                    for states in (["broken"], ["broken", "completed"])
                ]
                for period in (scope.period, scope.compared)
            ],
        )

    @api.model
    def _figure_plans_broken(self, scope):
        """PLN-05: plans that broke in the period."""
        (broken, _ended), (before, _ended_before) = self._count_ended(scope)
        return self._figure(
            broken,
            broken,
            "utility.payment.plan",
            self._ended_domain(scope, scope.period, ["broken"]),
            previous=before,
        )

    @api.model
    def _figure_plan_default_rate(self, scope):
        """KPI-08: broken / (broken + completed) x 100, of what ended in the period."""
        now, before = self._count_ended(scope)
        return self._figure(
            self._share(*now),
            now[1],
            "utility.payment.plan",
            self._ended_domain(scope, scope.period, ["broken", "completed"]),
            previous=self._share(*before),
        )

    # -------------------------------------------------------------------------
    # AS OF NOW
    # -------------------------------------------------------------------------

    @api.model
    def _figure_installments_due(self, scope):
        """PLN-05: unpaid installments of today and the seven days that follow.

        Today is the company's, which decides what is late: none is both, or neither.
        A plan that ended has nothing unpaid; drafts are few, and left out by their ids.
        """
        Installment = self.env["utility.payment.plan.installment"]
        weeks = Domain.OR(
            Domain("company_id", "in", companies.ids)
            & self._between(
                "due_date", Period(today, fields.Date.add(today, days=SOON_DAYS))
            )
            for today, companies in self._companies_by_today(scope).items()
        )
        domain = weeks & Domain(
            [
                ("plan_id", "not any", [("state", "=", "draft")]),
                ("state", "in", UNPAID),
            ]
        )
        ((amount, paid, count),) = Installment._read_group(
            domain, [], ["amount:sum", "paid_amount:sum", "__count"]
        )
        return self._figure(
            self._money(scope, (amount or 0) - (paid or 0)),
            count,
            Installment._name,
            domain,
        )

    @api.model
    def _figure_plans_at_risk(self, scope):
        """PLN-05: active plans with an installment past its due date."""
        return self._figure_waiting(
            "utility.payment.plan",
            self._scope_domain(scope, channel=False)
            & Domain("standing", "in", ["late", "at_risk"]),
        )

    @api.model
    def _figure_deferred(self, scope):
        """CON-04: open debt that plans in force cover; opens the items."""
        domain = self._open_items_domain(scope) & Domain("utility_deferred", "=", True)
        amount, count = self._read_ages(scope)["deferred"]
        return self._figure(
            self._money(scope, amount), count, "account.move.line", domain
        )

from datetime import datetime, time

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.utility_payments.tests.figures_common import FigureChecks

from .figures_common import PlanFiguresCommon


@tagged("post_install", "-at_install")
class TestPlanFiguresExact(FigureChecks, PlanFiguresCommon):
    """KPI-05: figures are those of the records that they open."""

    def test_periods_zones_companies(self):
        """KPI-05: whatever the period and the companies, and wherever the user is."""
        self.make_mixed()
        self.missed._break("An installment was missed")
        other = self.setup_other_company()["company"]
        self.manager.company_ids |= other
        allowed = (self.company | other).ids
        with freeze_time(datetime.combine(self.today, time(12))):
            for zone in ("Etc/GMT+12", "UTC", "Etc/GMT-14"):
                self.manager.tz = zone
                self.env.flush_all()
                for first, last in ((-30, 30), (-20, -20), (-90, -25), (100, 130)):
                    days = self.days(first), self.days(last)
                    self.assertFiguresExact(*days, allowed=allowed)
                    self.assertFiguresExact(*days, compare="last_year")
        self.assertFiguresExact(*days, allowed=allowed, company_ids=other.ids)


@tagged("post_install", "-at_install")
class TestPlanFigures(PlanFiguresCommon):
    """KPI-05, PLN-05: tiles of payment plans tell what the records say."""

    def test_compliance(self):
        """PLN-05: kept of fallen due; what is within its grace is left out."""
        self.make_mixed()
        figure = self.read_figures()["plan_compliance"]
        self.assertEqual((figure["value"], figure["count"]), (50.0, 4))
        rows = self.assertOpens(figure)
        self.assertEqual(rows.plan_id, self.kept | self.late | self.missed | self.done)
        # Of the days before: what was due 50 and 60 and 90 days ago was kept.
        self.assertEqual(figure["previous"], 100.0)
        self.assertEqual(figure["change_percent"], -50.0)

    def test_compliance_is_that_of_the_plans(self):
        """PLN-05: the report counts what each plan counts itself."""
        self.make_mixed()
        plans = self.kept | self.late | self.missed | self.grace | self.done
        self.env.flush_all()
        rows = self.env["utility.payment.plan.report"]._read_group(
            [("plan_id", "in", plans.ids)],
            ["plan_id"],
            ["due_count:sum", "kept_count:sum", "compliance:avg"],
        )
        self.assertEqual(len(rows), 5)
        for plan, due, kept, percent in rows:
            self.assertEqual((due, kept), (plan.due_count, plan.kept_count))
            self.assertAlmostEqual(percent or 0.0, plan.compliance_percent, 1)

    def test_nothing_fell_due(self):
        """KPI-05: a rate of nothing is n/a, not 0."""
        figures = self.read_figures()
        for key in ("plan_compliance", "plan_default_rate"):
            self.assertIs(figures[key]["value"], False)
            self.assertEqual(figures[key]["count"], 0)

    def test_due_this_week(self):
        """PLN-05: what is unpaid of today and the next seven days, late ones not."""
        self.make_mixed()
        soon = self.make_old_plan(210, [0, 7, 8])
        self.pay_row(soon, 1, share=0.5)
        figure = self.read_figures()["installments_due"]
        # 35 of today, 70 in seven days, and 20 of the plan that pays late
        self.assertEqual((figure["value"], figure["count"]), (125.0, 3))
        rows = self.assertOpens(figure)
        self.assertEqual(sum(rows.mapped("remaining_amount")), 125.0)

    def test_due_this_week_by_company_day(self):
        """PLN-05: late or due this week, never both, wherever the user is."""
        late = self.make_old_plan(30, [-1])
        today = self.make_old_plan(50, [0])
        (late | today)._refresh_standing()
        self.assertEqual(late.standing, "late")
        with freeze_time(datetime.combine(self.today, time(12))):
            # A day back, and a day ahead, of the company
            for zone in ("Etc/GMT+12", "UTC", "Etc/GMT-14"):
                self.manager.tz = zone
                figure = self.read_figures()["installments_due"]
                self.assertEqual((figure["value"], figure["count"]), (50.0, 1), zone)
                rows = self.assertOpens(figure)
                self.assertEqual(rows.plan_id.ids, today.ids)

    def test_paid_plan_asks_for_nothing(self):
        """PLN-04, KPI-05: what a returned payment of before leaves is past due."""
        account = self.make_account("Bounced")
        bill = self.make_bill(100, account=account)
        before = self.record_one(40, account=account.id, documents=bill.ids)[1]
        plan = self.make_plan(bill, installment_count=1).sudo()
        self.record_one(
            60,
            account=account.id,
            type="installment",
            documents=plan.installment_ids.ids,
        )
        self.assertEqual(plan.state, "completed")
        self.adjust(before, "reverse", reversal_kind="returned")
        self.env.invalidate_all()
        self.assertEqual(account.overdue_balance, 40)
        figure = self.read_figures()["deferred"]
        self.assertEqual((figure["value"], figure["count"]), (0, 0))
        self.assertFalse(self.assertOpens(figure))
        self.assertTrue(bill.utility_overdue)
        parts = {part["key"]: part for part in self.read_charts()["aging"]["parts"]}
        self.assertEqual((parts["older"]["value"], parts["older"]["count"]), (40, 1))
        self.assertOpens(parts["older"])
        row = self.env["utility.receivable.report"].search(
            [("utility_account_id", "=", account.id)]
        )
        self.assertEqual((row.bucket, row.overdue_amount), ("91_over", 40))

    def test_at_risk(self):
        """PLN-05: plans with an installment past its date, missed or not yet."""
        self.make_mixed()
        figure = self.read_figures()["plans_at_risk"]
        self.assertEqual(figure["value"], 2)
        self.assertEqual(self.assertOpens(figure), self.missed | self.grace)

    def test_broken(self):
        """PLN-05, KPI-08: plans that broke, and their share of those that ended."""
        self.make_mixed()
        self.missed._break("An installment was missed")
        figures = self.read_figures()
        self.assertEqual(figures["plans_broken"]["value"], 1)
        self.assertEqual(self.assertOpens(figures["plans_broken"]), self.missed)
        rate = figures["plan_default_rate"]
        self.assertEqual((rate["value"], rate["count"]), (50.0, 2))
        self.assertEqual(self.assertOpens(rate), self.missed | self.done)
        before = self.read_figures(-90, -31)["plans_broken"]
        self.assertEqual(before["value"], 0)

    def test_deferred(self):
        """CON-04: open debt of plans in force; what is paid or ended isn't."""
        self.make_mixed()
        figure = self.read_figures()["deferred"]
        # 20 + 40 + 60 + 120
        self.assertEqual((figure["value"], figure["count"]), (240.0, 4))
        items = self.assertOpens(figure)
        self.assertEqual(sum(items.mapped("amount_residual")), 240.0)
        self.missed._break("An installment was missed")
        self.assertEqual(self.read_figures()["deferred"]["value"], 180.0)

    def test_roles(self):
        """ROL-01: everybody at the office may open what the tiles count."""
        self.make_mixed()
        for user in (self.clerk, self.recovery, self.manager):
            figures = self.read_figures(user=user)
            for key in (
                "plan_compliance",
                "installments_due",
                "plans_at_risk",
                "plans_broken",
                "deferred",
            ):
                self.assertOpens(figures[key], user=user)
                action = (
                    self.env["utility.figure"]
                    .with_user(user)
                    .open_records(
                        figures[key]["model"], figures[key]["domain"], "Records"
                    )
                )
                self.assertEqual(action["res_model"], figures[key]["model"])

    def test_other_company(self):
        """Figures of one company don't count another's plans."""
        self.make_mixed()
        other = self.setup_other_company()["company"]
        self.manager.company_ids |= other
        Payment = self.env["account.payment"].with_user(self.manager)
        figures = Payment.with_context(
            allowed_company_ids=other.ids
        ).collection_figures(self.days(-30), self.days(30), {"company_ids": other.ids})
        self.assertIs(figures["plan_compliance"]["value"], False)
        self.assertEqual(figures["plans_at_risk"]["value"], 0)
        self.assertEqual(figures["deferred"]["value"], 0)

    def test_tiles(self):
        """KPI-05: each figure has a tile that says what it counts."""
        figures = {
            "plan_compliance",
            "installments_due",
            "plans_at_risk",
            "plans_broken",
            "plan_default_rate",
            "deferred",
        }
        tiles = self.env["utility.tile"].search([("figure", "in", list(figures))])
        self.assertEqual(set(tiles.mapped("figure")), figures)
        self.assertTrue(all(tiles.mapped("definition")))

    # === CHARTS === #

    def read_charts(self, first=-30, last=30):
        Payment = self.env["account.payment"].with_user(self.manager)
        self.env.flush_all()
        read = Payment.with_context(
            allowed_company_ids=self.company.ids
        ).collection_charts(
            self.days(first),
            self.days(last),
            {"charts": ["plan_compliance", "plan_templates", "aging"]},
        )
        return {chart["key"]: chart for chart in read["charts"]}

    def assertParts(self, chart):
        for part in [*chart["parts"], *filter(None, [chart["total"]])]:
            self.assertNotIn(None, part.values())
            if part["model"]:
                rows = self.assertOpens(part)
                self.assertEqual(part["kept"], sum(rows.mapped("kept_count")))
                self.assertAlmostEqual(
                    part["value"], 100 * part["kept"] / part["count"], 6
                )
                self.assertAlmostEqual(part["amount"], sum(rows.mapped("amount")), 2)
            for link in part["links"].values():
                self.assertOpens(link)

    def test_chart_by_month(self):
        """KPI-06, PLN-05: compliance of a year, month after month."""
        self.make_mixed()
        chart = self.read_charts()["plan_compliance"]
        self.assertParts(chart)
        self.assertEqual(chart["total"]["count"], 7)
        self.assertEqual(chart["total"]["kept"], 5)
        self.assertEqual(sum(part["count"] for part in chart["parts"]), 7)
        # Ends with the period's last month, without a hole since the first one
        keys = [part["key"] for part in chart["parts"]]
        self.assertEqual(keys[-1], fields.Date.to_string(self.days(30).replace(day=1)))
        self.assertEqual(keys, sorted(keys))

    def test_chart_by_template(self):
        """KPI-06, PLN-05: compliance of the period by template."""
        self.make_mixed()
        template = self.env["utility.payment.plan.template"].create(
            {"name": "Gentle", "company_id": self.company.id}
        )
        gentle = self.make_old_plan(33, [-15, 15, 45], template_id=template.id)
        self.pay_row(gentle, 1)
        chart = self.read_charts()["plan_templates"]
        self.assertParts(chart)
        self.assertEqual(
            [(part["label"], part["value"], part["count"]) for part in chart["parts"]],
            [("Gentle", 100.0, 1), ("No template", 50.0, 4)],
        )
        self.assertEqual((chart["total"]["value"], chart["total"]["count"]), (60.0, 5))

    def test_empty_charts(self):
        """KPI-06: without plans, a chart says what to do."""
        for key in ("plan_compliance", "plan_templates"):
            chart = self.read_charts()[key]
            self.assertTrue(chart["empty"])
            self.assertIn("sign a payment plan", chart["empty_text"])

    def test_aging(self):
        """PLN-04, KPI-06: covered debt has a place of its own among receivables."""
        self.make_mixed()
        self.make_bill(7, date="2024-01-01", due_date="2024-01-15")
        chart = self.read_charts()["aging"]
        parts = {part["key"]: part for part in chart["parts"]}
        self.assertEqual(parts["deferred"]["value"], 240.0)
        self.assertEqual(parts["deferred"]["label"], "In payment plans")
        self.assertEqual((parts["older"]["value"], parts["older"]["count"]), (7.0, 1))
        for part in [*chart["parts"], chart["total"]]:
            rows = self.assertOpens(part)
            self.assertAlmostEqual(part["value"], sum(rows.mapped("amount_residual")))
        self.missed._break("An installment was missed")
        parts = {part["key"]: part for part in self.read_charts()["aging"]["parts"]}
        self.assertEqual(parts["deferred"]["value"], 180.0)
        self.assertEqual(parts["older"]["value"], 67.0)

    # === ALERTS === #

    def test_default_rate_alert(self):
        """KPI-08: a rule raises an alert when too many plans break."""
        rule = self.env["utility.alert.rule"].search(
            [("company_id", "=", self.company.id), ("code", "=", "plan_default_rate")]
        )
        self.assertEqual(rule.figure, "plan_default_rate")
        rule.minimum_count = 2
        self.make_mixed()
        rule._evaluate()
        alerts = self.env["utility.alert"].search([("rule_id", "=", rule.id)])
        self.assertFalse(alerts)
        self.missed._break("An installment was missed")
        # A rule looks at whole days: those until yesterday.
        (self.missed | self.done).ended_on = self.days(-1)
        self.env.flush_all()
        rule._evaluate()
        alert = self.env["utility.alert"].search([("rule_id", "=", rule.id)])
        self.assertEqual(len(alert), 1)

    # === USAGE === #

    def test_compliance_reviewed(self):
        """USE-01: the browser tells that compliance was reviewed, and where."""
        self.company.utility_usage = True
        Event = self.env["utility.usage.event"].with_user(self.recovery)
        Event = Event.with_company(self.company)
        counted = Event.log(
            [
                {
                    "event": "compliance_reviewed",
                    "subject": "utility.payment.plan.report",
                    "properties": {"view": "pivot"},
                },
                {"event": "compliance_reviewed", "subject": "res.partner"},
            ]
        )
        self.assertEqual(counted, 1)
        event = self.env["utility.usage.event"].search(
            [("event", "=", "compliance_reviewed")], limit=1
        )
        self.assertEqual(event.role, "recovery_executive")
        self.assertEqual(event.subject_id.key, "utility.payment.plan.report")

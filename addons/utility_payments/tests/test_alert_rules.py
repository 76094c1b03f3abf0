from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools.alert_period import alert_period
from .alert_common import AlertsCommon

_EVALUATION = "odoo.addons.utility_payments.models.alert.utility_alert_rule_evaluation"


@tagged("post_install", "-at_install")
class TestAlertRules(AlertsCommon):
    def test_collection_rate_below(self):
        """KPI-08: the alert says what happened in figures, and opens the records."""
        self.collect(1000, 812)
        rule = self.make_rule()
        alert = self.evaluate(rule)
        self.assertEqual(
            alert.title.replace("\u2009", " "),
            "Collection Rate 81.2 % is below 90 % for Nov 1 – 22, 2026",
        )
        self.assertEqual(rule.last_sentence, alert.title)
        self.assertEqual(rule.last_state, "raised")
        self.assertEqual((alert.value, alert.threshold), (81.2, 90))
        self.assertEqual((alert.state, alert.severity), ("open", "warning"))
        self.assertEqual(alert.company_id, self.company)
        action = alert.with_user(self.manager).action_open_records()
        bills = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(bills.mapped("amount_total")), 1000)

    def test_limit_itself_is_fine(self):
        """KPI-08: 90 % is not below 90 %; 89.99 % is."""
        self.collect(10_000, 9_000)
        rule = self.make_rule()
        self.assertFalse(self.evaluate(rule))
        self.assertEqual(rule.last_state, "ok")
        self.make_bill(1.2, date="2026-11-01", due_date="2026-11-15")
        self.assertIn("89.99 %", self.evaluate(rule).title)

    def test_cannot_be_computed(self):
        """KPI-08: a figure that can't be computed says why, and raises nothing."""
        rule = self.make_rule()
        self.assertFalse(self.evaluate(rule))
        self.assertEqual(rule.last_state, "unknown")
        self.assertEqual(
            rule.last_sentence.replace("\u2009", " "),
            "Collection Rate can't be computed for Nov 1 – 22, 2026: nothing fell due.",
        )

    def test_too_few(self):
        """KPI-08: below the least number of records nothing is judged."""
        self.collect(100, 10)
        rule = self.make_rule(minimum_count=2)
        self.assertFalse(self.evaluate(rule))
        self.assertEqual(rule.last_state, "few")
        self.assertIn("1 records are behind it, fewer than 2", rule.last_sentence)
        self.make_bill(50, date="2026-11-01", due_date="2026-11-16")
        self.assertEqual(len(self.evaluate(rule)), 1)

    def test_number_of_records(self):
        """KPI-08: the number of records is a measure of its own."""
        self.make_bill(500, date="2026-11-01", due_date="2026-11-15")
        for amount in (10, 20, 30):
            self.record_one(amount, date="2026-11-20")
        rule = self.make_rule(
            figure="total_collected", measure="count", comparison="above", threshold=2
        )
        alert = self.evaluate(rule)
        self.assertIn("Total Collected (number) 3 is above 2", alert.title)

    def test_change_against_the_period_before(self):
        """KPI-08: November 1 to 22 is compared with October 1 to 22."""
        self.make_bill(5000, date="2026-09-01", due_date="2026-09-15")
        self.record_one(1000, date="2026-10-22")
        self.record_one(5000 - 1700, date="2026-10-23")
        self.record_one(700, date="2026-11-20")
        rule = self.make_rule(figure="total_collected", comparison="fell", threshold=30)
        self.assertFalse(self.evaluate(rule))
        rule.threshold = 29.9
        alert = self.evaluate(rule)
        self.assertIn("fell by 30 %, more than 29.9 %, from", alert.title)
        self.assertEqual((alert.previous, alert.value), (1000, 700))

    def test_rate_against_the_period_before(self):
        """KPI-08: a rate falls by points, each measured against its own days."""
        for amount, due in ((100, "2026-10-10"), (900, "2026-10-28")):
            self.make_bill(amount, date="2026-10-01", due_date=due)
        self.record_one(90, date="2026-10-12")
        self.make_bill(100, date="2026-11-01", due_date="2026-11-15")
        self.record_one(50, date="2026-11-20")
        rule = self.make_rule(comparison="fell", threshold=39.9)
        alert = self.evaluate(rule)
        self.assertIn(
            "fell by 40 points, more than 39.9 points, from 90 % to 50 %", alert.title
        )
        rule.threshold = 40
        self.evaluate(rule)
        self.assertEqual(alert.state, "resolved")

    def test_nothing_before(self):
        """KPI-08: without a period before there is no change to judge."""
        self.collect(100, 50)
        rule = self.make_rule(figure="total_collected", comparison="rose", threshold=10)
        self.assertFalse(self.evaluate(rule))
        self.assertEqual(rule.last_state, "unknown")
        self.assertIn("nothing to compare", rule.last_sentence)

    def test_channels(self):
        """KPI-08: a rule may look at some channels only."""
        self.make_bill(500, date="2026-11-01", due_date="2026-11-15")
        self.record_one(100, date="2026-11-20", channel="kiosk")
        self.record_one(300, date="2026-11-20")
        kiosk = self.env.ref("utility_payments.channel_kiosk")
        rule = self.make_rule(
            figure="total_collected", threshold=200, channel_ids=[(6, 0, kiosk.ids)]
        )
        alert = self.evaluate(rule)
        self.assertEqual(alert.value, 100)
        self.assertIn("(Kiosk)", alert.title)

    def test_one_alert_while_it_lasts(self):
        """KPI-08: no second alert, and no second notice, while one is open."""
        self.collect(1000, 500)
        rule = self.make_rule(by_inbox=True, by_email=True)
        alert = self.evaluate(rule)
        notices = self.env["mail.notification"].sudo().search_count([])
        mails = self.env["mail.mail"].sudo().search_count([])
        with freeze_time("2026-11-22 13:00:00"):
            self.record_one(100, date="2026-11-20")
            self.assertEqual(self.evaluate(rule), alert)
        self.assertIn("60 %", alert.title)
        self.assertEqual((alert.value, alert.times_seen), (60, 2))
        self.assertEqual(str(alert.last_seen_at), "2026-11-22 13:00:00")
        self.assertEqual(len(self.activities(alert)), 1)
        self.assertEqual(self.env["mail.notification"].sudo().search_count([]), notices)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)

    def test_closes_by_itself(self):
        """KPI-08: when the figure is back the alert closes, logged, and may recur."""
        self.collect(1000, 500)
        rule = self.make_rule()
        alert = self.evaluate(rule)
        self.record_one(450, date="2026-11-21")
        self.evaluate(rule)
        self.assertEqual(alert.state, "resolved")
        self.assertFalse(alert.resolved_by_id)
        self.assertIn("Closed by itself. Collection Rate 95 %", alert.resolution_note)
        self.assertFalse(self.activities(alert))
        tracked = self.new_log(alert).tracking_value_ids
        self.assertIn("Resolved", tracked.mapped("new_value_char"))
        self.make_bill(1000, date="2026-11-01", due_date="2026-11-15")
        self.assertEqual(len(self.evaluate(rule)), 2)

    def test_does_not_close_by_itself(self):
        """KPI-08: the rule decides whether it closes by itself."""
        self.collect(1000, 500)
        rule = self.make_rule(auto_resolve=False)
        alert = self.evaluate(rule)
        self.record_one(500, date="2026-11-21")
        self.evaluate(rule)
        self.assertEqual((alert.state, rule.last_state), ("open", "ok"))

    def test_resolved_by_hand_stays_resolved(self):
        """KPI-08: who resolved it isn't asked again, until a new month."""
        self.collect(1000, 500)
        rule = self.make_rule()
        alert = self.evaluate(rule)
        alert.with_user(self.manager)._resolve("The bills went out late")
        self.assertEqual(self.evaluate(rule), alert)
        self.make_bill(100, date="2026-11-22", due_date="2026-12-02")
        with freeze_time("2026-12-03 12:00:00"):
            self.assertEqual(len(self.evaluate(rule)), 2)

    def test_snoozed_rule(self):
        """KPI-08: a snoozed rule says what it sees and raises nothing until its day."""
        self.collect(1000, 500)
        rule = self.make_rule(snoozed_until="2026-11-25")
        self.assertFalse(self.evaluate(rule))
        self.assertEqual(rule.last_state, "snoozed")
        self.assertIn("Collection Rate 50 %", rule.last_sentence)
        with freeze_time("2026-11-25 01:00:00"):
            self.assertEqual(len(self.evaluate(rule)), 1)

    @mute_logger(_EVALUATION)
    def test_failing_rules_stop_nothing(self):
        """KPI-08: a figure that fails, one that is gone, and a gone anomaly."""
        self.collect(1000, 500)
        broken = self.make_rule(figure="unverified", comparison="above", threshold=1)
        gone = self.make_rule()
        gone_anomaly = self.make_anomaly("void_rate")
        fine = self.make_rule()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE utility_alert_rule SET figure = 'gone_figure' WHERE id = %s",
            [gone.id],
        )
        self.env.cr.execute(
            "UPDATE utility_alert_rule SET detector = 'gone' WHERE id = %s",
            [gone_anomaly.id],
        )
        self.env.invalidate_all()

        def fail(figures, scope):
            figures.env.cr.execute("SELECT 1 / 0")

        with (
            patch.object(self.registry["utility.figure"], "_figure_unverified", fail),
            mute_logger("odoo.sql_db"),
        ):
            alerts = self.evaluate(broken | gone | gone_anomaly | fine)
        self.assertEqual(alerts.rule_id, fine)
        for rule, words in (
            (broken, "It failed (DivisionByZero): the server's log tells more."),
            (gone, "no figure “gone_figure” any more: its add-on was removed"),
            (gone_anomaly, "no anomaly “gone” any more"),
        ):
            self.assertEqual(rule.last_state, "error")
            self.assertIn(words, rule.last_sentence)
        self.assertIn("no figure", gone.preview)
        self.env["utility.alert"].search([])._sentence()

    def test_figures_are_read_once(self):
        """KPI-08: rules of one period and scope share a reading of the sums."""
        self.collect(1000, 500)
        rules = self.env["utility.alert.rule"]
        for figure in ("collection_rate", "average_collection_time", "net_collected"):
            rules |= self.make_rule(
                figure=figure, threshold=9999 if "net" in figure else 90
            )
        other = self.make_rule(period="yesterday")
        days = self.registry["utility.collection.day"]
        with patch.object(
            days, "_read_sums", autospec=True, side_effect=days._read_sums
        ) as read:
            for batch in (rules | other)._batches():
                self.evaluate(batch)
        self.assertEqual(read.call_count, 2)

    def test_scheduled_action(self):
        """KPI-08: the real scheduled action evaluates every rule and commits."""
        self.collect(1000, 500)
        first, second = self.make_rule(), self.make_rule(threshold=40)
        with self.enter_registry_test_mode():
            self.env.ref(
                "utility_payments.ir_cron_evaluate_alert_rules"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.alerts(first | second).rule_id, first)
        self.assertTrue(second.last_evaluated_at)
        self.assertEqual(second.last_state, "ok")

    def test_evaluate_button(self):
        """KPI-08: a manager needn't wait for the hour."""
        self.collect(1000, 500)
        rule = self.make_rule()
        rule.with_user(self.other_manager).action_evaluate()
        self.assertEqual(len(self.alerts(rule)), 1)

    def test_preview_in_the_form(self):
        """KPI-08: the form says what the rule would say now, while it is edited."""
        self.collect(1000, 847)
        Rule = self.env["utility.alert.rule"].with_user(self.manager)
        with Form(Rule.with_company(self.company)) as form:
            form.name = "Rate"
            form.figure = "collection_rate"
            self.assertEqual(form.comparison, "below")
            self.assertIn("The limit is missing", form.preview)
            form.threshold = 90
            self.assertIn("Now: Collection Rate 84.7 % is below 90 %", form.preview)
            self.assertIn("would raise an alert", form.preview)
            self.assertIn("Nobody is told", form.recipient_note)
            form.threshold = 80
            self.assertIn("would raise nothing", form.preview)
            form.figure = "failed_share"
            self.assertEqual(form.comparison, "above")
            form.period = "today"
            self.assertIn("nobody tried to pay", form.preview)
            form.kind = "anomaly"
            form.detector = "void_rate"
            self.assertEqual((form.threshold, form.minimum_count), (3, 20))
            self.assertIn("Nothing unusual", form.preview)
        self.assertFalse(self.alerts(form.record))

    def test_preview_undoes_nothing(self):
        """KPI-08: what is saved along with a preview is really saved."""
        self.collect(1000, 847)
        rule = self.make_rule()
        rule.threshold = 70
        self.assertIn("would raise nothing", rule.preview)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(rule.threshold, 70)

    def test_nonsense_is_refused(self):
        """KPI-08: what makes no sense is refused in a sentence."""
        for text, values in (
            ("the limit is missing", {"threshold": 0}),
            ("the limit is missing", {"threshold": False}),
            ("never below 0", {"threshold": -5}),
            (
                "never above 100 %",
                {"figure": "failed_share", "comparison": "above", "threshold": 100},
            ),
            ("By how much", {"comparison": "fell", "threshold": 0}),
            (
                "nothing falls by 100 %",
                {"figure": "overdue", "comparison": "fell", "threshold": 100},
            ),
            ("only values", {"comparison": "fell", "measure": "count"}),
            ("must be a number", {"threshold": float("inf")}),
            ("can't be negative", {"minimum_count": -1}),
            ("choose the figure", {"figure": False}),
            ("no figure “no_such”", {"figure": "no_such"}),
            ("no anomaly “no_such”", {"kind": "anomaly", "detector": "no_such"}),
            ("choose which anomaly", {"kind": "anomaly"}),
            (
                "1 to 92 days",
                {"kind": "anomaly", "detector": "void_rate", "window_days": 0},
            ),
            (
                "can't take more than 100 %",
                {"kind": "anomaly", "detector": "channel_drop", "threshold": 120},
            ),
        ):
            with self.subTest(text=text), self.assertRefused(ValidationError, ""):
                try:
                    self.make_rule(**values)
                except ValidationError as error:
                    self.assertIn(text.lower(), str(error).lower())
                    raise

    def test_zero_that_means_something(self):
        """KPI-08: above 0 is a limit for what should not be there at all."""
        for values in (
            {"figure": "failed_share"},
            {"figure": "unverified"},
            {"figure": "returns", "measure": "count"},
        ):
            rule = self.make_rule(comparison="above", threshold=0, **values)
            self.assertFalse(rule._find_problem())

    def test_delete_and_move(self):
        """KPI-08: what a rule raised stays on record."""
        self.collect(1000, 500)
        rule = self.make_rule()
        self.evaluate(rule)
        with self.assertRefused(UserError, "archive it"):
            rule.unlink()
        self.make_rule().unlink()
        copy = rule.copy()
        self.assertEqual(copy.name, "Collection rate is low (copy)")
        self.assertFalse(copy.last_state or copy.alert_ids)

    def test_periods(self):
        """KPI-08: the days of each period, and those compared with, on March 31."""
        today = date(2026, 3, 31)  # a Tuesday
        for name, days, before in (
            ("today", (31, 31), ((3, 30), (3, 30))),
            ("yesterday", (30, 30), ((3, 29), (3, 29))),
            ("this_week", (30, 31), ((3, 23), (3, 24))),
            ("this_month", (1, 31), ((2, 1), (2, 28))),
            ("last_7", (24, 30), ((3, 17), (3, 23))),
            ("last_30", (1, 30), ((1, 30), (2, 28))),
        ):
            with self.subTest(period=name):
                period, compared = alert_period(name, today)
                self.assertEqual((period.first.day, period.last.day), days)
                self.assertEqual(
                    tuple(
                        (day.month, day.day) for day in (compared.first, compared.last)
                    ),
                    before,
                )
        period, compared = alert_period("last_month", today)
        self.assertEqual(
            (period.first, period.last), (date(2026, 2, 1), date(2026, 2, 28))
        )
        self.assertEqual(compared.last, date(2026, 1, 31))
        sunday, _before = alert_period("this_week", today, week_start=6)
        self.assertEqual(sunday.first, date(2026, 3, 29))
        with self.assertRaises(ValueError):
            alert_period("next_week", today)

    def test_shipped_rules(self):
        """KPI-08, KPI-09: each company has the rules, once, and they evaluate."""
        rules = (
            self.env["utility.alert.rule"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.company.id), ("code", "!=", False)])
        )
        # Add-ons above have some of their own
        self.assertLessEqual(
            {
                "collection_rate",
                "failed_share",
                "returned_share",
                "unverified",
                "adjustments_to_approve",
                "unusual_amount",
                "shared_means",
                "void_rate",
                "channel_drop",
            },
            set(rules.mapped("code")),
        )
        self.assertEqual(len(rules), len(set(rules.mapped("code"))))
        # One that is not wanted is archived: deleted ones would come back
        for rule in rules:
            with self.assertRefused(UserError, "archive it instead"):
                rule.unlink()
        rules[0].active = False
        self.company._utility_setup()
        self.assertFalse(rules[0].active)
        self.assertEqual(
            self.env["utility.alert.rule"]
            .with_context(active_test=False)
            .search_count(
                [("company_id", "=", self.company.id), ("code", "!=", False)]
            ),
            len(rules),
        )
        rules.active = True
        self.evaluate(rules)
        self.assertNotIn("error", rules.mapped("last_state"))
        self.assertIn(self.manager, rules[0]._recipients())

    def test_figures_of_add_ons_are_offered(self):
        """KPI-08: every figure there is can be chosen, by the name of its tile."""
        offered = dict(self.env["utility.alert.rule"]._selection_figure())
        self.assertEqual(set(offered), set(self.env["utility.figure"]._figures()))
        self.assertEqual(offered["average_collection_time"], "Avg Collection Time")
        self.env.ref("utility_payments.utility_tile_refunds").sudo().unlink()
        offered = dict(self.env["utility.alert.rule"]._selection_figure())
        self.assertEqual(offered["refunds"], "Refunds")

    def test_recipients_of_another_company(self):
        """KPI-08, ROL-04: who isn't of the company is told nothing, and it says so."""
        other = self.setup_other_company(name="Other Water")["company"]
        self.other_manager.write(
            {
                "company_ids": [Command.set(other.ids)],
                "company_id": other.id,
            }
        )
        rule = self.make_rule(
            user_ids=[Command.set((self.manager | self.other_manager).ids)]
        )
        self.assertEqual(rule._recipients(), self.manager)
        self.assertIn("told nothing", rule.sudo().recipient_note)

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .disconnection_common import DisconnectionCommon


@tagged("post_install", "-at_install")
class TestDisconnectionRules(DisconnectionCommon):
    """COL-07: the law is dated data, entered by managers, and never rewritten."""

    def assertRefused(self, text, kind, **values):
        with (
            self.assertRaisesRegex(ValidationError, text),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.make_rule(kind, **values)

    # === DATES === #

    def test_ends_before_it_begins(self):
        """COL-07: a rule that ends before it begins is refused in one sentence."""
        self.assertRefused(
            "can't end before it begins", "plan", date_to=date(2019, 12, 31)
        )
        self.make_rule("plan", date_to=date(2020, 1, 1))

    def test_overlap(self):
        """COL-07: two rules on one thing are never in force on one day."""
        self.make_rule("days_overdue", days=30, date_to=date(2026, 3, 31))
        self.assertRefused(
            "says the same", "days_overdue", days=20, date_from=date(2026, 3, 31)
        )
        self.assertRefused("says the same", "days_overdue", date_from=date(2019, 1, 1))
        self.make_rule("days_overdue", days=20, date_from=date(2026, 4, 1))
        # Another scope is another rule
        self.make_rule("days_overdue", days=60, category="industrial")
        self.assertRefused("says the same", "days_overdue", category="industrial")

    def test_overlap_of_what_it_is_about(self):
        """COL-07: cold and heat, seniors and patients, are told apart."""
        self.make_rule("temperature", temperature=0.0)
        self.make_rule("temperature", temperature_side="above", temperature=35.0)
        self.assertRefused("says the same", "temperature", temperature=-5.0)
        tags = self.env["utility.account.tag"].create([{"name": "A"}, {"name": "B"}])
        for tag in tags:
            self.make_rule("circumstance", tag_ids=[Command.set(tag.ids)])
        self.make_rule("circumstance", certificate=True)
        self.assertRefused(
            "says the same", "circumstance", tag_ids=[Command.set(tags[0].ids)]
        )
        self.make_rule("excluded_charge", charge_names="Late Fee")
        self.make_rule("excluded_charge", charge_names="Reminder Fee")
        self.assertRefused(
            "says the same", "excluded_charge", charge_names=" Late Fee \n"
        )

    def test_moved_into_another(self):
        """COL-07: a rule is refused when it is moved over another, too."""
        self.make_rule("plan", date_to=date(2026, 3, 31))
        second = self.make_rule("plan", date_from=date(2026, 4, 1))
        with self.assertRaisesRegex(ValidationError, "says the same"):
            second.date_from = date(2026, 3, 1)

    def test_parameters(self):
        """COL-07: what makes no sense is refused, and said."""
        for text, kind, values in (
            (
                "can't be negative",
                "minimum_debt",
                {"amount": -1, "category": "industrial"},
            ),
            ("can't be negative", "days_overdue", {"days": -1}),
            ("at most 3650", "days_overdue", {"days": 4000}),
            ("end after they begin", "hours", {"hour_from": 16, "hour_to": 8}),
            ("end after they begin", "hours", {"hour_from": 8, "hour_to": 25}),
            (
                "at least one day",
                "weekdays",
                dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), False),
            ),
            ("degrees Celsius", "temperature", {"temperature": 451}),
            ("0 to 100", "promise", {"percent": 101}),
            ("too old", "notice_days", {"days": 14, "valid_days": 13}),
            ("service charges", "excluded_charge", {"charge_names": "\n  "}),
            ("Choose who", "circumstance", {}),
            ("begins and one in which", "circumstance", {"season_month_from": "11"}),
            (
                "days 1 to 30",
                "circumstance",
                {
                    "season_month_from": "11",
                    "season_day_from": 31,
                    "season_month_to": "3",
                },
            ),
            (
                "how many days",
                "circumstance",
                {"certificate": True, "effect": "extra_notice"},
            ),
        ):
            with self.subTest(kind=kind, values=values):
                self.assertRefused(text, kind, **values)

    # === NEVER REWRITTEN === #

    def test_used_rule_is_not_edited(self):
        """COL-07: a rule by which was decided ends, and a new version follows."""
        self.make_bill(100.0)
        self.company.utility_jurisdiction_id = self.jurisdiction
        rule = self.make_rule("days_overdue", days=10)
        self.decide(self.account, moment="simulation")
        self.assertFalse(rule.used)
        rule.days = 12
        decision = self.decide(self.account)
        rule.invalidate_recordset()
        self.assertTrue(rule.used)
        for values in ({"days": 11}, {"name": "X"}, {"legal_reference": "X"}):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                rule.write(values)
            with self.assertRaisesRegex(UserError, "stays as it is"):
                rule.sudo().write(values)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            rule.unlink()
        with self.assertRaisesRegex(UserError, "it can't end before"):
            rule.date_to = decision.day - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "archive it"):
            self.jurisdiction.unlink()
        wizard = Form(
            self.env["utility.disconnection.rule.version"]
            .with_user(self.manager)
            .with_context(**rule.action_new_version()["context"])
        )
        self.assertEqual(wizard.date_from, self.days(1))
        action = wizard.save().action_confirm()
        new = self.Rule.browse(action["res_id"])
        self.assertEqual((rule.date_to, new.date_from), (self.today, self.days(1)))
        self.assertFalse(new.used)
        new.days = 5000 // 2
        self.assertTrue(self.decide(self.account).eligible or True)
        self.assertEqual(
            self.decide(self.account, at=f"{self.days(1)} 12:00:00").reason_code,
            "too_early",
        )
        with self.assertRaisesRegex(UserError, "choose a later day"):
            rule._follow(rule.date_from)

    def test_rule_changes_between_order_and_execution(self):
        """COL-07: each moment is judged by the rules of its own day."""
        self.make_bill(40.0)
        self.company.utility_jurisdiction_id = self.jurisdiction
        self.Rule.search(
            [("jurisdiction_id", "=", self.jurisdiction.id)]
        ).date_to = self.today
        self.make_rule("minimum_debt", amount=50.0, date_from=self.days(1))
        self.assertEligible(self.account, moment="order")
        decision = self.assertProtected(
            self.account, "below_minimum", at=f"{self.days(1)} 12:00:00"
        )
        self.assertIn("50.00", decision.reason)

    # === RIGHTS === #

    def test_managers_alone_make_rules(self):
        """COL-07, ROL-01: rules and forecasts are the Billing Manager's."""
        rule = self.make_rule("plan")
        for user in (self.clerk, self.recovery):
            self.assertTrue(rule.with_user(user).read(["summary"]))
            for model in ("utility.jurisdiction", "utility.disconnection.rule"):
                records = self.env[model].with_user(user)
                self.assertFalse(records.has_access("create"))
                self.assertFalse(records.has_access("write"))
            with self.assertRaises(AccessError):
                rule.with_user(user).action_new_version()
            with self.assertRaises(AccessError):
                self.env["utility.temperature"].with_user(user).check_access("create")
        with self.assertRaises(AccessError):
            rule.with_user(self.collector).read(["kind"])

    # === WHAT IS SHIPPED === #

    def test_shipped_once(self):
        """COL-07: two examples in each company, in force nowhere until chosen."""
        shipped = self.env["utility.jurisdiction"].search(
            [("company_id", "=", self.company.id), ("code", "!=", False)]
        )
        self.assertEqual(sorted(shipped.mapped("code")), ["calida", "norderland"])
        self.assertFalse(self.company.utility_jurisdiction_id)
        for rule in shipped.rule_ids:
            self.assertTrue(rule.summary)
            self.assertTrue(rule.legal_reference)
        shipped[0].unlink()
        self.company._utility_setup()
        self.assertEqual(
            self.env["utility.jurisdiction"].search_count(
                [("company_id", "=", self.company.id), ("code", "!=", False)]
            ),
            1,
        )

    # === ASKING === #

    def test_ask(self):
        """COL-07: would this account be eligible on a day? Kept, nothing done."""
        self.make_bill(100.0)
        wizard = Form(
            self.env["utility.disconnection.question"]
            .with_user(self.clerk)
            .with_context(**self.account.action_ask_disconnection()["context"])
        )
        action = wizard.save().action_ask()
        decision = self.Decision.with_user(self.clerk).browse(action["res_id"])
        self.assertEqual((decision.moment, decision.eligible), ("simulation", True))
        self.assertIn("100.00", decision.facts_table)
        self.assertIn("Nothing against it", decision.rules_table)
        self.assertEqual(self.account.connection_state, "connected")
        self.assertFalse(self.account.disconnection_decision_id)
        self.assertEqual(decision.action_replay()["params"]["type"], "success")
        last = self.decide(self.account)
        self.account.invalidate_recordset()
        self.assertEqual(self.account.disconnection_decision_id, last)

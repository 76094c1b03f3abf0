from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .disconnection_common import DisconnectionCommon


@tagged("post_install", "-at_install")
class TestDisconnectionDecision(DisconnectionCommon):
    """COL-07: facts are read from the books, and each decision is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(100.0)

    def use_rules(self):
        self.company.utility_jurisdiction_id = self.jurisdiction

    def test_overdue_without_jurisdiction(self):
        """COL-07: with debt overdue and nothing that protects, supply may be cut."""
        decision = self.assertEligible(self.account)
        self.assertFalse(decision.jurisdiction_id)
        self.assertEqual(decision.amount, 100.0)

    def test_paid_means_no_truck(self):
        """COL-07: paid, and nobody comes; a cent less, and they may."""
        self.record_one(99.99)
        self.assertEligible(self.account)
        self.record_one(0.01)
        self.assertProtected(self.account, "nothing_overdue")

    def test_not_due_yet(self):
        """COL-07: what falls due today isn't overdue."""
        account = self.make_account("Jane Roe")
        self.make_bill(50.0, account=account, due_date=str(self.today))
        self.assertProtected(account, "nothing_overdue")

    def test_closed_and_disconnected(self):
        """COL-07: there is nothing to cut off."""
        self.account.connection_state = "disconnected"
        self.assertProtected(self.account, "not_connected")
        self.account.connection_state = "pending_disconnection"
        self.assertEligible(self.account)
        self.account.action_close()
        self.assertProtected(self.account, "closed")

    def test_plan_kept(self):
        """COL-07, PLN-04: a plan that is kept protects, also against other debt."""
        self.make_plan(self.bill, first_due_date=self.days(10))
        self.assertProtected(self.account, "nothing_overdue", "plan")
        self.make_bill(20.0)
        # The house's own rules where there is no jurisdiction
        self.assertProtected(self.account, "plan")
        self.use_rules()
        self.assertEligible(self.account)
        self.make_rule("plan", name="Who keeps a plan")
        self.assertProtected(self.account, "plan")

    def test_promise(self):
        """COL-06, COL-07: an open promise protects until its day is over."""
        self.env["utility.payment.promise"].create(
            {
                "utility_account_id": self.account.id,
                "amount": 60.0,
                "date": self.days(3),
            }
        )
        self.assertProtected(self.account, "promise")
        self.use_rules()
        rule = self.make_rule("promise", percent=60.0)
        self.assertProtected(self.account, "promise")
        rule.date_to = self.today
        self.make_rule("promise", percent=60.1, date_from=self.days(1))
        self.assertEligible(self.account, at=f"{self.days(1)} 12:00:00")

    def test_certificate(self):
        """COL-07: a medical certificate protects on its days, the last included."""
        self.env["utility.medical.certificate"].with_user(self.clerk).create(
            {
                "utility_account_id": self.account.id,
                "date_from": self.days(-3),
                "date_to": self.days(2),
            }
        )
        self.assertProtected(self.account, "circumstance")
        self.assertProtected(
            self.account, "circumstance", at=f"{self.days(2)} 12:00:00"
        )
        self.assertEligible(self.account, at=f"{self.days(3)} 12:00:00")

    def test_notice_sent(self):
        """COL-07: a warning that was sent, about this debt, so many days ago."""
        self.use_rules()
        self.make_rule("notice_days", days=10, valid_days=60)
        self.assertProtected(self.account, "no_notice")
        notice = (
            self.env["utility.collection.notice"]
            .sudo()
            .create(
                {
                    "utility_account_id": self.account.id,
                    "kind": "disconnection_warning",
                    "channel": "letter",
                    "sent_on": self.days(-9),
                }
            )
        )
        self.assertProtected(self.account, "no_notice")
        notice.state = "sent"
        self.assertProtected(self.account, "notice_running")
        self.assertEligible(self.account, at=f"{self.days(1)} 12:00:00")
        self.assertProtected(
            self.account, "notice_expired", at=f"{self.days(52)} 12:00:00"
        )

    def test_tags_and_area(self):
        """COL-07: the area's jurisdiction goes before the company's."""
        self.use_rules()
        tag = self.env.ref("utility_consumers.tag_life_support")
        self.account.tag_ids = tag
        self.assertEligible(self.account)
        other = self.jurisdiction.create({"name": "Elsewhere"})
        self.make_rule(
            "circumstance", jurisdiction_id=other.id, tag_ids=[Command.set(tag.ids)]
        )
        area = self.env["utility.area"].create(
            {
                "name": "North",
                "company_id": self.company.id,
                "jurisdiction_id": other.id,
            }
        )
        self.account.area_id = area
        decision = self.assertProtected(self.account, "circumstance")
        self.assertIn("Life support", decision.reason)
        self.assertEqual(decision.jurisdiction_id, other)

    def test_holidays_of_the_calendar(self):
        """COL-07: public holidays of Odoo's working hours, and days before them."""
        self.use_rules()
        self.make_rule("holidays", days=1)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Founders' day",
                "company_id": self.company.id,
                "calendar_id": False,
                "date_from": f"{self.days(5)} 00:00:00",
                "date_to": f"{self.days(5)} 23:59:59",
            }
        )
        self.company.resource_calendar_id.tz = "UTC"
        self.assertEligible(self.account, at=f"{self.days(3)} 12:00:00")
        self.assertProtected(
            self.account, "before_holiday", at=f"{self.days(4)} 12:00:00"
        )
        self.assertProtected(self.account, "holiday", at=f"{self.days(5)} 12:00:00")
        self.assertEligible(self.account, at=f"{self.days(6)} 12:00:00")
        # Orders are made on any day
        self.assertEligible(self.account, moment="order", at=f"{self.days(5)} 12:00:00")

    def test_temperature(self):
        """COL-07: no forecast protects; that of the area goes before the other."""
        self.use_rules()
        self.make_rule("temperature", temperature_side="below", temperature=0.0)
        decision = self.assertProtected(self.account, "no_forecast")
        self.assertTrue(decision.timing)
        Temperature = self.env["utility.temperature"].with_user(self.manager)
        Temperature.create(
            {
                "jurisdiction_id": self.jurisdiction.id,
                "date": self.today,
                "low": 0.0,
                "high": 4.0,
            }
        )
        self.assertEligible(self.account)
        self.account.area_id = self.env["utility.area"].create(
            {"name": "Hills", "company_id": self.company.id}
        )
        self.assertEligible(self.account)
        Temperature.create(
            {
                "jurisdiction_id": self.jurisdiction.id,
                "area_id": self.account.area_id.id,
                "date": self.today,
                "low": -0.1,
                "high": 4.0,
            }
        )
        self.assertProtected(self.account, "too_cold")

    def test_charges_that_do_not_count(self):
        """COL-07: nobody is cut off for what is owed in late fees alone."""
        self.use_rules()
        self.record_one(100.0)
        self.make_bill(15.0, kind="service", service_name="Late Fee")
        self.assertEligible(self.account)
        self.make_rule("excluded_charge", charge_names="late fee\nReconnection Fee")
        self.assertProtected(self.account, "nothing_counts")

    # === THE LOG === #

    def test_replay(self):
        """COL-07: a decision is made anew from what it keeps, with its reason."""
        self.use_rules()
        self.make_rule("minimum_debt", category="commercial", amount=500.0)
        rule = self.make_rule("days_overdue", days=36500 // 10)
        decision = self.assertProtected(self.account, "too_early")
        rule.date_to = decision.day
        self.record_one(50.0)
        result = decision.with_user(self.clerk).replay()
        self.assertEqual(
            (result["same"], result["eligible"], len(result["reasons"])),
            (True, False, 1),
        )
        self.assertFalse(result["today"]["eligible"])
        with self.subTest("the rule has ended"):
            later = self.decide(self.account, at=f"{self.days(1)} 12:00:00")
            self.assertTrue(later.eligible)
            self.assertTrue(later.replay()["same"])
            self.assertFalse(later.replay()["today"]["eligible"])

    def test_never_changed(self):
        """COL-07: nobody changes, deletes or makes a decision, superuser neither."""
        decision = self.decide(self.account)
        for user in (self.manager, self.env.ref("base.user_admin"), self.env.user):
            mine = decision.with_user(user)
            with self.assertRaises(UserError):
                mine.write({"eligible": False})
            with self.assertRaises(UserError):
                mine.unlink()
        with self.assertRaises(UserError):
            decision.sudo().write({"reasons": []})
        with self.assertRaises(UserError):
            decision.sudo().unlink()
        with self.assertRaises(UserError):
            self.Decision.with_user(self.manager).create(
                {"utility_account_id": self.account.id, "moment": "order"}
            )

    def test_one_decision_an_account_in_order(self):
        """COL-07: a batch takes as many queries for fifty accounts as for five."""
        accounts = self.env["utility.account"]
        for number in range(12):
            account = self.make_account(f"Consumer {number}")
            self.make_bill(10.0 + number, account=account)
            accounts |= account
        accounts = accounts.sorted("id", reverse=True)
        self.use_rules()
        self.env.flush_all()
        counts = []
        self.decide(accounts[:1])
        for some in (accounts[:2], accounts):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            decisions = self.decide(some)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(decisions.utility_account_id, some)
            self.assertEqual(decisions.mapped("utility_account_id.id"), some.ids)
        self.assertEqual(counts[0], counts[1])

    # === RIGHTS === #

    def test_collectors_do_not_see_health(self):
        """COL-07: collectors read that an account is protected, not why."""
        self.account.collector_id = self.collector
        self.env["utility.medical.certificate"].create(
            {
                "utility_account_id": self.account.id,
                "date_from": self.today - timedelta(days=1),
                "date_to": self.today + timedelta(days=1),
            }
        )
        decision = self.decide(self.account)
        mine = decision.with_user(self.collector)
        self.assertFalse(mine.eligible)
        self.assertNotIn("certificate", mine.reason)
        self.assertNotIn("certificate", mine.sudo().reason)
        self.assertIn("certificate", decision.with_user(self.clerk).reason)
        for name in ("facts", "rules", "reasons"):
            with self.assertRaises(AccessError):
                mine.read([name])
        with self.assertRaises(AccessError):
            mine.replay()
        with self.assertRaises(AccessError):
            self.env["utility.medical.certificate"].with_user(self.collector).search([])
        with self.assertRaises(AccessError):
            self.account.with_user(self.collector).read(["certificate_ids"])

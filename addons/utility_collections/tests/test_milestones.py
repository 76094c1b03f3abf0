from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron

from ..models.milestone import utility_milestone_rule
from .notice_common import NoticeCommon


@tagged("post_install", "-at_install")
class TestMilestones(NoticeCommon):
    """Who is told of what happens in collections, once (COL-10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["utility.milestone.rule"].with_user(cls.manager)
        cls.Rule.search([]).action_archive()
        cls.company.utility_plan_user_id = cls.recovery
        cls.recovery.notification_type = "inbox"

    @classmethod
    def make_rule(cls, milestone="promise_broken", **values):
        return cls.Rule.create(
            {
                "name": milestone,
                "milestone": milestone,
                "company_id": cls.company.id,
                **values,
            }
        )

    def log(self, kind="promise_broken", accounts=None, **values):
        return (
            self.env["utility.collection.event"]
            .sudo()
            ._log(kind, accounts or self.account, **values)
        )

    def deliver(self):
        self.run_cron("ir_cron_deliver_milestones")

    def inbox(self, user=None):
        """Subjects of what a user was told in Discuss."""
        rows = (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("res_partner_id", "=", (user or self.recovery).partner_id.id),
                    ("notification_type", "=", "inbox"),
                    ("mail_message_id.model", "=", "utility.account"),
                ],
                order="id",
            )
        )
        return rows.mail_message_id.mapped("subject")

    def activities(self, user=None):
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("user_id", "=", (user or self.recovery).id),
                    ("res_model", "=", "utility.account"),
                ]
            )
        )

    def mails(self, to):
        return self.env["mail.mail"].sudo().search([("email_to", "=", to)])

    def test_told_once(self):
        """COL-10: an event is told once, however often the action runs."""
        self.make_rule()
        self.log(amounts={self.account.id: 100.0}, notes={self.account.id: "Called"})
        for _turn in range(2):
            self.deliver()
            (subject,) = self.inbox()
        for text in ("Promise broken", "John Doe", "100.00", "Called"):
            self.assertIn(text, subject)

    def test_from_now_on(self):
        """COL-10: a new rule doesn't tell of what happened before it."""
        self.log()
        self.deliver()
        self.make_rule()
        self.deliver()
        self.assertFalse(self.inbox())
        self.log()
        self.deliver()
        self.assertEqual(len(self.inbox()), 1)

    def test_written_by_sql(self):
        """COL-10: what a run of all accounts writes by SQL is told as well."""
        self.make_rule("overdue")
        self.env.cr.execute(
            "INSERT INTO utility_collection_event"
            " (utility_account_id, company_id, kind, happened_at)"
            " VALUES (%s, %s, 'overdue', now() at time zone 'UTC')",
            [self.account.id, self.company.id],
        )
        self.deliver()
        self.assertEqual(len(self.inbox()), 1)

    def test_digest(self):
        """COL-10: a storm of a kind is one message for each person."""
        self.make_rule(by_activity=True, by_email=True)
        self.recovery.email = "recovery@example.com"
        accounts = self.account
        for number in range(24):
            accounts |= self.make_account(f"Consumer {number}")
        self.log(accounts=accounts)
        self.deliver()
        (subject,) = self.inbox()
        self.assertIn("25 accounts", subject)
        self.assertEqual(len(self.activities()), 1)
        mail = self.mails("recovery@example.com")
        self.assertEqual(len(mail), 1)
        self.assertIn("Consumer 3", mail.body_html)
        self.assertIn("and 5 more", mail.body_html)

    def test_recipients(self):
        """COL-10: who looks after the account, users, groups; each of them once."""
        other = self._make_user("recovery2", "group_recovery_executive")
        self.account.recovery_user_id = other
        group = self.env["res.groups"].create(
            {"name": "Team", "user_ids": [Command.set((other | self.clerk).ids)]}
        )
        for user in other | self.clerk | self.other_manager:
            user.notification_type = "inbox"
        self.make_rule(
            user_ids=self.other_manager.ids,
            group_ids=group.ids,
        )
        self.make_rule()
        self.log()
        self.deliver()
        for user in other | self.clerk | self.other_manager:
            self.assertEqual(len(self.inbox(user)), 1)
        self.assertFalse(self.inbox())

    def test_filters(self):
        """COL-10: by category, area and amount."""
        area = self.env["utility.area"].create(
            {"name": "North", "company_id": self.company.id}
        )
        self.make_rule(category="commercial")
        self.make_rule(area_id=area.id)
        self.make_rule(minimum_amount=100)
        self.log(amounts={self.account.id: 99.99})
        self.deliver()
        self.assertFalse(self.inbox())
        for values, amount in (
            ({"category": "commercial"}, 1),
            ({"category": "residential", "area_id": area.id}, 1),
            ({"area_id": False}, 100),
        ):
            self.account.write(values)
            self.log(amounts={self.account.id: amount})
            before = len(self.inbox())
            self.deliver()
            self.assertEqual(len(self.inbox()), before + 1)

    def test_consumer(self):
        """COL-10: the consumer is told by e-mail; without an address, why not."""
        self.make_rule("reconnected", to_recovery=False, to_consumer=True)
        nobody = self.make_account("Jane Roe")
        self.log("reconnected", self.account | nobody)
        self.deliver()
        mail = self.mails("john@example.com")
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(f"account {self.account.number} is connected again", mail.subject)
        rows = self.env["utility.milestone.delivery"].search([])
        self.assertEqual(
            rows.filtered("problem").utility_account_id,
            nobody,
        )
        self.deliver()
        self.assertEqual(len(self.mails("john@example.com")), 1)

    def test_given_up(self):
        """COL-10: who had debt written off isn't thanked for having paid it."""
        self.make_rule("cleared", to_recovery=False, to_consumer=True)
        other = self.make_account("Jane Roe", email="jane@example.com")
        self.account.sudo().has_write_off = True
        self.log("cleared", self.account | other)
        self.deliver()
        self.assertFalse(self.mails("john@example.com"))
        self.assertIn("Nothing is overdue", self.mails("jane@example.com").subject)

    def test_one_that_fails(self):
        """COL-10: what can't be told to one person keeps nobody else waiting."""
        self.make_rule(user_ids=self.manager.ids, by_activity=True, by_inbox=False)
        self.log()
        self.make_rule("cleared")
        self.log("cleared")
        self.env.ref("utility_collections.mail_activity_type_milestone").unlink()
        with self.assertLogs("odoo.addons.utility_collections", "ERROR"):
            self.deliver()
        self.assertEqual(len(self.inbox()), 1)
        rows = self.env["utility.milestone.delivery"].search([("problem", "!=", False)])
        self.assertEqual(rows.user_id, self.recovery | self.manager)

    def test_languages(self):
        """COL-10: kinds and amounts in each recipient's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.recovery.lang = "fr_FR"
        selection = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", "utility.collection.event"),
                ("value", "=", "promise_broken"),
            ]
        )
        selection.with_context(lang="fr_FR").name = "Promesse rompue"
        self.make_rule()
        self.log(amounts={self.account.id: 1234.5})
        self.deliver()
        (subject,) = self.inbox()
        self.assertIn("Promesse rompue", subject)
        self.assertIn("234,50", subject)

    def test_plans(self):
        """COL-10, PLN-05: plans that are broken or completed are milestones."""
        self.make_rule("plan_completed")
        self.make_rule("plan_broken")
        plan = self.make_plan(self.bill)
        self.record_one(145.5, documents=[self.bill.name], type="bill")
        self.assertEqual(plan.state, "completed")
        other = self.make_plan(self.make_bill(90)).sudo()
        other._break("Missed")
        self.deliver()
        subjects = "\n".join(self.inbox())
        self.assertIn("Plan completed", subjects)
        self.assertIn(plan.number, subjects)
        self.assertIn("Plan broken", subjects)
        self.assertIn("90.00", subjects)

    def test_stopped_and_resumed(self):
        """COL-10: stopped after any chunk, it goes on, and tells nobody twice."""
        users = self.recovery | self.manager
        self.manager.notification_type = "inbox"
        self.make_rule(user_ids=users.ids)
        self.make_rule("cleared", user_ids=users.ids)
        for kind in ("promise_broken", "cleared", "promise_kept"):
            for _turn in range(3):
                self.log(kind)
        Rule = self.env["utility.milestone.rule"].sudo()
        with (
            patch.object(utility_milestone_rule, "_CHUNK", 2),
            patch.object(IrCron, "_commit_progress", lambda *a, **k: 0),
        ):
            for _turn in range(12):
                Rule._cron_deliver()
        for user in users:
            self.assertEqual(
                [subject.split(":")[0] for subject in self.inbox(user)],
                ["Promise broken", "Debt cleared"],
            )

    def test_rules_make_sense(self):
        """COL-10: a rule says whom and how; consumers aren't asked for money by it."""
        for values, text in (
            ({"to_recovery": False}, "tells nobody"),
            ({"by_inbox": False}, "no way to tell"),
            ({"to_consumer": True}, "Consumers aren't told"),
        ):
            with self.assertRefused(ValidationError, text):
                self.make_rule(**values)

    def test_shipped(self):
        """COL-10: each company starts with rules, made once."""
        rules = self.Rule.with_context(active_test=False).search([])
        self.assertIn("promise_broken", rules.mapped("milestone"))
        self.assertIn("disconnection_stopped", rules.mapped("milestone"))
        self.company._utility_setup()
        self.assertEqual(self.Rule.with_context(active_test=False).search([]), rules)

    def test_rights(self):
        """ROL-01, COL-10: Billing Managers make rules; nobody writes deliveries."""
        rule = self.make_rule()
        for user in (self.clerk, self.recovery):
            self.assertTrue(rule.with_user(user).read(["name"]))
            with self.assertRaises(AccessError):
                rule.with_user(user).write({"to_consumer": False})
        self.log()
        self.deliver()
        delivery = self.env["utility.milestone.delivery"].search([], limit=1)
        with self.assertRaises(AccessError):
            delivery.with_user(self.manager).write({"told_at": False})

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .alert_common import AlertsCommon

_DELIVERY = "odoo.addons.utility_payments.models.alert.utility_alert_delivery"


@tagged("post_install", "-at_install")
class TestAlertSteps(AlertsCommon):
    """What people do about alerts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(1000, date="2026-11-01", due_date="2026-11-15")
        cls.Payment.record_collections([cls.request(500, date="2026-11-20")])
        cls.rule = cls.make_rule(
            user_ids=[Command.set((cls.manager | cls.clerk).ids)],
        )
        cls.rule.sudo()._evaluate()
        cls.alert = cls.rule.sudo().alert_ids

    def test_snooze(self):
        """KPI-08: an alert put off comes back on its day, and reminds once."""
        mine = self.alert.with_user(self.manager)
        mine.action_snooze_day()
        self.assertEqual(str(self.alert.snoozed_until), "2026-11-23")
        self.assertEqual(self.alert.state, "snoozed")
        for activity in self.activities(self.alert):
            self.assertEqual(str(activity.date_deadline), "2026-11-23")
        mine.action_snooze_week()
        self.assertEqual(str(self.alert.snoozed_until), "2026-11-29")
        # While it sleeps the rule raises no second one
        self.assertEqual(self.evaluate(self.rule), self.alert)
        with freeze_time("2026-11-28 23:00:00"):
            self.alert._wake()
            self.assertEqual(self.alert.state, "snoozed")
        self.rule.by_inbox = True
        with freeze_time("2026-11-29 00:30:00"):
            self.alert._wake()
            self.alert._wake()
        self.assertEqual((self.alert.state, self.alert.snoozed_until), ("open", False))
        told = (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("mail_message_id.model", "=", "utility.alert"),
                    ("mail_message_id.res_id", "=", self.alert.id),
                    ("res_partner_id", "=", self.manager.partner_id.id),
                ]
            )
        )
        self.assertEqual(len(told), 1)

    def test_snooze_ends_by_hand(self):
        """KPI-08: what was put off can be taken up again."""
        mine = self.alert.with_user(self.clerk)
        mine.action_snooze_week()
        mine.action_end_snooze()
        self.assertEqual(self.alert.state, "open")
        self.assertEqual(
            set(self.activities(self.alert).mapped("date_deadline")),
            {self.company._utility_today()},
        )

    def test_snooze_in_the_past(self):
        """KPI-08: today and earlier are no days to snooze until."""
        for day in ("2026-11-22", "2020-01-01", False):
            step = self.step("snooze", until=day)
            with self.assertRefused(ValidationError, "tomorrow or later"):
                step.action_apply()
        self.assertEqual(self.alert.state, "open")

    def step(self, kind, user=None, **values):
        alert = self.alert.with_user(user or self.manager)
        action = alert.with_context(step=kind).action_open_step()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.manager)
            .with_context(**action["context"])
            .create(values)
        )

    def test_assign(self):
        """KPI-08: who takes it over has the activity, the others are done with it."""
        self.assertEqual(len(self.activities(self.alert)), 2)
        self.new_log(self.alert)
        self.alert.with_user(self.clerk).action_assign_to_me()
        messages = self.new_log(self.alert)
        self.assertIn(
            self.clerk.name, messages.tracking_value_ids.mapped("new_value_char")
        )
        self.assertEqual(messages.author_id, self.clerk.partner_id)
        self.assertEqual(self.alert.user_id, self.clerk)
        self.assertEqual(self.activities(self.alert).user_id, self.clerk)
        step = self.step("assign", user_id=self.recovery.id)
        self.assertIn(self.recovery, step.selectable_user_ids)
        self.assertNotIn(self.collector, step.selectable_user_ids)
        step.action_apply()
        self.assertEqual(self.alert.user_id, self.recovery)
        self.assertEqual(self.activities(self.alert).user_id, self.recovery)
        # Who it is assigned to sees it
        self.assertEqual(self.alert.with_user(self.recovery).search([]), self.alert)
        with self.assertRefused(UserError, "isn't staff of the office"):
            self.alert.with_user(self.manager)._assign(self.collector)

    def test_resolve(self):
        """KPI-08: resolved with a note, by whom and when; logged; once."""
        with self.assertRefused(ValidationError, "Say what was found"):
            self.step("resolve", note="  ").action_apply()
        action = (
            self.alert.with_user(self.clerk)
            .with_context(step="resolve")
            .action_open_step()
        )
        Step = self.env[action["res_model"]].with_user(self.clerk)
        with Form(Step.with_context(**action["context"])) as form:
            form.note = "The bills of route 7 went out late"
        self.new_log(self.alert)
        form.record.action_apply()
        messages = self.new_log(self.alert)
        self.assertEqual(messages.author_id, self.clerk.partner_id)
        self.assertIn("Resolved", messages.tracking_value_ids.mapped("new_value_char"))
        self.assertRecordValues(
            self.alert,
            [
                {
                    "state": "resolved",
                    "resolution_note": "The bills of route 7 went out late",
                    "resolved_by_id": self.clerk.id,
                }
            ],
        )
        self.assertEqual(str(self.alert.resolved_at), "2026-11-22 12:00:00")
        self.assertFalse(self.activities(self.alert))
        for act in ("action_snooze_day", "action_assign_to_me", "action_open_step"):
            with self.assertRefused(UserError, "resolved already"):
                getattr(self.alert.with_user(self.manager), act)()

    def test_many_at_once(self):
        """KPI-08: steps work on a selection, leaving what is resolved."""
        other = self.make_rule(threshold=80)
        third = self.make_rule(threshold=70)
        alerts = self.alert | self.evaluate(other | third)
        alerts[2].with_user(self.manager)._resolve("Done")
        selection = alerts.with_user(self.manager)
        selection.action_assign_to_me()
        self.assertEqual(alerts.mapped("user_id"), self.manager)
        self.assertFalse(alerts[2].user_id)
        selection.action_snooze_day()
        self.assertEqual(alerts.mapped("state"), ["snoozed", "snoozed", "resolved"])

    def test_tile(self):
        """KPI-05, KPI-08: the tile counts open alerts and opens exactly them."""

        def read(user):
            Payment = self.env["account.payment"].with_user(user)
            figure = Payment.collection_figures(
                "2026-11-01",
                "2026-11-22",
                {"company_ids": self.company.ids, "figures": ["open_alerts"]},
            )["open_alerts"]
            found = self.env[figure["model"]].with_user(user).search(figure["domain"])
            self.assertEqual(len(found), figure["count"])
            self.assertEqual(figure["value"], figure["count"])
            return figure["count"]

        self.assertEqual(read(self.manager), 1)
        self.assertEqual(read(self.clerk), 1)
        self.assertEqual(read(self.recovery), 0)
        self.alert.with_user(self.manager).action_snooze_day()
        self.assertEqual(read(self.manager), 0)
        action = self.env["utility.figure"].open_records("utility.alert", [], "Open")
        self.assertEqual(action["res_model"], "utility.alert")

    def test_pages_are_told(self):
        """KPI-05: open landing pages read anew when alerts change."""
        self.env.cr.precommit.run()
        Bus = self.env["bus.bus"].sudo()
        before = Bus.search_count([("message", "ilike", "utility_payments/figures")])
        self.alert.with_user(self.manager).action_snooze_day()
        self.env.cr.precommit.run()
        self.assertEqual(
            Bus.search_count([("message", "ilike", "utility_payments/figures")]),
            before + 1,
        )

    def test_records_of_a_removed_add_on(self):
        """KPI-08: an alert whose records are gone says so."""
        self.alert.record_model = "utility.payment.plan.of.old"
        with self.assertRefused(UserError, "add-on that was removed"):
            self.alert.with_user(self.manager).action_open_records()


@tagged("post_install", "-at_install")
class TestAlertDelivery(AlertsCommon):
    """Each way of telling, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(1000, date="2026-11-01", due_date="2026-11-15")
        cls.Payment.record_collections([cls.request(500, date="2026-11-20")])

    def raise_by(self, **values):
        values = {"by_activity": False, "by_inbox": False, "by_email": False} | values
        rule = self.make_rule(
            user_ids=[Command.set((self.manager | self.other_manager).ids)], **values
        )
        return rule, self.evaluate(rule)

    def mails(self, alert):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "utility.alert"), ("res_id", "=", alert.id)])
        )

    def notified(self, alert):
        return (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("mail_message_id.model", "=", "utility.alert"),
                    ("mail_message_id.res_id", "=", alert.id),
                ]
            )
        )

    def test_activity(self):
        """KPI-08: an activity of our type for each recipient, and no mail of it."""
        self.manager.notification_type = "email"
        _rule, alert = self.raise_by(by_activity=True)
        activities = self.activities(alert)
        self.assertEqual(activities.user_id, self.manager | self.other_manager)
        self.assertEqual(
            activities.activity_type_id,
            self.env.ref("utility_payments.mail_activity_type_alert"),
        )
        self.assertEqual(set(activities.mapped("summary")), {alert.title})
        self.assertFalse(self.mails(alert))
        self.assertFalse(self.notified(alert))

    def test_inbox(self):
        """KPI-08: a notice in Discuss for each recipient."""
        _rule, alert = self.raise_by(by_inbox=True)
        notices = self.notified(alert)
        self.assertEqual(
            notices.res_partner_id, (self.manager | self.other_manager).partner_id
        )
        self.assertEqual(set(notices.mapped("notification_type")), {"inbox"})
        self.assertIn("50 %", notices.mail_message_id[0].body)
        self.assertFalse(self.activities(alert))

    def test_email(self):
        """KPI-08: a mail in the recipient's language; a lacking address is said."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(
            ["utility_payments"], ["fr_FR"], overwrite=True
        )
        self.manager.lang = "fr_FR"
        rule, alert = self.raise_by(by_email=True)
        mail = self.mails(alert)
        self.assertIn("Votre règle d'alerte", mail.body_html)
        self.assertEqual(mail.recipient_ids, self.manager.partner_id)
        self.assertIn("50", mail.subject)
        self.assertIn("nov. 2026", mail.subject)
        self.assertIn(f"/odoo/payment-alerts/{alert.id}", mail.body_html)
        words = f"{self.other_manager.name} gets no e-mail, as none is known"
        self.assertIn(words, rule.delivery_problem)
        self.assertIn(words, rule.recipient_note)

    def test_no_mail_twice(self):
        """KPI-08: who handles notifications by e-mail gets one mail, not two."""
        self.manager.notification_type = "email"
        _rule, alert = self.raise_by(by_inbox=True, by_email=True)
        mailed = self.mails(alert)
        self.assertEqual(len(mailed), 1)
        self.assertEqual(
            self.notified(alert)
            .filtered(lambda notice: notice.notification_type == "inbox")
            .res_partner_id,
            self.other_manager.partner_id,
        )

    def test_no_storm(self):
        """KPI-08: a hundred evaluations of a bad day are one notice a recipient."""
        self.other_manager.email = "other@example.com"
        rule, alert = self.raise_by(by_activity=True, by_inbox=True, by_email=True)
        for _hour in range(20):
            rule.sudo()._evaluate()
        self.assertEqual(alert.times_seen, 21)
        self.assertEqual(len(self.mails(alert)), 1)
        inbox = self.notified(alert).filtered(
            lambda notice: notice.notification_type == "inbox"
        )
        self.assertEqual(len(inbox), 2)
        self.assertEqual(len(self.activities(alert)), 2)

    @mute_logger(_DELIVERY)
    def test_a_way_that_fails(self):
        """KPI-08: a broken template is said on the rule; the other ways work."""
        self.env.ref(
            "utility_payments.mail_template_alert"
        ).subject = "{{ object.no_such_field }}"
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            rule, alert = self.raise_by(by_activity=True, by_email=True)
        self.assertEqual(len(self.activities(alert)), 2)
        self.assertIn("E-mail failed", rule.delivery_problem)

    def test_nobody(self):
        """KPI-08: a rule without recipients is allowed; it says that nobody is told."""
        rule = self.make_rule(user_ids=[Command.clear()])
        self.assertIn("Nobody is told", rule.recipient_note)
        alert = self.evaluate(rule)
        self.assertFalse(self.activities(alert) | alert.activity_ids)
        self.assertEqual(alert.with_user(self.manager).search([]), alert)

    def test_groups(self):
        """KPI-08: a group means who is in it, also by another group, of the company."""
        self.clerk.active = False
        rule = self.make_rule(
            user_ids=[Command.clear()],
            group_ids=[
                Command.set(
                    self.env.ref("utility_consumers.group_recovery_executive").ids
                )
            ],
        )
        recipients = rule._recipients()
        for user in self.recovery | self.manager | self.other_manager:
            self.assertIn(user, recipients)
        for user in self.clerk | self.collector:
            self.assertNotIn(user, recipients)


@tagged("post_install", "-at_install")
class TestAlertRights(AlertsCommon):
    """Who sees and does what with rules and alerts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = new_test_user(
            cls.env,
            "utility_nobody",
            groups="base.group_user",
            company_id=cls.company.id,
        )
        cls.make_bill(1000, date="2026-11-01", due_date="2026-11-15")
        cls.Payment.record_collections([cls.request(500, date="2026-11-20")])
        cls.rule = cls.make_rule()
        cls.rule.sudo()._evaluate()
        cls.alert = cls.rule.sudo().alert_ids

    def test_matrix(self):
        """KPI-08, ROL-01: managers write rules; alerts are written by their steps."""
        matrix = {
            #                     customer  recovery  manager  collector  nobody
            "utility.alert.rule": ("r", "r", "crwd", "", ""),
            "utility.alert": ("r", "r", "r", "", ""),
            "utility.alert.step": ("crwd", "crwd", "crwd", "", ""),
        }
        operations = {"c": "create", "r": "read", "w": "write", "d": "unlink"}
        roles = (self.clerk, self.recovery, self.manager, self.collector, self.nobody)
        for model, rights in matrix.items():
            for user, allowed in zip(roles, rights, strict=True):
                for letter, operation in operations.items():
                    with self.subTest(model=model, user=user.login, right=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            letter in allowed,
                        )

    def test_clerks_see_what_they_are_told(self):
        """KPI-08: a clerk who is no recipient sees nothing, and can do nothing."""
        for user in (self.clerk, self.recovery):
            self.assertFalse(self.alert.with_user(user).search([]))
            self.assertFalse(self.rule.with_user(user).search([]))
            for act in (
                "action_open_records",
                "action_assign_to_me",
                "action_snooze_day",
                "action_snooze_week",
                "action_open_step",
                "action_end_snooze",
            ):
                with self.assertRaises(AccessError):
                    getattr(self.alert.with_user(user), act)()
            step = self.env["utility.alert.step"].with_user(user)
            with self.assertRaises(AccessError):
                step.create(
                    {
                        "step": "resolve",
                        "note": "x",
                        "alert_ids": [Command.set(self.alert.ids)],
                    }
                ).action_apply()
            with self.assertRaises(AccessError):
                self.rule.with_user(user).action_evaluate()
        self.alert.recipient_ids = self.clerk
        self.assertEqual(self.alert.with_user(self.clerk).search([]), self.alert)
        self.alert.with_user(self.clerk).action_assign_to_me()
        self.assertEqual(self.alert.user_id, self.clerk)
        # What a clerk's form and list read
        self.alert.with_user(self.clerk).web_read(
            {"title": {}, "rule_id": {"fields": {"display_name": {}}}}
        )

    def test_a_collector_is_told_nothing(self):
        """KPI-08: figures of all consumers are nothing for a collector."""
        rule = self.make_rule(user_ids=[Command.set(self.collector.ids)])
        self.assertFalse(rule._recipients())
        self.assertIn("not staff of the office", rule.recipient_note)
        alert = self.evaluate(rule)
        self.assertFalse(alert.recipient_ids)

    def test_nobody_writes_alerts_by_hand(self):
        """KPI-08: state, note and figures change by the steps only."""
        for user in (self.manager, self.clerk):
            with self.assertRaises(AccessError):
                self.alert.with_user(user).write({"state": "resolved"})
            with self.assertRaises(AccessError):
                self.alert.with_user(user).unlink()

    def test_companies_are_apart(self):
        """ROL-04: rules and alerts of another company don't exist for a manager."""
        other = self.setup_other_company(name="Other Water")["company"]
        stranger = new_test_user(
            self.env,
            "utility_stranger",
            groups="utility_consumers.group_billing_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for record in (self.rule, self.alert):
            found = record.with_user(stranger).search([("id", "=", record.id)])
            self.assertFalse(found)
        with self.assertRaises(AccessError):
            self.alert.with_user(stranger).action_assign_to_me()
        own = self.env["utility.alert.rule"].with_user(stranger).search([])
        self.assertTrue(own)
        self.assertEqual(own.company_id, other)
        # A rule sees the figures of its own company only
        self.make_rule().sudo().company_id = other
        foreign = self.env["utility.alert.rule"].search(
            [("company_id", "=", other.id), ("code", "=", False)]
        )
        self.evaluate(foreign)
        self.assertEqual(foreign.last_state, "unknown")
        with self.assertRaises(AccessError):
            self.env["utility.alert.rule"].with_user(stranger).create(
                {
                    "name": "Spy",
                    "figure": "overdue",
                    "comparison": "above",
                    "threshold": 1,
                    "company_id": self.company.id,
                }
            ).read(["preview"])

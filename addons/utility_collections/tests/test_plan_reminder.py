from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.mail.tests.common import MockEmail

from ..models.plan import notice
from .compliance_common import ComplianceCommon


@tagged("post_install", "-at_install")
class TestPlanReminder(MockEmail, ComplianceCommon):
    """A reminder cannot be wrong; consumers are told what happened (PLN-05, COL-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.make_plan(cls.bill, first_due_date=cls.days(10)).sudo()
        cls.rows = cls.plan.installment_ids.sorted("sequence")
        cls.first = cls.rows[0]

    def problem(self):
        return self.first.reminder_problem

    def send_queue(self, count=7):
        """The mail queue runs; return the mails that left."""
        waiting = self.mails(self.plan).filtered(lambda mail: mail.state == "outgoing")
        with self.on(count), self.mock_mail_gateway(mail_unlink_sent=False):
            waiting.send()
            self.env.flush_all()
            left = len(self._mails)
        sent = waiting.filtered(lambda mail: mail.state == "sent")
        self.assertEqual(len(sent), left)
        return sent

    # -------------------------------------------------------------------------
    # REMINDERS
    # -------------------------------------------------------------------------

    def test_once_in_its_days(self):
        """PLN-05: three days before, once, and for each installment."""
        for day, count in ((6, 0), (7, 1), (7, 1), (8, 1), (10, 1), (11, 1)):
            with self.subTest(day=day):
                self.notify(day)
                self.assertEqual(len(self.mails(self.plan)), count)
        self.assertEqual(self.first.reminded_on, self.days(7))
        second = (self.rows[1].due_date - self.today).days
        self.notify(second - 2)
        self.assertEqual(len(self.mails(self.plan)), 2)
        self.assertEqual(self.kinds(self.plan).count("reminded"), 2)

    def test_message(self):
        """PLN-05: amount, date, plan, account; on history and timeline."""
        self.notify(7)
        mail = self.mails(self.plan)
        self.assertEqual((mail.state, mail.email_to), ("outgoing", "john@example.com"))
        date = self.days(10).strftime("%m/%d/%Y")
        self.assertIn(date, mail.subject)
        for text in ("67.50", date, self.plan.number, self.account.number, "John Doe"):
            self.assertIn(text, mail.body_html)
        self.assertIn(mail.mail_message_id, self.plan.message_ids)
        event = self.plan.event_ids.filtered(lambda row: row.kind == "reminded")
        self.assertEqual((event.amount, event.notice), (67.5, "sent"))
        self.assertIn("john@example.com", event.note)

    def test_partly_paid(self):
        """COL-11: what was paid is taken off."""
        with self.on(5):
            self.pay_row(self.first, 20)
        self.notify(7)
        self.assertIn("47.50", self.mails(self.plan).body_html)

    def test_other_days(self):
        """PLN-05: on the day itself, or never, as was agreed."""
        self.plan.reminder_days = -1
        self.notify(10)
        self.assertFalse(self.mails(self.plan))
        self.plan.reminder_days = 0
        self.notify(9)
        self.assertFalse(self.mails(self.plan))
        self.notify(10)
        self.assertEqual(len(self.mails(self.plan)), 1)

    def test_nobody_reminded(self):
        """COL-11: nothing for what is paid, or of a plan that has ended."""
        done = self.make_account("Jane Roe", email="jane@example.com")
        ended = self.make_plan(
            self.make_bill(90, account=done), first_due_date=self.days(10)
        )
        ended.action_cancel()
        draft = self.make_plan(
            self.make_bill(60, account=done),
            first_due_date=self.days(10),
            activate=False,
        )
        with self.on(6):
            self.pay_row(self.first)
        self.notify(7)
        self.assertFalse(self.mails(self.plan | ended | draft))

    def test_credit(self):
        """COL-11: credit is taken off; what it covers is not asked for."""
        self.record_one(50, type="service")
        self.notify(7)
        self.assertIn("17.50", self.mails(self.plan).body_html)
        account = self.make_account("Jane Roe", email="jane@example.com")
        plan = self.make_plan(
            self.make_bill(90, account=account), first_due_date=self.days(10)
        ).sudo()
        self.record_one(30, type="service", account=account.number)
        self.notify(7)
        self.assertFalse(self.mails(plan))
        row = plan.installment_ids.sorted("sequence")[0]
        self.assertIn("credit covers it", row.reminder_problem)
        self.assertEqual(self.kinds(plan).count("not_reminded"), 1)
        self.notify(8)
        self.assertEqual(self.kinds(plan).count("not_reminded"), 1)
        self.assertFalse(row.reminded_on)

    def test_credit_is_used_once(self):
        """COL-11: the same credit doesn't cover two installments, nor what is late."""
        self.make_bill(40, due_date=str(self.days(-1)))
        other = self.make_plan(
            self.make_bill(90), first_due_date=self.days(9), installment_count=1
        ).sudo()
        self.record_one(100, type="service")
        self.notify(7)
        # 40.00 of it is for the overdue bill, 60.00 for the 90.00 that is due first.
        self.assertIn("30.00", self.mails(other).body_html)
        self.assertIn("67.50", self.mails(self.plan).body_html)

    def make_transaction(self, state, amount=67.5):
        provider = self.env["payment.provider"].create({"name": "Test"})
        method = self.env.ref("payment.payment_method_unknown")
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.account.partner_id.id,
                "reference": f"T-{state}",
                "state": state,
                "last_state_change": self.days(6),
                "invoice_ids": [Command.set(self.bill.ids)],
            }
        )

    def test_on_its_way(self):
        """COL-11: an online payment that isn't through yet is waited for."""
        for state in ("draft", "cancel", "error"):
            self.make_transaction(state)
        pending = self.make_transaction("pending")
        self.notify(7)
        self.assertFalse(self.mails(self.plan))
        self.assertIn("on its way", self.problem())
        pending.state = "error"
        self.notify(8)
        self.assertEqual(len(self.mails(self.plan)), 1)
        self.assertFalse(self.problem())

    def test_on_its_way_is_not_missed(self):
        """COL-11, PLN-05: nor is missed what is on its way, unless it never comes."""
        pending = self.make_transaction("pending")
        self.keep(16)
        self.assertEqual(self.plan.state, "active")
        self.env.cr.execute(
            "UPDATE payment_transaction SET last_state_change = %s WHERE id = %s",
            [self.today - timedelta(1), pending.id],
        )
        self.env.invalidate_all()
        self.keep(16)
        self.assertEqual(self.plan.state, "broken")

    def test_kept_out(self):
        """COL-11: not for debt that is kept out of collections."""
        line = self.plan.cover_ids.line_id
        line.no_followup = True
        self.notify(7)
        self.assertFalse(self.mails(self.plan))
        self.assertIn("kept out of collections", self.problem())

    def test_no_address(self):
        """COL-11: without an address the reason is kept, and said once."""
        self.account.email = False
        self.notify(7)
        self.notify(8)
        self.assertEqual(self.kinds(self.plan).count("not_reminded"), 1)
        self.assertIn("No e-mail address", self.problem())
        self.account.email = "late@example.com"
        self.notify(9)
        self.assertEqual(self.mails(self.plan).email_to, "late@example.com")
        self.assertFalse(self.problem())

    def test_languages(self):
        """COL-11, DOC-06: each notice in the consumer's language."""
        for code, words in (
            ("es_ES", ("vence el", "está vencid", "ha terminado", "completado")),
            ("fr_FR", ("est due le", "est en retard", "a pris fin", "est terminé")),
        ):
            self.env["res.lang"]._activate_lang(code)
            self.env["ir.module.module"]._load_module_terms(
                ["utility_payments", "utility_collections"], [code], overwrite=True
            )
            account = self.make_account(code, email=f"{code}@example.com")
            account.partner_id.lang = code
            plan = self.make_plan(
                self.make_bill(90, account=account), first_due_date=self.days(10)
            ).sudo()
            row = plan.installment_ids[0]
            for kind, word in zip(notice.TEMPLATES, words, strict=True):
                event = plan._log_event(kind, installment_id=row.id)
                mail = self.env.ref(notice.TEMPLATES[kind])._generate_template(
                    event.ids, ("subject", "body_html")
                )[event.id]
                self.assertIn(word, mail["subject"])
                for english in ("Dear", "please", "your", "regards"):
                    self.assertNotIn(english, mail["body_html"])

    # -------------------------------------------------------------------------
    # WHEN IT LEAVES
    # -------------------------------------------------------------------------

    def test_leaves(self):
        """COL-11: what is still true leaves."""
        self.notify(7)
        self.assertEqual(len(self.send_queue()), 1)
        self.assertEqual(self.mails(self.plan).state, "sent")

    def test_paid_in_the_queue(self):
        """COL-11: paid while the mail waits to leave: it doesn't, and says why."""
        self.notify(7)
        with self.on(7):
            _outcome, payment = self.pay_row(self.first)
        self.assertFalse(self.send_queue())
        mail = self.mails(self.plan)
        self.assertEqual(mail.state, "cancel")
        self.assertTrue(mail.failure_reason)
        event = self.plan.event_ids.filtered(lambda row: row.kind == "reminded")
        self.assertEqual(event.notice, "not_sent")
        self.assertIn("Not e-mailed", event.note)
        # It is due again: the reminder comes after all.
        with self.on(8):
            self.adjust(payment, "reverse", reverse_as="returned")
        self.notify(8)
        self.assertEqual(len(self.send_queue(8)), 1)

    def test_partly_paid_in_the_queue(self):
        """COL-11: another amount by now: the mail is written anew before it leaves."""
        self.notify(7)
        with self.on(7):
            self.pay_row(self.first, 20)
        self.assertFalse(self.send_queue())
        old, new = self.mails(self.plan)
        self.assertEqual((old.state, new.state), ("cancel", "outgoing"))
        self.assertIn("47.50", new.body_html)
        self.assertEqual(len(self.send_queue()), 1)

    def test_other_mails(self):
        """Mails of others leave as they were."""
        mail = self.env["mail.mail"].create({"subject": "X", "email_to": "a@b.example"})
        Event = self.env["utility.payment.plan.event"]
        self.assertFalse(Event._withdraw_stale(mail))

    # -------------------------------------------------------------------------
    # NOTICES
    # -------------------------------------------------------------------------

    def test_missed(self):
        """PLN-05: a missed installment is told, with what is to be paid now."""
        self.plan.break_after = 2
        with self.on(12):
            self.pay_row(self.first, 20)
        self.keep(16)
        self.notify(16)
        mail = self.mails(self.plan)
        self.assertIn("overdue", mail.subject)
        self.assertIn("47.50", mail.body_html)
        self.notify(17)
        self.assertEqual(len(self.mails(self.plan)), 1)

    def test_broken(self):
        """PLN-05: one mail when it breaks, not two, with all that is due again."""
        self.keep(16)
        with self.on(16):
            self.record_one(2.5, type="bill", documents=[self.bill.name])
        self.notify(16)
        mail = self.mails(self.plan)
        self.assertIn("has ended", mail.subject)
        self.assertIn("200.00", mail.body_html)
        missed = self.plan.event_ids.filtered(lambda row: row.kind == "missed")
        self.assertEqual(missed.notice, "not_sent")
        self.assertIn("broken meanwhile", missed.note)

    def test_broken_and_settled(self):
        """COL-11: paid, or reactivated, before the mail was written: none."""
        self.keep(16)
        with self.on(16):
            self.plan.with_user(self.manager).action_reactivate("Called")
        self.notify(16)
        broken = self.plan.event_ids.filtered(lambda row: row.kind == "broken")
        self.assertEqual(broken.notice, "not_sent")
        # The missed installment still is, and is told.
        self.assertEqual(len(self.mails(self.plan)), 1)
        self.assertIn("overdue", self.mails(self.plan).subject)

    def test_completed(self):
        """PLN-03, PLN-05: a completed plan is told."""
        self.record_one(202.5, type="bill", documents=[self.bill.name])
        self.notify(1)
        self.assertIn("is completed", self.mails(self.plan).subject)

    def test_switched_off(self):
        """PLN-05: each notice can be switched off."""
        for kind in ("missed", "broken", "completed"):
            self.company[f"utility_plan_notice_{kind}"] = False
        self.keep(16)
        self.notify(16)
        self.assertFalse(self.mails(self.plan))
        self.assertFalse(any(self.plan.event_ids.mapped("notice")))

    def test_notice_without_address(self):
        """COL-11: the timeline says that nobody was told."""
        self.account.email = False
        self.keep(16)
        self.notify(16)
        broken = self.plan.event_ids.filtered(lambda row: row.kind == "broken")
        self.assertEqual(broken.notice, "not_sent")
        self.assertIn("No e-mail address", broken.note)

    def test_stopped_and_resumed(self):
        """PLN-05: when its time is up the action stops, and mails nothing twice."""
        plans = self.plan
        for number in range(4):
            account = self.make_account(f"C {number}", email=f"c{number}@example.com")
            plans |= self.make_plan(
                self.make_bill(90, account=account), first_due_date=self.days(10)
            ).sudo()
        with (
            patch.object(notice, "_CHUNK", 2),
            patch.object(IrCron, "_commit_progress", lambda *a, **k: 0),
            self.on(7),
        ):
            for sent in (2, 4, 5, 5):
                self.env["utility.payment.plan.event"].sudo()._cron_notify()
                self.assertEqual(len(self.mails(plans)), sent)

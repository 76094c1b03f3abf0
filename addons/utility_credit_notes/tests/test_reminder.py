from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron

from ..models import utility_credit_note_reminder
from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestReminder(CreditNotesCommon):
    """Consumers are told before their credit expires (CRN-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.email = "john@example.com"
        cls.today = cls.company._utility_today()
        cls.note = cls.make_credit()

    @classmethod
    def make_credit(cls, amount=4.50, days=30, **values):
        """Credit of a payment in advance, with so many days left."""
        request = cls.request(amount) | values
        outcome = cls.Payment.record_collections([request])[0]
        payment = cls.env["account.payment"].browse(outcome["payment_id"])
        note = payment.credit_note_ids.sudo()
        note.expiry_date = cls.today + timedelta(days)
        return note

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("utility_credit_notes.ir_cron_remind").method_direct_trigger()
        self.env.invalidate_all()

    def mails(self, note=None):
        return self.env["mail.mail"].search(
            [
                ("model", "=", "utility.credit.note"),
                ("res_id", "in", (note or self.note).ids),
            ],
            order="id",
        )

    def days_left(self, days, note=None):
        """Time passes: the last day comes nearer, though nobody changed it."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE utility_credit_note SET expiry_date = %s WHERE id = %s",
            [self.today + timedelta(days), (note or self.note).id],
        )
        self.env.invalidate_all()

    def test_two_reminders(self):
        """CRN-11: 30 and 7 days before, each once, not earlier and not after."""
        for days, count in (
            (31, 0),
            (30, 1),
            (30, 1),
            (29, 1),
            (8, 1),
            (7, 2),
            (6, 2),
            (0, 2),
            (-1, 2),
        ):
            with self.subTest(days=days):
                self.days_left(days)
                self.run_cron()
                self.assertEqual(len(self.mails()), count)

    def test_message(self):
        """CRN-11: amount and day as they are at sending; logged on the note."""
        self.note.with_user(self.clerk).apply_to(self.make_bill(2).ids)
        self.run_cron()
        mail = self.mails()
        self.assertEqual(mail.email_to, "john@example.com")
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("2.50", mail.body_html)
        self.assertIn(self.note.expiry_date.strftime("%m/%d/%Y"), mail.subject)
        self.assertIn(mail.mail_message_id, self.note.message_ids)

    def test_missed_days(self):
        """CRN-11: after days without the action, the latest reminder only."""
        self.days_left(3)
        self.run_cron()
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(self.note.reminded_days, 7)
        self.run_cron()
        self.assertEqual(len(self.mails()), 1)

    def test_last_day_itself(self):
        """CRN-11: on the last day the credit can still be used, so also reminded."""
        self.days_left(0)
        self.run_cron()
        self.assertEqual(len(self.mails()), 1)

    def test_who_gets_none(self):
        """CRN-11: nothing for credit that is used, never expires, isn't valid, or of
        consumers without an address.
        """
        silent = self.make_account("Jane Roe")
        empty = self.make_account("Jim Poe", email="")
        notes = self.make_credit(account=silent.number)
        notes |= self.make_credit(account=empty.number)
        never = self.make_credit()
        never.sudo().expiry_date = False
        used = self.make_credit(3)
        used.with_user(self.clerk).apply_to(self.make_bill(3).ids)
        self.make_bill(50)
        _outcome, payment = self.record_one(50)
        draft = self.make_note(payment, 1)
        draft.sudo().expiry_date = self.today + timedelta(7)
        notes |= never | used | draft
        self.run_cron()
        self.assertFalse(self.mails(notes))
        self.assertEqual(len(self.mails()), 1)
        # The address came later: the reminder isn't lost.
        silent.email = "jane@example.com"
        self.run_cron()
        self.assertEqual(len(self.mails(notes)), 1)

    def test_extended(self):
        """CRN-11: with a later last day, reminders begin anew."""
        self.run_cron()
        self.note.with_user(self.manager).action_extend(self.today + timedelta(300))
        self.run_cron()
        self.assertEqual(len(self.mails()), 1)
        self.days_left(30)
        self.run_cron()
        self.assertEqual(len(self.mails()), 2)

    def test_consumers_language(self):
        """CRN-11, DOC-06: the reminder speaks the consumer's language."""
        self.env["res.lang"]._activate_lang("es_ES")
        self.env["ir.module.module"]._load_module_terms(
            ["utility_payments", "utility_credit_notes"], ["es_ES"], overwrite=True
        )
        self.account.partner_id.lang = "es_ES"
        other = self.make_account("Jane Roe", email="jane@example.com")
        english = self.make_credit(account=other.number)
        self.run_cron()
        self.assertIn("vence el", self.mails().subject)
        self.assertIn(
            self.note.expiry_date.strftime("%d/%m/%Y"), self.mails().body_html
        )
        self.assertIn("expires on", self.mails(english).subject)

    def test_stopped_and_resumed(self):
        """CRN-11: when its time is up the action stops, and goes on without doubles."""
        notes = self.note
        for amount in (1, 2, 3, 4):
            notes |= self.make_credit(amount)
        done = []

        def commit(cron, processed=0, *, remaining=None, **kwargs):
            done.append((processed, remaining))
            return 0

        with (
            patch.object(utility_credit_note_reminder, "_CHUNK", 2),
            patch.object(IrCron, "_commit_progress", commit),
        ):
            for sent in (2, 4, 5, 5):
                self.env["utility.credit.note"].sudo()._cron_remind()
                self.assertEqual(len(self.mails(notes)), sent)
        self.assertEqual(done, [(2, 3), (2, 1), (1, 0)])
        self.assertEqual(len(self.mails(notes).mapped("res_id")), 5)

    def test_queries_of_a_chunk(self):
        """CRN-11: notes are chosen and marked as sets."""

        def count(more):
            for amount in range(more):
                self.make_credit(1 + amount)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Note = self.env["utility.credit.note"].sudo()
            domain = Note._reminder_domain(
                self.company, 30, self.today, self.today + timedelta(30)
            )
            notes = Note.search(domain)
            notes.reminded_days = 30
            self.env.flush_all()
            self.assertGreaterEqual(len(notes), more)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(1), count(8))

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from ..models.notice import sending
from .notice_common import NoticeCommon


@tagged("post_install", "-at_install")
class TestNoticeEmail(NoticeCommon):
    """A reminder cannot be wrong (COL-11)."""

    def reminded(self):
        """A reminder that the scheduled action has judged."""
        notice = self.take(self.mail_step)
        self.assertEqual(notice.state, "to_send")
        self.send()
        return notice

    def body(self, notice):
        return notice.mail_id.body_html

    # -------------------------------------------------------------------------
    # WHAT IT SAYS
    # -------------------------------------------------------------------------

    def test_message(self):
        """COL-11: amount, document, due date, account; once; on the timeline."""
        notice = self.reminded()
        self.assertEqual((notice.state, notice.amount), ("queued", 145.5))
        mail = notice.mail_id
        self.assertEqual((mail.state, mail.email_to), ("outgoing", "john@example.com"))
        for text in ("145.50", self.bill.name, "01/15/2024", self.account.number):
            self.assertIn(text, mail.body_html)
        self.assertIn(mail.mail_message_id, self.account.message_ids)
        self.assertFalse(self.told())
        self.assertEqual(len(self.leave(notice)), 1)
        self.assertEqual((notice.state, notice.sent_on), ("sent", self.today))
        ((kind, note),) = self.told()
        self.assertEqual(kind, "notice_sent")
        self.assertIn("john@example.com", note)
        self.send()
        self.assertEqual(notice.mail_id, mail)

    def test_partly_paid(self):
        """COL-11: a partial payment doesn't silence the rest: it asks for that."""
        notice = self.take(self.mail_step)
        self.record_one(100, documents=[self.bill.name])
        self.send()
        self.assertEqual(notice.amount, 45.5)
        self.assertIn("45.50", self.body(notice))
        self.assertNotIn("145.50", self.body(notice))

    def test_credit(self):
        """COL-11: open credit is taken off, and said."""
        self.record_one(50, type="service")
        notice = self.reminded()
        self.assertEqual(notice.amount, 95.5)
        for text in ("145.50", "Your credit", "50.00", "95.50"):
            self.assertIn(text, self.body(notice))

    def test_two_accounts_at_once(self):
        """COL-11: each with its own debt; a payment of one changes nothing for both."""
        other = self.make_account("Jane Roe", email="jane@example.com")
        self.make_bill(60, account=other)
        notices = self.take(self.mail_step) | self.take(self.mail_step, other)
        self.record_one()
        self.send()
        self.assertNotSent(notices[0], "Nothing is overdue any more")
        self.assertEqual((notices[1].state, notices[1].amount), ("queued", 60))

    def test_languages(self):
        """COL-11, DOC-06: in the consumer's language, amounts and dates as well."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.partner_id.lang = "fr_FR"
        self.mail_step.with_context(lang="fr_FR").notice_text = "Premier rappel."
        self.mail_step.notice_text = "First reminder."
        template = self.env.ref("utility_collections.mail_template_notice_reminder")
        template.with_context(
            lang="fr_FR"
        ).subject = "Veuillez payer {{ object.amount }}"
        notice = self.reminded()
        self.assertIn("Veuillez payer 145.5", notice.mail_id.subject)
        self.assertIn("Premier rappel.", self.body(notice))
        self.assertIn("15/01/2024", self.body(notice))

    def test_own_template(self):
        """COL-11: a step may have an e-mail template of its own."""
        shipped = self.env.ref("utility_collections.mail_template_notice_reminder")
        self.mail_step.mail_template_id = shipped.copy({"subject": "Our own"})
        self.assertEqual(self.reminded().mail_id.subject, "Our own")

    def test_broken_template(self):
        """COL-11: a mistake in a template stops its own mails only, and is said."""
        shipped = self.env.ref("utility_collections.mail_template_notice_reminder")
        self.sms_step.action = "email"
        self.sms_step.mail_template_id = shipped.copy(
            {
                "body_html": '<p><t t-if="object.utility_account_id.number =='
                f' \'{self.account.number}\'" t-out="object.no_such_field"/></p>'
            }
        )
        broken = self.take(self.sms_step)
        others = self.Notice
        for step in (self.sms_step, self.mail_step):
            account = self.make_account(step.name, email=f"{step.id}@example.com")
            self.make_bill(60, account=account)
            others |= self.take(step, account)
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self.send()
        self.assertEqual(others.mapped("state"), ["queued"] * 2)
        self.assertNotSent(broken, "look at its template")

    # -------------------------------------------------------------------------
    # WHAT ISN'T SENT
    # -------------------------------------------------------------------------

    def test_paid(self):
        """COL-11: paid before it was written: not sent, and why."""
        notice = self.take(self.mail_step)
        self.record_one()
        self.send()
        self.assertNotSent(notice, "Nothing is overdue any more")
        self.assertFalse(notice.mail_id)

    def test_covered_by_credit(self):
        """COL-11: nobody is asked for what their credit covers."""
        for _turn in range(2):
            self.record_one(100, type="service")
        self.assertNotSent(self.reminded(), "credit covers it")

    def test_plan(self):
        """PLN-04, COL-11: a plan defers it; what of it is past due is asked for."""
        notice = self.take(self.mail_step)
        plan = self.make_plan(self.bill, first_due_date=self.days(10))
        self.send()
        self.assertNotSent(notice, "Nothing is overdue")
        row = plan.sudo().installment_ids.sorted("sequence")[0]
        self.env.cr.execute(
            "UPDATE utility_payment_plan_installment SET due_date = %s WHERE id = %s",
            [self.days(-1), row.id],
        )
        self.env.invalidate_all()
        late = self.reminded()
        self.assertEqual(late.amount, 48.5)
        self.assertIn(row.display_name, self.body(late))

    def test_kept_out(self):
        """COL-11: items kept out of collections are neither asked for nor listed."""
        kept = self.make_bill(60)
        line = kept.line_ids.filtered("utility_account_id")
        line.no_followup = True
        self.assertEqual(line._filter_disputed(), line)
        notice = self.reminded()
        self.assertEqual(notice.amount, 145.5)
        self.assertNotIn(kept.name, self.body(notice))
        self.bill.line_ids.filtered("utility_account_id").no_followup = True
        self.assertNotSent(self.reminded(), "Nothing is overdue")

    def test_promise(self):
        """COL-06, COL-11: what is promised isn't asked for; its day is told."""
        self.promise(100, days=5)
        notice = self.reminded()
        self.assertEqual(notice.amount, 45.5)
        self.assertIn("As you promised", self.body(notice))
        self.assertEqual(
            notice._get_dated_figures()["promised_until"],
            self.days(5),
        )
        self.promise(45.5, days=3)
        self.assertFalse(self.leave(notice))
        self.assertNotSent(notice, str(self.days(3)))

    def test_promise_over(self):
        """COL-06, COL-11: a promise that wasn't kept protects nothing."""
        promise = self.promise(145.5)
        promise.sudo().date = self.days(-10)
        self.assertEqual(self.reminded().amount, 145.5)

    def test_dispute(self):
        """COL-09, COL-11: the disputed part isn't asked for; rejected, it is again."""
        dispute = self.dispute(100)
        notice = self.reminded()
        self.assertEqual(notice.amount, 45.5)
        for text in ("145.50", "In dispute", "100.00", "45.50"):
            self.assertIn(text, self.body(notice))
        dispute.with_user(self.recovery).action_resolve("rejected", remark="It's right")
        self.env.invalidate_all()
        self.assertFalse(self.leave(notice))
        self.assertEqual((notice.state, notice.amount), ("queued", 145.5))

    def test_disputed_in_the_queue(self):
        """COL-09, COL-11: disputed while the mail waits to leave: it doesn't."""
        notice = self.reminded()
        self.dispute()
        self.env.invalidate_all()
        self.assertFalse(self.leave(notice))
        self.assertNotSent(notice, "disputed")

    def test_least_to_pay(self):
        """COL-02, COL-11: what ends reminders counts what is promised already."""
        self.process.step_ids.filtered(lambda step: step.days_overdue < 30).unlink()
        self.make_bill(60, date=str(self.days(-20)), due_date=str(self.days(-5)))
        notice = self.take(self.warning_step)
        self.promise(100)
        figures = notice._read_figures()[notice.id]
        self.assertEqual((figures["amount"], figures["minimum"]), (105.5, 45.5))

    def make_transaction(self, amount=145.5):
        provider = self.env["payment.provider"].create({"name": "Test"})
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.account.partner_id.id,
                "reference": "T-1",
                "state": "pending",
                "invoice_ids": [Command.set(self.bill.ids)],
            }
        )

    def test_on_its_way(self):
        """COL-11: an online payment on its way is waited for; its failure asks."""
        pending = self.make_transaction()
        self.assertNotSent(self.reminded(), "on its way")
        pending.state = "error"
        self.assertEqual(self.reminded().state, "queued")

    def test_partly_on_its_way(self):
        """COL-11: a part on its way is taken off."""
        self.make_transaction(100)
        self.assertEqual(self.reminded().amount, 45.5)

    def test_case_ended(self):
        """COL-04, COL-11: nothing is sent of a case that is closed or paused."""
        notice = self.take(self.mail_step)
        notice.case_id.write({"state": "paused", "pause_reason": "Promise to pay"})
        self.send()
        self.assertNotSent(notice, "paused: Promise to pay")
        notice.case_id.write({"state": "closed", "close_reason": "manual"})
        again = self.mail_step._take(notice.case_id)
        self.send()
        self.assertNotSent(again, "ended: by hand")

    def test_too_little(self):
        """COL-04: a step begins at its amount."""
        self.mail_step.amount_min = 50
        notice = self.take(self.mail_step)
        self.record_one(100, documents=[self.bill.name])
        self.send()
        self.assertNotSent(notice, "begins at")

    # -------------------------------------------------------------------------
    # NOBODY TO TELL
    # -------------------------------------------------------------------------

    def test_no_address(self):
        """COL-11: without an address the reason is kept, and a letter waits."""
        self.account.email = False
        notice = self.reminded()
        self.assertNotSent(notice, "No e-mail address")
        letter = self.Notice.search([("instead_of_id", "=", notice.id)])
        self.assertEqual((letter.channel, letter.state), ("letter", "to_send"))
        self.assertEqual(letter.case_id, notice.case_id)
        self.mail_step.letter_instead = False
        last = self.reminded()
        self.assertNotSent(last, "No e-mail address")
        self.assertFalse(self.Notice.search([("instead_of_id", "=", last.id)]))

    def test_not_due_needs_no_address(self):
        """COL-11: no letter takes the place of what isn't due."""
        self.account.email = False
        notice = self.take(self.mail_step)
        self.record_one()
        self.send()
        self.assertNotSent(notice, "Nothing is overdue")
        self.assertFalse(self.Notice.search([("instead_of_id", "=", notice.id)]))

    def test_refused_by_the_server(self):
        """COL-11: a mail that the server refuses is no notice."""
        notice = self.reminded()
        mail = notice.mail_id
        mail.write({"state": "exception", "failure_reason": "Mailbox full"})
        mail._postprocess_sent_message([], [], "Mailbox full", "unknown")
        self.assertNotSent(notice, "Mailbox full")

    def test_no_server(self):
        """COL-11: while no mail server is reached, it waits, and is tried again."""
        notice = self.reminded()
        mail = notice.mail_id
        mail.write({"state": "exception", "failure_reason": "Refused"})
        mail._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual(notice.state, "queued")
        self.assertIn("can't be reached", notice.reason)
        self.send()
        self.assertEqual(len(self.leave(notice)), 1)
        self.assertEqual((notice.state, notice.reason), ("sent", False))

    # -------------------------------------------------------------------------
    # WHEN IT LEAVES
    # -------------------------------------------------------------------------

    def test_paid_in_the_queue(self):
        """COL-11: paid while the mail waits to leave: it doesn't, and says why."""
        notice = self.reminded()
        self.record_one()
        self.assertFalse(self.leave(notice))
        self.assertEqual(notice.mail_id.state, "cancel")
        self.assertNotSent(notice, "Nothing is overdue")

    def test_partly_paid_in_the_queue(self):
        """COL-11: another amount by now: the mail is written anew before it leaves."""
        notice = self.reminded()
        old = notice.mail_id
        self.record_one(100, documents=[self.bill.name])
        self.assertFalse(self.leave(notice))
        self.assertEqual((old.state, notice.state), ("cancel", "queued"))
        self.assertEqual(notice.amount, 45.5)
        self.assertEqual(len(self.leave(notice)), 1)
        self.assertEqual(notice.state, "sent")

    def test_other_address_in_the_queue(self):
        """COL-11: it leaves for the address of the moment, in the words for its reader.

        The old address may be a stranger's.
        """
        notice = self.reminded()
        old = notice.mail_id
        self.account.email = "new@example.com"
        self.assertFalse(self.leave(notice))
        self.assertEqual(old.state, "cancel")
        (mail,) = self.leave(notice)
        self.assertEqual(mail.email_to, "new@example.com")
        self.assertEqual(notice.sent_to, "new@example.com")
        notice = self.reminded()
        self.account.partner_id.name = "Jane Roe"
        self.assertFalse(self.leave(notice))
        self.assertIn("Jane Roe", self.body(notice))
        self.account.email = False
        self.assertFalse(self.leave(notice))
        self.assertNotSent(notice, "No e-mail address")

    def test_queued_again_by_hand(self):
        """COL-11: the mail of a notice that was settled doesn't leave by itself."""
        notice = self.reminded()
        mail = notice.mail_id
        self.record_one()
        self.assertFalse(self.leave(notice))
        mail.mark_outgoing()
        self.assertFalse(self.leave(notice))
        self.assertEqual(mail.state, "cancel")

    def test_cancelled_mail(self):
        """COL-11: a mail that an admin cancels or removes told nobody."""
        for end in ("cancel", "unlink"):
            notice = self.reminded()
            getattr(notice.mail_id, end)()
            self.send()
            self.assertNotSent(notice, "was cancelled")

    def test_came_back(self):
        """COL-11: a mail that comes back told nobody: a letter goes instead."""
        notice = self.reminded()
        (mail,) = self.leave(notice)
        # As a mail server says so, with the headers of what it returns
        self.env["mail.thread"].message_process(
            False,
            f"""Return-Path: <>
From: MAILER-DAEMON@example.com
To: {self.env.company.bounce_email or "bounce@example.com"}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Message-Id: <bounce-1@example.com>
Content-Type: multipart/report; report-type=delivery-status; boundary="XX"

--XX
Content-Type: text/plain

Nobody of this name is here.

--XX
Content-Type: message/delivery-status

Reporting-MTA: dns; example.com

Final-Recipient: rfc822; john@example.com
Action: failed
Status: 5.1.1

--XX
Content-Type: message/rfc822

From: utility@example.com
To: john@example.com
Subject: {mail.subject}
Message-Id: {mail.mail_message_id.message_id}

Text

--XX--
""",
        )
        self.env.invalidate_all()
        self.assertNotSent(notice, "came back")
        self.assertFalse(notice.sent_on)
        letter = self.Notice.search([("instead_of_id", "=", notice.id)])
        self.assertEqual((letter.channel, letter.state), ("letter", "to_send"))

    def test_one_of_a_debt(self):
        """COL-11: of notices of one debt that waited, the last one leaves alone."""
        first = self.take(self.mail_step)
        self.send()
        second = self.take(self.mail_step)
        self.send()
        self.assertEqual(len(self.leave(first | second)), 1)
        self.assertNotSent(first, "later notice")
        self.assertEqual(second.state, "sent")
        # What was told already isn't told again by one that waits still.
        recovery = first.with_user(self.recovery)
        recovery.action_try_again()
        self.send()
        self.assertNotSent(first, "later notice")

    def test_warning_of_a_debt(self):
        """COL-07, COL-11: a reminder doesn't take the place of a warning."""
        warning, letter = self.take(self.warning_step), self.take(self.letter_step)
        figures = (warning | letter)._read_figures()
        self.assertFalse(figures[warning.id]["obstacle"])
        again = self.take(self.warning_step)
        figures = (warning | letter | again)._read_figures()
        for notice in (warning, letter):
            self.assertIn("later notice", figures[notice.id]["obstacle"])
        self.assertFalse(figures[again.id]["obstacle"])

    def test_other_mails(self):
        """Mails of others leave as they were."""
        mail = self.env["mail.mail"].create({"subject": "X", "email_to": "a@b.example"})
        with self.mock_mail_gateway(mail_unlink_sent=False):
            mail.send()
        self.assertEqual(mail.state, "sent")

    def test_stopped_and_resumed(self):
        """COL-11: when its time is up the action stops, and sends nothing twice."""
        notices = self.take(self.mail_step)
        for number in range(4):
            account = self.make_account(f"C {number}", email=f"c{number}@example.com")
            self.make_bill(60, account=account)
            notices |= self.take(self.mail_step, account)
        with (
            patch.object(sending, "_CHUNK", 2),
            patch.object(IrCron, "_commit_progress", lambda *a, **k: 0),
        ):
            for queued in (2, 4, 5, 5):
                self.Notice._cron_send()
                self.assertEqual(len(notices.mail_id), queued)

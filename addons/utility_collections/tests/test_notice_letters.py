import io
import subprocess
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.base.models.ir_cron import IrCron

from ..models.notice import utility_letter_batch
from .notice_common import NoticeCommon


@tagged("post_install", "-at_install")
class TestNoticeLetters(NoticeCommon):
    """Letters are printed in batches, each judged as it is printed (COL-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = cls.env["utility.account"]
        for number in range(3):
            account = cls.make_account(f"Consumer {number}")
            account.partner_id.write({"street": f"{number} Side Street"})
            cls.make_bill(60 + number, account=account)
            cls.others |= account

    def print_letters(self, user=None, notices=None):
        """Print as a Recovery Executive; return the batch."""
        Notice = self.Notice.with_user(user or self.recovery)
        action = Notice.action_print_letters(notices and notices.ids)
        self.env.invalidate_all()
        if action.get("res_model") != "utility.letter.batch":
            return self.env["utility.letter.batch"].sudo()
        return self.env["utility.letter.batch"].sudo().browse(action["res_id"])

    def wait(self, step=None):
        """A letter to each account waits."""
        notices = self.take(step or self.letter_step)
        for account in self.others:
            notices |= self.take(step or self.letter_step, account)
        return notices

    def text(self, content):
        done = subprocess.run(
            ["pdftotext", "-layout", "-", "-"],
            input=content,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    def pages(self, batch, content=None):
        """The text of each page of its PDF."""
        batch.with_user(self.clerk).with_context(
            force_report_rendering=True
        ).action_download()
        return self.text(content or batch.attachment_id.raw).split("\f")[:-1]

    def test_batch(self):
        """COL-11: one PDF, a page each, with address, amount, document, date."""
        notices = self.wait()
        batch = self.print_letters()
        self.assertEqual(batch.letter_count, 4)
        self.assertEqual(batch.notice_ids, notices)
        self.assertEqual((batch.date, batch.user_id), (self.today, self.recovery))
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertEqual(set(notices.mapped("sent_on")), {self.today})
        pages = self.pages(batch)
        self.assertEqual(len(pages), 4)
        for text in (
            f"{batch.number}/1",
            "1 Main Street",
            "John Doe",
            self.bill.name,
            "01/15/2024",
            "145.50",
            self.account.number,
            self.company.name,
        ):
            self.assertIn(text, pages[0])
        for number, page in enumerate(pages[1:]):
            self.assertIn(f"Consumer {number}", page)
            self.assertIn(f"6{number}.00", page)
        self.assertIn("1 Main Street", self.told()[-1][1])

    def test_judged_when_printed(self):
        """COL-11: who paid gets none; who paid a part is asked for the rest."""
        notices = self.wait()
        self.record_one()
        self.record_one(20, account=self.others[0].number)
        batch = self.print_letters()
        self.assertNotSent(notices[0], "Nothing is overdue")
        self.assertEqual(batch.notice_ids, notices[1:])
        text = "\n".join(self.pages(batch))
        self.assertIn("40.00", text)
        self.assertNotIn("John Doe", text)

    def test_deductions(self):
        """COL-11: credit is shown, and the letter adds up."""
        self.record_one(50, type="service")
        self.take(self.letter_step)
        (page,) = self.pages(self.print_letters())
        for text in ("145.50", "Your credit", "50.00", "95.50"):
            self.assertIn(text, page)

    def test_never_twice(self):
        """COL-11: no letter is in two batches; printed again it is a copy."""
        notices = self.wait()
        first = self.print_letters(notices=notices[:2])
        second = self.print_letters()
        self.assertEqual(
            (first.notice_ids, second.notice_ids), (notices[:2], notices[2:])
        )
        self.assertFalse(self.print_letters())
        with self.assertRefused(UserError, "is sent"):
            self.print_letters(notices=notices[0])

    def test_copy(self):
        """COL-11: a copy says the same, on each page that it is one."""
        self.wait()
        batch = self.print_letters()
        before = self.pages(batch)
        # What happened since changes no word of it.
        self.record_one()
        batch.with_user(self.recovery).action_print_copy()
        copy = self.env["ir.attachment"].search(
            [("res_model", "=", batch._name), ("res_id", "=", batch.id)],
            order="id desc",
            limit=1,
        )
        self.assertNotEqual(copy, batch.attachment_id)
        pages = self.pages(batch, copy.raw)
        self.assertEqual(len(pages), 4)
        for old, new in zip(before, pages, strict=True):
            self.assertIn("COPY", new)
            self.assertNotIn("COPY", old)
            for word in old.split():
                self.assertIn(word, new)
        self.assertEqual(batch.copy_count, 1)

    def test_warning(self):
        """COL-07, COL-11: a warning names the earliest day, of its step or company."""
        self.company.utility_warning_days = 12
        notice = self.take(self.warning_step)
        batch = self.print_letters()
        self.assertEqual(notice.disconnect_from, self.days(12))
        (page,) = self.pages(batch)
        self.assertIn("Disconnection warning".upper(), page.upper())
        self.assertIn(self.days(12).strftime("%m/%d/%Y"), page)
        self.warning_step.warning_days = 20
        later = self.take(self.warning_step)
        self.print_letters()
        self.assertEqual(later.disconnect_from, self.days(20))

    def test_language(self):
        """DOC-06: each letter of a batch in its consumer's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.partner_id.lang = "fr_FR"
        self.letter_step.notice_text = "First reminder."
        self.letter_step.with_context(lang="fr_FR").notice_text = "Premier rappel."
        self.wait()
        pages = self.pages(self.print_letters())
        self.assertIn("Premier rappel.", pages[0])
        self.assertIn("15/01/2024", pages[0])
        self.assertIn("First reminder.", pages[1])

    def test_no_address(self):
        """COL-11: without a postal address there is no letter, and the reason."""
        self.account.partner_id.street = False
        notice = self.take(self.letter_step)
        self.assertFalse(self.print_letters())
        self.assertNotSent(notice, "No postal address")
        # Where the service is supplied is an address.
        self.account.service_address = "9 Supply Road, Compass"
        again = self.take(self.letter_step)
        (page,) = self.pages(self.print_letters())
        self.assertIn("9 Supply Road", page)
        self.assertEqual(again.state, "sent")

    def test_parts(self):
        """COL-11: many letters are drawn in several runs, in their order."""
        self.wait()
        batch = self.print_letters()
        with (
            patch.object(utility_letter_batch, "_PART", 3),
            patch.object(IrCron, "_commit_progress", lambda *a, **k: 1),
        ):
            batch.browse().with_context(force_report_rendering=True)._cron_draw()
        self.assertTrue(batch.attachment_id)
        self.assertEqual(
            len(PdfFileReader(io.BytesIO(batch.attachment_id.raw)).pages), 4
        )
        for number, page in enumerate(self.pages(batch), start=1):
            self.assertIn(f"{batch.number}/{number}", page)

    def test_posted_later(self):
        """COL-11: who pays between print and post gets no letter, or a new one."""
        notices = self.wait()
        batch = self.print_letters()
        self.record_one()
        self.record_one(20, account=self.others[0].number)
        # One more overdue bill doesn't make a letter wrong.
        self.make_bill(30, account=self.others[1])
        with self.assertRaises(AccessError):
            batch.with_user(self.clerk).action_post()
        with freeze_time(self.days(1)):
            action = batch.with_user(self.recovery).action_post()
            self.env.invalidate_all()
            self.assertEqual(notices.search(action["domain"]), notices[1] | notices[0])
            self.assertIn("no. 1, 2", action["name"])
            self.assertNotSent(notices[0], "Nothing is overdue")
            self.assertNotSent(notices[1], "a part was paid")
            self.assertEqual(notices[2:].mapped("state"), ["sent"] * 2)
            self.assertEqual(set(notices[2:].mapped("sent_on")), {self.days(1)})
            again = self.print_letters()
            self.assertEqual(again.notice_ids.instead_of_id, notices[1])
            self.assertEqual(again.notice_ids.amount, 40)
            action = again.with_user(self.recovery).action_post()
            self.assertIn("post them", action["params"]["message"])
            with self.assertRefused(UserError, "was posted on"):
                again.with_user(self.recovery).action_post()

    def test_one_broken_batch(self):
        """COL-11: a batch that can't be drawn doesn't keep the others waiting."""
        self.wait()
        broken = self.print_letters(notices=self.Notice.search([], limit=2))
        good = self.print_letters()
        # What no date is can't be drawn.
        notice = broken.notice_ids[0]
        notice.figures = notice.figures | {"promised_until": "nonsense"}
        with (
            patch.object(IrCron, "_commit_progress", lambda *a, **k: 1),
            self.assertLogs("odoo.addons.utility_collections", "ERROR"),
        ):
            broken.browse().with_context(force_report_rendering=True)._cron_draw()
        self.assertFalse(broken.attachment_id)
        self.assertTrue(good.attachment_id)

    def test_strange_ids(self):
        """COL-11: ids of what isn't there are refused in one sentence."""
        for ids in ([10**9], ["a"], "abc", [True], [[1]], {"a": 1}):
            with self.assertRefused(UserError, "letters that exist"):
                self.Notice.with_user(self.recovery).action_print_letters(ids)

    def test_rights(self):
        """ROL-01: Recovery Executives and above print; staff read the batches."""
        notices = self.wait()
        for user in (self.clerk, self.collector):
            with self.assertRaises(AccessError):
                self.print_letters(user=user)
            with self.assertRaises(AccessError):
                notices.with_user(user).action_dismiss()
            with self.assertRaises(AccessError):
                notices.with_user(user).write({"state": "sent"})
        batch = self.print_letters(user=self.manager)
        self.assertTrue(batch.with_user(self.clerk).action_download())
        with self.assertRaises(AccessError):
            batch.with_user(self.clerk).action_print_copy()
        with self.assertRaises(AccessError):
            batch.with_user(self.recovery).write({"letter_count": 1})
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.manager)._render_qweb_pdf(
                "utility_collections.report_letters", batch.ids
            )

    def test_by_hand(self):
        """COL-11: staff take notices back, and let them wait again."""
        notice = self.take(self.letter_step)
        recovery = notice.with_user(self.recovery)
        recovery.action_dismiss()
        self.assertNotSent(notice, self.recovery.name)
        recovery.action_try_again()
        self.assertEqual(notice.state, "to_send")
        with self.assertRefused(UserError, "use Print Letters"):
            recovery.action_send_now()

    def preview(self, notice):
        """The preview that the counter opens of a notice."""
        notice = notice.with_user(self.clerk)
        action = notice.action_preview()
        return notice.env[action["res_model"]].browse(action["res_id"])

    def test_names_are_text(self):
        """COL-11: what looks like HTML in names, addresses and words is text."""
        self.account.partner_id.name = self.account.service_address = "<b>Bold</b>"
        self.company.name = "Light & <b>Bold</b>"
        for step in self.process.step_ids:
            step.notice_text = "Pay < 5 days, <b>Bold</b>"
            notice = self.take(step)
            notice._keep_figures(notice._read_figures()[notice.id])
            for text in (self.preview(notice).body, notice._render_text()[1]):
                self.assertNotIn("<b>Bold", text)
                self.assertIn("&lt; 5 days", text)

    def test_preview(self):
        """COL-11: as it would be now, and nothing is kept of it."""
        for step in (self.mail_step, self.sms_step, self.letter_step):
            notice = self.take(step)
            preview = self.preview(notice)
            self.assertIn("145.50", preview.body)
            self.assertNotIn("False", preview.body)
            self.assertEqual((notice.state, notice.figures), ("to_send", False))
        self.record_one()
        preview = self.preview(notice)
        self.assertIn("Nothing is overdue", preview.obstacle)

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.sms.tests.common import MockSMS
from odoo.addons.utility_collections.tests.notice_common import NoticeCommon


@tagged("post_install", "-at_install")
class TestNoticeSms(MockSMS, NoticeCommon):
    """Reminders by SMS can't be wrong either (COL-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.utility_sms_gateway = "on"
        cls.account.partner_id.country_id = cls.env.ref("base.us")
        cls.account.phone = "(202) 555-0143"

    def reminded(self, step=None):
        notice = self.take(step or self.sms_step)
        self.send()
        return notice

    def uncommitted(self):
        """The queue commits its progress, which no test may."""
        return patch.object(IrCron, "_commit_progress", lambda *a, **k: 1)

    def leave(self, error=None):
        """The SMS queue runs; return the texts that left."""
        with self.mockSMSGateway(sim_error=error), self.uncommitted():
            self.env["sms.sms"].sudo()._process_queue()
            self.env.flush_all()
        self.env.invalidate_all()
        return [message["body"] for message in self._sms]

    def test_message(self):
        """COL-11: amount and account, to the number; on history and timeline."""
        notice = self.reminded()
        self.assertEqual((notice.state, notice.amount), ("queued", 145.5))
        (text,) = self.leave()
        for words in ("145.50", self.account.number, self.company.name):
            self.assertIn(words, text)
        self.assertEqual((notice.state, notice.sent_on), ("sent", self.today))
        self.assertIn(notice.sms_id.mail_message_id, self.account.message_ids)
        self.assertEqual(self.told()[-1][0], "notice_sent")
        self.assertFalse(self.leave())

    def test_paid_in_the_queue(self):
        """COL-11: paid while it waits to leave: it doesn't, and says why."""
        notice = self.reminded()
        self.record_one()
        self.assertFalse(self.leave())
        self.assertNotSent(notice, "Nothing is overdue")
        self.assertEqual(notice.sms_id.state, "canceled")

    def test_partly_paid_in_the_queue(self):
        """COL-11: another amount by now: it is written anew before it leaves."""
        notice = self.reminded()
        self.record_one(100, documents=[self.bill.name])
        texts = self.leave() + self.leave()
        self.assertEqual(len(texts), 1)
        self.assertIn(" $\xa045.50", texts[0].replace("$ ", "$\xa0"))
        self.assertEqual(notice.state, "sent")

    def test_off(self):
        """COL-11: no gateway, or it is switched off: a letter takes its place."""
        self.company.utility_sms_gateway = "off"
        notice = self.reminded()
        self.assertNotSent(notice, "switched off")
        letter = self.Notice.search([("instead_of_id", "=", notice.id)])
        self.assertEqual((letter.channel, letter.state), ("letter", "to_send"))

    def test_numbers(self):
        """COL-11: without a number, or with a wrong one, the reason is kept."""
        for phone, text in ((False, "No phone number"), ("12", "is no phone number")):
            self.account.phone = phone
            self.assertNotSent(self.reminded(), text)

    def test_refused(self):
        """COL-11: what the gateway refuses wasn't told."""
        notice = self.reminded()
        self.leave("wrong_number_format")
        self.assertNotSent(notice, "refused it")
        self.assertTrue(self.Notice.search([("instead_of_id", "=", notice.id)]))
        self.assertFalse(self.told()[-2:] == [])

    def test_trial(self):
        """COL-11: on trial messages are written, and none leaves."""
        self.company.utility_sms_gateway = "trial"
        notice = self.reminded()
        with self.mockSMSGateway(), self.uncommitted():
            self.env["sms.sms"].sudo()._process_queue()
            self.assertFalse(self._sms)
        self.assertEqual(notice.state, "sent")
        again = self.reminded()
        with self.mockSMSGateway():
            again.sms_id.send()
            self.assertFalse(self._sms)
        self.assertEqual(again.state, "sent")

    def test_language(self):
        """DOC-06: in the consumer's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.partner_id.lang = "fr_FR"
        self.sms_step.notice_text = "First reminder."
        self.sms_step.with_context(lang="fr_FR").notice_text = "Premier rappel."
        self.reminded()
        (text,) = self.leave()
        self.assertIn("Premier rappel.", text)
        self.assertIn("145,50", text)

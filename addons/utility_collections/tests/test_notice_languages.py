import re

from odoo import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..models.milestone.utility_milestone_rule import CONSUMER_MILESTONES
from .notice_common import NoticeCommon

LANGUAGES = ("es_ES", "fr_FR")
# Words of an English sentence that Spanish and French don't have
ENGLISH = re.compile(
    r"\b(the|is|are|was|were|please|pay|paid|payments?|your|you|account|dear|overdue"
    r"|due|kind|regards|and|of|if|this|by|we|for|from|disconnected|supply|call|reminder"
    r"|warning|amount|least|letters?|bill|charges?|reference|period|printed|quantity"
    r"|with|name|consumer|nothing|thank|promised|online|reconnection|stopped)\b",
    re.IGNORECASE,
)


@tagged("post_install", "-at_install")
class TestNoticeLanguages(NoticeCommon):
    """What consumers read is in their language, to the last word (COL-11, DOC-06)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modules = ["utility_consumers", "utility_payments", "utility_collections"]
        for lang in LANGUAGES:
            cls.env["res.lang"]._activate_lang(lang)
            cls.env["ir.module.module"]._load_module_terms(
                modules, [lang], overwrite=True
            )
        cls.account.partner_id.country_id = False
        cls.account.service_address = "9 Rio, Compass"

    def assertForeign(self, text):
        text = html2plaintext(text)
        self.assertTrue(text.strip())
        found = ENGLISH.search(text)
        self.assertFalse(found, f"{found and found.group()!r} is English: {text}")

    def each(self):
        """Once for each language, as that of the consumer."""
        for lang in LANGUAGES:
            self.account.partner_id.lang = lang
            self.env.flush_all()
            yield lang

    def told(self, step):
        """A notice that names all that may be taken off."""
        # What isn't past the first step yet isn't needed to end the reminders.
        self.make_bill(400, date=str(self.days(-20)), due_date=str(self.days(-3)))
        self.record_one(20, type="service")
        promise, dispute = self.promise(40), self.dispute(30)
        self.make_on_its_way(10)
        notice = self.take(step)
        figures = notice._read_figures()[notice.id]
        for name in ("credit", "promised", "disputed", "in_flight", "minimum"):
            self.assertTrue(figures[name], name)
        notice._keep_figures(figures)
        # The next one is told of the same debt.
        promise.action_cancel("Called")
        dispute.with_user(self.recovery).action_withdraw()
        self.env["payment.transaction"].search([]).state = "cancel"
        return notice

    def make_on_its_way(self, amount):
        provider = self.env["payment.provider"].create({"name": "Test"})
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.account.partner_id.id,
                "reference": f"T-{self.account.partner_id.lang}",
                "state": "pending",
                "invoice_ids": [Command.set(self.bill.ids)],
            }
        )

    def test_notices(self):
        """COL-11, DOC-06: reminders and warnings by e-mail, SMS and letter."""
        steps = {
            "reminder": self.letter_step,
            "disconnection_warning": self.warning_step,
        }
        for kind, step in steps.items():
            notice = self.told(step)
            template = self.env.ref(f"utility_collections.mail_template_notice_{kind}")
            for lang in self.each():
                notice.invalidate_recordset()
                self.assertEqual(notice.lang, lang)
                mail = template._generate_template(
                    notice.ids, ("subject", "body_html")
                )[notice.id]
                self.assertForeign(mail["subject"])
                self.assertForeign(mail["body_html"])
                self.assertForeign(notice._get_sms_text())
                for phone in (False, "+1 555 010 0100"):
                    self.company.phone = phone
                    _subject, letter = notice._render_letter()
                    self.assertForeign(letter)

    def test_milestones(self):
        """COL-10, DOC-06: all that a rule may tell a consumer."""
        rules = self.env["utility.milestone.rule"].sudo()
        rules.search([]).active = False
        rules.create(
            [
                {
                    "name": kind,
                    "milestone": kind,
                    "company_id": self.company.id,
                    "to_recovery": False,
                    "to_consumer": True,
                }
                for kind in CONSUMER_MILESTONES
            ]
        )
        for _lang in self.each():
            before = self.env["mail.mail"].search([])
            for kind in CONSUMER_MILESTONES:
                self.env["utility.collection.event"]._log(kind, self.account)
            self.run_cron("ir_cron_deliver_milestones")
            mails = self.env["mail.mail"].search([]) - before
            self.assertEqual(len(mails), len(CONSUMER_MILESTONES))
            for mail in mails:
                self.assertForeign(mail.subject)
                self.assertForeign(mail.body_html)

    def test_requests(self):
        """COL-05, DOC-06: a free letter, the copy of a bill, and its mail."""
        self.company.utility_plan_user_id = self.recovery
        charge = self.make_bill(75, kind="service", number="FEE-1", service_name="Alta")
        self.record_one(10, documents=[self.bill.name])
        types = self.env["utility.service.request.type"]
        for lang in self.each():
            request = (
                self.env["utility.service.request"]
                .with_user(self.clerk)
                .create(
                    {
                        "utility_account_id": self.account.id,
                        "type_id": types._find("letter").id,
                    }
                )
            )
            self.assertForeign(request.letter_subject)
            values = {"paper": request._letter_values(preview=True)}
            qweb = self.env["ir.qweb"].with_context(lang=lang)
            self.assertForeign(
                qweb._render(
                    "utility_collections.report_request_letter_document", values
                )
            )
            for move in self.bill | charge:
                values = {"paper": move._bill_values(preview=True)}
                # What is charged is in the words of who billed it.
                values["paper"]["lines"] = ()
                self.assertForeign(
                    qweb._render("utility_collections.report_bill_document", values)
                )
                self.assertForeign(move.with_context(lang=lang)._bill_file_name())
            template = self.env.ref("utility_collections.mail_template_bill_copy")
            request.sudo().move_ids = self.bill | charge
            mail = template._generate_template(request.ids, ("subject", "body_html"))
            self.assertForeign(mail[request.id]["body_html"])

    def test_disputes(self):
        """COL-09, DOC-06: a dispute was opened, and settled either way."""
        dispute = self.dispute(30).sudo()
        templates = {
            name: self.env.ref(f"utility_collections.mail_template_dispute_{name}")
            for name in ("opened", "resolved")
        }
        for _lang in self.each():
            for name, resolution in (
                ("opened", False),
                ("resolved", "rejected"),
                ("resolved", "credit_note"),
                ("resolved", "adjustment"),
            ):
                dispute.resolution = resolution
                mail = templates[name]._generate_template(
                    dispute.ids, ("subject", "body_html")
                )[dispute.id]
                self.assertForeign(mail["subject"])
                self.assertForeign(mail["body_html"])

from io import BytesIO

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .request_common import RequestsCommon


@tagged("post_install", "-at_install")
class TestRequestBill(RequestsCommon):
    """COL-05: e-mail copy of bill, and letters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})
        cls.bill = cls.make_bill(
            145.50,
            number="INV-SR-1",
            period_start="2023-12-01",
            period_end="2023-12-31",
        )
        cls.charge = cls.make_bill(75, kind="service", number="FEE-SR-1")
        cls.later = cls.make_bill(
            99, number="INV-SR-2", date=cls.today, due_date=cls.days(20)
        )

    def read_pdf(self, content):
        pages = PdfReader(BytesIO(content)).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    def get_mails(self, request):
        return self.env["mail.mail"].search(
            [("model", "=", request._name), ("res_id", "=", request.id)]
        )

    def make_copy(self, **values):
        """A request of the counter for a copy of bills, ready to be sent."""
        request = self.make_request("email_bill", **values)
        return request.with_context(force_report_rendering=True)

    def test_sent(self):
        """COL-05: one mail with a PDF of each overdue bill, shown in the chatter."""
        request = self.make_copy()
        self.assertEqual(request.user_id, self.clerk)
        self.assertEqual(request.move_ids, self.bill | self.charge)
        result = request.action_next_step()
        self.assertIn("john@example.com", result["params"]["message"])
        mail = self.get_mails(request)
        self.assertEqual(len(mail), 1)
        self.assertEqual((mail.email_to, mail.state), ("john@example.com", "outgoing"))
        self.assertIn("INV-SR-1", mail.subject)
        self.assertIn("145.50", mail.body_html)
        self.assertEqual(
            mail.attachment_ids.sorted("name").mapped("name"),
            ["Bill INV-SR-1.pdf", "Charge FEE-SR-1.pdf"],
        )
        self.assertIn(mail.mail_message_id, request.sudo().message_ids)
        texts = [
            " ".join(self.read_pdf(file.raw))
            for file in mail.attachment_ids.sorted("name")
        ]
        for text in (
            self.company.name,
            "INV-SR-1",
            "John Doe",
            self.account.number,
            "123 Main Street, Cityville",
            "December 2023",
            "145.50",
            "01/15/2024",
        ):
            with self.subTest(text=text):
                self.assertIn(text, texts[0])
        self.assertIn("Reconnection Fee", texts[1])
        step = request.step_ids
        self.assertEqual((step.done_by, request.state), (self.clerk, "in_progress"))
        with self.assertRefused(UserError, "was sent already"):
            request.action_send_bills()
        self.assertEqual(len(self.get_mails(request)), 1)
        request.action_done("done")
        self.assertEqual(request.state, "done")

    def test_partly_paid(self):
        """COL-05: the copy says what was paid and what is left, to the cent."""
        self.record_one(45.25, documents=[self.bill.name])
        request = self.make_copy(move_ids=self.bill.ids)
        request.action_send_bills()
        text = self.read_pdf(self.get_mails(request).attachment_ids.raw)[0]
        self.assertRegex(
            text, r"Paid or credited so far \W*-\W*45\.25 To pay \W*100\.25 "
        )

    def test_language(self):
        """DOC-06: subject, words and paper are in the consumer's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.partner_id.lang = "fr_FR"
        template = self.env.ref("utility_collections.mail_template_bill_copy")
        template.with_context(lang="fr_FR").subject = "Copie de facture"
        request = self.make_copy()
        request.action_send_bills()
        mail = self.get_mails(request)
        self.assertEqual(mail.subject, "Copie de facture")
        pages = self.read_pdf(mail.attachment_ids.sorted("name")[0].raw)
        self.assertIn("15/01/2024", pages[0])

    def test_refused(self):
        """COL-05: a paid bill, no bill and no address are refused in one sentence."""
        request = self.make_copy(move_ids=self.bill.ids)
        self.record_one(145.50, documents=[self.bill.name])
        with self.assertRefused(UserError, "INV-SR-1 is no longer owed"):
            request.action_send_bills()
        self.account.email = False
        with self.assertRefused(UserError, "has no e-mail address"):
            request.action_send_bills()
        other = self.make_account("Jane Roe", email="jane@example.com")
        nothing = self.make_copy(account=other)
        with self.assertRefused(UserError, "has no open bill"):
            nothing.action_send_bills()
        with self.assertRefused(ValidationError, "no bill of this account"):
            nothing.move_ids = self.later
        self.assertFalse(self.get_mails(request) | self.get_mails(nothing))
        self.assertFalse(request.step_ids.done_at)

    def test_last_bill(self):
        """COL-05: without anything overdue, it is the last open bill."""
        self.record_one(145.50, documents=[self.bill.name])
        self.record_one(75, documents=[self.charge.name], type="service")
        self.assertEqual(self.make_copy().move_ids, self.later)

    def test_print(self):
        """COL-05: bills are for consumers' documents and for who may hand them out."""
        Report = self.env["ir.actions.report"]
        name = "utility_collections.report_bill"
        content, kind = Report.with_user(self.clerk)._render_qweb_pdf(
            name, (self.bill | self.later).ids
        )
        self.assertEqual((kind, len(self.read_pdf(content))), ("pdf", 2))
        entry = self.make_debt(10)
        with self.assertRefused(UserError, "no bill of a consumer"):
            Report.with_user(self.clerk)._render_qweb_pdf(name, entry.ids)
        with self.assertRaises(AccessError):
            Report.with_user(self.collector)._render_qweb_pdf(name, self.bill.ids)
        request = self.make_copy()
        self.assertIn(str(self.bill.id), request.action_print_bills()["url"])

    def test_letter(self):
        """COL-05: a free letter as PDF; printing it ticks its step."""
        request = self.make_request(
            "letter", letter_text="Please call us.\nWe listen."
        ).with_context(force_report_rendering=True)
        step = request.step_ids[-1]
        step.action_work()
        self.assertEqual(step.done_by, self.clerk)
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_pdf("utility_collections.report_request_letter", request.ids)
        )
        text = " ".join(self.read_pdf(content))
        for words in ("John Doe", request.name, "Please call us.", "We listen."):
            self.assertIn(words, text)
        # Where letters go: the contact's address, else where the service is supplied.
        self.assertIn(self.account.service_address.split(",")[0], text)
        empty = self.make_request("letter", letter_text=False)
        with self.assertRefused(UserError, "write what it says"):
            empty.action_print_letter()

from io import BytesIO

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from odoo.addons.utility_payments.tests.documents_common import DocumentsCommon

from .common import CreditNotesCommon

REPORT = "utility_credit_notes.report_credit_note"


class DocumentCommon(DocumentsCommon, CreditNotesCommon):
    report = REPORT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.give_address()
        cls.company.partner_id.tz = "America/Chicago"
        cls.make_bill()

    def overpaid_note(self, amount=150.0):
        """The automatic note of money that was paid above what was owed."""
        _outcome, payment = self.record_one(amount, mode="cheque", reference="C1")
        return payment.credit_note_ids


@tagged("post_install", "-at_install")
class TestCreditNoteDocument(DocumentCommon):
    def test_content(self):
        """DOC-04: every item of a credit note is on the page, once it is valid."""
        _outcome, payment = self.record_one()
        note = self.make_note(payment, 45.50, remarks="Paid twice by mistake")
        note.with_user(self.clerk).action_confirm()
        pages = self.pdf(note)
        self.assertEqual(len(pages), 1)
        for text in (
            self.company.name,
            note.number,
            "John Doe",
            self.account.number,
            "123 Main Street, Cityville",
            "+1 555 010 0100",
            "45.50",
            "Remaining",
            "Duplicate Payment",
            "Paid twice by mistake",
            payment.receipt_number,
            note.expiry_date.strftime("%m/%d/%Y"),
            f"Issued by {self.company.name} (system)",
            "America/Chicago",
            self.clerk.name,
            "not been used yet",
        ):
            with self.subTest(text=text):
                self.assertIn(text, pages[0])
        self.assertNotIn("not valid", pages[0].lower())

    def test_stamp_tells_what_a_note_is_worth(self):
        """DOC-04: what isn't valid says so, and never that it was issued."""
        _outcome, payment = self.record_one()
        draft = self.make_note(payment, 10)
        waits = self.make_note(payment, 90)
        waits.with_user(self.clerk).action_confirm()
        self.assertEqual(waits.state, "to_approve")
        gone = self.make_note(payment, 5)
        gone.with_user(self.clerk).action_cancel()
        for note, text in (
            (draft, "Not valid yet: this is a draft"),
            (waits, "Not valid yet: it waits for approval"),
            (gone, "Cancelled: this credit note is not valid"),
        ):
            with self.subTest(state=note.state):
                page = self.pdf(note)[0]
                self.assertIn(text, page)
                self.assertIn("Drawn up by", page)
                self.assertNotIn("Issued by", page)
                self.assertNotIn("What it was used for", page)

    def test_approved_by(self):
        """DOC-04, CRN-13: who approved is on the paper; who refused isn't."""
        _outcome, payment = self.record_one()
        note = self.make_note(payment, 90)
        note.with_user(self.clerk).action_confirm()
        note.with_user(self.manager).action_approve()
        page = self.pdf(note)[0]
        self.assertIn(f"Approved by {self.manager.name}", page)
        self.assertIn("Issued by", page)
        refused = self.make_note(payment, 55)
        refused.with_user(self.clerk).action_confirm()
        refused.with_user(self.manager).action_refuse("Not proven")
        page = self.pdf(refused)[0]
        self.assertNotIn("Approved by", page)
        self.assertIn("Cancelled", page)

    def test_uses(self):
        """DOC-04: what a note was used for, and what is left of it."""
        note = self.overpaid_note()
        self.assertEqual(note.amount, 4.50)
        bill = self.make_bill(2.0)
        note.with_user(self.clerk).apply_to(bill.ids)
        page = self.pdf(note)[0]
        self.assertIn(bill.name, page)
        self.assertIn("Applied", page)
        self.assertIn("2.00", page)
        self.assertIn("2.50", page)
        self.assertIn("The system, for money paid above what was owed", page)

    def test_past_its_last_day(self):
        """DOC-04, CRN-11: an expired credit says so, booked yet or not."""
        note = self.overpaid_note()
        with freeze_time("2100-01-01"):
            page = self.pdf(note)[0]
            self.assertIn("Expired: the credit can no longer be used", page)
            note.sudo().action_expire()
            self.assertEqual(note.state, "expired")
            self.assertIn("Expired: the credit", self.pdf(note)[0])

    def test_many_notes_in_one_file(self):
        """DOC-06: several notes are one PDF, a page each, and never an error."""
        _outcome, payment = self.record_one()
        notes = self.env["utility.credit.note"]
        for amount in (10, 11, 12):
            notes |= self.make_note(payment, amount)
        pages = self.pdf(notes)
        self.assertEqual(len(pages), 3)
        for page, note in zip(pages, notes, strict=True):
            self.assertIn(note.number, page)

    def test_preview(self):
        """DOC-06: a note is shown on screen as it is printed."""
        _outcome, payment = self.record_one()
        note = self.make_note(payment, 10)
        self.assertIn("Preview", self.html(note))
        self.assertNotIn("Preview", self.pdf(note)[0])

    def test_rights(self):
        """DOC-04, ROL-01: collectors hand out own consumers' notes; others none."""
        _outcome, payment = self.record_one()
        note = self.make_note(payment, 10)
        ways = ("print", "download", "view", "send")
        portal = new_test_user(self.env, "utility_portal", groups="base.group_portal")
        plain = new_test_user(self.env, "utility_plain", groups="base.group_user")
        for user in (self.collector, portal, plain, self.env.ref("base.public_user")):
            for way in ways:
                with self.subTest(user=user.id, way=way):
                    with self.assertRaises(AccessError):
                        getattr(note.with_user(user), f"action_{way}_note")()
            with self.assertRaises(AccessError):
                self.pdf(note, user)
            with self.assertRaises(AccessError):
                self.html(note, user)
        self.account.collector_id = self.collector
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            with self.subTest(user=user.id):
                self.assertIn(note.number, self.pdf(note, user)[0])
                action = note.with_user(user).action_view_note()
                self.assertEqual(action["report_type"], "qweb-html")

    def test_receipt_names_the_credit(self):
        """DOC-01: the receipt of an overpayment shows number, amount and last day."""
        note = self.overpaid_note()
        page = self.pdf(note.payment_id, report="utility_payments.report_receipt")[0]
        self.assertIn(note.number, page)
        self.assertIn("4.50", page)
        self.assertIn(note.expiry_date.strftime("%m/%d/%Y"), page)

    def test_receipt_names_no_draft(self):
        """DOC-01: what gives no credit yet isn't promised on a receipt."""
        _outcome, payment = self.record_one()
        note = self.make_note(payment, 10)
        page = self.pdf(payment, report="utility_payments.report_receipt")[0]
        self.assertNotIn(note.number, page)


@tagged("post_install", "-at_install")
class TestCreditNoteMail(DocumentCommon):
    def test_mail_in_consumers_language(self):
        """DOC-06: the mail and its PDF speak the consumer's language."""
        self.env["res.lang"]._activate_lang("es_ES")
        self.env["ir.module.module"]._load_module_terms(
            ["utility_payments", "utility_credit_notes"], ["es_ES"], overwrite=True
        )
        self.account.partner_id.lang = "es_ES"
        note = self.overpaid_note()
        sender = note.with_user(self.clerk).with_context(force_report_rendering=True)
        action = sender.action_send_note()
        self.assertIn("john@example.com", action["params"]["message"])
        mail = self.env["mail.mail"].search(
            [("model", "=", "utility.credit.note"), ("res_id", "=", note.id)]
        )
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, "john@example.com")
        self.assertIn("nota de crédito", mail.subject)
        self.assertIn("va adjunta", mail.body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
        page = PdfReader(BytesIO(mail.attachment_ids.raw)).pages[0]
        text = " ".join(page.extract_text().split())
        self.assertIn("Sobrepago", text)
        self.assertIn("Emitida por", text)
        self.assertIn(note.expiry_date.strftime("%d/%m/%Y"), text)

    def test_not_sent_before_it_is_valid(self):
        """DOC-04: a note that gives no credit isn't sent to the consumer."""
        _outcome, payment = self.record_one()
        note = self.make_note(payment, 10)
        with self.assertRefused(UserError, "is not valid (it is draft)"):
            note.with_user(self.clerk).action_send_note()

    def test_no_address(self):
        """DOC-06: without an e-mail address the message says what to do."""
        note = self.overpaid_note()
        self.account.email = False
        with self.assertRefused(UserError, "John Doe"):
            note.with_user(self.clerk).action_send_note()


@tagged("post_install", "-at_install")
class TestCreditNotePage(DocumentCommon, HttpCase):
    def test_print_in_the_browser(self):
        """DOC-06: staff open the paper by its address; the portal and public don't."""
        _outcome, payment = self.record_one()
        note = self.make_note(payment, 10)
        self.env.flush_all()
        url = f"/report/html/{REPORT}/{note.id}"
        self.authenticate("utility_clerk", "utility_clerk")
        self.assertIn(note.number, self.url_open(url).text)
        new_test_user(self.env, login="portal_neighbour", groups="base.group_portal")
        self.env.flush_all()
        self.authenticate("portal_neighbour", "portal_neighbour")
        self.assertNotIn(note.number, self.url_open(url).text)
        self.authenticate(None, None)
        self.assertNotIn(note.number, self.url_open(url).text)

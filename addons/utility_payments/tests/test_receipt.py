from io import BytesIO

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .documents_common import DocumentsCommon

REPORT = "utility_payments.report_receipt"


class ReceiptCommon(DocumentsCommon):
    report = REPORT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.give_address()


@tagged("post_install", "-at_install")
class TestReceipt(ReceiptCommon):
    def test_content(self):
        """DOC-01: every item of a receipt is on the page."""
        bill = self.make_bill(period_start="2024-01-01", period_end="2024-01-31")
        _outcome, payment = self.record_one(tendered=150.0, note="Thank you")
        pages = self.pdf(payment)
        self.assertEqual(len(pages), 1)
        for text in (
            self.company.name,
            payment.receipt_number,
            payment.payment_number,
            payment.transaction_number,
            "John Doe",
            self.account.number,
            "123 Main Street, Cityville",
            "+1 555 010 0100",
            bill.name,
            "01/01/2024 to 01/31/2024",
            "Outstanding before",
            "145.50",
            "Exact",
            "Bill",
            "Posted",
            "Immediate",
            "Verified",
            "Cash received",
            "150.00",
            "Change given",
            "4.50",
            "Received by",
            self.clerk.name,
            "Walk-in",
            "Thank you",
            "Balance of account",
            "0.00",
            payment._receipt_token(),
        ):
            with self.subTest(text=text):
                self.assertIn(text, pages[0])

    def test_reference_and_credit(self):
        """DOC-01: reference of the method; extra money that is kept; no cash block."""
        self.make_bill()
        _outcome, payment = self.record_one(150.0, mode="cheque", reference="CHQ 77")
        page = self.pdf(payment)[0]
        self.assertIn("CHQ 77", page)
        self.assertIn("Kept as credit", page)
        self.assertIn("4.50", page)
        self.assertIn("Over-paid", page)
        self.assertNotIn("Change given", page)

    def test_duplicates_are_marked_and_counted(self):
        """DOC-01, PAY-10: the first copy is plain; each reprint says which it is."""
        self.make_bill()
        _outcome, payment = self.record_one()
        self.assertNotIn("duplicate", self.pdf(payment)[0].lower())
        self.assertIn("duplicate 1", self.pdf(payment)[0].lower())
        self.assertIn("duplicate 2", self.pdf(payment)[0].lower())
        self.assertEqual(payment.receipt_copies, 3)
        printed = payment.event_ids.filtered(lambda event: event.kind == "printed")
        self.assertEqual(printed.user_id, self.clerk)

    def test_preview_is_not_a_copy(self):
        """DOC-06: looking at a receipt counts nothing, and it says "preview"."""
        self.make_bill()
        _outcome, payment = self.record_one()
        self.assertIn("Preview", self.html(payment))
        self.assertEqual(payment.receipt_copies, 0)
        action = payment.with_user(self.clerk).action_view_receipt()
        self.assertEqual(action["report_type"], "qweb-html")

    def test_group_shares_a_receipt(self):
        """REC-17: payments recorded together are one receipt, whichever is asked."""
        self.make_bill()
        other = self.make_account("Jane Roe")
        outcomes = self.record(
            self.request(100, group="g"),
            self.request(45.5, group="g", mode="cheque", reference="CHQ 1"),
            self.request(20, group="g", account=other.number),
        )
        payments = self.env["account.payment"].browse(
            outcome["payment_id"] for outcome in outcomes
        )
        pages = self.pdf(payments[1])
        text = " ".join(pages)
        for payment in payments:
            self.assertIn(payment.receipt_number, text)
        self.assertIn("165.50", text)
        self.assertIn("Jane Roe", text)
        self.assertEqual(payments.mapped("receipt_copies"), [1, 1, 1])
        # All three asked: still one document
        again = self.pdf(payments)
        self.assertEqual(len(again), len(pages))
        self.assertIn("duplicate 1", " ".join(again).lower())

    def test_group_names_may_come_again(self):
        """REC-17: the same group name in a later transaction is another receipt."""
        _outcome, first = self.record_one(10, group="1")
        _outcome, second = self.record_one(11, group="1")
        self.env.cr.execute(
            "UPDATE account_payment SET create_date = create_date - interval '1 hour'"
            " WHERE id = %s",
            [first.id],
        )
        self.env.invalidate_all()
        self.assertEqual(first._receipt_group(), first)
        self.assertEqual(second._receipt_group(), second)

    def test_many_receipts_in_one_file(self):
        """DOC-06: several receipts are one PDF, a page each, and never an error."""
        payments = self.env["account.payment"]
        for amount in (10, 11, 12):
            payments |= self.record_one(amount)[1]
        pages = self.pdf(payments)
        self.assertEqual(len(pages), 3)
        for page, payment in zip(pages, payments, strict=True):
            self.assertIn(payment.receipt_number, page)

    def test_no_receipt_for_failed_payments(self):
        """DOC-01: a failed payment has no receipt; the message says so."""
        _outcome, failed = self.record_one(10)
        _outcome, good = self.record_one(11)
        failed.sudo().utility_state = "failed"
        for action in ("print", "download", "view", "send"):
            with self.assertRaisesRegex(UserError, "no receipt"):
                getattr(failed.with_user(self.clerk), f"action_{action}_receipt")()
        with self.assertRaisesRegex(UserError, "no receipt"):
            self.pdf(failed)
        pages = self.pdf(failed | good)
        self.assertEqual(len(pages), 1)
        self.assertIn(good.receipt_number, pages[0])

    def test_returned_payment_shows_its_status(self):
        """DOC-01, PAY-09: the receipt of a returned payment no longer stands."""
        _outcome, payment = self.record_one(10)
        self.assertNotIn("no longer stands", self.pdf(payment)[0])
        for state, word in (("returned", "Returned"), ("cancelled", "Cancelled")):
            payment.sudo().utility_state = state
            page = self.pdf(payment)[0]
            self.assertIn(word, page)
            self.assertIn("This payment no longer stands", page)

    def test_letter_paper(self):
        """DOC-01: a company that prints on Letter gets Letter."""
        _outcome, payment = self.record_one(10)
        self.company.paperformat_id = self.env.ref("base.paperformat_us")
        Report = self.env["ir.actions.report"].with_user(self.clerk)
        Report = Report.with_company(self.company)
        Report = Report.with_context(force_report_rendering=True)
        content, _kind = Report._render_qweb_pdf(REPORT, payment.ids)
        box = PdfReader(BytesIO(content)).pages[0].mediabox
        self.assertAlmostEqual(float(box.width), 612, delta=3)
        self.assertAlmostEqual(float(box.height), 792, delta=3)

    def test_who_may_hand_over(self):
        """ROL-01: all roles print; others and the portal can't, nor reach details."""
        self.account.collector_id = self.collector
        _outcome, payment = self.record_one(10)
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            with self.subTest(user=user.login):
                self.assertIn(payment.receipt_number, self.pdf(payment, user)[0])
        strangers = [
            new_test_user(self.env, login=f"stranger_{index}", groups=group)
            for index, group in enumerate(("base.group_user", "base.group_portal"))
        ]
        strangers.append(self.env.ref("base.public_user"))
        for user in strangers:
            with self.subTest(user=user.id):
                with self.assertRaises(AccessError):
                    self.pdf(payment, user)
                with self.assertRaises(AccessError):
                    self.html(payment, user)
                with self.assertRaises(AccessError):
                    payment.with_user(user).action_send_receipt()
                with self.assertRaises(AccessError):
                    payment.with_user(user).action_verify()

    def test_collector_prints_own_consumers_only(self):
        """ROL-01: a collector can't print receipts of other accounts."""
        _outcome, payment = self.record_one(10)
        with self.assertRaises(AccessError):
            self.pdf(payment, self.collector)

    def test_context_hides_no_copy(self):
        """DOC-01: no context that a caller sends makes a print uncounted."""
        _outcome, payment = self.record_one(10)
        Report = self.env["ir.actions.report"].with_user(self.clerk)
        Report = Report.with_context(
            force_report_rendering=True,
            utility_receipt_issue="sent",
            utility_document_pdf=True,
        )
        Report._render_qweb_pdf(REPORT, payment.ids)
        self.assertEqual(payment.event_ids[-1].kind, "printed")


@tagged("post_install", "-at_install")
class TestReceiptMail(ReceiptCommon):
    def test_mail_in_consumers_language(self):
        """DOC-06: the mail and its PDF speak the consumer's language."""
        self.env["res.lang"]._activate_lang("es_ES")
        self.env["ir.module.module"]._load_module_terms(
            ["utility_payments"], ["es_ES"], overwrite=True
        )
        self.account.partner_id.lang = "es_ES"
        self.make_bill(due_date="2024-01-15")
        _outcome, payment = self.record_one(date=False)
        sender = payment.with_user(self.clerk).with_context(force_report_rendering=True)
        action = sender.action_send_receipt()
        self.assertIn("john@example.com", action["params"]["message"])
        mail = self.env["mail.mail"].search(
            [("model", "=", "account.payment"), ("res_id", "=", payment.id)]
        )
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, "john@example.com")
        self.assertIn("recibo", mail.subject)
        self.assertIn("Gracias por su pago", mail.body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
        reader = PdfReader(BytesIO(mail.attachment_ids.raw))
        text = reader.pages[0].extract_text()
        self.assertIn("Contabilizado", text)
        self.assertIn(payment.date.strftime("%d/%m/%Y"), text)
        self.assertEqual(payment.event_ids[-1].kind, "sent")
        self.assertEqual(payment.event_ids[-1].note, "john@example.com")

    def test_no_address(self):
        """DOC-06: without an e-mail address the message says what to do."""
        self.account.email = False
        _outcome, payment = self.record_one(10)
        with self.assertRaisesRegex(UserError, "John Doe.*has no e-mail address"):
            payment.with_user(self.clerk).action_send_receipt()
        self.assertEqual(payment.receipt_copies, 0)

    def test_print_after_mail_is_a_duplicate(self):
        """DOC-01: what was e-mailed before is printed as a duplicate."""
        _outcome, payment = self.record_one(10)
        payment.with_user(self.clerk).with_context(
            force_report_rendering=True
        ).action_send_receipt()
        self.assertIn("duplicate 1", self.pdf(payment)[0].lower())


@tagged("post_install", "-at_install")
class TestReceiptPage(ReceiptCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.make_bill()
        _outcome, self.payment = self.record_one()
        self.env.flush_all()

    def check(self, token, status=404):
        answer = self.url_open(f"/payment-receipt/{token}")
        self.assertEqual(answer.status_code, status, token)
        self.assertIn("noindex", answer.headers["X-Robots-Tag"])
        return answer.text

    def test_genuine(self):
        """DOC-02: number, date, amount, status, and nothing personal."""
        page = self.check(self.payment._receipt_token(), 200)
        for text in (self.payment.receipt_number, "145.50", "Posted", "genuine"):
            self.assertIn(text, page)
        for text in (
            "John",
            "Doe",
            self.account.number,
            "Main Street",
            self.payment.payment_number,
            self.payment.transaction_number,
            self.clerk.name,
        ):
            self.assertNotIn(text, page)

    def test_altered_and_foreign_tokens(self):
        """DOC-02: whatever we didn't sign is not a receipt of ours."""
        _outcome, other = self.record_one(10)
        number, _dash, signature = self.payment._receipt_token().partition("-")
        for token in (
            f"{other.id}-{signature}",
            f"{number}-{signature[:-1]}",
            f"{number}-{signature[:-1]}{'0' if signature[-1] != '0' else '1'}",
            f"{number}-{signature.upper()}x",
            f"0{number}-{signature}",
            number,
            f"{number}-",
            "-",
            "abc",
            "99999999999999999999-" + signature,
            "%C3%A9-" + signature,
            "²-" + signature,
        ):
            self.assertIn("not a receipt of ours", self.check(token))

    def test_other_states(self):
        """DOC-02: a returned payment is shown as such; a failed one has no receipt."""
        token = self.payment._receipt_token()
        self.payment.sudo().utility_state = "returned"
        page = self.check(token, 200)
        self.assertIn("Returned", page)
        self.assertNotIn("genuine", page)
        self.payment.sudo().utility_state = "failed"
        self.check(token)

    def test_native_payment_has_no_page(self):
        """DOC-02: payments that aren't of consumers stay unknown, signed or not."""
        native = self.env["account.payment"].create(
            {"amount": 5, "partner_id": self.account.partner_id.id}
        )
        self.env.flush_all()
        self.check(native._receipt_token())

    def test_print_and_download_in_the_browser(self):
        """DOC-06: staff open and download the PDF; the portal and the public don't."""
        self.authenticate("utility_clerk", "utility_clerk")
        url = f"/report/html/{REPORT}/{self.payment.id}"
        self.assertIn(self.payment.receipt_number, self.url_open(url).text)
        new_test_user(self.env, login="portal_neighbour", groups="base.group_portal")
        self.env.flush_all()
        self.authenticate("portal_neighbour", "portal_neighbour")
        self.assertNotIn(self.payment.receipt_number, self.url_open(url).text)
        self.authenticate(None, None)
        self.assertNotIn(self.payment.receipt_number, self.url_open(url).text)

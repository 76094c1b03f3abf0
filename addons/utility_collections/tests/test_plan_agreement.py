from base64 import b64decode, b64encode
from io import BytesIO

from PIL import Image, ImageDraw

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from odoo.addons.utility_payments.tests.documents_common import DocumentsCommon

from .common import PlansCommon

REPORT = "utility_collections.report_agreement"


def drawing(ink="navy", size=(300, 90), kind="PNG"):
    """A signature as the browser sends it: base64 of a picture."""
    picture = Image.new("RGBA", size, (255, 255, 255, 0))
    if ink:
        ImageDraw.Draw(picture).line((20, 70, 120, 20, 260, 60), fill=ink, width=3)
    if kind != "PNG":
        picture = picture.convert("RGB")
    buffer = BytesIO()
    picture.save(buffer, format=kind)
    return b64encode(buffer.getvalue()).decode()


class AgreementCommon(DocumentsCommon, PlansCommon):
    report = REPORT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.give_address()
        cls.company.partner_id.tz = "America/Chicago"
        cls.bill = cls.make_bill(202.50)
        cls.signing = cls.env["utility.payment.plan.template"].create(
            {
                "name": "Signed",
                "company_id": cls.company.id,
                "signature_required": True,
                "break_after": 2,
            }
        )

    def sign(self, plan, name="John Doe", image=None, button="action_sign", user=None):
        """Sign on our screen: the dialog of the button Sign."""
        action = plan.with_user(user or self.recovery).action_sign()
        Dialog = self.env[action["res_model"]].with_user(user or self.recovery)
        form = Form(Dialog.with_context(**action["context"]))
        form.signed_by = name
        form.signature = drawing() if image is None else image
        getattr(form.save(), button)()


@tagged("post_install", "-at_install")
class TestPlanAgreement(AgreementCommon):
    def test_content(self):
        """PLN-01: the agreement says who owes what, and when it is paid."""
        plan = self.make_plan(
            self.bill,
            down_payment=52.50,
            first_due_date=self.day("2031-01-31"),
        )
        pages = self.pdf(plan)
        self.assertEqual(len(pages), 1)
        for text in (
            self.company.name,
            plan.number,
            "John Doe",
            self.account.number,
            "123 Main Street, Cityville",
            "+1 555 010 0100",
            self.bill.name,
            "202.50",
            "52.50",
            "Down payment",
            "1 of 3",
            "Friday, 31 January 2031",
            "Friday, 28 February 2031",
            "Monday, 31 March 2031",
            f"{plan.number}/3",
            "50.00",
            "unpaid 5 days after its due date counts as missed",
            "When one installment is missed",
            "Name, date and signature",
            self.recovery.name,
        ):
            with self.subTest(text=text):
                self.assertIn(text, pages[0])
        self.assertNotIn("draft", pages[0].lower())

    def test_states_are_said(self):
        """PLN-02: paper of a plan that isn't in force says so."""
        plan = self.make_plan(self.bill, activate=False)
        self.assertIn("DRAFT", self.pdf(plan)[0].upper())
        self.assertIn("once it is signed", self.pdf(plan)[0])
        plan.action_activate()
        plan.sudo()._break("Missed")
        self.assertIn("all", self.pdf(plan)[0])
        self.assertIn("This plan was not kept", self.pdf(plan)[0])

    def test_cancelled_is_said(self):
        """PLN-02: a cancelled plan is no agreement any more."""
        plan = self.make_plan(self.bill)
        plan.action_cancel("Moved away")
        self.assertIn("this plan is not valid", self.pdf(plan)[0])

    def test_long_schedule(self):
        """PLN-01: sixty installments run over pages, each row whole and once."""
        plan = self.make_plan(self.bill, installment_count=60, frequency="weekly")
        text = " ".join(self.pdf(plan))
        for number in range(1, 61):
            self.assertEqual(text.count(f" {plan.number}/{number} "), 1)

    def test_languages(self):
        """DOC-06: the agreement speaks the consumer's language."""
        plan = self.make_plan(self.bill)
        for lang, words in (
            ("es_ES", ("Acuerdo de plan de pagos", "Lo que acordamos")),
            ("fr_FR", ("Accord de plan de paiement", "Ce dont nous convenons")),
        ):
            self.env["res.lang"]._activate_lang(lang)
            self.env["ir.module.module"]._load_module_terms(
                ["utility_payments", "utility_collections"], [lang], overwrite=True
            )
            self.account.partner_id.lang = lang
            text = self.pdf(plan)[0]
            for word in words:
                with self.subTest(lang=lang, word=word):
                    self.assertIn(word.lower(), text.lower())

    def test_sent(self):
        """DOC-06: it goes by e-mail with the PDF; a draft can then be signed online."""
        plan = self.make_plan(self.bill, activate=False)
        plan.with_user(self.clerk).action_send_agreement()
        mail = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
        self.assertEqual(mail.email_to, "john@example.com")
        self.assertIn(plan.number, mail.subject)
        self.assertIn(f"/my/payment-plans/{plan.id}?access_token=", mail.body_html)
        self.assertIn("sign", mail.body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertTrue(plan.offered_on)
        self.assertIn("offered", plan.event_ids.mapped("kind"))

    def test_not_sent(self):
        """DOC-06: without an address, or of an ended plan, nothing goes out."""
        plan = self.make_plan(self.bill)
        self.account.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            plan.action_send_agreement()
        self.account.email = "john@example.com"
        plan.action_cancel()
        with self.assertRaisesRegex(UserError, "has ended"):
            plan.action_send_agreement()

    def test_rights(self):
        """ROL-01: outsiders hand out no agreements."""
        plan = self.make_plan(self.bill)
        outsider = new_test_user(self.env, login="outside", groups="base.group_user")
        for method in ("action_print_agreement", "action_view_agreement"):
            with self.assertRaises(AccessError):
                getattr(plan.with_user(outsider), method)()
        with self.assertRaises(AccessError):
            plan.with_user(outsider).action_sign()


@tagged("post_install", "-at_install")
class TestPlanSignature(AgreementCommon):
    def test_signed_on_our_screen(self):
        """PLN-01: name, picture and moment are kept, and the paper as it was signed."""
        plan = self.make_plan(self.bill, activate=False)
        self.sign(plan, name="  Jane   Doe ")
        self.assertEqual(plan.signed_by, "Jane Doe")
        self.assertTrue(plan.signed_at)
        self.assertTrue(b64decode(plan.signature).startswith(b"\x89PNG"))
        event = plan.event_ids.filtered(lambda row: row.kind == "signed")
        self.assertEqual((event.note, event.user_id), ("Jane Doe", self.recovery))
        attachment = plan.sudo().message_ids.attachment_ids
        self.assertIn(plan.number, attachment.name)
        self.assertIn("Jane Doe", self.pdf(plan)[0])

    def test_sign_and_activate(self):
        """PLN-01: at the counter one button signs and activates."""
        plan = self.make_plan(self.bill, activate=False, template_id=self.signing.id)
        self.sign(plan, button="action_sign_and_activate")
        self.assertEqual(plan.state, "active")

    def test_template_asks_for_it(self):
        """PLN-01: with such a template no plan starts unsigned."""
        plan = self.make_plan(self.bill, activate=False, template_id=self.signing.id)
        with self.assertRaisesRegex(UserError, "needs the consumer's signature"):
            plan.action_activate()
        self.sign(plan)
        plan.action_activate()
        self.assertEqual(plan.state, "active")

    def test_changed_terms_void_it(self):
        """PLN-01: a signature is for the terms that were signed, no others."""
        for change in (
            {"installment_count": 2},
            {"down_payment": 20.0},
            {"first_due_date": self.days(9)},
            {"frequency": "weekly"},
        ):
            with self.subTest(change=change):
                plan = self.make_plan(self.bill, activate=False)
                self.sign(plan)
                plan.write(change)
                self.assertFalse(plan.signature)
                self.assertFalse(plan.signed_by)
                self.assertIn("unsigned", plan.event_ids.mapped("kind"))

    def test_what_is_no_term_keeps_it(self):
        """PLN-01: who looks after the plan is no term of it; nor is today's date."""
        plan = self.make_plan(
            self.bill, activate=False, down_payment=20.0, first_due_date=self.days(9)
        )
        self.sign(plan)
        plan.user_id = self.manager
        self.assertTrue(plan.signature)
        with freeze_time(f"{self.days(3)} 15:00:00"):
            plan.action_activate()
        self.assertTrue(plan.signature)
        self.assertEqual(plan.installment_ids.sorted()[0].due_date, self.days(3))

    def test_debt_paid_meanwhile(self):
        """PLN-01: when the debt changed since signing, it is signed anew."""
        plan = self.make_plan(self.bill, activate=False, template_id=self.signing.id)
        self.sign(plan)
        self.record_one(2.50, type="bill", documents=[self.bill.name])
        with self.assertRaisesRegex(UserError, "has changed from"):
            plan.action_activate()
        # The button shows the new terms, and takes a new signature.
        plan.invalidate_recordset()
        plan.sudo()._refresh_draft()
        self.sign(plan)
        plan.action_activate()
        self.assertEqual(plan.amount_covered, 200.0)

    def test_terms_changed_in_another_window(self):
        """PLN-01: what was shown is what is signed."""
        plan = self.make_plan(self.bill, activate=False)
        action = plan.action_sign()
        Dialog = self.env[action["res_model"]].with_user(self.recovery)
        form = Form(Dialog.with_context(**action["context"]))
        form.signature = drawing()
        dialog = form.save()
        plan.installment_count = 2
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            dialog.action_sign()
        self.assertFalse(plan.signature)

    def test_garbage(self):
        """PLN-01: only a drawn picture and a name are a signature."""
        plan = self.make_plan(self.bill, activate=False)
        svg = b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
        for image in (
            "",
            "%%%",
            "AAAA",
            svg,
            drawing(kind="JPEG"),
            drawing(ink=None),
            drawing(ink="white"),
            drawing()[:200],
            "A" * 2_000_000,
        ):
            with self.subTest(image=image[:20]), self.assertRaises(ValidationError):
                plan.sudo()._sign("John", image, plan._terms_digest())
        for name in ("", "   ", None, 5, "x" * 101, ["John"]):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                plan.sudo()._sign(name, drawing(), plan._terms_digest())
        self.assertFalse(plan.signature)

    def test_only_once(self):
        """PLN-01: signed is signed; an ended plan is not signed any more."""
        plan = self.make_plan(self.bill)
        self.sign(plan)
        with self.assertRaisesRegex(UserError, "was signed by John Doe already"):
            plan.action_sign()
        other = self.make_plan(self.make_bill(90.0))
        other.action_cancel()
        with self.assertRaisesRegex(UserError, "has ended"):
            other.action_sign()

    def test_nobody_writes_it(self):
        """PLN-01: no caller writes a signature past the dialog."""
        plan = self.make_plan(self.bill, activate=False, template_id=self.signing.id)
        for name, value in (
            ("signature", drawing()),
            ("signed_by", "Me"),
            ("signed_terms", plan.sudo()._terms_digest()),
            ("signature_required", False),
            ("offered_on", "2020-01-01 00:00:00"),
        ):
            with self.subTest(name=name), self.assertRaises(UserError):
                plan.with_user(self.manager).write({name: value})
        made = self.make_plan(
            self.make_bill(50.0),
            activate=False,
            signature=drawing(),
            signed_by="Me",
            signed_at="2020-01-01 00:00:00",
        )
        self.assertFalse(made.signature)
        self.assertFalse(made.signed_by)

    def test_dialog_of_another(self):
        """ROL-01: a collector signs no plan of accounts that aren't theirs."""
        plan = self.make_plan(self.bill, activate=False)
        collector = new_test_user(
            self.env, login="c2", groups="utility_consumers.group_field_collector"
        )
        with self.assertRaises(AccessError):
            self.env["utility.plan.sign"].with_user(collector).create(
                {"plan_id": plan.id, "signed_by": "X", "signature": drawing()}
            )
        with self.assertRaises(AccessError):
            plan.with_user(collector).action_sign()

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestRefusal(CreditNotesCommon):
    """Refusing a request with a reason (ROL-03, CRN-13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill()

    def setUp(self):
        super().setUp()
        _outcome, payment = self.record_one()
        self.note = self.make_note(payment, 100)
        self.note.action_confirm()

    def open_refusal(self, user):
        action = self.note.with_user(user).action_open_refusal()
        Wizard = self.env[action["res_model"]].with_user(user)
        return Wizard.with_context(**action["context"])

    def test_refuse(self):
        """ROL-03, CRN-13: a refusal needs a reason, which stays on the note."""
        form = Form(self.open_refusal(self.manager))
        with self.assertRaises(AssertionError):
            form.save()
        form.reason = "The receipt is missing"
        form.save().action_refuse()
        self.assertEqual(self.note.state, "cancelled")
        self.assertEqual(self.note.refusal_reason, "The receipt is missing")
        self.assertEqual(self.note.decided_by, self.manager)

    def test_only_who_may_decide(self):
        """ROL-03: neither the author nor the counter refuses."""
        with self.assertRefused(AccessError, "Billing Managers"):
            self.open_refusal(self.clerk)

    def test_only_requests(self):
        """ROL-03: the dialog refuses requests, nothing else."""
        Wizard = self.env["utility.approval.refusal"].with_user(self.manager)
        wizard = Wizard.create(
            {"res_model": "res.partner", "res_id": 1, "reason": "No"}
        )
        with self.assertRefused(UserError, "Only requests"):
            wizard.action_refuse()

    def test_reviews_are_written_by_the_door(self):
        """ROL-03: nobody approves by writing the review, over the API."""
        review = self.note.review_ids
        self.assertEqual(review.status, "pending")
        for user in (self.clerk, self.manager):
            with self.assertRefused(AccessError, "by its buttons"):
                review.with_user(user).status = "approved"


@tagged("post_install", "-at_install")
class TestCreateDialog(CreditNotesCommon):
    """The dialog that makes a credit note of a payment (CRN-01 to CRN-05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(100, number="INV-FIRST", due_date="2024-01-15")
        cls.make_bill(45.50, number="INV-LAST", due_date="2024-02-15")

    def setUp(self):
        super().setUp()
        _outcome, self.payment = self.record_one(145.50, tendered=145.50)

    def open(self, user=None, payment=None):
        payment = (payment or self.payment).with_user(user or self.clerk)
        action = payment.action_create_credit_note()
        Wizard = self.env[action["res_model"]].with_user(user or self.clerk)
        return Form(Wizard.with_context(**action["context"]))

    def find_notes(self):
        return self.env["utility.credit.note"].search(
            [("payment_id", "=", self.payment.id)]
        )

    def test_what_it_shows(self):
        """CRN-01, CRN-02: the payment, read-only; all that can be credited."""
        form = self.open()
        self.assertEqual(form.consumer_name, "John Doe")
        self.assertEqual(form.account_number, self.account.number)
        self.assertEqual(form.receipt_number, self.payment.receipt_number)
        self.assertEqual(form.original_amount, 145.50)
        self.assertEqual(form.payment_date, self.payment.date)
        self.assertEqual(form.mode_id, self.payment.mode_id)
        self.assertEqual((form.amount, form.maximum), (145.50, 145.50))
        self.assertEqual(form.remarks_limit, 500)

    def test_summary_is_live(self):
        """CRN-05: what remains follows the amount; nothing left is a full reversal."""
        form = self.open()
        self.assertEqual((form.remaining_value, form.is_full_reversal), (0, True))
        form.amount = 45.25
        self.assertEqual((form.remaining_value, form.is_full_reversal), (100.25, False))
        form.amount = 200
        self.assertEqual((form.remaining_value, form.is_full_reversal), (0, False))

    def test_credited_before(self):
        """CRN-02, CRN-05: earlier notes lower the maximum and what remains."""
        self.make_note(self.payment, 20)
        form = self.open()
        self.assertEqual((form.amount, form.maximum), (125.50, 125.50))
        self.assertEqual(form.credited_before, 20)
        form.amount = 25.50
        self.assertEqual(form.remaining_value, 100)

    def test_says_why_not_yet(self):
        """CRN-02, CRN-03, CRN-04, CRN-05: one reason at a time why it isn't ready."""
        form = self.open()
        self.assertEqual(form.problem, "Choose a reason.")
        form.reason_id = self.reasons["other"]
        self.assertFalse(form.problem)
        for amount, text in (
            (0, "above zero"),
            (-1, "above zero"),
            (145.51, "Lower the amount: at most"),
        ):
            form.amount = amount
            self.assertIn(text, form.problem)
            self.assertFalse(form.effect)
        form.amount = 10
        form.remarks = "x" * 501
        self.assertIn("500 characters", form.problem)
        form.remarks = "x" * 500
        self.assertFalse(form.problem)

    def test_says_what_is_due_again(self):
        """CRN-03, CRN-05: the document that was paid last is un-allocated first."""
        form = self.open()
        form.reason_id = self.reasons["duplicate_payment"]
        form.amount = 45
        self.assertEqual(
            form.effect.splitlines(),
            [
                "INV-LAST will be due again: $\xa045.00.",
                "John Doe gets a credit of $\xa045.00.",
            ],
        )
        form.amount = 145.50
        self.assertEqual(
            form.effect.splitlines()[:3],
            [
                "Needs a Billing Manager's approval; nothing happens before that.",
                "INV-LAST will be due again: $\xa045.50.",
                "INV-FIRST will be due again: $\xa0100.00.",
            ],
        )

    def test_preview_is_what_happens(self):
        """CRN-03: what the dialog announced is due again afterwards."""
        form = self.open(self.manager)
        form.reason_id = self.reasons["duplicate_payment"]
        form.amount = 60
        wizard = form.save()
        announced = {document: part for document, part in wizard._preview_taken_back()}
        wizard.action_create()
        for document, part in announced.items():
            self.assertEqual(document.amount_residual, part)
        self.assertEqual(sum(announced.values()), 60)

    def test_revenue_needs_approval(self):
        """CRN-03, CRN-13: documents stay paid, and a Billing Manager must approve."""
        form = self.open(self.manager)
        form.reason_id = self.reasons["billing_error"]
        form.amount = 5
        self.assertTrue(form.needs_approval)
        self.assertIn("The documents stay paid", form.effect)
        self.assertNotIn("due again", form.effect)

    def test_limit_of_the_role(self):
        """CRN-13: the dialog says whether this amount of this user needs approval."""
        for user, amount, expected in (
            (self.clerk, 50, False),
            (self.clerk, 50.01, True),
            (self.recovery, 145.50, False),
            (self.manager, 145.50, False),
        ):
            form = self.open(user)
            form.reason_id = self.reasons["other"]
            form.amount = amount
            with self.subTest(user=user.login, amount=amount):
                self.assertEqual(form.needs_approval, expected)

    def test_create(self):
        """CRN-05: the note is made and confirmed; the toast has its number."""
        form = self.open()
        form.reason_id = self.reasons["customer_request"]
        form.amount = 45
        form.remarks = "By telephone"
        action = form.save().action_create()
        note = self.find_notes()
        self.assertEqual((note.state, note.amount), ("active", 45))
        self.assertEqual((note.remarks, note.create_uid), ("By telephone", self.clerk))
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(action["params"]["links"][0]["label"], note.number)
        self.assertIn("can be used at once", action["params"]["message"])
        self.assertEqual(
            action["params"]["next"]["type"], "ir.actions.act_window_close"
        )

    def test_create_waits_for_approval(self):
        """CRN-05, CRN-13: the toast says that the note waits."""
        form = self.open()
        form.reason_id = self.reasons["other"]
        action = form.save().action_create()
        self.assertEqual(self.find_notes().state, "to_approve")
        self.assertIn("waits for a Billing Manager", action["params"]["message"])

    def test_failure_is_a_toast(self):
        """CRN-05: what was credited meanwhile is said, and nothing is saved."""
        form = self.open()
        form.reason_id = self.reasons["other"]
        wizard = form.save()
        other = self.make_note(self.payment, 145.50)
        action = wizard.action_create()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("can be credited", action["params"]["message"])
        self.assertNotIn("next", action["params"])
        self.assertEqual(self.find_notes(), other)

    def test_cancel_saves_nothing(self):
        """CRN-05: a dialog that is left makes no note and uses no number."""
        form = self.open()
        form.reason_id = self.reasons["other"]
        form.save()
        self.assertFalse(self.find_notes())

    def test_who_opens_it(self):
        """CRN-01, ROL-01: staff; not collectors, and not when nothing is left."""
        self.account.collector_id = self.collector
        payment = self.payment.with_user(self.collector)
        self.assertFalse(payment.can_credit)
        with self.assertRefused(AccessError, "Customer Executive"):
            payment.action_create_credit_note()
        self.assertTrue(self.payment.with_user(self.clerk).can_credit)
        note = self.make_note(self.payment)
        self.env.invalidate_all()
        self.assertFalse(self.payment.with_user(self.clerk).can_credit)
        with self.assertRefused(UserError, note.number):
            self.open()


@tagged("post_install", "-at_install")
class TestUseDialogs(CreditNotesCommon):
    """Apply, undo, extend (CRN-10, CRN-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(100)

    def setUp(self):
        super().setUp()
        _outcome, payment = self.record_one(150)
        self.note = payment.credit_note_ids
        self.first = self.make_bill(30, number="INV-A", due_date="2024-03-01")
        self.second = self.make_bill(30, number="INV-B", due_date="2024-04-01")
        self.third = self.make_bill(30, number="INV-C", due_date="2024-05-01")

    def open(self, name, user=None):
        user = user or self.clerk
        action = getattr(self.note.with_user(user), name)()
        Wizard = self.env[action["res_model"]].with_user(user)
        return Form(Wizard.with_context(**action["context"]))

    def test_apply(self):
        """CRN-10: open documents, oldest ticked as far as the credit goes."""
        form = self.open("action_open_apply")
        self.assertEqual((form.available, form.amount), (50, 50))
        self.assertEqual((form.credit_left, form.still_owed), (0, 10))
        wizard = form.save()
        self.assertEqual(
            [(line.name, line.selected) for line in wizard.line_ids],
            [("INV-A", True), ("INV-B", True), ("INV-C", False)],
        )
        wizard.action_apply()
        self.assertEqual(
            [bill.amount_residual for bill in (self.first, self.second, self.third)],
            [0, 10, 30],
        )
        self.assertEqual(self.note.state, "applied")

    def test_apply_less(self):
        """CRN-10: less than what fits, and to chosen documents only."""
        form = self.open("action_open_apply")
        for position, selected in ((0, False), (1, False), (2, True)):
            with form.line_ids.edit(position) as line:
                line.selected = selected
        self.assertEqual(form.amount, 30)
        form.amount = 12.5
        self.assertEqual((form.credit_left, form.still_owed), (37.5, 17.5))
        form.save().action_apply()
        self.assertEqual(self.third.amount_residual, 17.5)
        self.assertEqual(self.note.remaining_amount, 37.5)

    def test_apply_says_why_not(self):
        """CRN-10: nothing ticked, nothing to apply, too much."""
        form = self.open("action_open_apply")
        self.assertFalse(form.problem)
        form.amount = 50.01
        self.assertIn("Lower the amount", form.problem)
        form.amount = 0
        self.assertIn("above zero", form.problem)
        for position in (0, 1):
            with form.line_ids.edit(position) as line:
                line.selected = False
        self.assertIn("Tick", form.problem)

    def test_undo(self):
        """CRN-10: a manager undoes a use from the details; the row stays."""
        self.note.with_user(self.clerk).apply_to(self.first.ids)
        row = self.note.application_ids
        self.assertFalse(row.with_user(self.clerk).can_undo)
        self.assertTrue(row.with_user(self.manager).can_undo)
        row.with_user(self.manager).action_undo()
        self.assertFalse(row.with_user(self.manager).can_undo)
        self.assertEqual(row.reversed_by, self.manager)
        self.assertEqual(self.first.amount_residual, 30)

    def test_open_the_document(self):
        """CRN-09: the document that was paid opens; an entry of ours doesn't."""
        self.note.with_user(self.clerk).apply_to(self.first.ids)
        row = self.note.application_ids.with_user(self.clerk)
        self.assertTrue(row.has_document)
        self.assertEqual(row.action_view_document()["res_id"], self.first.id)
        self.note.with_user(self.manager).action_expire()
        expired = self.note.application_ids.filtered(lambda r: r.kind == "expired")
        self.assertFalse(expired.with_user(self.clerk).has_document)

    def test_extend(self):
        """CRN-11: a manager gives a later last day, and revives what expired."""
        old = self.note.expiry_date
        form = self.open("action_open_extension", self.manager)
        self.assertEqual(form.expiry_date, old)
        self.assertGreater(form.date, old)
        form.save().action_extend()
        self.assertGreater(self.note.expiry_date, old)
        self.note.with_user(self.manager).action_expire()
        self.assertEqual(self.note.state, "expired")
        form = self.open("action_open_extension", self.manager)
        self.assertEqual(form.expired_amount, 50)
        form.save().action_extend()
        self.assertEqual((self.note.state, self.note.remaining_amount), ("active", 50))

    def test_extending_is_for_managers(self):
        """CRN-11, ROL-01: the counter doesn't extend."""
        with self.assertRaises(AccessError):
            self.open("action_open_extension", self.clerk).save()

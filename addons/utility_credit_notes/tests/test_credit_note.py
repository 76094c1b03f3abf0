from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestCreditNote(CreditNotesCommon):
    """Drafts: terms, numbers, the cap (CRN-01 to CRN-05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill()

    def test_draft(self):
        """CRN-01, CRN-02, CRN-03: a draft knows its payment and has a number."""
        _outcome, payment = self.record_one()
        note = self.make_note(payment)
        self.assertEqual(note.state, "draft")
        self.assertEqual(note.amount, 145.50)
        self.assertEqual(note.utility_account_id, self.account)
        self.assertEqual(note.treatment, "return_money")
        self.assertEqual(note.requester_role, "customer_executive")
        self.assertRegex(note.number, r"^CN-\d{5}$")

    def test_no_payment(self):
        """CRN-01: without an existing payment there is nothing to credit."""
        Note = self.env["utility.credit.note"].with_user(self.clerk)
        for payment_id in (None, False, 0, 2**31 - 1, "1"):
            with self.assertRefused(ValidationError, "made of a payment"):
                Note.create({"payment_id": payment_id, "amount": 1})

    def test_cap_is_cumulative(self):
        """CRN-02: all notes together never exceed the payment, drafts counted."""
        _outcome, payment = self.record_one()
        self.make_note(payment, 100)
        self.assertEqual(payment.creditable_amount, 45.50)
        with self.assertRefused(ValidationError, "At most"):
            self.make_note(payment, 45.51)
        self.make_note(payment, 45.50)
        self.assertEqual(payment.creditable_amount, 0)

    def test_bad_amounts(self):
        """CRN-02: zero, negative, three decimals, words: one clear message each."""
        _outcome, payment = self.record_one()
        for amount, text in (
            (0, "above zero"),
            (-5, "above zero"),
            (1.234, "too many decimals"),
            ("many", "not an amount"),
        ):
            with self.assertRefused(ValidationError, text):
                self.make_note(payment, amount)

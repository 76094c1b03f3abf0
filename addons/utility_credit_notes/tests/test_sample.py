from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.utility_payments.tests.test_sample import SampleCommon

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
@freeze_time("2025-04-20 15:30:00")
class TestSampleCreditNote(SampleCommon, CreditNotesCommon):
    """CFG-05: the sources' credit note CN-46129, at its own dates."""

    def setUp(self):
        super().setUp()
        # Sequences of PostgreSQL aren't rolled back: each test starts anew.
        for code, number in (
            ("utility.payment", 4521),
            ("utility.transaction", 8934),
            ("utility.receipt", 5001),
            ("utility.credit_note", 46129),
        ):
            self.set_next(code, number)

    def test_overpayment(self):
        """CRN-06, CRN-08 to CRN-11: 4.50, Active until Apr 20, 2026; 0.25 is used."""
        outcome = self.record(self.sample(excess="credit"))[0]
        self.assertEqual(
            (outcome["receipt_number"], outcome["credit_note"]), ("R-5001", "CN-46129")
        )
        payment = self.env["account.payment"].browse(outcome["payment_id"])
        note = payment.credit_note_ids.with_user(self.clerk)
        self.assertRecordValues(
            note,
            [
                {
                    "number": "CN-46129",
                    "consumer_name": "John Doe",
                    "account_number": "WU-10001",
                    "receipt_number": "R-5001",
                    "amount": 4.5,
                    "state": "active",
                    "applied_amount": 0.0,
                    "remaining_amount": 4.5,
                    "usage_percentage": 0.0,
                    "automatic": True,
                }
            ],
        )
        self.assertEqual(note.reason_id.name, "Overpayment")
        self.assertEqual(note.create_uid.name, "Jane Smith")
        self.assertEqual(str(note.expiry_date), "2026-04-20")
        self.assertIn(note, payment.shown_credit_note_ids)
        self.assertEqual(
            (self.john.credit_balance, self.john.current_balance), (4.5, 95.75)
        )

        note.apply_to(self.april.ids)
        self.assertRecordValues(
            note,
            [
                {
                    "applied_amount": 0.25,
                    "remaining_amount": 4.25,
                    "usage_percentage": 5.6,
                    "state": "active",
                }
            ],
        )
        self.assertEqual(self.april.payment_state, "paid")
        # What is owed and what is owed back fell by the same.
        self.assertEqual(
            (self.john.credit_balance, self.john.current_balance), (4.25, 95.75)
        )
        self.assertLedgerSound()

        with freeze_time("2026-04-20 12:00:00"):
            self.assertFalse(note._is_past_expiry())
        with freeze_time("2026-04-21 12:00:00"):
            self.assertTrue(note._is_past_expiry())

    def test_change_makes_no_note(self):
        """REC-18: what is handed back is never credited too."""
        outcome = self.record(self.sample())[0]
        payment = self.env["account.payment"].browse(outcome["payment_id"])
        self.assertFalse(payment.credit_note_ids or outcome["credit_note"])

    def test_overpayment_noted_by_hand(self):
        """CRN-02 to CRN-04: the same note asked for by Jane, with its remark."""
        outcome = self.record(self.sample())[0]
        payment = self.env["account.payment"].browse(outcome["payment_id"])
        note = self.make_note(
            payment,
            4.5,
            "overpayment",
            remarks="Customer overpaid due to billing adjustment",
        )
        self.assertEqual((note.number, note.state), ("CN-46129", "draft"))
        note.action_confirm()
        self.assertEqual((note.state, note.remaining_amount), ("active", 4.5))
        self.assertEqual(str(note.expiry_date), "2026-04-20")
        # The money came from the bill: 4.50 of it is due again.
        self.assertEqual(self.march.amount_residual, 4.5)
        self.assertEqual(self.john.current_balance, 100.25)
        self.assertLedgerSound()

    def test_billing_error_of_the_whole_payment(self):
        """CRN-02, CRN-13, ROL-03: 145.50, asked for by Jane, approved by another."""
        outcome = self.record(self.sample())[0]
        payment = self.env["account.payment"].browse(outcome["payment_id"])
        self.assertEqual(payment.creditable_amount, 145.5)
        note = self.make_note(payment, reason="billing_error")
        self.assertEqual(note.amount, 145.5)
        note.action_confirm()
        self.assertEqual(note.state, "to_approve")
        self.assertEqual(self.john.credit_balance, 0)
        with self.assertRefused(AccessError):
            note.action_approve()
        note.with_user(self.manager).action_approve()
        self.assertEqual((note.state, note.decided_by), ("active", self.manager))
        self.assertEqual(self.john.credit_balance, 145.5)
        self.assertEqual(self.john.current_balance, -45.25)
        self.assertLedgerSound()

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestApplication(CreditNotesCommon):
    """Credit pays bills and charges (CRN-10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(145.50, number="INV-2025-001234")
        outcome = cls.Payment.record_collections([cls.request(150)])[0]
        payment = cls.env["account.payment"].browse(outcome["payment_id"])
        cls.note = payment.credit_note_ids.with_user(cls.clerk)

    def test_sample(self):
        """CRN-08, CRN-09, CRN-10: 0.25 of 4.50 leaves 4.25, 5.6 % used."""
        bill = self.make_bill(0.25, number="INV-2025-001567")
        self.assertIs(self.note.apply_to(bill.ids), True)
        self.assertEqual(bill.payment_state, "paid")
        self.assertRecordValues(
            self.note,
            [
                {
                    "remaining_amount": 4.25,
                    "applied_amount": 0.25,
                    "usage_percentage": 5.6,
                    "state": "active",
                }
            ],
        )
        use = self.note.application_ids
        self.assertEqual((use.move_id, use.user_id), (bill, self.clerk))
        self.assertLedgerSound()

    def test_used_up(self):
        """CRN-08: a note without remaining credit is applied, by itself."""
        bill = self.make_bill(10)
        self.note.apply_to(bill)
        self.assertEqual(self.note.state, "applied")
        self.assertEqual(bill.amount_residual, 5.50)
        with self.assertRefused(text="nothing of it is left"):
            self.note.apply_to(bill)

    def test_part_and_order(self):
        """CRN-10: at most the amount asked for, the documents in the order given."""
        first, second = self.make_bill(3), self.make_bill(2, kind="service")
        self.note.apply_to([second.id, first.id], amount=3)
        self.assertEqual((first.amount_residual, second.amount_residual), (2, 0))
        self.note.apply_to(first.ids, 0.5)
        self.assertEqual(first.amount_residual, 1.50)
        self.assertEqual(self.note.remaining_amount, 1)
        self.assertEqual(len(self.note.application_ids), 3)
        self.assertLedgerSound()

    def test_limits(self):
        """CRN-10: never more than what remains or what is owed; exact decimals."""
        bill = self.make_bill(3)
        for amount, text in (
            (3.01, "too much"),
            (5, "too much"),
            (0, "above zero"),
            (-1, "above zero"),
            (0.001, "too many decimals"),
        ):
            with self.assertRefused(ValidationError, text):
                self.note.apply_to(bill.ids, amount)
        self.assertEqual(bill.amount_residual, 3)

    def test_wrong_documents(self):
        """CRN-10: another account's, a paid one, none at all: one sentence each."""
        other = self.make_bill(10, account=self.make_account("Jane Roe"))
        paid = self.make_bill(1)
        self.record_one(1, documents=[paid.id])
        for ids, text in (
            (other.ids, "belongs to another account"),
            (paid.ids, "already paid"),
            ([], "Choose the bills"),
            (self.note.payment_id.move_id.ids, "not a posted bill"),
        ):
            with self.assertRefused(text=text):
                self.note.apply_to(ids)

    def test_undo(self):
        """CRN-10: a manager undoes an application; the log keeps both."""
        bill = self.make_bill(3)
        self.note.apply_to(bill.ids)
        use = self.note.application_ids
        with self.assertRaises(AccessError):
            use.action_undo()
        use.with_user(self.manager).action_undo()
        self.assertEqual(bill.amount_residual, 3)
        self.assertEqual(self.note.remaining_amount, 4.50)
        self.assertEqual(use.reversed_by, self.manager)
        with self.assertRefused(text="undone already"):
            use.with_user(self.manager).action_undo()
        self.note.apply_to(bill.ids)
        self.assertEqual(self.note.remaining_amount, 1.50)
        self.assertLedgerSound()

    def test_next_bill(self):
        """CRN-10: credit pays the next bill by itself, the oldest first, if set."""
        self.record_one(20, type="service")
        older, newer = self.account.credit_note_ids.sorted("id")
        self.assertEqual(self.make_bill(2).amount_residual, 2)
        self.company.utility_credit_auto_apply = True
        bill = self.make_bill(10)
        self.assertEqual(bill.amount_residual, 0)
        self.assertEqual((older.remaining_amount, newer.remaining_amount), (0, 14.50))
        bill = self.make_bill(20)
        self.assertEqual(bill.amount_residual, 5.50)
        self.assertEqual(self.account.credit_balance, 0)
        self.assertLedgerSound()

    def test_native_widget(self):
        """CRN-10: applied in Odoo's own invoice form, the note's figures follow."""
        bill = self.make_bill(3)
        accountant = self._make_user("accountant", "group_customer_executive")
        accountant.group_ids |= self.env.ref("account.group_account_invoice")
        bill = bill.with_user(accountant)
        (offered,) = bill.invoice_outstanding_credits_debits_widget["content"]
        self.assertEqual(offered["amount"], 4.50)
        bill.js_assign_outstanding_line(offered["id"])
        self.assertEqual(bill.amount_residual, 0)
        self.assertEqual(self.note.applied_amount, 3)
        self.assertEqual(self.note.application_ids.user_id, accountant)
        partial = self.note.application_ids.partial_id
        with self.assertRaises(AccessError):
            bill.js_remove_outstanding_partial(partial.id)
        bill.with_user(self.manager).js_remove_outstanding_partial(partial.id)
        self.assertEqual(self.note.remaining_amount, 4.50)
        self.assertLedgerSound()

    def test_collector_applies_nothing(self):
        """ROL-01: applying credit is for the counter and above."""
        bill = self.make_bill(3)
        self.account.collector_id = self.collector
        with self.assertRaises(AccessError):
            self.note.with_user(self.collector).apply_to(bill.ids)

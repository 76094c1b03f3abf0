from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestBooking(CreditNotesCommon):
    """What a note made by hand does in the ledger (CRN-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.make_bill(100, number="INV-1", due_date="2024-01-15")
        cls.second = cls.make_bill(50, number="INV-2", due_date="2024-02-15")

    def test_money_is_freed_last_document_first(self):
        """CRN-03: the document that was paid last is due again first."""
        _outcome, payment = self.record_one(150)
        note = self.make_note(payment, 70, user=self.manager)
        note.action_confirm()
        self.assertEqual(note.state, "active")
        self.assertEqual(note.remaining_amount, 70)
        self.assertEqual(self.second.amount_residual, 50)
        self.assertEqual(self.first.amount_residual, 20)
        self.assertEqual(self.account.credit_balance, 70)
        self.assertEqual(self.account.payoff_balance, 0)
        rows = payment.allocation_ids.sorted("id")
        self.assertEqual(rows.mapped("amount_applied"), [100, 50])
        self.assertEqual(rows.mapped("reversed_amount"), [20, 50])
        self.assertLedgerSound()

    def test_two_notes_one_payment(self):
        """CRN-02, CRN-03: the second note frees what the first left."""
        _outcome, payment = self.record_one(150)
        self.make_note(payment, 30, user=self.manager).action_confirm()
        self.make_note(payment, 40, user=self.manager).action_confirm()
        self.assertEqual(self.second.amount_residual, 50)
        self.assertEqual(self.first.amount_residual, 20)
        self.assertEqual(payment.creditable_amount, 80)
        self.assertLedgerSound()

    def test_whole_payment(self):
        """CRN-05: a full reversal; an overpayment's own note counts in the cap."""
        _outcome, payment = self.record_one(160)
        self.assertEqual(payment.creditable_amount, 150)
        self.make_note(payment, user=self.manager).action_confirm()
        self.assertEqual(self.account.credit_balance, 160)
        self.assertEqual(self.account.payoff_balance, -10)
        self.assertEqual(payment.creditable_amount, 0)
        self.assertLedgerSound()

    def test_foreign_payment(self):
        """CRN-03: money of a foreign payment is freed at the payment's own rate."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {"name": "2020-01-01", "currency_id": euro.id, "rate": 0.9},
                {"name": "2024-01-01", "currency_id": euro.id, "rate": 0.7},
            ]
        )
        _outcome, payment = self.record_one(105, currency="EUR")
        self.assertEqual(self.account.payoff_balance, 0)
        note = self.make_note(payment, 33.33, user=self.manager)
        note.action_confirm()
        self.assertEqual(note.remaining_amount, 33.33)
        self.assertEqual(self.second.amount_residual, 33.33)
        self.assertLedgerSound()

    def test_revenue_is_adjusted(self):
        """CRN-03: a billing error is a customer credit note; the bill stays paid."""
        _outcome, payment = self.record_one(150)
        note = self.make_note(payment, 145.50, reason="billing_error")
        note.action_confirm()
        self.assertEqual(note.state, "to_approve")
        self.assertEqual(self.account.credit_balance, 0)
        note.with_user(self.manager).action_approve()
        self.assertEqual(note.state, "active")
        self.assertEqual(self.account.credit_balance, 145.50)
        self.assertEqual(self.first.amount_residual, 0)
        self.assertEqual(note.move_id.move_type, "out_refund")
        self.assertEqual(note.move_id.name, note.number)
        self.assertEqual(
            note.move_id.invoice_line_ids.account_id,
            self.company.utility_billing_adjustment_account_id,
        )
        self.assertLedgerSound()

    def test_revenue_with_taxes(self):
        """CRN-03: the taxes of what was paid come back with it, to the cent."""
        tax = self.env["account.tax"].create(
            {"name": "8 %", "amount": 8.0, "company_id": self.company.id}
        )
        account = self.make_account("Taxed")
        bill = (
            self.env["account.move"]
            .with_user(self.manager)
            .record_bills(
                [
                    {
                        "account": account.id,
                        "lines": [
                            {"name": "Water", "price": 100, "tax_ids": tax.ids},
                            {"name": "Rent", "price": 20},
                        ],
                    }
                ]
            )[0]
        )
        self.assertEqual(bill["status"], "posted")
        _outcome, payment = self.record_one(128, account=account.number)
        for amount in (10.00, 0.01, 33.33, 50.05):
            note = self.make_note(payment, amount, reason="billing_adjustment")
            note.action_confirm()
            note.with_user(self.manager).action_approve()
            self.assertEqual(note.remaining_amount, amount)
            self.assertEqual(note.move_id.amount_total, amount)
        self.assertGreater(note.move_id.amount_tax, 3)
        self.assertLedgerSound()

    def test_payment_is_taken_back(self):
        """RCN-07: notes of a payment that is reversed are undone, use by use."""
        bill = self.make_bill(30, number="INV-3", due_date="2024-03-15")
        _outcome, payment = self.record_one(
            150, documents=[self.first.id, self.second.id]
        )
        note = self.make_note(payment, 70, user=self.manager)
        note.action_confirm()
        note.apply_to(bill.ids)
        told = payment.sudo()._release_credit()
        self.assertEqual(note.state, "cancelled")
        self.assertEqual(bill.amount_residual, 30)
        self.assertIn("INV-3", told[0])
        self.assertEqual(self.account.payoff_balance, 30)

    def test_reason_archived_meanwhile(self):
        """CRN-03: a draft whose reason is archived can't be confirmed."""
        _outcome, payment = self.record_one(150)
        note = self.make_note(payment, 10)
        self.reasons["duplicate_payment"].active = False
        with self.assertRefused(text="no longer in use"):
            note.action_confirm()

    def test_two_companies(self):
        """ROL-04: a payment of a company that the user isn't in can't be credited."""
        _outcome, payment = self.record_one(150)
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._make_user("stranger", "group_billing_manager")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        with self.assertRefused(AccessError, "may not see this payment"):
            self.make_note(payment, 10, user=stranger)

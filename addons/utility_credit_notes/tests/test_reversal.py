from odoo.tests import tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestReversal(CreditNotesCommon):
    """A payment is taken back whose credit was used already (RCN-07, ADJ-01)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(100, number="INV-1")

    def adjust(self, payment, **values):
        adjustment = (
            self.env["utility.payment.adjustment"]
            .with_user(self.clerk)
            .create({"payment_id": payment.id, "reason": "Bounced", **values})
        )
        adjustment.action_request()
        adjustment.with_user(self.manager).action_approve()
        self.assertEqual(adjustment.state, "done")
        return adjustment

    def test_credit_in_every_use(self):
        """RCN-07: applied, refunded and expired credit of a returned payment."""
        _outcome, payment = self.record_one(160)
        note = payment.credit_note_ids.with_user(self.manager)
        later = self.make_bill(10, number="INV-2")
        note.apply_to(later.ids)
        mode = self.env["utility.payment.mode"].search(
            [("code", "=", "cash"), ("company_id", "=", self.company.id)]
        )
        self.adjust(
            payment,
            kind="refund",
            credit_note_id=note.id,
            refund_amount=15,
            refund_mode_id=mode.id,
        )
        note.action_expire()
        self.assertEqual(note.expired_amount, 35)
        self.assertLedgerSound()
        request = self.env["utility.payment.adjustment"].new(
            {"payment_id": payment.id, "kind": "reverse"}
        )
        for text in ("is due again on INV-1", "due again on INV-2", "becomes a debt"):
            self.assertIn(text, request.explanation)
        done = self.adjust(payment, kind="reverse", reversal_kind="returned")
        self.assertEqual(payment.utility_state, "returned")
        self.assertEqual(note.state, "cancelled")
        self.assertEqual(self.bill.amount_residual, 100)
        self.assertEqual(later.amount_residual, 10)
        # Both bills, and the cash that was handed out
        self.assertEqual(self.account.payoff_balance, 125)
        self.assertEqual(self.account.credit_balance, 0)
        for text in ("INV-2", "refunded", "expired"):
            self.assertIn(text, done.result)
        self.assertLedgerSound()

    def test_notes_by_hand(self):
        """RCN-07: freed money and adjusted revenue go with their payment."""
        _outcome, payment = self.record_one(100)
        freed = self.make_note(payment, 30, user=self.manager)
        freed.action_confirm()
        error = self.make_note(payment, 20, reason="billing_error")
        error.action_confirm()
        error.with_user(self.manager).action_approve()
        waiting = self.make_note(payment, 50, reason="billing_error")
        waiting.action_confirm()
        freed.apply_to(self.bill.ids)
        self.assertEqual(self.account.payoff_balance, -20)
        self.adjust(payment, kind="reverse", reversal_kind="wrong_entry")
        self.assertEqual((freed | error | waiting).mapped("state"), ["cancelled"] * 3)
        self.assertEqual(self.bill.amount_residual, 100)
        self.assertEqual(self.account.payoff_balance, 100)
        self.assertLedgerSound()

    def test_corrected_payment_has_its_credit_again(self):
        """ADJ-01, CRN-06: recorded anew, the overpayment is a new note."""
        _outcome, payment = self.record_one(104.50)
        (note,) = payment.credit_note_ids
        target = self.make_account("Jane Roe")
        self.make_bill(50, account=target)
        done = self.adjust(payment, kind="move", target_account_id=target.id)
        new = done.replacement_payment_id
        self.assertEqual(note.state, "cancelled")
        self.assertEqual(new.credit_note_ids.amount, 54.50)
        self.assertEqual(self.account.payoff_balance, 100)
        self.assertEqual(target.payoff_balance, -54.50)
        self.assertLedgerSound()

    def test_nothing_more_of_a_payment_taken_back(self):
        """CRN-01: a payment that was taken back can't be credited."""
        _outcome, payment = self.record_one(100)
        self.adjust(payment, kind="reverse", reversal_kind="returned")
        with self.assertRefused(text="can't be credited"):
            self.make_note(payment, 10)

    def test_debt_of_a_refund_is_paid_and_that_returned(self):
        """RCN-07: money that paid back a refund can be taken back like any other."""
        _outcome, payment = self.record_one(120)
        mode = self.env["utility.payment.mode"].search(
            [("code", "=", "cash"), ("company_id", "=", self.company.id)]
        )
        self.adjust(
            payment,
            kind="refund",
            credit_note_id=payment.credit_note_ids.id,
            refund_amount=20,
            refund_mode_id=mode.id,
        )
        self.adjust(payment, kind="reverse", reversal_kind="returned")
        self.assertEqual(self.account.payoff_balance, 120)
        _outcome, second = self.record_one(120)
        self.assertEqual(self.account.payoff_balance, 0)
        self.assertLedgerSound()
        self.adjust(second, kind="reverse", reversal_kind="returned")
        self.assertEqual(self.account.payoff_balance, 120)
        self.assertLedgerSound()

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .adjustment_common import AdjustmentsCommon


@tagged("post_install", "-at_install")
class TestAdjustmentReplace(AdjustmentsCommon):
    """A payment that should have been another: reversed, recorded anew (ADJ-01)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill()
        cls.other = cls.make_account("Jane Roe")

    # Move

    def test_move(self):
        """ADJ-01, ROL-02: the right account is paid; the old terms stay."""
        theirs = self.make_bill(145.50, account=self.other)
        _outcome, payment = self.record_one(payer="Aunt May", note="At the desk")
        adjustment = self.adjust(payment, "move", target_account_id=self.other.id)
        new = adjustment.replacement_payment_id
        self.assertEqual(payment.utility_state, "cancelled")
        self.assertEqual(payment.utility_account_id, self.account)
        self.assertEqual(new.utility_account_id, self.other)
        self.assertEqual(new.utility_state, "posted")
        self.assertEqual(self.bill.amount_residual, 145.50)
        self.assertEqual(theirs.amount_residual, 0)
        for name in (
            "amount",
            "date",
            "mode_id",
            "channel_id",
            "received_by",
            "received_at",
            "payer_name",
            "utility_note",
            "utility_type",
        ):
            self.assertEqual(new[name], payment[name], name)
        self.assertNotEqual(new.receipt_number, payment.receipt_number)
        self.assertEqual(payment.replaced_by_id, new)
        self.assertEqual(new.replaces_id, payment)
        self.assertIn(new.receipt_number, payment.event_ids[-1].note)
        self.assertIn(payment.receipt_number, new.event_ids[-1].note)
        self.assertLedgerSound()

    def test_move_to_nothing_due(self):
        """REC-07, ADJ-01: all that was taken is kept, whatever is due there."""
        self.make_bill(1000)
        _outcome, payment = self.record_one(1145.50)
        self.make_bill(20, account=self.other)
        self.adjust(payment, "move", target_account_id=self.other.id)
        self.assertEqual(self.other.payoff_balance, -1125.50)
        self.assertEqual(self.account.payoff_balance, 1145.50)
        self.assertLedgerSound()

    def test_move_to_named_documents(self):
        """REC-03: the documents that the request names, in their order."""
        first = self.make_bill(100, account=self.other)
        second = self.make_bill(100, account=self.other, due_date="2024-02-15")
        _outcome, payment = self.record_one(145.50)
        self.adjust(
            payment,
            "move",
            target_account_id=self.other.id,
            documents=[second, first],
        )
        self.assertEqual(second.amount_residual, 0)
        self.assertEqual(first.amount_residual, 54.50)

    def test_move_overpaid(self):
        """ADJ-01: the credit moves with the payment."""
        _outcome, payment = self.record_one(150, excess="credit")
        self.make_bill(145.50, account=self.other)
        self.adjust(payment, "move", target_account_id=self.other.id)
        self.assertEqual(self.account.credit_balance, 0)
        self.assertEqual(self.other.credit_balance, 4.50)
        self.assertLedgerSound()

    def test_move_refusals(self):
        """ADJ-01: one clear sentence on what is wrong, before anybody approves."""
        _outcome, payment = self.record_one()
        paid = self.make_bill(10, account=self.other)
        self.record_one(10, account=self.other.number)
        for values, text in (
            ({}, "Choose the account"),
            ({"target_account_id": self.account.id}, "already"),
            (
                {"target_account_id": self.other.id, "documents": [self.bill]},
                "belongs to another account",
            ),
            (
                {"target_account_id": self.other.id, "documents": [paid]},
                "already paid",
            ),
        ):
            adjustment = self.make_adjustment(payment, "move", **values)
            with self.assertRefused(UserError, text):
                adjustment.action_request()
        self.other.sudo().cash_only = True
        cheque = self.record_one(10, mode="cheque", reference="1")[1]
        adjustment = self.make_adjustment(
            cheque, "move", target_account_id=self.other.id
        )
        with self.assertRefused(UserError, "cash only"):
            adjustment.action_request()

    def test_move_to_another_company(self):
        """ROL-04: a payment stays in its company."""
        company = self.setup_other_company(name="Other Water")["company"]
        partner = self.env["res.partner"].create({"name": "Far Away"})
        far = self.env["utility.account"].create(
            {"partner_id": partner.id, "company_id": company.id}
        )
        _outcome, payment = self.record_one()
        with self.assertRaises(UserError):
            self.make_adjustment(
                payment, "move", target_account_id=far.id
            ).action_request()

    def test_door_refuses_at_execution(self):
        """ADJ-01: all or nothing: what the door refuses leaves the old payment."""
        _outcome, payment = self.record_one()
        adjustment = self.make_adjustment(
            payment, "move", target_account_id=self.other.id
        )
        adjustment.action_request()
        Payment = type(self.env["account.payment"])
        refusal = [
            {"status": "rejected", "error": {"code": "x", "message": "Not this one."}}
        ]
        with (
            patch.object(Payment, "record_collections", lambda *args: refusal),
            self.assertRefused(UserError, "Not this one."),
            self.cr.savepoint(),
        ):
            adjustment.with_user(self.manager).action_approve()
        self.env.invalidate_all()
        self.assertEqual(payment.utility_state, "posted")
        self.assertEqual(adjustment.state, "to_approve")
        self.assertEqual(self.bill.amount_residual, 0)

    # Correct

    def test_mode(self):
        """ADJ-01: another method means another outstanding account: a new receipt."""
        _outcome, payment = self.record_one(150, tendered=150, excess="credit")
        adjustment = self.adjust(
            payment,
            "correct",
            new_mode_id=self.modes["cheque"].id,
            new_reference="C-77",
        )
        new = adjustment.replacement_payment_id
        self.assertEqual(payment.mode_id.code, "cash")
        self.assertEqual(new.mode_id.code, "cheque")
        self.assertEqual(new.payment_reference, "C-77")
        self.assertEqual(self.bill.amount_residual, 0)
        self.assertEqual(self.account.credit_balance, 4.50)
        self.assertEqual(new.allocation_ids.move_id, self.bill)
        self.assertEqual(
            self.open_money(payment, new)[payment._money_line().account_id], 0
        )
        self.assertLedgerSound()

    def test_date(self):
        """ADJ-01: another date is another entry."""
        _outcome, payment = self.record_one()
        date = self.today - timedelta(days=30)
        adjustment = self.adjust(payment, "correct", new_date=date)
        self.assertEqual(adjustment.replacement_payment_id.date, date)
        self.assertEqual(payment.date, self.today)
        self.assertEqual(self.bill.amount_residual, 0)

    def test_date_refusals(self):
        """REC-05, ADJ-01: the future and closed books are refused when asked."""
        _outcome, payment = self.record_one()
        self.lock_books(self.today - timedelta(days=20))
        for days, text in ((1, "in the future"), (-20, "closed")):
            adjustment = self.make_adjustment(
                payment, "correct", new_date=self.today + timedelta(days=days)
            )
            with self.assertRefused(UserError, text):
                adjustment.action_request()

    def test_original_date_is_locked(self):
        """ADJ-01: recorded anew today, when the books of that day are closed."""
        _outcome, payment = self.record_one(date=self.today - timedelta(days=5))
        self.lock_books(self.today - timedelta(days=1))
        adjustment = self.adjust(
            payment, "correct", new_mode_id=self.modes["wallet"].id
        )
        self.assertEqual(adjustment.replacement_payment_id.date, self.today)

    def test_mode_needs_a_reference(self):
        """REC-04: the right method may need a reference."""
        _outcome, payment = self.record_one()
        adjustment = self.make_adjustment(
            payment, "correct", new_mode_id=self.modes["cheque"].id
        )
        with self.assertRefused(UserError, "needs a reference"):
            adjustment.action_request()

    def test_mode_of_foreign_payment(self):
        """REC-14: currency and amounts stay to the cent."""
        self.setup_other_currency("EUR", rates=[("2020-01-01", 0.37)])
        _outcome, payment = self.record_one(50, currency="EUR")
        residual = self.bill.amount_residual
        adjustment = self.adjust(
            payment, "correct", new_mode_id=self.modes["wallet"].id
        )
        new = adjustment.replacement_payment_id
        self.assertEqual((new.amount, new.currency_id.name), (50, "EUR"))
        self.assertEqual(self.bill.amount_residual, residual)
        self.assertLedgerSound()

    def test_matched_with_bank(self):
        """ADJ-01: the bank's money counts for the payment recorded instead."""
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        self.match_with_bank(payment)
        adjustment = self.adjust(payment, "move", target_account_id=self.other.id)
        new = adjustment.replacement_payment_id
        self.assertTrue(new._money_line().reconciled)
        self.assertEqual(list(self.open_money(payment, new).values()), [0.0])
        self.assertLedgerSound()

    def test_mode_matched_with_bank(self):
        """ADJ-01: on the account of another mode, too."""
        _outcome, payment = self.record_one(mode="credit_card", reference="1")
        self.match_with_bank(payment)
        adjustment = self.adjust(
            payment, "correct", new_mode_id=self.modes["debit_card"].id
        )
        new = adjustment.replacement_payment_id
        self.assertTrue(new._money_line().reconciled)
        self.assertEqual(set(self.open_money(payment, new).values()), {0.0})
        self.assertLedgerSound()

    def test_receiver_has_left(self):
        """ROL-05: who took the money stays named, after they left, too."""
        leaver = self._make_user("leaver", "group_customer_executive")
        _outcome, payment = self.record_one(user=leaver)
        leaver.active = False
        adjustment = self.adjust(
            payment, "correct", new_mode_id=self.modes["wallet"].id
        )
        self.assertEqual(adjustment.replacement_payment_id.received_by, leaver)

    def test_taken_by_the_system(self):
        """PAY-07: nobody received it then, so nobody does now."""
        Payment = self.env["account.payment"].with_user(self.env.ref("base.user_root"))
        outcome = Payment.record_collections(
            [self.request(channel="online", mode="online", account=self.account.id)]
        )[0]
        payment = self.env["account.payment"].browse(outcome["payment_id"])
        self.assertFalse(payment.received_by)
        payment.with_user(self.clerk).action_verify()
        self.make_bill(145.50, account=self.other)
        adjustment = self.adjust(payment, "move", target_account_id=self.other.id)
        new = adjustment.replacement_payment_id
        self.assertFalse(new.received_by)
        self.assertEqual(new.verification_state, "verified")
        self.assertEqual(new.verified_by, self.clerk)

    def test_channel_and_reference(self):
        """ADJ-01, ROL-02: no terms of the ledger: corrected in place, logged."""
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        agent = self.env.ref("utility_payments.channel_agent")
        receipt = payment.receipt_number
        adjustment = self.adjust(
            payment, "correct", new_channel_id=agent.id, new_reference="C-2"
        )
        self.assertFalse(adjustment.replacement_payment_id)
        self.assertFalse(adjustment.reversal_move_id)
        self.assertEqual(payment.channel_id, agent)
        self.assertEqual(payment.payment_reference, "C-2")
        self.assertEqual(payment.receipt_number, receipt)
        self.assertEqual(payment.utility_state, "posted")
        event = payment.event_ids[-1]
        self.assertEqual(event.kind, "adjusted")
        self.assertIn("C-1 became C-2", event.note)
        self.assertIn("C-1 became C-2", payment.message_ids[0].body)
        self.assertLedgerSound()

    def test_nothing_to_correct(self):
        """ADJ-01: a correction that changes nothing is refused."""
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        adjustment = self.make_adjustment(
            payment, "correct", new_reference="C-1", new_date=payment.date
        )
        with self.assertRefused(UserError, "changes nothing"):
            adjustment.action_request()

    def test_replaced_again(self):
        """ADJ-01: what was recorded instead can be corrected in turn."""
        _outcome, payment = self.record_one()
        first = self.adjust(payment, "correct", new_mode_id=self.modes["wallet"].id)
        second = self.adjust(
            first.replacement_payment_id,
            "correct",
            new_mode_id=self.modes["cash"].id,
        )
        self.assertEqual(second.replacement_payment_id.mode_id.code, "cash")
        self.assertEqual(self.bill.amount_residual, 0)
        self.assertLedgerSound()

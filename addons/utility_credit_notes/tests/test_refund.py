from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestRefund(CreditNotesCommon):
    """Credit is paid back, once somebody else approved (CRN-12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill()
        outcome = cls.Payment.record_collections([cls.request(165.50)])[0]
        payment = cls.env["account.payment"].browse(outcome["payment_id"])
        cls.note = payment.credit_note_ids.with_user(cls.clerk)
        cls.modes = {
            mode.code: mode
            for mode in cls.env["utility.payment.mode"].search(
                [("company_id", "=", cls.company.id)]
            )
        }

    def request_refund(self, amount=15, mode="cash", user=None, **values):
        return (
            self.env["utility.payment.adjustment"]
            .with_user(user or self.clerk)
            .create(
                {
                    "kind": "refund",
                    "reason": "The consumer asked for it",
                    "credit_note_id": self.note.id,
                    "refund_amount": amount,
                    "refund_mode_id": self.modes[mode].id,
                    **values,
                }
            )
        )

    def test_cash(self):
        """CRN-12, CRN-09: in cash, by an outbound payment; the usage follows."""
        refund = self.request_refund()
        refund.action_request()
        self.assertEqual(self.note.remaining_amount, 20)
        with self.assertRaises(AccessError):
            refund.action_approve()
        refund.with_user(self.manager).action_approve()
        self.assertEqual(refund.state, "done")
        self.assertRecordValues(
            self.note,
            [
                {
                    "refunded_amount": 15,
                    "remaining_amount": 5,
                    "usage_percentage": 75,
                    "state": "active",
                }
            ],
        )
        payment = refund.sudo().refund_payment_id
        self.assertRecordValues(
            payment,
            [
                {
                    "payment_type": "outbound",
                    "amount": 15,
                    "utility_state": "posted",
                    "receipt_number": False,
                    "utility_account_id": self.account.id,
                }
            ],
        )
        self.assertTrue(payment.payment_number)
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(self.account.credit_balance, 5)
        self.assertIn("refunded", self.note.payment_id.event_ids.mapped("kind"))
        self.assertLedgerSound()

    def test_bank(self):
        """CRN-12: to the consumer's own bank account, and to no other's."""
        partner = self.account.partner_id
        own, foreign = self.env["res.partner.bank"].create(
            [
                {"acc_number": "US-1", "partner_id": partner.id},
                {"acc_number": "US-2", "partner_id": self.partner_a.id},
            ]
        )
        for bank in (self.env["res.partner.bank"], foreign):
            refund = self.request_refund(mode="bank_transfer", refund_bank_id=bank.id)
            with self.assertRefused(text="bank account of John Doe"):
                refund.action_request()
        refund = self.request_refund(mode="bank_transfer", refund_bank_id=own.id)
        refund.action_request()
        refund.with_user(self.manager).action_approve()
        self.assertEqual(refund.sudo().refund_payment_id.partner_bank_id, own)
        self.assertLedgerSound()

    def test_limits(self):
        """CRN-12: no more than what is left, nothing that isn't an amount."""
        for amount in (-1, 0.001):
            with self.assertRefused(ValidationError):
                self.request_refund(amount)
        for amount in (0, 20.01):
            refund = self.request_refund(amount)
            with self.assertRefused(ValidationError, "has $"):
                refund.action_request()
        with self.assertRefused(text="can't be paid back by"):
            self.request_refund(mode="credit_card").action_request()

    def test_used_meanwhile(self):
        """CRN-12: credit that was used meanwhile isn't paid back as well."""
        refund = self.request_refund(15)
        refund.action_request()
        self.note.apply_to(self.make_bill(10))
        with self.assertRefused(ValidationError, "left"):
            refund.with_user(self.manager).action_approve()
        self.assertEqual(refund.state, "to_approve")
        self.assertEqual(self.note.remaining_amount, 10)

    def test_refund_is_locked(self):
        """ROL-02: a refund that was paid can't be edited or deleted."""
        refund = self.request_refund()
        refund.action_request()
        refund.with_user(self.manager).action_approve()
        payment = refund.sudo().refund_payment_id
        for change in (
            lambda: payment.action_draft(),
            lambda: payment.write({"amount": 1}),
            lambda: payment.move_id.button_draft(),
            lambda: payment.unlink(),
        ):
            with self.assertRefused():
                change()

    def test_form(self):
        """CRN-12: the form, opened from the note, proposes what remains."""
        action = self.note.action_request_refund()
        Adjustment = self.env["utility.payment.adjustment"].with_user(self.clerk)
        with Form(Adjustment.with_context(**action["context"])) as form:
            self.assertEqual(form.refund_amount, 20)
            form.reason = "Moves away"
            form.refund_mode_id = self.modes["cash"]
            self.assertIn("20.00", form.explanation)
        refund = form.record
        refund.action_request()
        refund.with_user(self.manager).action_approve()
        self.assertEqual(self.note.state, "applied")

from odoo.tests import tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestOnlineTransaction(PaymentsCommon):
    """A transaction that a gateway reports as done takes the one door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Gateway", "code": "none", "company_id": cls.company.id}
        )
        cls.method = cls.env.ref("payment.payment_method_unknown")

    def pay_online(self, bill, amount, reference="online-1"):
        """Charge an amount for a bill; return the finished transaction."""
        transaction = self.env["payment.transaction"].create(
            {
                "payment_method_id": self.method.id,
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "provider_id": self.provider.id,
                "reference": reference,
                "operation": "online_direct",
                "partner_id": self.account.partner_id.id,
                "invoice_ids": bill.ids,
            }
        )
        transaction._set_done()
        transaction._post_process()
        return transaction

    def test_bill_paid_online(self):
        """PAY-07, ROL-05: received by System, verification pending, channel online."""
        bill = self.make_bill(145.50)
        payment = self.pay_online(bill, 145.50).payment_id
        self.assertEqual(payment.utility_account_id, self.account)
        self.assertEqual(payment.utility_state, "posted")
        self.assertEqual(payment.verification_state, "pending")
        self.assertFalse(payment.received_by)
        self.assertEqual(payment.channel_id.code, "online")
        self.assertTrue(payment.receipt_number)
        self.assertEqual(bill.amount_residual, 0)
        self.assertLedgerSound()

    def test_processed_twice(self):
        """REC-13: the customer's return and the scheduled action record once."""
        transaction = self.pay_online(self.make_bill(145.50), 145.50)
        payment = transaction.payment_id
        transaction._post_process()
        self.assertEqual(transaction.payment_id, payment)
        self.assertEqual(self.account.payment_ids, payment)

    def test_bill_paid_meanwhile(self):
        """REC-14: money that was charged is never refused, it waits on account."""
        bill = self.make_bill(145.50)
        self.record_one(145.50, documents=[bill.name])
        payment = self.pay_online(bill, 145.50).payment_id
        self.assertEqual(payment.amount_excess, 145.50)
        self.assertEqual(self.account.credit_balance, 145.50)
        self.assertLedgerSound()

    def test_recorded_by_staff(self):
        """PAY-07: what a member of staff records is verified, whatever the channel."""
        self.make_bill(20)
        _outcome, payment = self.record_one(20, channel="online", mode="online")
        self.assertEqual(payment.verification_state, "verified")

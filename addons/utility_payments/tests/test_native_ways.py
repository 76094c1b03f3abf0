from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestNativeWays(PaymentsCommon):
    """design.md: what Odoo brings leads to the one door, or nowhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env.ref("utility_consumers.group_customer_executive")
        cls.env.user.group_ids |= group

    def _register(self, bills):
        return self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bills.ids
        )

    def test_register_wizard(self):
        """REC-12: the accountant's wizard makes a numbered consumer payment."""
        bill = self.make_bill()
        wizard = Form(self._register(bill))
        payments = wizard.save()._create_payments()
        self.assertEqual(payments.utility_account_id, self.account)
        self.assertTrue(payments.receipt_number)
        self.assertEqual(bill.amount_residual, 0)
        self.assertLedgerSound()

    def test_register_wizard_partially(self):
        """REC-09: an amount typed into the wizard is the amount recorded."""
        bill = self.make_bill()
        with Form(self._register(bill)) as wizard:
            wizard.amount = 45.50
        wizard.record._create_payments()
        self.assertEqual(bill.amount_residual, 100)

    def test_register_wizard_for_two_accounts(self):
        """ROL-02: two accounts of one contact are paid apart, all or none."""
        other = self.env["utility.account"].create(
            {"partner_id": self.account.partner_id.id, "company_id": self.company.id}
        )
        bills = self.make_bill(10) | self.make_bill(20, account=other)
        payments = self._register(bills).create({})._create_payments()
        self.assertEqual(payments.utility_account_id, self.account | other)
        self.assertEqual(bills.mapped("amount_residual"), [0, 0])

    def test_register_wizard_says_no(self):
        """REC-07: the door's message reaches the accountant."""
        bill = self.make_bill(10)
        with self.assertRaisesRegex(ValidationError, "110.00"):
            self._register(bill).create({"amount": 500})._create_payments()

    def test_mixed_documents(self):
        """design.md: consumers' documents aren't mixed with others."""
        bill = self.make_bill(10)
        invoice = self.init_invoice(
            "out_invoice", partner=self.partner_a, amounts=[5], post=True
        )
        with self.assertRaises(UserError):
            self._register(bill | invoice).create({})._create_payments()

    def test_other_invoices_are_paid_as_ever(self):
        """An invoice that isn't a consumer's is none of our business."""
        invoice = self.init_invoice(
            "out_invoice", partner=self.partner_a, amounts=[5], post=True
        )
        payment = self._register(invoice).create({})._create_payments()
        self.assertFalse(payment.utility_account_id)
        self.assertFalse(payment.receipt_number)
        payment.action_draft()
        payment.unlink()

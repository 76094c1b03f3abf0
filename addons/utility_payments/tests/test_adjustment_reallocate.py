from odoo.exceptions import UserError
from odoo.tests import tagged

from .adjustment_common import AdjustmentsCommon


@tagged("post_install", "-at_install")
class TestAdjustmentReallocate(AdjustmentsCommon):
    """The same payment pays other documents (ADJ-01)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill()
        cls.second = cls.make_bill(100, due_date="2024-02-15")
        cls.third = cls.make_bill(100, due_date="2024-03-15")

    def assertResiduals(self, *residuals):
        bills = (self.bill, self.second, self.third)
        self.assertEqual(tuple(bill.amount_residual for bill in bills), residuals)

    def test_in_order(self):
        """ADJ-01, PAY-03: documents in the order given; old rows stay."""
        _outcome, payment = self.record_one()
        entry = payment.move_id
        self.assertResiduals(0, 100, 100)
        adjustment = self.adjust(
            payment, "reallocate", documents=[self.third, self.second]
        )
        self.assertResiduals(145.50, 54.50, 0)
        self.assertEqual(payment.move_id, entry)
        self.assertEqual(payment.utility_state, "posted")
        rows = payment.allocation_ids.sorted("id")
        self.assertEqual(rows.move_id.ids, (self.bill | self.third | self.second).ids)
        self.assertEqual(rows.mapped("amount_applied"), [145.50, 100, 45.50])
        self.assertEqual(rows.mapped("reversed_amount"), [145.50, 0, 0])
        self.assertEqual(rows.mapped("outstanding_before"), [145.50, 100, 100])
        self.assertEqual(rows.mapped("difference"), [0, 0, -54.50])
        self.assertEqual(payment.event_ids[-1].kind, "adjusted")
        self.assertIn(self.third.name, adjustment.result)
        self.assertEqual(payment.amount_taken_back, 145.50)
        self.assertLedgerSound()

    def test_keeps_a_part(self):
        """ADJ-01: a document that had a part already may get another."""
        _outcome, payment = self.record_one(200)
        self.adjust(payment, "reallocate", documents=[self.second, self.bill])
        self.assertResiduals(45.50, 0, 100)
        self.assertLedgerSound()

    def test_credit_stays(self):
        """REC-08: what was paid too much stays credit."""
        _outcome, payment = self.record_one(
            150, documents=[self.bill.name], excess="credit"
        )
        self.adjust(payment, "reallocate", documents=[self.second, self.third])
        self.assertResiduals(145.50, 0, 54.50)
        self.assertEqual(self.account.credit_balance, 4.50)
        self.assertLedgerSound()

    def test_foreign_currency(self):
        """REC-14: the amounts in company currency stay to the cent."""
        self.setup_other_currency("EUR", rates=[("2020-01-01", 0.37)])
        _outcome, payment = self.record_one(50, currency="EUR")
        kept = 145.50 - self.bill.amount_residual
        self.adjust(payment, "reallocate", documents=[self.third, self.second])
        paid = 200 - self.second.amount_residual - self.third.amount_residual
        self.assertAlmostEqual(paid, kept, 2)
        self.assertEqual(self.bill.amount_residual, 145.50)
        self.assertLedgerSound()

    def test_another_type(self):
        """ADJ-01: money meant for a service charge went to a bill."""
        fee = self.make_bill(200, kind="service")
        _outcome, payment = self.record_one()
        self.adjust(payment, "reallocate", documents=[fee])
        self.assertEqual(fee.amount_residual, 54.50)
        self.assertLedgerSound()

    def test_mixed_types_are_not_recorded_anew(self):
        """REC-03: one payment is of one type; a clear sentence says what to do."""
        fee = self.make_bill(100, kind="service")
        _outcome, payment = self.record_one()
        self.adjust(payment, "reallocate", documents=[fee, self.second])
        adjustment = self.make_adjustment(
            payment, "correct", new_mode_id=self.modes["wallet"].id
        )
        with self.assertRefused(UserError, "one type only"):
            adjustment.action_request()

    def test_reversed_afterwards(self):
        """ADJ-01: what was shared anew is taken back whole."""
        _outcome, payment = self.record_one()
        self.adjust(payment, "reallocate", documents=[self.third, self.second])
        self.adjust(payment)
        self.assertResiduals(145.50, 100, 100)
        self.assertLedgerSound()

    def test_refusals(self):
        """ADJ-01: one clear sentence on what is wrong."""
        _outcome, payment = self.record_one()
        other = self.make_account("Jane Roe")
        theirs = self.make_bill(500, account=other)
        paid = self.make_bill(10, due_date="2024-01-02")
        self.record_one(10, documents=[paid.name])
        small = self.make_bill(10)
        for documents, text in (
            ([], "Choose the documents"),
            ([theirs], "no bill or charge of account"),
            ([paid], "owes nothing"),
            ([small], "less than the"),
            ([self.bill], "nothing would change"),
            ([self.bill, self.second], "nothing would change"),
        ):
            with self.subTest(text=text):
                adjustment = self.make_adjustment(
                    payment, "reallocate", documents=documents
                )
                with self.assertRefused(UserError, text):
                    adjustment.action_request()

    def test_all_credit(self):
        """ADJ-01: credit isn't shared; it is applied."""
        account = self.make_account("Jane Roe")
        _outcome, payment = self.record_one(60, account=account.number)
        bill = self.make_bill(account=account)
        adjustment = self.make_adjustment(payment, "reallocate", documents=[bill])
        with self.assertRefused(UserError, "credit on the account"):
            adjustment.action_request()

    def test_other_receivable_account(self):
        """ADJ-01: items of two receivable accounts are never matched."""
        receivable = self.company_data["default_account_receivable"].copy()
        partner = self.account.commercial_partner_id.with_company(self.company)
        _outcome, payment = self.record_one()
        partner.property_account_receivable_id = receivable
        elsewhere = self.make_bill(200)
        adjustment = self.make_adjustment(payment, "reallocate", documents=[elsewhere])
        with self.assertRefused(UserError, "another receivable account"):
            adjustment.action_request()

    def test_paid_meanwhile(self):
        """ADJ-01: checked again when it is approved."""
        _outcome, payment = self.record_one()
        adjustment = self.make_adjustment(
            payment, "reallocate", documents=[self.second, self.third]
        )
        adjustment.action_request()
        self.record_one(100, documents=[self.second.name])
        with self.assertRefused(UserError, "owes nothing"):
            adjustment.with_user(self.manager).action_approve()

    def test_receipt(self):
        """DOC-01: the receipt lists what the payment pays now, once."""
        _outcome, payment = self.record_one()
        self.adjust(payment, "reallocate", documents=[self.third, self.second])
        rows = payment._receipt_allocations()
        self.assertEqual(rows.move_id, self.third | self.second)
        self.assertEqual(sum(rows.mapped("amount_applied")), payment.amount)
        self.adjust(payment)
        self.assertEqual(payment._receipt_allocations(), payment.allocation_ids)

from freezegun import freeze_time

from odoo.tests import tagged

from .common import PaymentsCommon


class SampleCommon(PaymentsCommon):
    """John Doe before R-5001, in a company whose next numbers are the sample's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.name = "Jane Smith"
        # The first account of a company is WU-10001
        cls.john = cls.account
        cls.march = cls.make_bill(
            145.50,
            account=cls.john,
            number="INV-2025-001234",
            date="2025-03-31",
            due_date="2025-04-15",
            period_start="2025-03-01",
            period_end="2025-03-31",
        )
        cls.april = cls.make_bill(
            152.25,
            account=cls.john,
            number="INV-2025-001567",
            date="2025-04-15",
            due_date="2025-05-15",
            period_start="2025-04-01",
            period_end="2025-04-30",
        )
        for name, amount, day in (
            ("Late Fee", 25.0, "2025-04-10"),
            ("Reconnection Fee", 75.0, "2025-04-18"),
        ):
            cls.make_bill(
                amount,
                account=cls.john,
                kind="service",
                service_name=name,
                service_date=day,
                date=day,
                due_date=day,
            )
        cls.env["account.payment"].with_user(cls.manager).record_collections(
            [
                {
                    "account": "WU-10001",
                    "amount": "152.00",
                    "mode": "bank_transfer",
                    "channel": "bank",
                    "reference": "ACH 5530117",
                    "date": "2025-04-17",
                    "documents": ["INV-2025-001567"],
                }
            ]
        )
        cls.set_next("utility.payment", 4521)
        cls.set_next("utility.transaction", 8934)
        cls.set_next("utility.receipt", 5001)

    @classmethod
    def set_next(cls, code, number):
        sequence = cls.env["ir.sequence"].search(
            [("code", "=", code), ("company_id", "=", cls.company.id)]
        )
        sequence.number_next_actual = number

    @classmethod
    def sample(cls, **values):
        return {
            "account": "WU-10001",
            "amount": "145.50",
            "tendered": "150.00",
            "mode": "cash",
            "channel": "walk_in",
            "type": "bill",
            "documents": ["INV-2025-001234"],
            "note": "Customer paid in full",
            **values,
        }


@tagged("post_install", "-at_install")
@freeze_time("2025-04-20 15:30:00")
class TestSample(SampleCommon):
    """CFG-05: the sources' sample, at its own dates and with its own numbers."""

    def test_state_before_the_payment(self):
        """CFG-05, CON-04: the current balance is 245.75 before R-5001."""
        self.assertEqual(self.john.current_balance, 245.75)
        self.assertEqual(self.john.payoff_balance, 245.75)
        self.assertEqual(self.april.amount_residual, 0.25)

    def test_change_is_given_back(self):
        """REC-08, REC-12, PAY-01 to PAY-07: 150.00 in cash on 145.50, change 4.50."""
        outcome = self.record(self.sample())[0]
        self.assertEqual(
            {key: outcome[key] for key in outcome if key not in ("payment_id",)},
            {
                "status": "posted",
                "payment_number": "PAY-2025-004521",
                "transaction_number": "TXN-2025-008934",
                "receipt_number": "R-5001",
                "applied": 145.5,
                "credit": 0.0,
                "credit_note": False,
                "change": 4.5,
                "outstanding": 0.0,
                "warnings": [],
                "error": False,
            },
        )
        payment = self.env["account.payment"].browse(outcome["payment_id"])
        self.assertRecordValues(
            payment,
            [
                {
                    "utility_state": "posted",
                    "settlement_state": "not_applicable",
                    "amount": 145.5,
                    "amount_tendered": 150.0,
                    "change_given": 4.5,
                    "balance_after": 100.25,
                    "verification_state": "verified",
                    "received_by": self.clerk.id,
                    "utility_note": "Customer paid in full",
                }
            ],
        )
        self.assertEqual(str(payment.date), "2025-04-20")
        self.assertEqual(payment.channel_id.name, "Walk-in")
        self.assertEqual(payment.mode_id.name, "Cash")
        self.assertRecordValues(
            payment.allocation_ids,
            [
                {
                    "move_id": self.march.id,
                    "amount_billed": 145.5,
                    "outstanding_before": 145.5,
                    "amount_applied": 145.5,
                    "difference": 0.0,
                    "difference_kind": "exact",
                }
            ],
        )
        self.assertEqual(self.march.payment_state, "paid")
        self.assertEqual(self.john.current_balance, 100.25)
        receivable = self.john.partner_id.property_account_receivable_id
        self.assertRecordValues(
            payment.move_id.line_ids.sorted("balance"),
            [
                {
                    "account_id": receivable.id,
                    "balance": -145.5,
                    "utility_account_id": self.john.id,
                    "reconciled": True,
                },
                {
                    "account_id": payment.mode_id.sudo().outstanding_account_id.id,
                    "balance": 145.5,
                    "utility_account_id": False,
                    "reconciled": False,
                },
            ],
        )
        self.assertLedgerSound()


@tagged("post_install", "-at_install")
@freeze_time("2025-04-20 15:30:00")
class TestSampleCredit(SampleCommon):
    """CFG-05: the variant in which nothing is handed back."""

    def test_extra_is_kept_as_credit(self):
        """REC-08, REC-18: the same 150.00 with credit: 4.50 stay on the account."""
        outcome = self.record(self.sample(excess="credit"))[0]
        self.assertEqual(outcome["receipt_number"], "R-5001")
        self.assertEqual(
            (outcome["applied"], outcome["credit"], outcome["change"]),
            (145.5, 4.5, 0.0),
        )
        payment = self.env["account.payment"].browse(outcome["payment_id"])
        self.assertEqual(payment.amount, 150.0)
        self.assertEqual(payment.amount_excess, 4.5)
        self.assertEqual(payment.allocation_ids.difference, 4.5)
        self.assertEqual(payment.allocation_ids.difference_kind, "over")
        self.assertEqual(self.john.credit_balance, 4.5)
        self.assertEqual(self.john.current_balance, 95.75)
        self.assertLedgerSound()

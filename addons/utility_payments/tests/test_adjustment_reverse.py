from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .adjustment_common import AdjustmentsCommon


@tagged("post_install", "-at_install")
class TestAdjustmentReverse(AdjustmentsCommon):
    """A payment is taken back whole, by an entry of its own (ADJ-01, RCN-07)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill()

    def test_returned(self):
        """ADJ-01, RCN-07: the bill is due again to the cent, history stays."""
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        former = payment.move_id.line_ids.mapped("balance")
        adjustment = self.adjust(payment, reversal_kind="returned")
        self.assertEqual(payment.utility_state, "returned")
        self.assertEqual(self.bill.amount_residual, 145.50)
        self.assertEqual(self.account.payoff_balance, 145.50)
        self.assertEqual(self.account.credit_balance, 0)
        self.assertEqual(payment.move_id.line_ids.mapped("balance"), former)
        self.assertEqual(payment.move_id.state, "posted")
        entry = adjustment.reversal_move_id
        self.assertEqual(entry.date, self.today)
        self.assertEqual(entry.journal_id, payment.journal_id)
        self.assertEqual(entry.reversed_entry_id, payment.move_id)
        self.assertEqual(entry.utility_account_id, self.account)
        self.assertEqual(set(self.open_money(payment).values()), {0.0})
        row = payment.allocation_ids
        self.assertEqual((row.amount_applied, row.reversed_amount), (145.50, 145.50))
        self.assertEqual(payment.amount, 145.50)
        self.assertIn(self.bill.name, adjustment.result)
        event = payment.event_ids[-1]
        self.assertEqual((event.kind, event.user_id), ("returned", self.manager))
        self.assertEqual(event.note, adjustment.number)
        self.assertLedgerSound()

    def test_wrong_entry(self):
        """ADJ-01: recorded by mistake: cancelled, without a fee."""
        self.company.sudo().utility_return_fee = 25
        _outcome, payment = self.record_one()
        adjustment = self.adjust(payment, reversal_kind="wrong_entry")
        self.assertEqual(payment.utility_state, "cancelled")
        self.assertFalse(adjustment.fee_move_id)
        self.assertEqual(payment.event_ids[-1].kind, "reversed")
        self.assertEqual(self.account.payoff_balance, 145.50)
        self.assertLedgerSound()

    def test_partial_payment_of_several(self):
        """REC-09, ADJ-01: several documents, the last in part; each gets back its."""
        second = self.make_bill(50, due_date="2024-02-15")
        third = self.make_bill(80, due_date="2024-03-15")
        _outcome, payment = self.record_one(200)
        self.assertEqual(third.amount_residual, 75.50)
        self.adjust(payment)
        for bill, amount in ((self.bill, 145.50), (second, 50), (third, 80)):
            self.assertEqual(bill.amount_residual, amount)
        self.assertLedgerSound()

    def test_other_payments_stay(self):
        """ADJ-01: what another payment paid of the same bill stays paid."""
        _outcome, first = self.record_one(100)
        _outcome, second = self.record_one(45.50)
        self.adjust(first)
        self.assertEqual(self.bill.amount_residual, 100)
        self.assertEqual(second.utility_state, "posted")
        self.assertLedgerSound()

    def test_overpaid(self):
        """REC-08, ADJ-01: the credit goes with the payment it came from."""
        _outcome, payment = self.record_one(150, excess="credit")
        self.assertEqual(self.account.credit_balance, 4.50)
        self.adjust(payment)
        self.assertEqual(self.account.credit_balance, 0)
        self.assertEqual(self.account.payoff_balance, 145.50)
        self.assertLedgerSound()

    def test_advance(self):
        """REC-14, ADJ-01: a payment that is all credit."""
        account = self.make_account("Jane Roe")
        _outcome, payment = self.record_one(60, account=account.number)
        self.adjust(payment)
        self.assertEqual(account.payoff_balance, 0)
        self.assertLedgerSound()

    def test_foreign_currency(self):
        """REC-14, ADJ-01: taken back at the rate it was booked with."""
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        _outcome, payment = self.record_one(60, currency="EUR")
        self.assertEqual(self.bill.amount_residual, 25.50)
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": self.today, "rate": 0.8}
        )
        adjustment = self.adjust(payment)
        self.assertEqual(self.bill.amount_residual, 145.50)
        self.assertEqual(self.account.payoff_balance, 145.50)
        money = adjustment.reversal_move_id.line_ids.filtered(
            lambda line: line.account_id == payment._money_line().account_id
        )
        self.assertEqual((money.amount_currency, money.balance), (-60, -120))
        self.assertTrue(money.reconciled)
        self.assertLedgerSound()

    def test_foreign_currency_with_rest(self):
        """REC-14: several documents and an excess, with a rate that doesn't divide."""
        self.setup_other_currency("EUR", rates=[("2020-01-01", 0.37)])
        second = self.make_bill(33.33, due_date="2024-02-15")
        _outcome, payment = self.record_one(70, currency="EUR", excess="credit")
        self.assertGreater(self.account.credit_balance, 0)
        self.adjust(payment)
        self.assertEqual(self.bill.amount_residual, 145.50)
        self.assertEqual(second.amount_residual, 33.33)
        self.assertEqual(self.account.payoff_balance, 178.83)
        self.assertLedgerSound()

    def test_group(self):
        """REC-17, ADJ-01: of payments on one receipt, only this one goes."""
        outcomes = self.record(
            self.request(100, group="visit"),
            self.request(45.50, group="visit", mode="credit_card", reference="1"),
        )
        cash, card = self.env["account.payment"].browse(
            outcome["payment_id"] for outcome in outcomes
        )
        self.adjust(card)
        self.assertEqual(self.bill.amount_residual, 45.50)
        self.assertEqual(cash.utility_state, "posted")
        self.assertEqual(cash._receipt_group(), cash | card)
        self.assertLedgerSound()

    def test_matched_with_bank(self):
        """RCN-07: what the bank has seen stays open for the line that takes it back."""
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        self.match_with_bank(payment)
        adjustment = self.adjust(payment)
        money = payment._money_line()
        self.assertTrue(money.reconciled)
        self.assertEqual(list(self.open_money(payment).values()), [-145.50])
        back = adjustment.reversal_move_id.line_ids - (
            adjustment.reversal_move_id._utility_receivable_items()
        )
        self.assertEqual(back.amount_residual, -145.50)
        self.assertEqual(self.account.payoff_balance, 145.50)
        self.assertLedgerSound()

    def test_paid_again(self):
        """ADJ-01: the documents that are due again are paid as any other."""
        _outcome, payment = self.record_one()
        self.adjust(payment)
        _outcome, again = self.record_one()
        self.assertEqual(self.bill.amount_residual, 0)
        self.assertEqual(again.utility_state, "posted")
        self.assertLedgerSound()

    def test_fee(self):
        """RCN-07: the fee of the settings is charged when the bank returns it."""
        self.company.sudo().utility_return_fee = 25
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        adjustment = self.adjust(payment)
        fee = adjustment.fee_move_id
        self.assertEqual(fee.amount_total, 25)
        self.assertEqual(fee.utility_kind, "service")
        self.assertEqual(fee.service_name, "Returned Payment Fee")
        self.assertEqual(self.account.payoff_balance, 170.50)
        self.assertIn(fee.name, adjustment.result)

    def test_fee_is_fixed_by_the_request(self):
        """ADJ-01: what was requested is charged, whatever the setting says later."""
        self.company.sudo().utility_return_fee = 25
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        adjustment = self.make_adjustment(payment)
        adjustment.action_request()
        self.company.sudo().utility_return_fee = 99
        self.approve(adjustment)
        self.assertEqual(adjustment.fee_move_id.amount_total, 25)

    def test_no_fee(self):
        """RCN-07: the author may leave the fee out."""
        self.company.sudo().utility_return_fee = 25
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        adjustment = self.adjust(payment, charge_fee=False)
        self.assertFalse(adjustment.fee_move_id)
        self.assertEqual(self.account.payoff_balance, 145.50)

    def test_cash_only(self):
        """REC-17: the account pays in cash only from now on, with the reason."""
        _outcome, payment = self.record_one(mode="cheque", reference="C-1")
        self.adjust(payment, make_cash_only=True)
        self.assertTrue(self.account.cash_only)
        self.assertRejected(
            "mode_not_allowed",
            self.request(mode="cheque", reference="C-2"),
            text=payment.receipt_number,
        )

    def test_locked_books(self):
        """ADJ-01: the entry is dated after the lock, whatever the payment's date."""
        _outcome, payment = self.record_one()
        self.lock_books(self.today)
        adjustment = self.adjust(payment)
        self.assertEqual(
            adjustment.reversal_move_id.date, self.today + timedelta(days=1)
        )
        self.assertEqual(self.bill.amount_residual, 145.50)
        self.assertLedgerSound()

    def test_webhook(self):
        """CFG-03: programs hear that the payment was returned."""
        webhook = self.env["utility.webhook"].create(
            {
                "name": "Billing",
                "url": "https://example.com/hook",
                "company_id": self.company.id,
                "on_returned": True,
            }
        )
        _outcome, payment = self.record_one()
        self.adjust(payment)
        delivery = webhook.delivery_ids.filtered(
            lambda row: row.event == "payment.returned"
        )
        self.assertEqual(len(delivery), 1)

    def test_not_twice(self):
        """ADJ-01: what was taken back isn't taken back again."""
        _outcome, payment = self.record_one()
        self.adjust(payment)
        with self.assertRefused(UserError, "can't be adjusted"):
            self.make_adjustment(payment)
        self.assertFalse(payment.with_user(self.clerk).can_adjust)

    def test_key_is_not_free_again(self):
        """REC-13: sending the reversed payment's request again records nothing."""
        request = self.request(idempotency_key="k-1")
        outcome = self.record(request)[0]
        payment = self.env["account.payment"].browse(outcome["payment_id"])
        self.adjust(payment)
        self.assertEqual(self.record(request)[0]["status"], "duplicate")
        self.assertEqual(self.bill.amount_residual, 145.50)

    def test_native_state_breaks_nothing(self):
        """design.md, State: Odoo's own status may say what it likes."""
        _outcome, payment = self.record_one()
        self.adjust(payment)
        self.assertIn(payment.state, ("paid", "in_process"))
        self.assertIn(self.bill.payment_state, ("not_paid", "reversed"))
        self.assertTrue(payment.has_receipt)

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestRecordCollections(PaymentsCommon):
    def test_exact_payment(self):
        """REC-12, PAY-01, PAY-06, PAY-07: posted, numbered, verified, in the ledger."""
        bill = self.make_bill(145.50)
        outcome, payment = self.record_one(145.50, documents=[bill.name])
        self.assertEqual(outcome["applied"], 145.50)
        self.assertEqual((outcome["credit"], outcome["change"]), (0.0, 0.0))
        self.assertEqual(outcome["outstanding"], 0.0)
        self.assertRecordValues(
            payment,
            [
                {
                    "utility_state": "posted",
                    "settlement_state": "not_applicable",
                    "gateway_state": False,
                    "verification_state": "verified",
                    "processing_days": 0.0,
                    "received_by": self.clerk.id,
                    "utility_type": "bill",
                    "payment_number": outcome["payment_number"],
                    "receipt_number": outcome["receipt_number"],
                    "transaction_number": outcome["transaction_number"],
                    "name": outcome["payment_number"],
                    "is_reconciled": True,
                    "balance_after": 0.0,
                }
            ],
        )
        self.assertEqual(payment.channel_id.code, "walk_in")
        self.assertEqual(payment.create_uid, self.clerk)
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(bill.amount_residual, 0.0)
        mode = payment.mode_id
        self.assertRecordValues(
            payment.move_id.line_ids.sorted("balance"),
            [
                {
                    "balance": -145.50,
                    "account_id": bill.line_ids.filtered("utility_account_id")[
                        0
                    ].account_id.id,
                    "utility_account_id": self.account.id,
                    "reconciled": True,
                },
                {
                    "balance": 145.50,
                    "account_id": mode.outstanding_account_id.id,
                    "utility_account_id": False,
                    "reconciled": False,
                },
            ],
        )
        self.assertLedgerSound()

    def test_outcome_has_no_none(self):
        """design.md: what crosses XML-RPC carries False, never None."""
        self.make_bill()
        for outcome in self.record(self.request(), self.request(-1)):
            stack = [outcome]
            while stack:
                value = stack.pop()
                self.assertIsNotNone(value)
                if isinstance(value, dict):
                    stack += value.values()
                elif isinstance(value, list):
                    stack += value

    def test_change(self):
        """REC-08, REC-18, PAY-05: 150.00 on 145.50 gives change, and no credit."""
        self.make_bill(145.50)
        outcome, payment = self.record_one(145.50, tendered=150)
        self.assertEqual((outcome["change"], outcome["credit"]), (4.50, 0.0))
        self.assertEqual(payment.amount, 145.50)
        self.assertEqual((payment.amount_tendered, payment.change_given), (150, 4.50))
        self.assertEqual(self.account.payoff_balance, 0.0)

    def test_change_kept_as_credit(self):
        """REC-08, REC-18, CON-04: 150.00 on 145.50 as credit: an open credit line."""
        self.make_bill(145.50)
        outcome, payment = self.record_one(145.50, tendered=150, excess="credit")
        self.assertEqual((outcome["change"], outcome["credit"]), (0.0, 4.50))
        self.assertEqual(payment.amount, 150)
        self.assertEqual(payment.amount_excess, 4.50)
        excess = payment.move_id.line_ids.filtered(
            lambda line: line.utility_account_id and not line.reconciled
        )
        self.assertEqual(excess.amount_residual, -4.50)
        self.assertEqual(self.account.credit_balance, 4.50)
        self.assertEqual(self.account.payoff_balance, -4.50)
        self.assertLedgerSound()

    def test_tendered_is_not_limited(self):
        """REC-07: the limit is on the amount, a big note may be handed over."""
        self.make_bill(10)
        outcome, _payment = self.record_one(10, tendered=1000)
        self.assertEqual(outcome["change"], 990)

    def test_overpayment_without_tender(self):
        """REC-08: extra money within the limit stays on account."""
        self.make_bill(145.50)
        outcome, _payment = self.record_one(200, mode="cheque", reference="77")
        self.assertEqual((outcome["applied"], outcome["credit"]), (145.50, 54.50))
        self.assertEqual(self.account.credit_balance, 54.50)

    def test_partial_payment(self):
        """REC-09, PAY-03: the rest stays outstanding, marked under-paid."""
        bill = self.make_bill(145.50)
        outcome, payment = self.record_one(100)
        self.assertEqual(outcome["outstanding"], 45.50)
        self.assertEqual(bill.amount_residual, 45.50)
        self.assertEqual(bill.payment_state, "partial")
        self.assertRecordValues(
            payment.allocation_ids,
            [
                {
                    "move_id": bill.id,
                    "amount_billed": 145.50,
                    "outstanding_before": 145.50,
                    "amount_applied": 100.0,
                    "difference": -45.50,
                    "difference_kind": "under",
                }
            ],
        )

    def test_oldest_first(self):
        """REC-03, PAY-03: without a choice the oldest due document is paid first."""
        late = self.make_bill(50, due_date="2024-03-01")
        early = self.make_bill(30, due_date="2024-02-01")
        _outcome, payment = self.record_one(60)
        self.assertEqual(early.amount_residual, 0)
        self.assertEqual(late.amount_residual, 20)
        self.assertEqual(
            payment.allocation_ids.mapped(lambda a: (a.move_id, a.difference_kind)),
            [(early, "exact"), (late, "under")],
        )

    def test_picked_documents_do_not_spill(self):
        """REC-03: what exceeds the picked documents is excess, not another's money."""
        picked = self.make_bill(50, due_date="2024-03-01")
        other = self.make_bill(30, due_date="2024-02-01")
        outcome, payment = self.record_one(70, documents=[picked.id])
        self.assertEqual((outcome["applied"], outcome["credit"]), (50, 20))
        self.assertEqual(other.amount_residual, 30)
        self.assertEqual(payment.allocation_ids.difference, 20)
        self.assertEqual(payment.allocation_ids.difference_kind, "over")

    def test_excess_sits_on_the_last_document(self):
        """PAY-03: with two documents the last one shows the excess."""
        first = self.make_bill(50, due_date="2024-02-01")
        last = self.make_bill(30, due_date="2024-03-01")
        _outcome, payment = self.record_one(85)
        self.assertEqual(
            payment.allocation_ids.mapped(lambda a: (a.move_id, a.difference)),
            [(first, 0.0), (last, 5.0)],
        )

    def test_types_do_not_mix(self):
        """REC-03: a service payment leaves bills alone, and the other way round."""
        bill = self.make_bill(50)
        fee = self.make_bill(75, kind="service")
        _outcome, payment = self.record_one(75, type="service")
        self.assertEqual((bill.amount_residual, fee.amount_residual), (50, 0))
        self.assertEqual(payment.utility_type, "service")

    def test_type_comes_from_the_documents(self):
        """REC-03: adapters without a type take that of the documents."""
        fee = self.make_bill(75, kind="service")
        _outcome, payment = self.record_one(75, documents=[fee.name])
        self.assertEqual(payment.utility_type, "service")

    def test_in_advance(self):
        """REC-14: without an open document the money waits on account."""
        outcome, payment = self.record_one(100)
        self.assertEqual((outcome["applied"], outcome["credit"]), (0, 100))
        self.assertFalse(payment.allocation_ids)
        self.assertEqual(self.account.payoff_balance, -100)
        self.assertLedgerSound()

    def test_closed_account_and_payer(self):
        """REC-14: a closed account takes money, with a warning; the payer is kept."""
        self.account.sudo().state = "closed"
        outcome, payment = self.record_one(20, payer="Mary Doe")
        self.assertIn("closed", outcome["warnings"][0])
        self.assertEqual(payment.payer_name, "Mary Doe")

    def test_foreign_currency(self):
        """REC-14: a foreign payment is converted at its date and balances."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2024-01-01",
                "currency_id": euro.id,
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self.company.currency_id.name, "USD")
        bill = self.make_bill(145.50)
        outcome, payment = self.record_one(80, currency="EUR")
        self.assertEqual(payment.currency_id, euro)
        self.assertEqual((outcome["applied"], outcome["credit"]), (145.50, 14.50))
        self.assertEqual(bill.amount_residual, 0)
        self.assertEqual(self.account.credit_balance, 14.50)
        self.assertEqual(sum(payment.move_id.line_ids.mapped("balance")), 0)
        self.assertEqual(payment._excess_line().currency_id.name, "USD")
        self.assertLedgerSound()

    def test_similar_payment_warns(self):
        """REC-15: the same amount within 24 hours names the receipt, no refusal."""
        self.make_bill(300)
        first, _payment = self.record_one(100)
        second, _payment = self.record_one(100)
        self.assertIn(first["receipt_number"], second["warnings"][0])
        self.company.utility_similar_hours = 0
        third, _payment = self.record_one(100)
        self.assertEqual(third["warnings"], [])

    def test_similar_payment_is_forgotten(self):
        """REC-15: after the hours of the setting there is no warning."""
        self.make_bill(300)
        self.record_one(100)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            outcome, _payment = self.record_one(100)
        self.assertEqual(outcome["warnings"], [])

    def test_notes_and_reference(self):
        """REC-04, REC-10: reference and notes are kept."""
        self.make_bill()
        _outcome, payment = self.record_one(
            mode="cheque", reference=" 000123 ", note="Paid by the neighbour"
        )
        self.assertEqual(payment.payment_reference, "000123")
        self.assertEqual(payment.utility_note, "Paid by the neighbour")

    def test_back_date_by_manager(self):
        """REC-05: a Billing Manager may date back with a reason."""
        self.make_bill()
        date = fields.Date.today() - timedelta(days=30)
        _outcome, payment = self.record_one(
            date=date, note="Found in the night box", user=self.manager
        )
        self.assertEqual(payment.date, date)
        self.assertEqual(payment.move_id.date, date)

    def test_receiver_and_time(self):
        """ROL-05: the user and the time are kept; a manager may name who received."""
        self.make_bill()
        _outcome, payment = self.record_one(
            user=self.manager,
            received_by=self.clerk.login,
            received_at="2024-05-01 10:00:00",
        )
        self.assertEqual(payment.received_by, self.clerk)
        self.assertEqual(str(payment.received_at), "2024-05-01 10:00:00")
        self.assertEqual(payment.create_uid, self.manager)

    def test_timeline(self):
        """PAY-10: who recorded it, and when."""
        self.make_bill()
        _outcome, payment = self.record_one()
        self.assertEqual(payment.event_ids.mapped("kind"), ["recorded", "posted"])
        self.assertEqual(payment.event_ids.user_id, self.clerk)

    def test_collector_sees_assigned_accounts_only(self):
        """ROL-01: a collector records on assigned accounts, others don't exist."""
        self.account.sudo().collector_id = self.collector
        other = self.make_account("Jane Roe")
        outcomes = self.record(
            self.request(20, channel="field"),
            self.request(20, account=other.number),
            user=self.collector,
        )
        self.assertEqual([o["status"] for o in outcomes], ["posted", "rejected"])
        self.assertEqual(outcomes[1]["error"]["code"], "unknown_account")

    def test_caller_without_role(self):
        """ROL-01: without a role the whole call is refused."""
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.record(self.request(), user=stranger)

    def test_numbers_follow_their_formats(self):
        """REC-12, CFG-02: three num formats, the year of the payment date."""
        self.make_bill()
        outcome, _payment = self.record_one()
        year = fields.Date.today().year
        self.assertRegex(outcome["payment_number"], rf"^PAY-{year}-\d{{6}}$")
        self.assertRegex(outcome["transaction_number"], rf"^TXN-{year}-\d{{6}}$")
        self.assertRegex(outcome["receipt_number"], r"^R-\d{4,}$")

    def test_native_numbers_go_their_way(self):
        """design.md: entries of others in the same journal keep their own numbers."""
        self.make_bill()
        _outcome, payment = self.record_one()
        native = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.partner_a.id,
                "amount": 10,
                "journal_id": payment.journal_id.id,
            }
        )
        native.action_post()
        self.assertNotIn("PAY-", native.name)
        outcome, _payment = self.record_one(10)
        self.assertIn("PAY-", outcome["payment_number"])

from decimal import Decimal
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestRecordBatch(PaymentsCommon):
    def test_one_bad_request_stops_no_other(self):
        """REC-05: outcomes come in order, a bad one stands alone."""
        self.make_bill(30)
        outcomes = self.record(
            self.request(10), self.request("x"), self.request(20), self.request(0)
        )
        self.assertEqual(
            [o["status"] for o in outcomes],
            ["posted", "rejected", "posted", "rejected"],
        )

    def test_requests_of_one_account_take_effect_in_order(self):
        """REC-03: the second request finds what the first one left."""
        first = self.make_bill(50, due_date="2024-02-01")
        second = self.make_bill(50, due_date="2024-03-01")
        outcomes = self.record(
            self.request(70), self.request(20), self.request(5, documents=[first.id])
        )
        self.assertEqual(
            [o["status"] for o in outcomes], ["posted", "posted", "rejected"]
        )
        self.assertEqual(outcomes[2]["error"]["code"], "document_not_open")
        self.assertEqual(second.amount_residual, 10)
        self.assertEqual(outcomes[1]["outstanding"], 10)
        payments = self.env["account.payment"].browse(
            [o["payment_id"] for o in outcomes[:2]]
        )
        self.assertEqual(payments.mapped("balance_after"), [30, 10])

    def test_group_succeeds_together(self):
        """REC-17: a split tender over several types and accounts is one group."""
        bill = self.make_bill(100)
        fee = self.make_bill(75, kind="service")
        other = self.make_bill(20, account=self.make_account("Jane Roe"))
        outcomes = self.record(
            self.request(60, group="visit", documents=[bill.id]),
            self.request(
                40, group="visit", mode="cheque", reference="9", documents=[bill.id]
            ),
            self.request(75, group="visit", documents=[fee.id]),
            self.request(20, group="visit", account=other.utility_account_id.number),
        )
        self.assertEqual({o["status"] for o in outcomes}, {"posted"})
        self.assertEqual(len({o["receipt_number"] for o in outcomes}), 4)
        payments = self.env["account.payment"].browse(
            [o["payment_id"] for o in outcomes]
        )
        self.assertEqual(set(payments.mapped("receipt_group")), {"visit"})
        for move in bill | fee | other:
            self.assertEqual(move.amount_residual, 0)

    def test_group_fails_together(self):
        """REC-17: one bad part, and nothing of the group is recorded."""
        bill = self.make_bill(100)
        outcomes = self.record(
            self.request(60, group="visit"),
            self.request(40, group="visit", mode="cheque"),
            self.request(30),
        )
        self.assertEqual(
            [o["error"] and o["error"]["code"] for o in outcomes],
            ["group_failed", "mode_requires_reference", False],
        )
        self.assertEqual(bill.amount_residual, 70)

    def test_group_that_fails_on_the_limit_frees_what_it_took(self):
        """REC-17, REC-07: a group that leaves gives its allocation to the others."""
        bill = self.make_bill(100)
        outcomes = self.record(
            self.request(90, group="visit"),
            self.request(100, documents=[bill.id]),
            self.request(9000, group="visit"),
        )
        self.assertEqual(
            [o["error"] and o["error"]["code"] for o in outcomes],
            ["group_failed", False, "amount_above_limit"],
        )
        self.assertEqual(outcomes[1]["applied"], 100)

    def test_refused_by_the_ledger(self):
        """design.md: an unforeseen refusal is narrowed down to the request it hits."""
        accounts = [self.make_account(f"Consumer {i}") for i in range(7)]
        for account in accounts:
            self.make_bill(10, account=account)
        Move = type(self.env["account.move"])
        post = Move._post
        unlucky = accounts[4]

        def _post(moves, soft=True):
            if unlucky in moves.utility_account_id:
                # pylint: disable-next=translation-required
                raise UserError("The journal is closed today.")
            return post(moves, soft=soft)

        with patch.object(Move, "_post", _post):
            outcomes = self.record(
                *(self.request(10, account=account.number) for account in accounts)
            )
        self.assertEqual(
            [o["status"] for o in outcomes],
            ["posted"] * 4 + ["rejected"] + ["posted"] * 2,
        )
        self.assertEqual(
            outcomes[4]["error"]["message"], "The journal is closed today."
        )
        self.assertEqual(unlucky.payoff_balance, 10)
        self.assertLedgerSound()

    def test_long_batch_is_cut(self):
        """design.md: a batch longer than a chunk gives the same outcomes."""
        bill = self.make_bill(100)
        with patch("odoo.addons.utility_payments.models.collect.door._CHUNK", 4):
            outcomes = self.record(
                *(
                    self.request(5, group=f"g{i // 3}" if i % 2 else False)
                    for i in range(15)
                )
            )
        self.assertEqual({o["status"] for o in outcomes}, {"posted"})
        self.assertEqual(bill.amount_residual, 25)
        self.assertLedgerSound()

    def test_number_of_queries(self):
        """targets.md: at most 115 queries for one, at most 6 each in a batch."""
        accounts = [self.make_account(f"Consumer {i}") for i in range(102)]
        for account in accounts:
            self.make_bill(10, account=account)
        # The first use in a process fills caches that stay.
        self.record(self.request(10, account=accounts.pop().number))
        for batch, most in ((accounts[:1], 115), (accounts[1:], 600)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            outcomes = self.Payment.record_collections(
                [self.request(10, account=account.number) for account in batch]
            )
            self.env.flush_all()
            self.assertEqual({o["status"] for o in outcomes}, {"posted"})
            self.assertLessEqual(self.env.cr.sql_log_count - before, most)

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        bills=st.lists(st.integers(1, 50000), max_size=4),
        payments=st.lists(
            st.tuples(st.integers(1, 60000), st.integers(0, 5000), st.booleans()),
            max_size=5,
        ),
    )
    def test_money_is_kept(self, bills, payments):
        """REC-08, REC-18, CON-04: balance = bills - money kept; change xor credit."""
        account = self.make_account("Property")
        for cents in bills:
            self.make_bill(cents / 100, account=account)
        self.company.utility_overpayment_amount = 10000
        requests = [
            self.request(
                cents / 100,
                account=account.number,
                tendered=(cents + more) / 100,
                excess="credit" if keep else "change",
            )
            for cents, more, keep in payments
        ]
        outcomes = self.record(*requests)
        kept = Decimal(0)
        for (cents, more, _keep), outcome in zip(payments, outcomes, strict=True):
            self.assertEqual(outcome["status"], "posted", outcome["error"])
            payment = self.env["account.payment"].browse(outcome["payment_id"])
            received = Decimal(cents + more) / 100
            change = Decimal(str(outcome["change"]))
            self.assertEqual(
                received - change,
                Decimal(str(outcome["applied"])) + Decimal(str(outcome["credit"])),
            )
            self.assertAlmostEqual(payment.amount, float(received - change))
            kept += received - change
        expected = Decimal(sum(bills)) / 100 - kept
        self.assertEqual(
            Decimal(str(account.payoff_balance)).quantize(Decimal("0.01")),
            expected.quantize(Decimal("0.01")),
        )
        self.assertLedgerSound()

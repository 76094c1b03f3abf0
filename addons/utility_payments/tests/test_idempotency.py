from odoo.tests import tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestIdempotency(PaymentsCommon):
    def test_same_request_again(self):
        """REC-13: a repeat returns the first outcome and records nothing."""
        bill = self.make_bill()
        request = self.request(100, idempotency_key="k1")
        first = self.record(request)[0]
        again = self.record(request | {"amount": "100.00"})[0]
        self.assertEqual(again, first | {"status": "duplicate"})
        self.assertEqual(bill.amount_residual, 45.50)

    def test_repeat_in_one_batch(self):
        """REC-13: twice in one batch is once in the books."""
        bill = self.make_bill()
        request = self.request(100, idempotency_key="k1")
        outcomes = self.record(request, request)
        self.assertEqual([o["status"] for o in outcomes], ["posted", "duplicate"])
        self.assertEqual(outcomes[0]["payment_id"], outcomes[1]["payment_id"])
        self.assertEqual(bill.amount_residual, 45.50)

    def test_key_of_another_request(self):
        """REC-13: the same key with other content is refused."""
        self.make_bill()
        self.record(self.request(100, idempotency_key="k1"))
        self.assertRejected("key_reused", self.request(99, idempotency_key="k1"))
        outcomes = self.record(
            self.request(1, idempotency_key="k2"), self.request(2, idempotency_key="k2")
        )
        self.assertEqual(outcomes[0]["status"], "posted")
        self.assertEqual(outcomes[1]["error"]["code"], "key_reused")

    def test_rejected_request_keeps_its_key(self):
        """REC-13: what was rejected may be corrected and sent again."""
        self.make_bill()
        wrong = self.request(9999, idempotency_key="k1")
        self.assertRejected("amount_above_limit", wrong)
        right = wrong | {"amount": 100}
        self.assertEqual(self.record(right)[0]["status"], "posted")

    def test_repeat_of_a_rejected_one_in_one_batch(self):
        """REC-13: the repeat of a rejected request has the same fault."""
        wrong = self.request(9999, idempotency_key="k1")
        outcomes = self.record(wrong, wrong)
        self.assertEqual(
            [o["error"]["code"] for o in outcomes], ["amount_above_limit"] * 2
        )

    def test_group_again(self):
        """REC-13, REC-17: a whole visit that is sent again is recorded once."""
        bill = self.make_bill(100)
        visit = [
            self.request(60, group="v", idempotency_key="a"),
            self.request(40, group="v", idempotency_key="b"),
        ]
        self.record(*visit)
        outcomes = self.record(*visit)
        self.assertEqual({o["status"] for o in outcomes}, {"duplicate"})
        self.assertEqual(bill.amount_residual, 0)

    def test_group_that_failed_frees_its_keys(self):
        """REC-13, REC-17: after a failed visit both keys are free."""
        bill = self.make_bill(100)
        visit = [
            self.request(60, group="v", idempotency_key="a"),
            self.request(40, group="v", idempotency_key="b", mode="cheque"),
        ]
        self.assertEqual({o["status"] for o in self.record(*visit)}, {"rejected"})
        visit[1]["reference"] = "12"
        self.assertEqual({o["status"] for o in self.record(*visit)}, {"posted"})
        self.assertEqual(bill.amount_residual, 0)

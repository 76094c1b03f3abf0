from odoo.tests import HttpCase, tagged

from .adjustment_common import AdjustmentsCommon


@tagged("post_install", "-at_install")
class TestAdjustmentTour(AdjustmentsCommon, HttpCase):
    """An adjustment in the browser, by two people (ADJ-01)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill()
        outcome = cls.Payment.record_collections(
            [cls.request(mode="cheque", reference="C-1")]
        )[0]
        cls.payment = cls.env["account.payment"].browse(outcome["payment_id"])

    def test_request_and_approve(self):
        """ADJ-01, ROL-03, LST-02: the counter asks, a manager approves."""
        self.start_tour(
            "/odoo/payments", "utility_adjustment_request", login="utility_clerk"
        )
        adjustment = self.payment.adjustment_ids
        self.assertEqual(adjustment.state, "to_approve")
        self.start_tour(
            "/odoo/payment-adjustments",
            "utility_adjustment_approve",
            login="utility_manager",
        )
        self.assertEqual(adjustment.state, "done")
        self.assertEqual(self.payment.utility_state, "returned")

    def test_refuse(self):
        """ROL-03: a refusal asks for the reason, and the author reads it."""
        adjustment = self.make_adjustment(self.payment)
        adjustment.action_request()
        self.start_tour(
            "/odoo/payment-adjustments",
            "utility_adjustment_refuse",
            login="utility_manager",
        )
        self.assertEqual(adjustment.state, "refused")

from odoo.tests import HttpCase, tagged

from .common import PlansCommon


class PlanToursCommon(PlansCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50, number="INV-TOUR-1")
        cls.plan = cls.make_plan(cls.bill)
        cls.plan.sudo().number = "PP-TOUR-0001"

    def run_tour(self, name, path, login="utility_recovery"):
        self.start_tour(path, name, login=login)
        self.env.invalidate_all()

    def assertPaidAtCounter(self):
        """The first installment was paid with a receipt of its own type."""
        self.assertEqual(self.states(self.plan), ["paid", "due", "due"])
        payment = self.bill.reconciled_payment_ids
        self.assertEqual((payment.amount, payment.utility_type), (67.5, "installment"))
        self.assertTrue(payment.receipt_number)


@tagged("post_install", "-at_install")
class TestPlanTours(PlanToursCommon):
    def test_installment_by_keyboard(self):
        """REC-01, REC-03, PLN-03: an installment is paid at the counter by keyboard."""
        self.run_tour(
            "utility_installment_keyboard", "/odoo/record-payment", "utility_clerk"
        )
        self.assertPaidAtCounter()

    def test_plan_page(self):
        """LST-01, PLN-02: tab, details, covered debt, timeline, and an end."""
        self.run_tour("utility_payment_plan", "/odoo/payments")
        self.assertEqual(self.plan.state, "cancelled")
        self.assertEqual(self.plan.end_reason, "Paid at the bank")

    def test_consumer_page(self):
        """CON-04, CON-06: what is deferred, and which installment is due."""
        self.run_tour(
            "utility_account_plans",
            f"/odoo/utility.account/{self.account.id}",
            "utility_clerk",
        )


@tagged("post_install", "-at_install")
class TestPlanToursPhone(PlanToursCommon):
    """The same at 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_installment_on_a_phone(self):
        """REC-03: an installment at the door; covered bills aren't ticked."""
        self.run_tour(
            "utility_installment_phone", "/odoo/record-payment", "utility_clerk"
        )
        self.assertPaidAtCounter()

    def test_plan_page_on_a_phone(self):
        """PLN-02: nothing scrolls sideways, and a plan can be ended."""
        self.run_tour("utility_payment_plan_phone", "/odoo/payments")
        self.assertEqual(self.plan.state, "cancelled")

from odoo.tests import HttpCase, tagged

from .common import UtilityCommon


@tagged("post_install", "-at_install")
class TestUi(UtilityCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account(
            "José Tour-Müller",
            number="TOUR-1",
            service_address="1 Tour Street",
            special_circumstances="Never disconnect without a call.",
        )
        cls.make_bill(
            cls.account,
            145.5,
            number="TOUR-BILL-1",
            date="2025-04-01",
            due_date="2025-04-30",
        )

    def test_consumer_page(self):
        """CON-02, CON-03, CON-06: search, the 360° page, a bill and back."""
        self.start_tour(
            "/odoo/consumers",
            "utility_consumer_page",
            login=self.customer_executive.login,
        )

    def test_new_bill(self):
        """CON-05: a Billing Manager records a bill by form."""
        self.start_tour(
            "/odoo/utility-bills",
            "utility_new_bill",
            login=self.billing_manager.login,
        )
        self.assertEqual(self.account.payoff_balance, 297.75)

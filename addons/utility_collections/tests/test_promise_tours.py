from odoo.tests import HttpCase, tagged

from .common import PlansCommon


class PromiseToursCommon(PlansCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(145.50, number="INV-TOUR-1")

    def promise_by_tour(self, name):
        path = f"/odoo/utility.account/{self.account.id}"
        self.start_tour(path, name, login="utility_clerk")
        self.env.invalidate_all()
        self.assertEqual(self.account.promise_ids.amount, 60)

    def dispute_by_tour(self, name):
        action = self.env.ref("utility_consumers.account_move_bills_action")
        path = f"/odoo/action-{action.id}/{self.bill.id}"
        self.start_tour(path, name, login="utility_clerk")
        self.env.invalidate_all()
        dispute = self.bill.utility_dispute_ids
        self.assertEqual((dispute.amount, dispute.state), (145.50, "new"))
        self.assertEqual(dispute.description, "Two meters")


@tagged("post_install", "-at_install")
class TestPromiseTours(PromiseToursCommon):
    def test_promise(self):
        """COL-06: a promise is taken on the consumer's page."""
        self.promise_by_tour("utility_promise")

    def test_dispute(self):
        """COL-09: a dispute is opened on the bill's page."""
        self.dispute_by_tour("utility_dispute")


@tagged("post_install", "-at_install")
class TestPromiseToursPhone(PromiseToursCommon):
    """The same at 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_promise(self):
        """COL-06: a promise is taken on the consumer's page."""
        self.promise_by_tour("utility_promise_phone")

    def test_dispute(self):
        """COL-09: a dispute is opened on the bill's page."""
        self.dispute_by_tour("utility_dispute_phone")

from odoo.tests import HttpCase, tagged

from .disconnection_order_common import OrdersCommon

VISITS = "disconnection-visits"


class DisconnectionToursCommon(OrdersCommon, HttpCase):
    def run_tour(self, name, login, path="disconnections"):
        self.start_tour(f"/odoo/{path}", name, login=login)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestDisconnectionTours(DisconnectionToursCommon):
    def test_desk(self):
        """COL-07: order, dispatch and call off at the desk."""
        self.run_tour("utility_disconnection_desk", "utility_recovery")
        order = self.Order.search([("utility_account_id", "=", self.account.id)])
        self.assertOrder(order, "cancelled", "connected")
        self.assertEqual(order.technician_id, self.collector)
        self.assertEqual(order.cancel_reason, "Wrong house")


@tagged("post_install", "-at_install")
class TestDisconnectionToursPhone(DisconnectionToursCommon):
    """The crew's phone: 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_execute(self):
        """COL-07: the crew executes on the phone, with a reading and a note."""
        order = self.make_order("dispatched")
        self.run_tour("utility_disconnection_phone", "utility_collector", VISITS)
        self.assertOrder(order, "executed", "disconnected")
        self.assertEqual(order.executed_by, self.collector)
        self.assertEqual(order.executed_reading, 10482.5)
        self.assertEqual(order.executed_note, "Sealed")

    def test_protected(self):
        """COL-07: a payment on its way stops the crew; the log keeps the refusal."""
        order = self.make_order("dispatched")
        self.make_in_flight(self.bill)
        self.run_tour("utility_disconnection_phone_paid", "utility_collector", VISITS)
        self.assertOrder(order, "dispatched", "pending_disconnection")
        refused = order.decision_ids.filtered(lambda made: not made.eligible)
        self.assertEqual(refused.mapped("moment"), ["execution"])
        self.assertEqual(refused.user_id, self.collector)

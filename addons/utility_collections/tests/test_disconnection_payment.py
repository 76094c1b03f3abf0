from datetime import datetime, time

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.disconnection.utility_disconnection_rule import WEEKDAYS
from .disconnection_order_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestDisconnectionPayment(OrdersCommon):
    """Paid means no truck; paid means supply is back (COL-07)."""

    def pay(self, amount, account=None, **values):
        return self.record_one(
            amount, account=(account or self.account).number, **values
        )[1]

    # --- AN ORDER STOPS ---

    def test_payment_stops(self):
        """COL-07: the payment's own transaction cancels, and calls the crew back."""
        order = self.make_order("dispatched")
        self.pay(100.0)
        self.assertOrder(order, "cancelled", "connected")
        self.assertTrue(order.cancel_reason)
        self.assertEqual(self.events(order)[-1], "disconnection_stopped")
        self.assertEqual(
            order.decision_ids.sorted("id").mapped("moment"),
            ["order", "dispatch", "payment"],
        )
        activity = order.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        self.assertIn("Don't go", activity.summary)
        with self.assertRaisesRegex(UserError, "cancelled"):
            order.with_user(self.collector).action_execute()

    def test_part_does_not_stop(self):
        """COL-07: what is left may still be cut off for."""
        order = self.make_order("ordered")
        self.pay(40.0)
        self.assertOrder(order, "ordered", "pending_disconnection")
        order.action_execute()
        self.assertOrder(order, "executed", "disconnected")

    def test_every_way_of_paying(self):
        """COL-07: by whichever channel, and by credit."""
        for channel in ("walk_in", "phone", "mobile", "bank"):
            account = self.make_debtor(f"By {channel}")
            order = self.make_order("dispatched", account)
            self.pay(100.0, account, channel=channel)
            self.assertOrder(order, "cancelled", "connected")

    def test_plan_stops(self):
        """COL-07: a plan that is signed stops the order; a draft doesn't."""
        order = self.make_order("dispatched")
        plan = self.make_plan(self.bill, activate=False)
        self.assertOrder(order, "dispatched", "pending_disconnection")
        plan.action_activate()
        self.assertOrder(order, "cancelled", "connected")

    def test_promise_stops(self):
        """COL-06, COL-07: a promise to pay stops the order."""
        order = self.make_order("dispatched")
        self.env["utility.payment.promise"].with_user(self.clerk).create(
            {
                "utility_account_id": self.account.id,
                "amount": 100.0,
                "date": self.days(5),
            }
        )
        self.assertOrder(order, "cancelled", "connected")

    def test_dispute_stops(self):
        """COL-09, COL-07: what is disputed in full isn't cut off for."""
        order = self.make_order("dispatched")
        self.env["utility.dispute"].with_user(self.clerk).create(
            {
                "move_id": self.bill.id,
                "category_id": self.env.ref(
                    "utility_collections.dispute_wrong_amount"
                ).id,
            }
        )
        self.assertOrder(order, "cancelled", "connected")

    def test_hours_do_not_stop(self):
        """COL-07: that nobody is cut off now puts an order off, and cancels nothing."""
        self.forbid_today()
        order = self.make_order("dispatched")
        with self.assertRaises(UserError):
            order.action_execute()
        self.pay(1.0)
        self.assertOrder(order, "dispatched", "pending_disconnection")
        self.pay(99.0)
        self.assertOrder(order, "cancelled", "connected")

    def forbid_today(self):
        """Rules by which today is no day to cut off supply."""
        jurisdiction = self.env["utility.jurisdiction"].create(
            {"name": "Never today", "company_id": self.company.id}
        )
        self.env["utility.disconnection.rule"].create(
            {
                "name": "Not today",
                "jurisdiction_id": jurisdiction.id,
                "kind": "weekdays",
                "date_from": "2020-01-01",
                **{
                    day: place != self.today.weekday()
                    for place, day in enumerate(WEEKDAYS)
                },
            }
        )
        self.company.utility_jurisdiction_id = jurisdiction

    def test_draft_stays(self):
        """COL-07: a draft says nothing about anybody; a payment leaves it."""
        order = self.make_order("draft")
        self.pay(100.0)
        self.assertOrder(order, "draft", "connected")

    def test_in_flight(self):
        """COL-07: while a payment is on its way nobody is cut off."""
        transaction = self.make_in_flight(self.bill)
        order = self.make_order("draft")
        with self.assertRaises(UserError):
            order.action_order()
        transaction.state = "error"
        order.action_order()
        transaction.state = "pending"
        with self.assertRaises(UserError):
            order.action_execute()
        self.assertOrder(order, "ordered", "pending_disconnection")
        transaction.state = "cancel"
        order.action_execute()

    def test_bounced_after_stop(self):
        """COL-07: when the payment comes back a new order is needed."""
        order = self.make_order("dispatched")
        payment = self.pay(100.0)
        self.adjust(payment)
        self.assertOrder(order, "cancelled", "connected")
        self.assertEqual(self.account.overdue_balance, 100.0)
        with self.assertRaisesRegex(UserError, "cancelled"):
            order.action_execute()
        again = self.make_order("executed")
        self.assertOrder(again, "executed", "disconnected")

    # --- FEE ---

    def test_fee(self):
        """COL-07: the Reconnection Fee is a service charge, made once, by one door."""
        order = self.make_order("executed")
        fee = order.sudo().fee_move_id
        self.assertEqual(
            (fee.utility_kind, fee.service_name, fee.amount_total),
            ("service", "Reconnection Fee", 75.0),
        )
        self.assertEqual(fee.utility_account_id, self.account)
        self.assertEqual(self.account.payoff_balance, 175.0)
        order.sudo()._charge_reconnection()
        self.assertEqual(self.account.payoff_balance, 175.0)

    def test_no_fee(self):
        """COL-07: without a fee in the settings none is charged, nor waited for."""
        self.company.utility_reconnection_fee = 0
        order = self.make_order("executed")
        self.assertFalse(order.fee_move_id)
        self.pay(100.0)
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertTrue(order.released_at)

    # --- RECONNECTION ---

    def test_reconnection_by_payment(self):
        """REC-03: paid debt orders the reconnection, the paid fee releases it."""
        order = self.make_order("executed", crew=self.collector)
        fee = order.sudo().fee_move_id
        self.pay(40.0, documents=[self.bill.name])
        self.assertOrder(order, "executed", "disconnected")
        self.pay(60.0, documents=[self.bill.name])
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertFalse(order.released_at)
        with self.assertRaisesRegex(UserError, fee.name):
            order.action_reconnect()
        self.pay(75.0, documents=[fee.name])
        self.assertTrue(order.released_at)
        self.assertIn("Reconnect", order.activity_ids.summary)
        order.with_user(self.collector).action_reconnect({"reading": 10500})
        self.assertOrder(order, "reconnected", "connected")
        self.assertEqual(order.reconnected_by, self.collector)
        self.assertEqual(order.reconnected_reading, 10500)
        self.assertEqual(
            self.events(order)[-2:], ["reconnection_ordered", "reconnected"]
        )
        with self.assertRaisesRegex(UserError, "restored already"):
            order.action_reconnect()

    def test_fee_alone(self):
        """COL-07: the fee alone restores nothing."""
        order = self.make_order("executed")
        self.pay(75.0, documents=[order.sudo().fee_move_id.name])
        self.assertOrder(order, "executed", "disconnected")
        self.pay(100.0)
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertTrue(order.released_at)

    def test_fee_not_first(self):
        """COL-07: by setting, supply is back before the fee is paid."""
        self.company.utility_reconnection_fee_first = False
        order = self.make_order("executed")
        self.pay(100.0, documents=[self.bill.name])
        self.assertTrue(order.released_at)
        order.action_reconnect()
        self.assertOrder(order, "reconnected", "connected")

    def test_reconnection_by_plan(self):
        """COL-07: a plan that is signed orders the reconnection; with the fee in it
        nothing is left to wait for."""
        order = self.make_order("executed")
        self.make_plan(self.bill | order.sudo().fee_move_id)
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertTrue(order.released_at)
        other = self.make_debtor("Fee outside")
        order = self.make_order("executed", other)
        bills = order.sudo().utility_account_id.open_document_ids
        self.make_plan(bills - order.sudo().fee_move_id)
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertFalse(order.released_at)

    def test_bounced_before_reconnection(self):
        """COL-07: a payment that comes back before supply is restored withdraws it."""
        order = self.make_order("executed", crew=self.collector)
        payment = self.pay(175.0)
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertTrue(order.released_at)
        self.adjust(payment)
        self.assertOrder(order, "executed", "disconnected")
        self.assertFalse(order.released_at)
        with self.assertRaisesRegex(UserError, "isn't paid"):
            order.action_reconnect()
        self.pay(175.0)
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertEqual(self.account.payoff_balance, 0)

    def test_new_debt_before_reconnection(self):
        """COL-07: who paid what supply was cut off for gets it back, whatever else
        falls due before the crew is there; unless that payment is returned."""
        self.make_bill(50.0, date=str(self.today), due_date=str(self.days(3)))
        order = self.make_order("executed", crew=self.collector)
        fee = order.sudo().fee_move_id
        payment = self.pay(100.0, documents=[self.bill.name])
        self.pay(75.0, documents=[fee.name])
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertTrue(order.released_at)
        with freeze_time(datetime.combine(self.days(10), time(12))):
            self.pay(1.0)
            self.assertEqual(
                self.account._get_balances()[self.account.id]["overdue"], 49
            )
            self.assertOrder(order, "reconnection", "pending_reconnection")
            self.assertTrue(order.released_at)
            self.adjust(payment)
            self.assertOrder(order, "executed", "disconnected")

    def test_goodwill(self):
        """COL-07: a Recovery Executive restores supply for a reason; debt stays due."""
        order = self.make_order("executed")
        with self.assertRaisesRegex(UserError, "reason"):
            order.action_order_reconnection()
        with self.assertRaises(AccessError):
            order.with_user(self.clerk).action_order_reconnection("Nice")
        order.action_order_reconnection("Newborn in the house")
        self.assertOrder(order, "reconnection", "pending_reconnection")
        self.assertTrue(order.reconnection_by_hand)
        self.pay(10.0)
        self.assertOrder(order, "reconnection", "pending_reconnection")
        order.action_reconnect()
        self.assertOrder(order, "reconnected", "connected")
        self.assertEqual(self.account.payoff_balance, 165.0)
        with self.assertRaises(UserError):
            order.action_order_reconnection("Again")

    def test_goodwill_while_fee_waits(self):
        """COL-07: by hand, a reconnection doesn't wait for the fee either."""
        order = self.make_order("executed")
        self.pay(100.0, documents=[self.bill.name])
        self.assertFalse(order.released_at)
        order.action_order_reconnection("Fee waived")
        order.action_reconnect()
        self.assertOrder(order, "reconnected", "connected")

    def test_books(self):
        """The ledger's invariants hold after all of this."""
        order = self.make_order("executed")
        self.pay(100.0)
        self.pay(75.0, documents=[order.sudo().fee_move_id.name])
        order.action_reconnect()
        self.make_bill(30.0)
        self.make_order("executed")
        self.assertEqual(self.account.payoff_balance, 105.0)

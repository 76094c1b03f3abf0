from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .disconnection_order_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestDisconnectionHold(OrdersCommon):
    """An order that mayn't be carried out for now calls its crew back (COL-07)."""

    def refuse_execution(self, order):
        """The crew is at the door and refused; its transaction is rolled back."""
        with self.enter_registry_test_mode():
            self.env.flush_all()
            with (
                self.assertRaisesRegex(UserError, self.account.number),
                self.registry.cursor() as cr,
            ):
                env = self.env(cr=cr, user=self.collector.id)
                env["utility.disconnection.order"].browse(order.id).action_execute()
        self.env.invalidate_all()

    def review(self):
        """The scheduled action of each day."""
        self.env.flush_all()
        cron = self.env.ref("utility_collections.ir_cron_retry_disconnection")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def assertHeld(self, order, reason):
        self.assertOrder(order, "dispatched", "pending_disconnection")
        self.assertTrue(order.held_at)
        self.assertIn(reason, order.hold_reason)
        self.assertEqual(len(order.activity_ids), 1)
        self.assertIn("Don't go", order.activity_ids.summary)

    def assertGoes(self, order):
        self.assertOrder(order, "dispatched", "pending_disconnection")
        self.assertFalse(order.held_at or order.hold_reason)
        self.assertEqual(len(order.activity_ids), 1)
        self.assertIn("Disconnect ", order.activity_ids.summary)

    def pay_online(self, amount):
        """A transaction of the consumer, who has gone to the bank's page."""
        transaction = self.make_in_flight(self.bill)
        transaction.write({"state": "draft", "amount": amount})
        return transaction

    # --- MONEY ON ITS WAY ---

    def test_begins(self):
        """COL-07: who begins to pay online isn't visited from that moment on."""
        order = self.make_order("dispatched")
        transaction = self.pay_online(100.0)
        self.assertGoes(order)
        transaction._set_pending()
        self.assertHeld(order, "on its way")
        self.assertEqual(self.events(order)[-1], "disconnection_held")

    def test_lands(self):
        """COL-07: when the money is there the order is cancelled."""
        order = self.make_order("dispatched")
        transaction = self.pay_online(100.0)
        transaction._set_pending()
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.account.overdue_balance, 0.0)
        self.assertOrder(order, "cancelled", "connected")
        self.assertFalse(order.held_at)

    def test_lands_in_part(self):
        """COL-07: a part of the debt that was paid online stops nothing for good."""
        order = self.make_order("dispatched")
        transaction = self.pay_online(40.0)
        transaction._set_pending()
        self.assertHeld(order, "on its way")
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.account.overdue_balance, 60.0)
        self.assertGoes(order)
        order.with_user(self.collector).action_execute()
        self.assertOrder(order, "executed", "disconnected")

    def test_fails(self):
        """COL-07: when the bank refuses the crew is sent again."""
        for outcome in ("_set_error", "_set_canceled"):
            account = self.make_debtor(f"Refused {outcome}")
            order = self.make_order("dispatched", account)
            transaction = self.make_in_flight(account.open_document_ids)
            transaction.state = "draft"
            transaction._set_pending()
            self.assertHeld(order, "on its way")
            getattr(transaction, outcome)("No money")
            self.assertGoes(order)
            self.assertEqual(self.events(order)[-1], "disconnection_resumed")

    def test_refused_at_the_door(self):
        """COL-07: a refused execution leaves the reason on the order, and goes on by
        itself when nobody answers for the payment any more."""
        order = self.make_order("dispatched")
        self.make_in_flight(self.bill)
        self.assertFalse(order.held_at)
        self.refuse_execution(order)
        self.assertHeld(order, "on its way")
        self.env.cr.execute(
            "UPDATE payment_transaction SET last_state_change = now() - interval '1 y'"
        )
        self.review()
        self.assertGoes(order)

    def test_refused_by_the_hour(self):
        """COL-07: the wrong hour alone holds nothing: the crew stays on its way."""
        jurisdiction = self.env["utility.jurisdiction"].create(
            {"name": "Never", "company_id": self.company.id}
        )
        self.env["utility.disconnection.rule"].create(
            {
                "name": "Not in the next days",
                "jurisdiction_id": jurisdiction.id,
                "kind": "temperature",
                "date_from": "2020-01-01",
            }
        )
        self.company.utility_jurisdiction_id = jurisdiction
        order = self.make_order("dispatched")
        self.refuse_execution(order)
        self.assertGoes(order)

    def test_executed_after_hold(self):
        """COL-07: execution decides anew; what was on hold is cut off then."""
        order = self.make_order("dispatched")
        transaction = self.make_in_flight(self.bill)
        self.account._review_orders()
        self.assertHeld(order, "on its way")
        # Written behind the product's back: nobody was told.
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = 'cancel' WHERE id = %s",
            [transaction.id],
        )
        self.env.invalidate_all()
        order.with_user(self.collector).action_execute()
        self.assertOrder(order, "executed", "disconnected")
        self.assertFalse(order.held_at)

    # --- WHO IS PROTECTED ---

    def test_certificate(self):
        """COL-07: a medical certificate calls the crew back, which isn't told why."""
        order = self.make_order("dispatched")
        certificate = (
            self.env["utility.medical.certificate"]
            .with_user(self.clerk)
            .create(
                {
                    "utility_account_id": self.account.id,
                    "date_from": self.today,
                    "date_to": self.days(30),
                }
            )
        )
        self.assertHeld(order, "protected circumstance")
        self.assertNotIn("certificate", order.hold_reason.lower())
        certificate.write({"user_id": self.recovery.id, "date_to": self.days(31)})
        self.assertEqual(certificate.user_id, self.clerk)
        self.record_one(100.0)
        self.assertOrder(order, "cancelled", "connected")
        self.assertEqual(order.cancel_reason, "Nothing is overdue.")

    def test_certificate_ends(self):
        """COL-07: when the certificate was wrong the crew goes there."""
        order = self.make_order("dispatched")
        certificate = self.env["utility.medical.certificate"].create(
            {
                "utility_account_id": self.account.id,
                "date_from": self.today,
                "date_to": self.days(30),
            }
        )
        self.assertHeld(order, "protected")
        certificate.unlink()
        self.assertGoes(order)

    def test_life_support(self):
        """COL-07: who depends on supply isn't cut off, whatever rules are chosen."""
        order = self.make_order("dispatched")
        tag = self.env.ref("utility_consumers.tag_life_support")
        self.account.with_user(self.clerk).write({"tag_ids": [(4, tag.id)]})
        self.assertHeld(order, "protected")
        with self.assertRaises(UserError):
            order.with_user(self.collector).action_execute()
        self.account.with_user(self.clerk).write({"tag_ids": [(3, tag.id)]})
        self.assertGoes(order)

    # --- WHO SAYS THAT SUPPLY IS ON ---

    def test_connection_is_not_written(self):
        """COL-07: nobody writes that supply is on or off beside an open order."""
        order = self.make_order("executed")
        with self.assertRaises(AccessError):
            self.account.with_user(self.clerk).write({"connection_state": "connected"})
        for user in (self.recovery, self.manager):
            with self.assertRaisesRegex(UserError, order.number):
                self.account.with_user(user).write({"connection_state": "connected"})
        self.assertOrder(order, "executed", "disconnected")
        other = self.make_account("Other")
        with self.assertRaises(AccessError):
            other.with_user(self.clerk).write({"connection_state": "disconnected"})
        other.with_user(self.recovery).write({"connection_state": "disconnected"})
        self.assertEqual(other.connection_state, "disconnected")

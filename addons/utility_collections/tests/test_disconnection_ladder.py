from odoo import Command
from odoo.tests import tagged

from .disconnection_order_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestDisconnectionLadder(OrdersCommon):
    """The step of a ladder that cuts off supply (COL-04, COL-07)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        process = (
            cls.env["utility.collection.process"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "Short",
                    "company_id": cls.company.id,
                    "step_ids": [
                        Command.create(
                            {
                                "name": "Warning",
                                "days_overdue": 5,
                                "action": "disconnection_warning",
                            }
                        ),
                        Command.create(
                            {
                                "name": "Cut off",
                                "days_overdue": 10,
                                "action": "disconnection",
                            }
                        ),
                    ],
                }
            )
        )
        cls.step = process.step_ids.sudo()[-1]
        cls.Case = cls.env["utility.collection.case"].sudo()

    def make_case(self, account):
        return self.Case.create(
            {
                "utility_account_id": account.id,
                "process_id": self.step.process_id.id,
                "step_id": self.step.id,
                "stepped_on": self.today,
                "opened_on": self.today,
            }
        )

    def retry(self):
        """The scheduled action of each day."""
        self.env.flush_all()
        cron = self.env.ref("utility_collections.ir_cron_retry_disconnection")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def orders(self, cases):
        return self.Order.search(
            [("utility_account_id", "in", cases.utility_account_id.ids)], order="id"
        )

    def refusals(self, case):
        return self.env["utility.collection.event"].search(
            [("case_id", "=", case.id), ("kind", "=", "disconnection_refused")]
        )

    def test_step(self):
        """COL-04: the eligible are ordered together; the others keep their reason."""
        cases = self.Case
        for account in (
            self.account,
            self.make_debtor("Second"),
            self.make_debtor("Third"),
        ):
            cases |= self.make_case(account)
        paying = self.make_debtor("Paying")
        self.make_in_flight(paying.open_document_ids)
        refused = self.make_case(paying)
        self.step._take_disconnection(cases | refused)
        orders = self.orders(cases)
        self.assertEqual(orders.mapped("state"), ["ordered"] * 3)
        self.assertEqual(orders.case_id, cases.with_user(self.recovery))
        self.assertEqual(
            cases.utility_account_id.mapped("connection_state"),
            ["pending_disconnection"] * 3,
        )
        for order in orders:
            self.assertEqual(order.decision_ids.mapped("eligible"), [True])
        self.assertFalse(self.orders(refused))
        self.assertEqual(len(self.refusals(refused)), 1)
        self.assertTrue(self.refusals(refused).note)

    def test_retried(self):
        """COL-04: who couldn't be cut off is tried again, and told of once."""
        transaction = self.make_in_flight(self.bill)
        case = self.make_case(self.account)
        self.step._take_disconnection(case)
        self.retry()
        self.assertFalse(self.orders(case))
        self.assertEqual(len(self.refusals(case)), 1)
        transaction.state = "error"
        self.retry()
        order = self.orders(case)
        self.assertEqual(order.state, "ordered")
        self.retry()
        self.assertEqual(self.orders(case), order)

    def test_refusal_tells_nothing_of_health(self):
        """COL-07: the timeline, which collectors read, doesn't say who is ill."""
        self.account.collector_id = self.collector
        self.env["utility.medical.certificate"].create(
            {
                "utility_account_id": self.account.id,
                "date_from": self.today,
                "date_to": self.days(30),
            }
        )
        case = self.make_case(self.account)
        self.step._take_disconnection(case)
        note = self.refusals(case).with_user(self.collector).note
        self.assertIn("protected circumstance", note)
        self.assertNotIn("certificate", note.lower())

    def test_called_off_by_hand_stays_off(self):
        """COL-07: what a Recovery Executive called off isn't ordered anew by itself."""
        case = self.make_case(self.account)
        self.step._take_disconnection(case)
        order = self.orders(case)
        order.action_cancel("Talked to her")
        self.retry()
        self.assertEqual(self.orders(case), order)

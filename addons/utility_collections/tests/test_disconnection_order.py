from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .disconnection_order_common import PIXEL, OrdersCommon


@tagged("post_install", "-at_install")
class TestDisconnectionOrder(OrdersCommon):
    def test_flow(self):
        """COL-07: ordered, dispatched, executed, each step told, each decided."""
        order = self.make_order("draft")
        self.assertRegex(order.number, r"^DO-\d{4}-\d{4,}$")
        self.assertOrder(order, "draft", "connected")
        order.action_order()
        self.assertOrder(order, "ordered", "pending_disconnection")
        self.assertEqual(order.debt_amount, 100.0)
        order.action_dispatch(self.collector.id, self.days(1))
        self.assertOrder(order, "dispatched", "pending_disconnection")
        self.assertEqual(order.technician_id, self.collector)
        self.assertEqual(order.planned_on, self.days(1))
        self.assertEqual(order.activity_ids.user_id, self.collector)
        order.with_user(self.collector).action_execute()
        self.assertOrder(order, "executed", "disconnected")
        self.assertEqual(order.executed_by, self.collector)
        self.assertTrue(order.executed_at)
        self.assertFalse(order.activity_ids)
        self.assertEqual(
            self.events(order),
            ["disconnection_ordered", "disconnection_dispatched", "disconnected"],
        )
        self.assertEqual(
            order.decision_ids.sorted("id").mapped("moment"),
            ["order", "dispatch", "execution"],
        )

    def test_draft_evaluates_nothing(self):
        """COL-07: an order may be drafted for anybody; ordering it decides."""
        account = self.make_account("Owes Nothing")
        order = self.make_order("draft", account)
        self.assertFalse(order.decision_ids)
        with self.assertRaisesRegex(UserError, account.number):
            order.action_order()

    def test_executed_without_dispatch(self):
        """COL-07: whoever orders may also go there."""
        order = self.make_order("executed")
        self.assertOrder(order, "executed", "disconnected")

    def test_many_at_once(self):
        """COL-07: orders are decided, ordered and sent together, or none is."""
        accounts = self.account
        for number in range(4):
            accounts |= self.make_debtor(f"Debtor {number}")
        orders = self.Order.create(
            [{"utility_account_id": account.id} for account in accounts]
        )
        orders.action_order()
        orders.action_dispatch(self.collector.id)
        self.assertEqual(set(orders.mapped("state")), {"dispatched"})
        self.assertEqual(len(set(orders.mapped("number"))), 5)
        self.assertEqual(orders.mapped("planned_on"), [self.today] * 5)
        orders[:2].action_cancel("Wrong street")
        fine = self.make_debtor("Fine")
        nothing = self.make_account("Nothing")
        mixed = self.Order.create(
            [{"utility_account_id": account.id} for account in fine | nothing]
        )
        with self.assertRaisesRegex(UserError, nothing.number):
            mixed.action_order()
        self.assertEqual(mixed.mapped("state"), ["draft", "draft"])

    def test_queries_do_not_grow(self):
        """COL-07: each further order costs little: nothing is asked one by one."""

        def count(size):
            accounts = self.env["utility.account"]
            for number in range(size):
                accounts |= self.make_debtor(f"Many {size} {number}")
            orders = self.Order.create(
                [{"utility_account_id": account.id} for account in accounts]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.action_order()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(12)
        self.assertLess((many - few) / 10, 6)

    def test_twice(self):
        """COL-07: no step is done twice."""
        order = self.make_order("executed")
        for method in ("action_order", "action_execute", "action_cancel"):
            with self.assertRaises(UserError):
                getattr(order, method)()
        with self.assertRaisesRegex(UserError, "isn't paid"):
            order.action_reconnect()
        with self.assertRaises(UserError):
            order.action_dispatch(self.collector.id)

    def test_one_open_order_an_account(self):
        """COL-07: an account has one order at a time."""
        order = self.make_order("ordered")
        with self.assertRaisesRegex(UserError, order.number):
            self.make_order("draft")
        account = self.make_debtor("Twice")
        with self.assertRaises(UserError):
            self.Order.create([{"utility_account_id": account.id}] * 2)
        order.action_cancel("Wrong account")
        self.make_order("draft")

    def test_cancelled(self):
        """COL-07: a cancelled order says why, and isn't carried out."""
        order = self.make_order("dispatched")
        with self.assertRaisesRegex(UserError, "reason"):
            order.action_cancel(" ")
        order.action_cancel("Wrong house")
        self.assertOrder(order, "cancelled", "connected")
        for method in ("action_order", "action_dispatch", "action_execute"):
            with self.assertRaisesRegex(UserError, "Wrong house"):
                getattr(order, method)()
        self.assertEqual(self.events(order)[-1], "disconnection_stopped")

    def test_closed_account(self):
        """COL-07: nobody is sent to an account that is closed."""
        order = self.make_order("dispatched")
        self.account.action_close()
        self.assertOrder(order, "cancelled", "connected")
        other = self.make_order("draft")
        with self.assertRaisesRegex(UserError, "closed"):
            other.action_order()

    def test_not_connected(self):
        """COL-07: who has no supply isn't cut off."""
        order = self.make_order("draft")
        self.account.connection_state = "disconnected"
        with self.assertRaisesRegex(UserError, "not connected"):
            order.action_order()

    def test_bad_ids_and_values(self):
        """COL-07: what another program sends wrong is refused with a sentence."""
        order = self.make_order("ordered")
        for value in (0, -1, True, "1", 10**9):
            with self.assertRaises(UserError):
                self.Order.create({"utility_account_id": value})
        for technician, day in (
            (10**9, False),
            ("x", False),
            (self.collector.id, "tomorrow"),
            (self.collector.id, self.days(-1)),
            (False, False),
        ):
            with self.assertRaises(UserError):
                order.action_dispatch(technician, day)
        for proof in (
            "photo",
            {"picture": 1},
            {"reading": -1},
            {"reading": True},
            {"reading": float("nan")},
            {"latitude": 91},
            {"photos": "x"},
            {"photos": [{"data": "%%"}]},
            {"photos": [{"data": "aGVsbG8="}]},
            {"photos": [3]},
        ):
            with self.assertRaises(UserError):
                order.action_execute(proof)
        self.assertOrder(order, "ordered", "pending_disconnection")

    def test_written_by_doors_only(self):
        """COL-07: state, proof and decisions aren't written, whoever asks."""
        order = self.make_order("draft")
        for vals in (
            {"state": "executed"},
            {"number": "DO-1"},
            {"executed_by": self.recovery.id},
            {"fee_move_id": self.bill.id},
            {"utility_account_id": self.make_account("Other").id},
        ):
            for user in (self.recovery, self.manager):
                with self.assertRaises(UserError):
                    order.with_user(user).write(vals)
        made = self.Order.with_context(default_state="executed").create(
            {
                "utility_account_id": self.make_debtor("Made").id,
                "state": "executed",
                "executed_note": "x",
            }
        )
        self.assertEqual((made.state, made.executed_note), ("draft", False))
        order.write({"technician_id": self.collector.id, "planned_on": self.today})
        with self.assertRaises(UserError):
            order.write({"technician_id": self._make_other_company_user().id})

    def test_garbage(self):
        """COL-07: what another program plans wrong is refused with a sentence."""
        order = self.make_order("ordered")
        for values in (
            {"planned_on": "x"},
            {"planned_on": True},
            {"planned_on": -1},
            {"planned_on": self.days(-1)},
            {"technician_id": "x"},
            {"technician_id": True},
            {"technician_id": 2**40},
        ):
            with self.subTest(values=values):
                with self.assertRaises(UserError):
                    order.write(values)
                account = self.make_account("Planned wrong")
                with self.assertRaises(UserError):
                    self.Order.create({"utility_account_id": account.id, **values})
        for vals in ("x", 1, ["a"], None):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.Order.create([vals])

    def _make_other_company_user(self):
        company = self.env["res.company"].create({"name": "Other"})
        return self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "stranger_crew",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
            }
        )

    # --- PROOF ---

    def test_proof(self):
        """COL-07: reading, photos, position and note stay with the order."""
        order = self.make_order("dispatched")
        order.with_user(self.collector).action_execute(
            {
                "reading": 10482.5,
                "note": "Sealed\nat the gate",
                "latitude": 48.2,
                "longitude": 16.37,
                "photos": [{"name": "meter.png", "data": PIXEL}],
            }
        )
        self.assertEqual(order.executed_reading, 10482.5)
        self.assertEqual(order.executed_note, "Sealed at the gate")
        self.assertAlmostEqual(order.executed_latitude, 48.2)
        photo = order.executed_photo_ids
        self.assertEqual((photo.name, photo.mimetype), ("meter.png", "image/png"))
        self.assertEqual((photo.res_model, photo.res_id), (order._name, order.id))
        self.assertTrue(photo.with_user(self.collector).datas)

    def test_proof_needed(self):
        """COL-07: where the company asks for a proof, none is no execution."""
        self.company.utility_disconnection_proof = True
        order = self.make_order("dispatched")
        for proof in (False, {"reading": 1}, {"photos": [{"data": PIXEL}]}):
            with self.assertRaisesRegex(UserError, "reading and a photo"):
                order.action_execute(proof)
        order.action_execute({"reading": 0, "photos": [{"data": PIXEL}]})
        self.assertOrder(order, "executed", "disconnected")

    # --- RIGHTS ---

    def test_rights(self):
        """ROL-01: Recovery Executives order, the crew carries out, others read."""
        self.account.collector_id = False
        order = self.make_order("dispatched")
        with self.assertRaises(AccessError):
            self.Order.with_user(self.clerk).create(
                {"utility_account_id": self.account.id}
            )
        self.assertEqual(order.with_user(self.clerk).state, "dispatched")
        for method, args in (
            ("action_order", ()),
            ("action_dispatch", ()),
            ("action_execute", ()),
            ("action_cancel", ("x",)),
            ("action_order_reconnection", ("x",)),
            ("action_reconnect", ()),
        ):
            with self.assertRaises(AccessError):
                getattr(order.with_user(self.clerk), method)(*args)
        for method in ("action_order", "action_dispatch", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(order.with_user(self.collector), method)()
        with self.assertRaises(AccessError):
            order.with_user(self.collector).write({"planned_on": self.today})
        other = self.make_order("ordered", self.make_debtor("Another's"))
        self.assertEqual(
            self.Order.with_user(self.collector).search(
                [("id", "in", (order + other).ids)]
            ),
            order.with_user(self.collector),
        )
        with self.assertRaises(AccessError):
            other.with_user(self.collector).action_execute()
        mine = self.make_debtor("Mine", collector_id=self.collector.id)
        seen = self.make_order("ordered", mine).with_user(self.collector)
        self.assertEqual(seen.state, "ordered")
        with self.assertRaises(AccessError):
            seen.action_execute()
        order.with_user(self.collector).action_execute()

    def test_other_company(self):
        """COL-07: orders of another company are neither read nor carried out."""
        order = self.make_order("ordered")
        stranger = self._make_other_company_user()
        group = self.env.ref("utility_consumers.group_recovery_executive")
        stranger.group_ids = [(4, group.id)]
        self.assertFalse(self.Order.with_user(stranger).search([]))
        for method in ("action_order", "action_execute", "action_reconnect"):
            with self.assertRaises(AccessError):
                getattr(order.with_user(stranger), method)()
        with self.assertRaises(AccessError):
            self.Order.with_user(stranger).create(
                {"utility_account_id": self.account.id}
            )

    # --- LOG ---

    def test_refusal_is_kept(self):
        """COL-07: who was refused, when and why stays, though an error rolled back."""
        order = self.make_order("ordered")
        self.make_in_flight(self.bill)
        with self.enter_registry_test_mode():
            self.env.flush_all()
            with (
                self.assertRaisesRegex(UserError, self.account.number),
                self.registry.cursor() as cr,
            ):
                env = self.env(cr=cr, user=self.recovery.id)
                env["utility.disconnection.order"].browse(order.id).action_execute()
        self.env.invalidate_all()
        kept = order.decision_ids.filtered(lambda made: made.moment == "execution")
        self.assertEqual(len(kept), 1)
        self.assertFalse(kept.eligible)
        self.assertTrue(kept.reason)
        self.assertEqual(kept.user_id, self.recovery)
        self.assertOrder(order, "ordered", "pending_disconnection")

    def test_refusal_is_kept_when_caught(self):
        """COL-07: it stays also where the caller goes on after the error."""
        order = self.make_order("ordered")
        self.make_in_flight(self.bill)
        refused = order.decision_ids
        with self.enter_registry_test_mode():
            self.env.flush_all()
            with self.registry.cursor() as cr:
                mine = self.env(cr=cr, user=self.recovery.id)
                mine = mine["utility.disconnection.order"].browse(order.id)
                self.assertEqual(mine.state, "ordered")
                with self.assertRaises(UserError), cr.savepoint():
                    mine.action_execute()
                # As a commit of a real cursor does; that of tests forgets them.
                cr.postcommit.run()
        self.env.invalidate_all()
        self.assertEqual(len(order.decision_ids - refused), 1)

    # --- LATER ---

    def test_reconnection_overdue(self):
        """COL-07: supply that isn't back in time stands out."""
        order = self.make_order("executed")
        order.action_order_reconnection("Hospital bed")
        self.assertEqual(order.reconnect_by, order.released_at + timedelta(hours=24))
        self.assertFalse(order.is_reconnection_late)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            order.invalidate_recordset()
            self.assertTrue(order.is_reconnection_late)
            self.assertIn(
                order, self.Order.search([("is_reconnection_late", "=", True)])
            )

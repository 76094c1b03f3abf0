"""COL-04, COL-06, COL-07, PLN-03: every door for money, and each way back out."""

from odoo.tests import tagged

from .disconnection_order_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestMoneyDoors(OrdersCommon):
    """Whatever pays or frees debt, collections follow in the same transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["utility.collection.process"].search([]).active = False
        cls.env["utility.collection.process"].create(
            {
                "name": "Short",
                "company_id": cls.company.id,
                "step_ids": [
                    (0, 0, {"name": "Call", "days_overdue": 5, "action": "call"})
                ],
            }
        )
        # The accountant may use what Odoo brings.
        cls.env.user.group_ids |= cls.env.ref(
            "utility_consumers.group_customer_executive"
        )

    # --- DOORS: each pays 100.00, and returns what takes that back --- #

    def door_counter(self, account, bill):
        _outcome, payment = self.record_one(
            100.0,
            account=account.number,
            mode="cheque",
            reference="4711",
            user=self.manager,
        )
        return lambda: self.adjust(payment, reversal_kind="returned", charge_fee=False)

    def door_batch(self, account, bill):
        """As a bank's file, a lockbox or a kiosk sends it."""
        outcomes = self.record(
            *(
                self.request(
                    amount,
                    account=account.number,
                    channel="bank",
                    documents=[bill.name],
                )
                for amount in (60.0, 40.0)
            )
        )
        payments = self.env["account.payment"].browse(
            outcome["payment_id"] for outcome in outcomes
        )
        return lambda: [self.adjust(payment) for payment in payments]

    def door_register(self, account, bill):
        """Odoo's own wizard."""
        payment = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({})
            ._create_payments()
        )
        return lambda: self.adjust(payment)

    def door_online(self, account, bill):
        """The portal, or a link in a mail: what a gateway reports."""
        transaction = self.make_in_flight(bill)
        transaction._set_done()
        transaction._post_process()
        return lambda: self.adjust(transaction.payment_id)

    def door_moved(self, account, bill):
        """A payment that was recorded on the neighbour's account."""
        neighbour = self.make_debtor(f"Neighbour of {account.number}")
        _outcome, payment = self.record_one(100.0, account=neighbour.number)
        adjustment = self.adjust(payment, "move", target_account_id=account.id)
        return lambda: self.adjust(adjustment.sudo().replacement_payment_id)

    def door_billing_credit(self, account, bill):
        """The billing system's own credit for the bill, matched by Odoo."""
        credit = bill.sudo()._reverse_moves([{"date": self.today}], cancel=True)
        item = credit.line_ids.filtered("utility_account_id")
        self.assertTrue(item.reconciled)
        return lambda: item.remove_move_reconcile()

    DOORS = ("counter", "batch", "register", "online", "moved", "billing_credit")
    # No money came: what was promised isn't owed any more, and that is all.
    WITHOUT_MONEY = ("billing_credit",)
    # Money for the account, not for the bill: a plan is paid when it asks for it.
    WITHOUT_NAME = ("counter", "moved", "online")

    # --- WHAT COLLECTIONS KNOW --- #

    def each(self, **values):
        for name in self.DOORS:
            account = self.make_debtor(f"By {name}", **values)
            bill = self.env["account.move"].search(
                [("utility_account_id", "=", account.id)]
            )
            yield name, getattr(self, f"door_{name}"), account, bill

    def settle(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def test_case_and_order(self):
        """COL-04, COL-07: paid ends case and order; taken back, it is due again."""
        for name, door, account, bill in self.each():
            with self.subTest(door=name):
                account.with_user(self.recovery).action_open_case()
                order = self.make_order("dispatched", account)
                case = account.sudo().case_ids
                undo = door(account, bill)
                self.settle()
                self.assertEqual(bill.amount_residual, 0.0)
                self.assertEqual(case.close_reason, "cleared")
                self.assertOrder(order, "cancelled", "connected")
                undo()
                self.settle()
                self.assertEqual(bill.amount_residual, 100.0)
                # Credit that pays nothing is still the consumer's.
                left = 0.0 if name in self.WITHOUT_MONEY else 100.0
                self.assertEqual(account.overdue_balance, left)
                # Nobody goes out by an order that was called off.
                self.assertOrder(order, "cancelled", "connected")
                if left:
                    account.with_user(self.recovery).action_open_case()
                    self.assertEqual(
                        account.sudo().case_ids.mapped("amount"), [100.0, 0.0]
                    )
        self.assertLedgerSound()

    def test_promise(self):
        """COL-06: money keeps a promise, taken back it is to be kept again."""
        for name, door, account, bill in self.each():
            with self.subTest(door=name):
                account.with_user(self.recovery).action_open_case()
                case = account.sudo().case_ids
                promise = (
                    self.env["utility.payment.promise"]
                    .with_user(self.clerk)
                    .create(
                        {
                            "utility_account_id": account.id,
                            "amount": 100.0,
                            "date": self.days(3),
                        }
                    )
                )
                self.assertEqual(case.pause_kind, "promise")
                undo = door(account, bill)
                self.settle()
                self.assertEqual(case.close_reason, "cleared")
                self.assertEqual(
                    promise.state, "open" if name in self.WITHOUT_MONEY else "kept"
                )
                undo()
                self.settle()
                self.assertEqual((promise.state, promise.paid_amount), ("open", 0.0))

    def test_supply(self):
        """COL-07: who was cut off and pays by any door gets supply back."""
        for name, door, account, bill in self.each():
            with self.subTest(door=name):
                order = self.make_order("executed", account)
                fee = order.sudo().fee_move_id
                if fee:
                    self.record_one(
                        fee.amount_residual,
                        account=account.number,
                        type="service",
                        documents=[fee.name],
                    )
                door(account, bill)
                self.settle()
                self.assertOrder(order, "reconnection", "pending_reconnection")

    def test_plan(self):
        """PLN-03: what pays the bill pays its plan, and what is undone reopens it."""
        for name, door, account, bill in self.each():
            if name in self.WITHOUT_NAME:
                continue
            with self.subTest(door=name):
                plan = self.make_plan(bill)
                undo = door(account, bill)
                self.settle()
                self.assertEqual(plan.state, "completed")
                undo()
                self.settle()
                self.assertEqual(plan.state, "active")
                self.assertPlanSound(plan)

    # --- CREDIT THAT PAYS NO DOCUMENT YET --- #

    def credit_entry(self, account, bill):
        """An accountant's own entry."""
        receivable = bill.line_ids.filtered("utility_account_id")
        self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today,
                "utility_account_id": account.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": receivable.partner_id.id,
                            "credit": 100.0,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data[
                                "default_account_expense"
                            ].id,
                            "debit": 100.0,
                        },
                    ),
                ],
            }
        ).action_post()

    def credit_of_billing(self, account, bill):
        """The billing system's credit, not matched with the bill yet."""
        bill.sudo()._reverse_moves([{"date": self.today}]).action_post()

    def credit_note(self, account, bill):
        """A credit note of what was charged wrongly before."""
        other = self.make_bill(100.0, account=account, due_date=str(self.days(9)))
        _outcome, payment = self.record_one(
            100.0, account=account.number, documents=[other.name]
        )
        note = self.make_note(payment, 100.0, reason="billing_error")
        note.action_confirm()
        note.with_user(self.manager).action_approve()

    def test_credit_alone(self):
        """CON-04: credit counts before it pays a document, so collections end."""
        for name in ("credit_entry", "credit_of_billing", "credit_note"):
            account = self.make_debtor(name)
            bill = self.env["account.move"].search(
                [("utility_account_id", "=", account.id)]
            )
            with self.subTest(door=name):
                account.with_user(self.recovery).action_open_case()
                order = self.make_order("dispatched", account)
                getattr(self, name)(account, bill)
                self.settle()
                self.assertEqual(account.overdue_balance, 0.0)
                self.assertOrder(order, "cancelled", "connected")
                self.assertEqual(account.sudo().case_ids.close_reason, "cleared")

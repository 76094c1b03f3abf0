"""T14: random steps of collections, on days that go by, against a plain recount."""

from datetime import datetime, time, timedelta

from freezegun import freeze_time
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.utility_credit_notes.tests.random_steps import (
    RandomMachine,
    cents,
    run_random_steps,
)

from .disconnection_common import DisconnectionCommon
from .ladder_common import LadderCommon

STEPS = 40
EXAMPLES = 14
# No supply is cut off for less.
MINIMUM = 50_00
DECISIONS = ["approve", "approve", "approve", "refuse", "cancel", "wait"]
LEADS = ["investigation", "waiting", "rejected", "withdraw", "credit"]
# The states of an order from which a button goes on.
BEFORE = {
    "execute": ("ordered", "dispatched"),
    "cancel": ("ordered", "dispatched"),
    "order_reconnection": ("executed", "reconnection"),
    "reconnect": ("reconnection",),
}
OPEN_DISPUTES = ("new", "investigation", "waiting")


class CollectionsMachine(RandomMachine):
    """Consumers who owe, pay, promise and dispute, and all that is done about it.

    Whether a step is refused is left to other tests. What counts here is what holds
    after each, recounted from the items of the ledger and from the terms of records,
    by none of the queries that collections use.
    """

    def __init__(self):
        super().__init__()
        self.clock = freeze_time(datetime.combine(self.case.today, time(12)))
        self.frozen = self.clock.start()
        Model = self.env.__getitem__
        self.bills = self.case.first_bills
        self.payments = Model("account.payment")
        self.promises = Model("utility.payment.promise")
        self.disputes = Model("utility.dispute")
        self.write_offs = Model("utility.write.off")
        self.orders = Model("utility.disconnection.order")
        self.plans = Model("utility.payment.plan")

    def teardown(self):
        self.clock.stop()
        return super().teardown()

    @property
    def today(self):
        return self.case.company._utility_today()

    # --- what is owed, recounted --------------------------------------------------

    def items(self, account):
        return self.env["account.move.line"].search(
            [
                ("utility_account_id", "=", account.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )

    def late(self, account):
        """By document: what is past due and no plan defers, in cents."""
        result = {}
        for item in self.items(account):
            if item.amount_residual > 0 and item.date_maturity < self.today:
                owed = cents(item.amount_residual) - self._deferred(item)
                result[item.move_id] = result.get(item.move_id, 0) + owed
        return result

    def _deferred(self, item):
        covers = self.plans.filtered(lambda plan: plan.state == "active").cover_ids
        cover = covers.filtered(lambda row: row.line_id == item and row.in_force)
        return min(
            cents(item.amount_residual), cents(cover.amount) - cents(cover.paid_amount)
        )

    def installments_late(self, account):
        return sum(map(self._due, self.in_accounts(self.plans, account)))

    def _due(self, plan):
        """What a plan asks for that is past due."""
        if plan.state != "active":
            return 0
        late = plan.installment_ids.filtered(lambda row: row.due_date < self.today)
        return sum(cents(row.amount) - cents(row.paid_amount) for row in late)

    def credit(self, account):
        return -sum(
            cents(item.amount_residual)
            for item in self.items(account)
            if item.amount_residual < 0
        )

    def overdue(self, account):
        late = sum(self.late(account).values()) + self.installments_late(account)
        return max(late - self.credit(account), 0)

    def held(self, account):
        """What open disputes keep out of what is past due.

        Of covered debt the plan asks for installments: of those that are past due, the
        oldest are held.
        """
        late = self.late(account)
        disputed, planned = {}, 0
        due = {plan: self._due(plan) for plan in self.in_accounts(self.plans, account)}
        for dispute in self.in_accounts(self.disputes, account).sorted("id"):
            if dispute.state not in OPEN_DISPUTES:
                continue
            move, amount = dispute.move_id, cents(dispute.amount)
            for plan in due:
                covered = sum(
                    self._deferred(item)
                    for item in plan.cover_ids.line_id
                    if item.move_id == move
                )
                part = min(amount, covered, due[plan])
                due[plan] -= part
                planned += part
                amount -= part
            disputed[move] = disputed.get(move, 0) + amount
        return planned + sum(
            min(amount, late.get(move, 0)) for move, amount in disputed.items()
        )

    def collectible(self, account):
        return max(self.overdue(account) - self.held(account), 0)

    def promised(self, account):
        return sum(
            cents(promise.amount) - cents(promise.paid_amount)
            for promise in self.promises
            if promise.utility_account_id == account
            and promise.state == "open"
            and promise.last_day >= self.today
        )

    def in_accounts(self, records, account):
        return records.filtered(lambda record: record.utility_account_id == account)

    # --- what to draw -------------------------------------------------------------

    def owing(self, account):
        return sum(max(cents(item.amount_residual), 0) for item in self.items(account))

    def draw_account(self, data):
        place = data.draw(st.integers(0, len(self.accounts) - 1), "account")
        return self.accounts[place]

    def draw_record(self, data, records, fits=None):
        return self.draw(data, list(records), fits)

    # --- debt and money -----------------------------------------------------------

    @rule(
        data=st.data(),
        days=st.sampled_from([-20, 12, 25, 45, 70]),
        amount=st.sampled_from([1, 3000, 4999, 5000, 10000, 14550]),
    )
    def bill(self, data, days, amount):
        account = self.draw_account(data)
        with self.step(False):
            self.bills |= self.case.make_late(amount / 100, account, days)

    @rule(data=st.data(), mode=st.sampled_from(["cash", "cheque"]))
    def pay(self, data, mode):
        account = self.draw_account(data)
        owed = self.owing(account) + cents(account.written_off_balance)
        choices = {1, max(owed // 2, 1), max(owed, 1), owed + 450}
        amount = data.draw(st.sampled_from(sorted(choices)), "amount")
        Payment = self.env["account.payment"].with_user(self.case.clerk)
        with self.step(name="pay") as outcome:
            request = {
                "account": account.number,
                "amount": amount / 100,
                "mode": mode,
                "reference": "" if mode == "cash" else "4711",
            }
            answer = Payment.record_collections([request])[0]
            if answer["status"] != "posted":
                raise UserError(answer["error"]["message"])
            payment = self.env["account.payment"].browse(answer["payment_id"])
            self.payments |= payment
        if outcome.done and mode == "cheque" and data.draw(st.booleans(), "bounces"):
            self._take_back(payment, "returned")

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), kind=st.sampled_from(["returned", "wrong_entry"]))
    def take_back(self, data, kind):
        payment = self.draw_record(
            data, self.payments, lambda row: row.utility_state == "posted"
        )
        self._take_back(payment, kind)

    def _take_back(self, payment, kind):
        recovered = payment._recoveries()
        with self.step() as outcome:
            self.case.adjust(
                payment,
                reversal_kind=kind,
                charge_fee=kind == "returned",
            )
        if outcome.done and recovered:
            self.case.steps["recovery_returned"] += 1

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def give_credit(self, data):
        payment = self.draw_record(
            data, self.payments, lambda row: row.utility_state == "posted"
        )
        amount = self.draw_part(data, cents(payment.amount))
        with self.step(name="credit"):
            self.case.make_note(
                payment, amount / 100, user=self.case.manager
            ).action_confirm()

    @rule(data=st.data())
    def agree_plan(self, data):
        account = self.draw_account(data)
        bills = self.in_accounts(self.bills, account)
        bills = bills.filtered(lambda bill: bill.amount_residual > 0)
        if not bills:
            return
        with self.step(name="plan"):
            self.plans |= self.case.make_plan(
                bills[: data.draw(st.integers(1, 2), "bills")],
                installment_count=2,
                frequency="weekly",
                first_due_date=self.today,
            )

    # --- promises -----------------------------------------------------------------

    @rule(data=st.data(), days=st.sampled_from([0, 2, 5]))
    def promise(self, data, days):
        account = self.draw_account(data)
        amount = self.draw_part(data, max(self.owing(account), 1))
        with self.step(name="promise_made"):
            self.promises |= (
                self.env["utility.payment.promise"]
                .with_user(self.case.clerk)
                .create(
                    {
                        "utility_account_id": account.id,
                        "amount": amount / 100,
                        "date": self.today + timedelta(days=days),
                    }
                )
                .with_env(self.env)
            )

    @precondition(lambda self: self.promises)
    @rule(data=st.data())
    def cancel_promise(self, data):
        promise = self.draw_record(data, self.promises, lambda row: row.state == "open")
        with self.step(promise.state != "open", "promise_cancelled"):
            promise.with_user(self.case.clerk).action_cancel("They called")

    # --- disputes -----------------------------------------------------------------

    @precondition(lambda self: self.bills)
    @rule(data=st.data())
    def dispute(self, data):
        bill = self.draw_record(data, self.bills, lambda row: row.amount_residual > 0)
        amount = self.draw_part(data, max(cents(bill.amount_residual), 1))
        category = self.env.ref("utility_collections.dispute_wrong_amount")
        with self.step(name="dispute_opened") as outcome:
            dispute = (
                self.env["utility.dispute"]
                .with_user(self.case.clerk)
                .create(
                    {
                        "move_id": bill.id,
                        "category_id": category.id,
                        "amount": amount / 100,
                    }
                )
            )
            self.disputes |= dispute.with_env(self.env)
        if outcome.done and data.draw(st.booleans(), "goes on"):
            self._lead(dispute, data.draw(st.sampled_from(LEADS), "how"))

    @precondition(lambda self: self.disputes)
    @rule(data=st.data(), how=st.sampled_from([*LEADS, "reopen"]))
    def lead_dispute(self, data, how):
        closed = how == "reopen"
        self._lead(
            self.draw_record(
                data,
                self.disputes,
                lambda row: (row.state in OPEN_DISPUTES) != closed,
            ),
            how,
        )

    def _lead(self, dispute, how):
        user = self.case.manager if how == "reopen" else self.case.recovery
        record = dispute.with_user(user)
        with self.step(name=f"dispute_{how}"):
            if how in OPEN_DISPUTES:
                record.write({"state": how})
            elif how == "rejected":
                record.action_resolve("rejected", remark="The meter was read again.")
            elif how == "withdraw":
                record.action_withdraw()
            elif how == "reopen":
                record.action_reopen()
            else:
                self._settle_by_credit(record)

    def _settle_by_credit(self, dispute):
        payment = self.in_accounts(self.payments, dispute.utility_account_id)
        payment = payment.filtered(lambda row: row.creditable_amount > 0)[:1]
        if not payment:
            return
        note = self.case.make_note(
            payment,
            min(payment.creditable_amount, dispute.amount),
            "billing_error",
            user=self.case.clerk,
        )
        note.action_confirm()
        dispute.action_resolve("credit_note", credit_note_id=note.id)
        note.with_user(self.case.manager).action_approve()

    # --- write-offs ---------------------------------------------------------------

    @rule(data=st.data())
    def ask_write_off(self, data):
        account = self.draw_account(data)
        if "to_approve" in self.in_accounts(self.write_offs, account).mapped("state"):
            return
        with self.step(name="write_off_requested") as outcome:
            request = (
                self.env["utility.write.off"]
                .with_user(self.case.recovery)
                .create({"utility_account_id": account.id, "reason": "No address"})
            )
            request.action_request()
            self.write_offs |= request.with_env(self.env)
        if outcome.done:
            decision = data.draw(st.sampled_from(DECISIONS), "decision")
            self._decide(request, decision)

    @precondition(lambda self: self.write_offs)
    @rule(data=st.data(), decision=st.sampled_from([*DECISIONS, "reinstate"]))
    def decide_write_off(self, data, decision):
        state = "done" if decision == "reinstate" else "to_approve"
        request = self.draw_record(
            data, self.write_offs, lambda row: row.state == state
        )
        self._decide(request, decision)

    def _decide(self, request, decision):
        state = "done" if decision == "reinstate" else "to_approve"
        if decision == "wait":
            return
        with self.step(None if request.state == state else True, decision):
            record = request.with_user(self.case.manager)
            getattr(record, f"action_{decision}")()

    # --- disconnection ------------------------------------------------------------

    @rule(data=st.data(), dispatch=st.booleans())
    def order(self, data, dispatch):
        account = self.draw_account(data)
        owed = self.collectible(account)
        with self.step(name="ordered") as outcome:
            order = (
                self.env["utility.disconnection.order"]
                .with_user(self.case.recovery)
                .create({"utility_account_id": account.id})
            )
            order.action_order()
            if dispatch:
                order.action_dispatch(self.case.collector.id)
            self.orders |= order.with_env(self.env)
        assert not outcome.done or owed >= MINIMUM, owed
        if outcome.done:
            count = data.draw(st.integers(0, 3), "steps more")
            for how in ("execute", "order_reconnection", "reconnect")[:count]:
                self._go_on(order.with_env(self.env), how)

    @precondition(lambda self: self.orders)
    @rule(
        data=st.data(),
        how=st.sampled_from(
            ["execute", "execute", "cancel", "order_reconnection", "reconnect"]
        ),
    )
    def go_on_with_order(self, data, how):
        order = self.draw_record(
            data, self.orders, lambda row: row.state in BEFORE[how]
        )
        self._go_on(order, how)

    def _go_on(self, order, how):
        account = order.utility_account_id
        owed, promised = self.collectible(account), self.promised(account)
        with self.step(None if order.state in BEFORE[how] else True, how) as outcome:
            record = order.with_user(self.case.recovery)
            if how in ("cancel", "order_reconnection"):
                getattr(record, f"action_{how}")("Goodwill")
            else:
                getattr(record, f"action_{how}")()
        if how == "execute" and outcome.done:
            assert owed >= MINIMUM, owed
            assert owed > promised, (owed, promised)

    # --- days ---------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 3, 8]))
    def days_pass(self, days):
        self.frozen.tick(timedelta(days=days))
        for account in self.accounts:
            if not self.owing(account):
                with self.step(False):
                    self.bills |= self.case.make_late(75.25, account, 30)
        asked = self._last_notice()
        with self.step(False, "day"):
            for name in (
                "ir_cron_keep",
                "ir_cron_judge_promises",
                "ir_cron_collect",
                "ir_cron_send_notices",
            ):
                self.case.run_cron(name)
        assert not self.promises.filtered(
            lambda row: row.state == "open" and row.last_day < self.today
        )
        self._check_notices([("id", ">", asked), ("state", "in", ("queued", "sent"))])

    @rule()
    def print_letters(self):
        Notice = self.env["utility.collection.notice"].with_user(self.case.recovery)
        waiting = Notice.search([("channel", "=", "letter"), ("state", "=", "to_send")])
        with self.step():
            Notice.action_print_letters()
        self._check_notices([("id", "in", waiting.ids), ("state", "=", "sent")])

    def _last_notice(self):
        return self.env["utility.collection.notice"].search([], limit=1).id or 0

    def _check_notices(self, domain):
        """What just left asks for what may be asked for, to the cent."""
        notices = self.env["utility.collection.notice"].search(domain)
        for notice in notices:
            account = notice.utility_account_id
            asked = self.collectible(account) - self.promised(account)
            assert asked > 0, (notice, asked)
            assert cents(notice.amount) == asked, (notice.amount, asked)
            self.case.steps[f"notice_{notice.channel}"] += 1

    # --- after each step ----------------------------------------------------------

    @invariant()
    def books_are_in_order(self):
        findings = self.case.company._utility_check_ledger()
        assert [row for row in findings if row["level"] == "error"] == []

    @invariant()
    def nothing_is_paid_twice(self):
        for account in self.accounts:
            for item in self.items(account):
                assert item.amount_residual * item.balance > 0, item
                assert abs(item.amount_residual) <= abs(item.balance), item

    @invariant()
    def debt_is_that_of_the_ledger(self):
        """No disputed amount is collectible, and nothing else is left out."""
        debts = self.env["utility.account"].union(*self.accounts)._get_debts()
        for account in self.accounts:
            debt = debts[account.id]
            assert cents(debt.overdue) == self.overdue(account)
            assert cents(debt.collectible) == self.collectible(account)

    @invariant()
    def what_is_given_up_is_booked(self):
        done = self.write_offs.filtered(lambda row: row.state == "done")
        given_up = sum(cents(row.amount) for row in done.line_ids)
        recoveries = done.line_ids.recovery_ids
        recovered = sum(
            cents(row.amount) - cents(row.returned_amount) for row in recoveries
        )
        company = self.case.company
        assert self._booked(company.utility_bad_debt_account_id) == given_up
        assert self._booked(company.utility_bad_debt_recovered_account_id) == -recovered
        for account in self.accounts:
            lines = self.in_accounts(done, account).line_ids
            left = sum(cents(row.amount) - cents(row.recovered_amount) for row in lines)
            assert cents(account.written_off_balance) == left
        for row in recoveries:
            assert row.line_id.reconciled, "what was recovered is owed"
            if row.amount > row.returned_amount:
                assert row.payment_id.utility_state == "posted"

    def _booked(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(cents(line.balance) for line in lines)

    @invariant()
    def nobody_is_cut_off_for_nothing(self):
        """Paid means no truck, and supply that is back."""
        for order in self.orders:
            account = order.utility_account_id
            if order.state in ("ordered", "dispatched"):
                assert self.collectible(account) >= MINIMUM
            if order.state == "executed":
                assert self.collectible(account) > 0
        for account in self.accounts:
            cut = self.in_accounts(self.orders, account).filtered(
                lambda order: order.state in ("executed", "reconnection")
            )
            connected = account.connection_state in (
                "connected",
                "pending_disconnection",
            )
            assert connected != bool(cut), account.connection_state

    @invariant()
    def cases_end_with_the_debt(self):
        for account in self.accounts:
            case = self.case.case_of(account)
            if case and case.state != "closed":
                assert self.overdue(account) > 0

    @invariant()
    def promises_are_kept_by_money(self):
        for promise in self.promises:
            paid, amount = cents(promise.paid_amount), cents(promise.amount)
            assert 0 <= paid <= amount
            if promise.state != "cancelled":
                assert (promise.state == "kept") == (paid == amount)


@tagged("post_install", "-at_install")
class TestStateMachineCollections(LadderCommon, DisconnectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "utility_jurisdiction_id": cls.jurisdiction.id,
                "utility_return_fee": 5,
                "utility_reconnection_fee": 25,
                "utility_reconnection_fee_first": True,
            }
        )
        minimum = cls.Rule.search([("jurisdiction_id", "=", cls.jurisdiction.id)])
        minimum.amount = MINIMUM / 100
        cls.make_rule("promise", name="Promise")
        cls.Payment.record_collections([cls.request(202.50)])
        second = cls.make_account("Mary Major", email="mary@example.com")
        cls.first_bills = cls.env["account.move"].union(
            *(
                cls.make_late(amount, account, days)
                for account in (cls.account, second)
                for amount, days in ((145.50, 45), (60.0, 12))
            )
        )
        cls.account.partner_id.write({"street": "1 Main Street", "zip": "10001"})
        cls.machine_accounts = [cls.account, second]
        cls.env.flush_all()

    @classmethod
    def make_late(cls, amount, account, days):
        """A bill that is past due for so many days."""
        due = cls.company._utility_today() - timedelta(days=days)
        return cls.make_bill(
            amount,
            account=account,
            date=fields.Date.to_string(due - timedelta(days=14)),
            due_date=fields.Date.to_string(due),
        )

    def test_random_steps(self):
        """T14, COL-04, COL-06, COL-07, COL-09, COL-11: what holds after each step."""
        run_random_steps(self, CollectionsMachine, EXAMPLES, STEPS)
        for name in (
            "promise_made",
            "dispute_opened",
            "approve",
            "recovery_returned",
            "execute",
            "notice_email",
        ):
            self.assertTrue(self.steps[name], (name, self.steps))

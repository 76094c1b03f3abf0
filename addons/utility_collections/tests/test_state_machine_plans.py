"""T14, T22: random steps with payment plans, compared with a model."""

import logging
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.utility_credit_notes.tests.test_state_machine import (
    CreditMachine,
    cents,
    run_random_steps,
)

from .common import PlansCommon
from .figures_common import PlanFigureChecks
from .plan_model import PlanModel

_logger = logging.getLogger(__name__)

STEPS = 50
EXAMPLES = 12


class PlanMachine(CreditMachine):
    """All steps of payments and credit, and those of plans between them."""

    def __init__(self):
        super().__init__()
        self.model = PlanModel(range(len(self.accounts)))

    # --- what to draw -----------------------------------------------------------------

    def has_plans(self):
        return bool(self.model.plans)

    def has_debt(self):
        return any(row.owed for row in self.documents())

    def rows(self, account=None):
        return [
            row
            for plan in self.model.plans
            if account in (None, plan.account)
            for row in plan.rows
        ]

    def _asks(self, row):
        return row.plan.state == "active" and row.unpaid

    def _records(self, rows):
        Row = self.env["utility.payment.plan.installment"]
        ids = []
        for row in rows:
            plan = self.env["utility.payment.plan"].sudo().browse(row.plan.id)
            found = plan.installment_ids.filtered(
                lambda line, row=row: line.sequence == row.sequence
            )
            ids += found.ids
        return Row.browse(ids)

    # --- rules ------------------------------------------------------------------------

    @precondition(has_debt)
    @rule(data=st.data(), count=st.sampled_from([1, 2, 3, 3, 4]))
    def agree(self, data, count):
        first = self.draw(data, self.documents(), lambda row: row.owed)
        rows = self.draw_documents(data, self.documents(first.account))
        self._agree(first.account, rows, count)

    @precondition(has_plans)
    @rule(data=st.data(), count=st.sampled_from([1, 2, 5]))
    def modify(self, data, count):
        plan = self.draw(
            data, self.model.plans, lambda plan: plan.state in ("active", "broken")
        )
        if any(other.previous is plan for other in self.model.plans):
            return
        rows = [cover.document for cover in plan.covers if cover.document.owed]
        more = self.documents(plan.account)
        more = data.draw(st.lists(st.sampled_from(more), max_size=1)) if more else []
        rows = list(dict.fromkeys(rows + more))
        if rows:
            self._agree(plan.account, rows, count, plan)

    def _agree(self, account, rows, count, previous=None):
        plan, refused = self.expect("agree", account, rows, count, previous)
        with self.step(refused):
            record = (
                self.env["utility.payment.plan"]
                .with_user(self.case.recovery)
                .create(
                    {
                        "utility_account_id": self.accounts[account].id,
                        "covered_move_ids": [row.id for row in rows],
                        "installment_count": count,
                        "frequency": "monthly",
                        "first_due_date": self.today,
                        "previous_id": previous.id if previous else False,
                    }
                )
            )
            record.action_activate()
        if plan:
            plan.id = record.id

    @precondition(has_plans)
    @rule(data=st.data(), state=st.sampled_from(["broken", "cancelled"]))
    def end(self, data, state):
        active = [plan for plan in self.model.plans if plan.state == "active"]
        if state == "broken" and not active:
            return
        plan = self.draw(data, active if state == "broken" else self.model.plans)
        _answer, refused = self.expect("end", plan, state)
        record = self.env["utility.payment.plan"].browse(plan.id)
        with self.step(refused):
            if state == "broken":
                self.accounts[plan.account]._lock_accounts()
                record.sudo()._break("Not paid")
            else:
                record.with_user(self.case.recovery).action_cancel()

    @precondition(has_plans)
    @rule(data=st.data())
    def fall_due(self, data):
        """What a plan asked for first is past due."""
        plan = self.draw(
            data, self.model.plans, lambda plan: not any(r.late for r in plan.rows)
        )
        if any(row.late for row in plan.rows):
            return
        for row in plan.rows:
            row.late = row.sequence <= 2
        with self.step(False):
            for row in self._records(row for row in plan.rows if row.late).sudo():
                row.due_date = self.today - timedelta(days=60 - 30 * row.sequence + 1)

    @precondition(has_plans)
    @rule(data=st.data(), named=st.booleans())
    def pay_installments(self, data, named):
        row = self.draw(data, self.rows(), self._asks)
        account = row.plan.account
        rows = []
        if named:
            own = self.rows(account)
            own = [other for other in own if self._asks(other)] or own
            more = data.draw(st.lists(st.sampled_from(own), max_size=2, unique=True))
            rows = list(dict.fromkeys([row, *more]))
        asked = rows or self.model.unpaid_rows(account)
        owed = sum(row.unpaid for row in asked if self._asks(row))
        amount = data.draw(
            st.sampled_from(
                sorted({1, max(owed // 2, 1), max(owed, 1), owed + 450, owed + 20000})
            ),
            "amount",
        )
        payment, refused = self.expect("pay_rows", account, amount, rows)
        request = {
            "account": self.accounts[account].number,
            "amount": amount / 100,
            "mode": "cash",
            "type": "installment",
            "documents": self._records(rows).ids,
        }
        Payment = self.env["account.payment"].with_user(self.case.clerk)
        with self.step(refused):
            outcome = Payment.record_collections([request])[0]
            if outcome["status"] != "posted":
                raise UserError(outcome["error"]["message"])
        if payment:
            self.adopt(
                payment, self.env["account.payment"].browse(outcome["payment_id"])
            )

    @precondition(lambda self: self.has_plans() and self.has_notes())
    @rule(data=st.data(), whole=st.booleans())
    def apply_to_installments(self, data, whole):
        notes = [note for note in self.model.notes if self._is_usable(note)]
        note = self.draw(data, notes or self.model.notes)
        own = self.rows(note.account) or self.rows()
        rows = [self.draw(data, own, self._asks)]
        rows += data.draw(st.lists(st.sampled_from(own), max_size=1))
        rows = list(dict.fromkeys(rows))
        amount = None
        if not whole:
            most = min(note.remaining, sum(row.unpaid for row in rows))
            amount = self.draw_part(data, most)
        _answer, refused = self.expect("apply_rows", [note], rows, amount)
        with self.step(refused):
            self._note(note, "clerk").apply_to(
                self._records(rows).with_user(self.case.clerk),
                None if amount is None else amount / 100,
            )

    # --- after each step --------------------------------------------------------------

    @invariant()
    def balances_are_those_of_the_model(self):
        self.model.follow()
        res = super().balances_are_those_of_the_model()
        Account = self.env["utility.account"]
        balances = Account.union(*self.accounts)._get_balances()
        for position, account in enumerate(self.accounts):
            found = balances[account.id]
            deferred = self.model.deferred(position)
            assert cents(found["deferred"]) == deferred
            assert cents(found["current"]) == self.model.payoff(position) - deferred
        total = Account._get_total_balances(self.case.company)
        overdue = [self.model.overdue(number) for number in self.model.accounts]
        assert cents(total["overdue"]) == sum(overdue)
        assert total["overdue_count"] == sum(amount > 0 for amount in overdue)
        return res

    @invariant()
    def plans_are_those_of_the_model(self):
        for plan in self.model.plans:
            record = self.env["utility.payment.plan"].browse(plan.id)
            rows = record.installment_ids.sorted("sequence")
            assert [(cents(row.amount), cents(row.paid_amount)) for row in rows] == [
                (row.amount, row.paid) for row in plan.rows
            ]
            if not any(other.previous is plan for other in self.model.plans):
                assert record.state == plan.state
            assert set(record.cover_ids.mapped("in_force")) == {plan.follows}


@tagged("post_install", "-at_install")
class TestStateMachinePlans(PlanFigureChecks, PlansCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.utility_return_fee = 5
        second = cls.env["utility.account"].create(
            {"partner_id": cls.account.partner_id.id, "company_id": cls.company.id}
        )
        cls.machine_accounts = [cls.account, second]
        cls.env.flush_all()

    def test_random_steps(self):
        """T14, T22: after each step plans, balances and books are the model's."""
        run_random_steps(self, PlanMachine, EXAMPLES, STEPS)

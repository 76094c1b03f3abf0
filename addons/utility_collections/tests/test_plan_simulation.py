"""T21: years of payment plans, day by day, compared with a model each evening.

`UTILITY_PLAN_SIMULATION=400` runs that many plans instead of the few of each test run.
"""

import logging
import os
import random
from collections import Counter
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import PlansCommon
from .compliance_model import PlanModel, Row

_logger = logging.getLogger(__name__)

PLANS = 40
START = date(2027, 9, 1)
# With a leap day, and all that was signed comes to its end.
SIGNING_DAYS = 500
DAYS = 1096


def cents(amount):
    return round(float(amount) * 100)


@tagged("post_install", "-at_install")
class TestPlanSimulation(PlansCommon):
    def setUp(self):
        super().setUp()
        self.draw = random.Random(20270901)
        self.models = {}
        self.wishes = []
        self.done = Counter()

    def test_years(self):
        """T21, PLN-01 to PLN-05: states, dates, figures, balances on every day."""
        count = int(os.environ.get("UTILITY_PLAN_SIMULATION", PLANS))
        signings = Counter(self.draw.randrange(SIGNING_DAYS) for _ in range(count))
        with (
            freeze_time(f"{START} 06:00:00") as clock,
            patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 1.0),
        ):
            for number in range(DAYS):
                today = START + timedelta(number)
                clock.move_to(f"{today} 06:00:00")
                self.env["utility.payment.plan"].sudo()._cron_keep()
                for model in self.models.values():
                    model.begin_day(today)
                for _ in range(signings[number]):
                    self.sign(today)
                self.live(today)
                self.compare(today)
            self.assertLedgerSound()
        _logger.info("%s plans lived: %s", count, dict(self.done))
        states = Counter(model.state for model in self.models.values())
        self.assertFalse(states["active"], "All that was signed came to its end.")
        for state in ("completed", "broken", "cancelled"):
            self.assertTrue(states[state], state)
        for deed in ("return", "reactivate", "missed", "pay bill", "pay installment"):
            self.assertTrue(self.done[deed], deed)

    # -------------------------------------------------------------------------
    # WHAT PEOPLE DO
    # -------------------------------------------------------------------------

    def sign(self, today):
        """Agree on a plan; the consumer's character decides what will happen."""
        draw = self.draw
        account = self.make_account(f"Consumer {len(self.models)}")
        amount = draw.randrange(3000, 60000)
        bill = self.make_bill(amount / 100, account=account)
        plan = self.make_plan(
            bill,
            activate=False,
            installment_count=draw.randrange(1, 9),
            frequency=draw.choice(("weekly", "fortnightly", "monthly")),
            first_due_date=today + timedelta(draw.randrange(0, 40)),
            down_payment=draw.choice((0, 0, amount // 5)) / 100,
        )
        # Never breaking plans are paid or cancelled in the end, so that all do end.
        plan.sudo().write(
            {
                "grace_days": draw.choice((0, 3, 5, 10)),
                "break_after": draw.choice((0, 1, 1, 2, 3)),
            }
        )
        plan.action_activate()
        rows = plan.installment_ids.sorted("sequence")
        self.models[plan.sudo()] = PlanModel(
            [Row(row.due_date, cents(row.amount)) for row in rows],
            plan.grace_days,
            plan.break_after,
        )
        self.assertEqual(sum(cents(row.amount) for row in rows), amount)
        reliable = draw.random()
        for number, row in enumerate(rows):
            wish = ("installment", plan.sudo(), number)
            if draw.random() < reliable:
                self.wish(row.due_date + timedelta(draw.randrange(-5, 2)), *wish)
            elif draw.random() < 0.7:
                self.wish(row.due_date + timedelta(draw.randrange(1, 20)), *wish)
            if draw.random() < 0.1:
                late = row.due_date + timedelta(draw.randrange(-20, 30))
                self.wish(late, "bill", plan.sudo(), None)
        if draw.random() < 0.1:
            self.wish(today + timedelta(draw.randrange(200)), "cancel", plan.sudo(), 0)
        last = rows[-1].due_date + timedelta(60)
        self.wish(last, "settle", plan.sudo(), None)

    def wish(self, day, *what):
        self.wishes.append((day, *what))

    def live(self, today):
        """Do what people want to do today; payments of a day are one batch."""
        mine = [wish for wish in self.wishes if wish[0] <= today]
        self.wishes = [wish for wish in self.wishes if wish[0] > today]
        payments = []
        for _day, kind, plan, what in mine:
            model = self.models[plan]
            if kind == "cancel":
                if model.state == "active":
                    plan.with_user(self.recovery).action_cancel("Wanted so")
                    model.cancel()
                    self.done["cancel"] += 1
            elif kind == "return":
                self.take_back(plan, model, what, today)
            elif kind == "reactivate":
                if model.state == "broken" and model.debt:
                    plan.with_user(self.manager).action_reactivate("Another chance")
                    model.reactivate(today)
                    self.done["reactivate"] += 1
            elif request := self.payment(kind, plan, model, what):
                # One a day and plan: the model follows payments one by one.
                if any(plan == other for other, _row, _request in payments):
                    self.wish(today + timedelta(1), kind, plan, what)
                else:
                    payments.append((plan, *request))
        self.pay(payments, today)
        for plan, model in self.models.items():
            if model.state == "broken" and self.draw.random() < 0.003:
                self.wish(today + timedelta(1), "reactivate", plan, None)

    def payment(self, kind, plan, model, number):
        """What a consumer brings: (number of the installment, request), or nothing."""
        account = plan.utility_account_id
        if kind == "installment" and model.state == "active":
            row = model.rows[number]
            amount = row.amount - row.paid
            if amount > 100 and self.draw.random() < 0.15:
                amount = self.draw.randrange(1, amount)
            documents = plan.installment_ids.sorted("sequence")[number].ids
            request = {"type": "installment", "documents": documents}
        else:
            number = None
            amount = model.debt
            if kind == "bill":
                amount = min(amount, self.draw.randrange(1, 10000))
            elif kind == "installment" or (
                kind == "settle" and model.state == "cancelled"
            ):
                return None
            request = {"type": "bill", "documents": plan.covered_move_ids.ids}
        if amount <= 0:
            return None
        request |= {"account": account.id, "amount": amount / 100, "mode": "cash"}
        return number, request

    def pay(self, payments, today):
        if not payments:
            return
        outcomes = self.record(*(request for _plan, _row, request in payments))
        for (plan, number, request), outcome in zip(payments, outcomes, strict=True):
            self.assertEqual(outcome["status"], "posted", outcome["error"])
            self.assertEqual(cents(outcome["applied"]), cents(request["amount"]))
            payment = self.models[plan].pay(number, cents(request["amount"]), today)
            self.done["pay bill" if number is None else "pay installment"] += 1
            if self.draw.random() < 0.05:
                day = today + timedelta(self.draw.randrange(1, 25))
                self.wish(day, "return", plan, (outcome["payment_id"], payment))

    def take_back(self, plan, model, what, today):
        payment_id, payment = what
        record = self.env["account.payment"].browse(payment_id)
        self.adjust(record, "reverse", reverse_as="returned")
        model.take_back(payment)
        self.done["return"] += 1
        # Whoever's payment came back pays it all in the end.
        self.wish(today + timedelta(90), "settle", plan, None)

    # -------------------------------------------------------------------------
    # EVERY EVENING
    # -------------------------------------------------------------------------

    def compare(self, today):
        """The database and the model say the same of each plan."""
        self.env.flush_all()
        self.env.invalidate_all()
        plans = self.env["utility.payment.plan"].union(*self.models)
        rows = {}
        self.env.cr.execute(
            "SELECT plan_id, due_date, amount, paid_amount, state, paid_on, missed_on"
            "  FROM utility_payment_plan_installment WHERE plan_id = ANY(%s)"
            " ORDER BY plan_id, sequence",
            [plans.ids],
        )
        for plan_id, due, amount, paid, *more in self.env.cr.fetchall():
            rows.setdefault(plan_id, []).append(
                (due, cents(amount), cents(paid), *more)
            )
        balances = plans.utility_account_id._get_balances()
        for plan, model in self.models.items():
            context = f"{plan.number} on {today}"
            self.assertEqual(
                rows[plan.id],
                [
                    (r.due, r.amount, r.paid, r.state, r.paid_on, r.missed_on)
                    for r in model.rows
                ],
                context,
            )
            self.assertEqual(
                (
                    plan.state,
                    plan.standing or None,
                    plan.due_count,
                    plan.kept_count,
                    cents(plan.amount_late),
                ),
                (
                    model.state,
                    model.standing(today),
                    model.judged(today),
                    model.kept(),
                    model.late(today),
                ),
                context,
            )
            self.compare_money(plan, model, balances[plan.utility_account_id.id], today)
        self.done["missed"] = sum(
            model._missed_count() for model in self.models.values()
        )

    def compare_money(self, plan, model, account, today):
        """Invariant 5, and CON-04: deferred while it is kept, else overdue."""
        covered = sum(row.amount for row in model.rows)
        paid = sum(row.paid for row in model.rows)
        self.assertEqual(cents(plan.amount_covered), covered)
        self.assertEqual(cents(plan.amount_paid), paid)
        self.assertEqual(cents(plan.amount_remaining), covered - paid)
        self.assertEqual(cents(account["payoff"]), model.debt)
        if model.state in ("active", "completed"):
            self.assertEqual(cents(account["deferred"]), model.debt)
            self.assertEqual(cents(account["overdue"]), model.late(today))
        else:
            self.assertEqual(cents(account["deferred"]), 0)
            self.assertEqual(cents(account["overdue"]), model.debt)

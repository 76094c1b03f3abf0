import random

from odoo.tests import tagged

from .ladder_common import LadderCommon
from .ladder_model import AccountModel

SEED = 20260401
ACCOUNTS = 200
STEPS = ((5, 1, 0), (10, 3, 5000), (20, 7, 0), (40, 14, 0))
# Days after the first on which collections run, and on which some pay
RUNS = (0, 1, 4, 9, 14, 22, 23, 31)


@tagged("post_install", "-at_install")
class TestLadderSimulation(LadderCommon):
    """A few hundred random accounts, against a recount in plain Python (COL-04)."""

    def test_random_accounts(self):
        """COL-04: each day's cases, steps and amounts are those of the rules."""
        draw = random.Random(SEED)
        accounts = [self.account, *self._make_accounts()]
        models = {account: AccountModel() for account in accounts}
        # What the common set-up billed
        models[self.account].debts.append([self.bill.invoice_date_due, 20250])
        self._bill(draw, models)
        self._give_credit(draw, models)
        self._plan(draw, models)
        for run in RUNS:
            today = self.days(run)
            self._pay(draw, models, run)
            for model in models.values():
                model.follow(today, STEPS)
            with self.on(run):
                self.run_cron("ir_cron_collect")
            for model in models.values():
                model.run(today, STEPS)
            self._compare(models, run)
        opened = sum("opened" in model.history for model in models.values())
        closed = sum("closed" in model.history for model in models.values())
        steps = sum(model.history.count("step") for model in models.values())
        self.assertGreater(min(opened, closed, steps), 20, "The draw shows too little")

    def _make_accounts(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Consumer {number}"} for number in range(ACCOUNTS - 1)]
        )
        return self.env["utility.account"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for partner in partners
            ]
        )

    def _bill(self, draw, models):
        requests = []
        for account, model in models.items():
            for _bill in range(draw.choice((0, 1, 1, 2, 3))):
                due = self.days(draw.randrange(-45, 25))
                cents = draw.choice((999, 2500, 4999, 5000, 10000, 12345))
                model.debts.append([due, cents])
                requests.append(
                    {
                        "account": account.id,
                        "amount": cents / 100,
                        "date": str(min(due, self.today)),
                        "due_date": str(due),
                    }
                )
        Move = self.env["account.move"].with_user(self.manager)
        outcomes = Move.record_bills(requests)
        self.assertEqual({outcome["status"] for outcome in outcomes}, {"posted"})

    def _give_credit(self, draw, models):
        """Money on account, which no document takes up by itself."""
        for account in draw.sample(list(models), 25):
            cents = draw.choice((500, 2500, 9999))
            models[account].credit += cents
            outcome, _payment = self.record_one(
                cents / 100, account=account.number, type="service"
            )
            self.assertEqual(outcome["credit"], cents / 100)

    def _plan(self, draw, models):
        """The oldest debt of some is put into a plan of two installments."""
        able = [
            account
            for account, model in models.items()
            if account != self.account
            and len({due for due, _cents in model.debts}) == len(model.debts) > 0
        ]
        for account in draw.sample(able, 15):
            model = models[account]
            debt = min(model.debts)
            bill = self.env["account.move"].search(
                [
                    ("utility_account_id", "=", account.id),
                    ("invoice_date_due", "=", debt[0]),
                    ("utility_kind", "=", "bill"),
                ]
            )
            self.make_plan(bill, installment_count=2, frequency="weekly")
            plan = bill.utility_account_id.plan_ids
            model.debts.remove(debt)
            model.debts += [
                [row.due_date, round(100 * row.amount)] for row in plan.installment_ids
            ]
            model.planned = True

    def _pay(self, draw, models, run):
        """Some pay a part, all that they owe, or more."""
        free = [
            account
            for account, model in models.items()
            if not model.planned and sum(cents for _due, cents in model.debts)
        ]
        requests = []
        for account in draw.sample(free, min(12, len(free))):
            model = models[account]
            owed = sum(cents for _due, cents in model.debts)
            cents = draw.choice((owed, owed, owed // 2 or 1, owed + 500))
            model.pay(cents)
            requests.append(self.request(cents / 100, account=account.number))
        with self.on(run):
            outcomes = self.record(*requests)
        self.assertEqual({outcome["status"] for outcome in outcomes}, {"posted"})

    def _compare(self, models, run):
        today = self.days(run)
        accounts = self.env["utility.account"].union(*models)
        cases = self.Case.sudo().search(
            [("utility_account_id", "in", accounts.ids), ("state", "!=", "closed")]
        )
        by_account = cases.grouped("utility_account_id")
        for account, model in models.items():
            case = by_account.get(account, self.Case)
            found = (
                bool(case),
                case.step_id.days_overdue if case.step_id else None,
                round(100 * case.amount),
                round(100 * case.minimum_due),
                case.oldest_due or None,
            )
            expected = (
                model.is_open,
                None if model.step is None else STEPS[model.step][0],
                model.collectible(today) if model.is_open else 0,
                model.minimum(today, STEPS) if model.is_open else 0,
                model.oldest(today) if model.is_open else None,
            )
            self.assertEqual(found, expected, f"{account.number} on day {run}")

import random
from collections import Counter

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .ladder_common import LadderCommon
from .ladder_model import AccountModel

SEED = 20261122
ACCOUNTS = 500
# Days overdue, days after the step before, least cents
STEPS = ((5, 1, 0), (15, 7, 0), (30, 7, 0), (45, 7, 0))
ACTIONS = ("email", "letter", "disconnection_warning", "disconnection")
# A bill every two months, due two weeks later; collections run once a week
CYCLE, TERM, WEEK, YEAR = 61, 14, 7, 365
# How consumers pay, and of how many: the days after the due date, and the share
HABITS = (
    (0.55, (-5, 3), 1),
    (0.20, (4, 25), 1),
    (0.10, (20, 55), 1),
    (0.08, (0, 30), 0.5),
    (0.04, (30, 90), 1.2),
    (0.03, None, 0),
)


@tagged("post_install", "-at_install")
class TestCollectionsYear(MockEmail, LadderCommon):
    """COL-04, COL-07, COL-11: a year of 500 accounts, week by week.

    Some pay in time, some late, some a part or too much, some never. Each week is
    compared with a recount in plain Python; what was done to consumers is looked at
    with the ledger as it was then.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process.active = False
        cls.process = cls.make_process(
            *(
                (days, action, {"days_after": after, "amount_min": cents / 100})
                for (days, after, cents), action in zip(STEPS, ACTIONS, strict=True)
            ),
            name="Year",
            sequence=5,
        )
        cls.draw = random.Random(SEED)
        # The bill of the common set-up is none of this year's, and no fee is charged.
        cls.account.sudo().collections_exempt = True
        cls.company.utility_reconnection_fee = 0

    def test_year(self):
        """COL-04, COL-07, COL-11: nobody is asked, or cut off, who owes nothing."""
        models = {account: AccountModel() for account in self._make_accounts()}
        self.habits = {account: self._draw_habit() for account in models}
        self.payments = []
        self.done = Counter()
        for week in range(0, YEAR, WEEK):
            if week % CYCLE < WEEK:
                self._bill(models, week)
            self._pay(models, week)
            self._run(models, week)
            self._compare(models, week)
            self._execute(models, week)
            self._send(models, week)
        self.assertLedgerSound()
        for name in ("paid", "opened", "closed", "cut", "stopped", "restored", "sent"):
            self.assertGreater(self.done[name], 5, f"The year shows too little: {name}")

    def _make_accounts(self):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Consumer {number}",
                    "email": f"c{number}@example.com",
                    "street": f"{number} Main Street",
                }
                for number in range(ACCOUNTS)
            ]
        )
        return self.env["utility.account"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for partner in partners
            ]
        )

    def _draw_habit(self):
        shares = [share for share, _days, _part in HABITS]
        return self.draw.choices(HABITS, shares)[0][1:]

    def _bill(self, models, day):
        due = self.days(day + TERM)
        requests = []
        for account, model in models.items():
            cents = self.draw.randrange(1500, 15000)
            model.debts.append([due, cents])
            requests.append(
                {
                    "account": account.id,
                    "amount": cents / 100,
                    "date": str(self.days(day)),
                    "due_date": str(due),
                }
            )
            days, part = self.habits[account]
            if days:
                pays_on = max(day, day + TERM + self.draw.randint(*days))
                self.payments.append((pays_on, account, int(cents * part)))
        with self.on(day):
            outcomes = (
                self.env["account.move"].with_user(self.manager).record_bills(requests)
            )
        self.assertEqual({outcome["status"] for outcome in outcomes}, {"posted"})

    def _pay(self, models, day):
        """Record what was to be paid by this day, together."""
        due = [row for row in self.payments if row[0] <= day]
        self.payments = [row for row in self.payments if row[0] > day]
        if not due:
            return
        for _day, account, cents in due:
            models[account].pay(cents)
        with self.on(day):
            outcomes = self.record(
                *(
                    self.request(
                        cents / 100,
                        account=account.number,
                        tendered=cents / 100,
                        excess="credit",
                    )
                    for _day, account, cents in due
                ),
                user=self.manager,
            )
        self.assertEqual(
            {outcome["status"] for outcome in outcomes}, {"posted"}, outcomes[0]
        )
        self.done["paid"] += len(due)
        for model in models.values():
            model.follow(self.days(day), STEPS)

    def _run(self, models, day):
        with self.on(day):
            self.run_cron("ir_cron_collect")
        for model in models.values():
            before = len(model.history)
            model.run(self.days(day), STEPS)
            self.done.update(model.history[before:])

    def _compare(self, models, day):
        """Cases, steps and amounts are those of the rules, each week."""
        today = self.days(day)
        accounts = self.env["utility.account"].union(*models)
        cases = self.Case.sudo().search(
            [("utility_account_id", "in", accounts.ids), ("state", "!=", "closed")]
        )
        found = {
            case.utility_account_id: (
                case.step_id.days_overdue,
                round(100 * case.amount),
                round(100 * case.minimum_due),
                case.oldest_due,
            )
            for case in cases
        }
        expected = {
            account: (
                STEPS[model.step][0] if model.step is not None else 0,
                model.collectible(today),
                model.minimum(today, STEPS),
                model.oldest(today),
            )
            for account, model in models.items()
            if model.is_open
        }
        self.assertEqual(found, expected, f"on day {day}")
        self.done["closed"] = sum(
            model.history.count("closed") for model in models.values()
        )

    def _execute(self, models, day):
        """Crews execute what waits; whoever paid since it was ordered isn't cut."""
        today = self.days(day)
        Order = self.env["utility.disconnection.order"]
        orders = Order.search(
            [("utility_account_id", "in", [account.id for account in models])]
        )
        waiting = orders.filtered(
            lambda order: order.state in ("ordered", "dispatched")
        )
        self.done["stopped"] = len(
            orders.filtered(lambda order: order.state == "cancelled")
        )
        for order in waiting:
            self.assertGreater(
                models[order.utility_account_id].collectible(today), 0, order.number
            )
        with self.on(day):
            # Every other one today: the rest have another week to pay.
            if cut := waiting[::2]:
                cut.with_user(self.recovery).action_execute()
            if back := orders.filtered(lambda order: order.state == "reconnection"):
                back.with_user(self.recovery).action_reconnect()
        self.done["cut"] += len(cut)
        self.done["restored"] += len(back)

    def _send(self, models, day):
        """Notices leave; each asks for no more than is overdue at that moment."""
        today = self.days(day)
        Notice = self.env["utility.collection.notice"].with_user(self.recovery)
        with self.on(day), self.mock_mail_gateway(mail_unlink_sent=False):
            self.run_cron("ir_cron_send_notices")
            Notice.sudo().search([("state", "=", "queued")]).mail_id.send()
            if Notice.search_count(
                [("state", "=", "to_send"), ("channel", "=", "letter")]
            ):
                Notice.action_print_letters()
        self.env.flush_all()
        self.env.invalidate_all()
        sent = self.env["utility.collection.notice"].search(
            [("sent_on", "=", today), ("state", "=", "sent")]
        )
        for notice in sent:
            owed = models[notice.utility_account_id].collectible(today)
            self.assertGreater(owed, 0, notice.utility_account_id.number)
            self.assertEqual(round(100 * notice.amount), owed)
        self.done["sent"] += len(sent)

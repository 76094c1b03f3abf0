from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.ladder import utility_collection_run
from .ladder_common import LadderCommon


@tagged("post_install", "-at_install")
class TestLadderRun(LadderCommon):
    """Cases open, advance, pause and close by themselves (COL-04)."""

    def test_each_day(self):
        """COL-04: overdue, opened with the first step, then step by step."""
        for day, state, step in (
            (0, False, False),
            (1, False, False),
            (4, False, False),
            (5, "open", 5),
            (9, "open", 5),
            (10, "open", 10),
            (19, "open", 10),
            (20, "open", 20),
            (39, "open", 20),
            (40, "open", 40),
            (90, "open", 40),
        ):
            self.run_day(day)
            case = self.case_of()
            with self.subTest(day=day):
                self.assertEqual(case.state, state)
                self.assertEqual(case.step_id.days_overdue, step)
        self.assertEqual(case.opened_on, self.days(self.due + 5))
        self.assertEqual(case.stepped_on, self.days(self.due + 40))
        self.assertEqual(case.warned_on, self.days(self.due + 20))
        self.assertEqual(
            [kind for kind in self.told() if kind in ("overdue", "opened", "step")],
            ["overdue", "opened", "step", "step", "step", "step"],
        )
        notices = self.env["utility.collection.notice"].sudo()
        notices = notices.search([("case_id", "=", case.id)], order="id")
        self.assertEqual(notices.step_id, self.steps)
        self.assertEqual(case.amount, 202.5)
        self.assertFalse(case.next_step_id)

    def test_figures(self):
        """COL-02, COL-04: what is in collections, and what comes next."""
        self.assertEqual(self.account.amount_in_collections, 0)
        self.run_day(6)
        case = self.case_of()
        self.assertEqual((case.amount, case.minimum_due), (202.5, 202.5))
        self.assertEqual(case.oldest_due, self.bill.invoice_date_due)
        self.assertEqual(case.next_step_id, self.steps[1])
        self.assertEqual(case.next_step_on, self.days(self.due + 10))
        with self.on(self.due + 6):
            self.assertEqual(self.account.amount_in_collections, 202.5)
            self.assertEqual(self.account.minimum_due, 202.5)
            self.assertEqual(self.account.days_overdue, 6)

    def test_late_start(self):
        """COL-04: one step a day at most, with its days in between, none left out."""
        days = {}
        for day in range(50, 90):
            self.run_day(day)
            days.setdefault(self.case_of().step_id.days_overdue, day)
        self.assertEqual(days, {5: 50, 10: 53, 20: 60, 40: 74})

    def test_minimum_amounts(self):
        """COL-04: a step waits while less than its minimum may be collected."""
        self.pay(160, 0)
        self.run_day(5)
        self.assertEqual(self.case_of().step_id, self.steps[0])
        self.run_day(30)
        self.assertEqual(self.case_of().step_id, self.steps[0])
        self.make_bill(60, due_date=str(self.days(self.due + 25)))
        self.run_day(31)
        self.assertEqual(self.case_of().step_id, self.steps[1])
        self.steps[0].amount_min = 300
        other = self.make_account("Jane Roe")
        self.make_bill(299.99, account=other, due_date=str(self.days(self.due)))
        self.run_day(32)
        self.assertFalse(self.case_of(other))
        self.make_bill(0.01, account=other, due_date=str(self.days(self.due)))
        self.run_day(33)
        self.assertTrue(self.case_of(other))

    def test_twice(self):
        """COL-04: a second run on the same day changes nothing."""
        self.run_day(5)
        before = self._rows()
        self.run_day(5, times=2)
        self.assertEqual(self._rows(), before)
        # Nor does a look at the same accounts once more, run or not.
        with self.on(self.due + 5):
            run = self.env["utility.collection.run"].sudo().search([], limit=1)
            run.chunk_ids.state = "todo"
            self.run_cron("ir_cron_collect_second")
        self.assertEqual(self._rows(), before)

    def _rows(self):
        self.env.flush_all()
        rows = []
        for table in (
            "utility_collection_case",
            "utility_collection_event",
            "utility_collection_notice",
        ):
            self.cr.execute(f"SELECT t.ctid::text, t::text FROM {table} t ORDER BY id")
            rows.append(self.cr.fetchall())
        return rows

    def test_paid(self):
        """COL-04: the payment closes the case in its own transaction."""
        self.run_day(6)
        self.pay(202.5, 7)
        case = self.case_of()
        self.assertEqual((case.state, case.close_reason), ("closed", "cleared"))
        self.assertEqual(case.closed_on, self.days(self.due + 7))
        self.assertEqual(self.told()[-2:], ["cleared", "closed"])
        self.assertEqual((case.amount, case.next_step_id.id), (0, False))
        self.run_day(8)
        self.assertEqual(self.told()[-2:], ["cleared", "closed"])

    def test_minimum_paid(self):
        """COL-02, COL-04: what is past the first step is paid, younger debt isn't."""
        self.make_bill(80, due_date=str(self.days(self.due + 4)))
        self.run_day(6)
        self.assertEqual(self.case_of().minimum_due, 202.5)
        self.assertEqual(self.case_of().amount, 282.5)
        self.pay(202.49, 6)
        self.assertEqual(self.case_of().state, "open")
        self.assertAlmostEqual(self.case_of().minimum_due, 0.01)
        self.pay(0.01, 6)
        self.assertEqual(self.case_of().close_reason, "minimum_paid")
        self.assertNotIn("cleared", self.told())
        self.run_day(8)
        self.assertEqual(self.case_of().state, "closed")
        self.run_day(9)
        self.assertEqual(self.case_of().state, "open")
        self.assertEqual(self.case_of().opened_on, self.days(self.due + 9))

    def test_plan(self):
        """PLN-04, COL-04: a plan ends the case; when it breaks, a new one opens."""
        self.run_day(6)
        with self.on(self.due + 6):
            plan = self.make_plan(self.bill, first_due_date=self.days(self.due + 20))
        case = self.case_of()
        self.assertEqual((case.state, case.close_reason), ("closed", "plan"))
        self.assertNotIn("cleared", self.told())
        self.run_day(15)
        self.assertEqual(self.case_of(), case)
        with self.on(self.due + 16):
            plan.action_cancel("No money")
        self.run_day(16)
        self.assertEqual(self.case_of().opened_on, self.days(self.due + 16))

    def test_credit(self):
        """CON-04, COL-04: what credit covers isn't collected."""
        outcome, _payment = self.record_one(70, type="service")
        self.assertEqual(outcome["credit"], 70)
        self.run_day(6)
        self.assertEqual(self.case_of().amount, 132.5)

    def test_returned(self):
        """RCN-07, COL-04: a returned payment brings the account back."""
        self.run_day(6)
        _outcome, payment = self.pay(202.5, 7)
        with self.on(self.due + 8):
            self.adjust(payment, "reverse", reverse_as="returned")
        self.run_day(8)
        self.assertEqual(self.case_of().state, "open")
        self.assertEqual(self.told().count("overdue"), 2)

    def test_caught_up_without_a_case(self):
        """COL-10: who pays before the first step is told of as cleared."""
        self.run_day(2)
        self.assertEqual(self.told(), ["overdue"])
        self.pay(202.5, 3)
        self.assertEqual(self.told(), ["overdue", "cleared"])
        self.assertFalse(self.account.overdue_since)

    def test_owner(self):
        """COL-04: the account's Recovery Executive, else the company's."""
        other = self.make_account("Jane Roe")
        self.make_bill(100, account=other, due_date=str(self.days(self.due)))
        self.company.utility_plan_user_id = self.manager
        self.account.sudo().recovery_user_id = self.recovery
        self.run_day(5)
        self.assertEqual(self.case_of().user_id, self.recovery)
        self.assertEqual(self.case_of(other).user_id, self.manager)

    def test_never_without_a_warning(self):
        """COL-07: a warning that was added later is given before the cut-off."""
        self.steps[2].action = "letter"
        for day in (5, 10, 20):
            self.run_day(day)
        case = self.case_of()
        self.assertEqual(
            (case.step_id, case.next_step_id), (self.steps[2], self.steps[3])
        )
        self.process.step_ids = [self.new_step(15, "disconnection_warning")]
        warning = self.process.step_ids.sorted("days_overdue")[2]
        self.steps[3].action = "disconnection"
        self.run_day(50)
        self.assertEqual(
            (case.step_id, case.warned_on), (warning, self.days(self.due + 50))
        )
        self.assertEqual(case.next_step_id, self.steps[2])
        self.run_day(57)
        self.assertEqual(case.step_id, self.steps[2])
        self.assertEqual(case.next_step_id, self.steps[3])
        self.assertEqual(case.next_step_on, self.days(self.due + 71))

    def test_step_fails_for_one(self):
        """COL-04: what fails for one consumer doesn't stop the others."""
        others = [self.make_account(f"Jane Roe {number}") for number in range(4)]
        for account in others:
            self.make_bill(100, account=account, due_date=str(self.days(self.due)))
        blamed = others[2]
        Step = type(self.env["utility.collection.step"])
        take = Step._take

        def fail(step, cases):
            take(step, cases)
            if blamed in cases.utility_account_id:
                raise UserError(step.env._("The printer is on fire."))

        self.patch(Step, "_take", fail)
        self.run_day(5)
        for account in [self.account, others[0], others[1], others[3]]:
            self.assertEqual(self.case_of(account).step_id, self.steps[0])
        case = self.case_of(blamed)
        self.assertEqual((case.state, case.step_id.id), ("open", False))
        self.assertEqual(case.step_problem, "The printer is on fire.")
        self.assertEqual(case.next_step_id, self.steps[0])
        self.run_day(6)
        self.assertEqual(self.told(blamed), ["overdue", "opened", "step_failed"])
        notices = self.env["utility.collection.notice"].sudo().search([])
        self.assertEqual(len(notices), 4)
        self.patch(Step, "_take", take)
        self.run_day(7)
        self.assertEqual(case.step_id, self.steps[0])
        self.assertFalse(case.step_problem)

    def test_time_zone(self):
        """COL-04: the day is over when it is over where the company is."""
        self.company.partner_id.tz = "America/New_York"
        self.run_day(5)
        self.assertEqual(self.case_of().opened_on, self.days(self.due + 5))

    def test_resumable(self):
        """COL-04: stopped after a chunk, it goes on where it was."""
        Run = self.env["utility.collection.run"].sudo()
        others = [self.make_account(f"Jane Roe {number}") for number in range(3)]
        for account in others:
            self.make_bill(100, account=account, due_date=str(self.days(self.due)))
        self.patch_chunk(1)
        with self.on(self.due + 5):
            run = Run._begin(self.company, self.days(self.due + 5))
            self.assertGreaterEqual(len(run.chunk_ids), 4)
            mine = run.chunk_ids.filtered(
                lambda chunk: chunk.first_id <= others[0].id <= chunk.last_id
            )
            mine._do()
            self.assertTrue(self.case_of(others[0]))
            self.assertFalse(self.case_of(others[1]))
            run.invalidate_recordset()
            self.assertEqual((run.state, run.opened, run.stepped), ("running", 1, 1))
            self.run_cron("ir_cron_collect")
        self.assertEqual((run.state, run.opened, run.stepped), ("done", 4, 4))
        self.assertEqual(run.progress, 100)
        self.assertEqual(self.told(others[0]).count("step"), 1)

    def patch_chunk(self, size):
        self.patch(utility_collection_run, "_CHUNK", size)

    def test_exempt(self):
        """COL-04: an account that is exempt isn't put into collections by itself."""
        with self.assertRefused(AccessError, "Recovery Executives"):
            self.account.with_user(self.clerk).collections_exempt = True
        self.account.with_user(self.recovery).collections_exempt = True
        self.run_day(5)
        self.assertEqual(self.told(), ["overdue"])
        self.account.with_user(self.recovery).collections_exempt = False
        self.run_day(6)
        self.assertEqual(self.case_of().state, "open")

    def test_promise(self):
        """COL-06, COL-04: a promise that covers what is due makes the case wait."""
        self.run_day(6)
        with self.on(self.due + 7):
            promise = (
                self.env["utility.payment.promise"]
                .with_user(self.clerk)
                .create(
                    {
                        "utility_account_id": self.account.id,
                        "amount": 202.5,
                        "date": self.days(self.due + 12),
                    }
                )
            )
        self.run_day(10)
        case = self.case_of()
        self.assertEqual((case.state, case.pause_kind), ("paused", "promise"))
        self.assertEqual(case.step_id, self.steps[0])
        self.run_day((promise.last_day - self.bill.invoice_date_due).days + 1)
        self.assertEqual((case.state, case.step_id), ("open", self.steps[1]))

    def test_dispute(self):
        """COL-09, COL-04: wholly disputed waits, in part goes on, lost goes on."""
        self.run_day(6)
        with self.on(self.due + 7):
            dispute = (
                self.env["utility.dispute"]
                .with_user(self.clerk)
                .create(
                    {
                        "move_id": self.bill.id,
                        "category_id": self.env.ref(
                            "utility_collections.dispute_wrong_amount"
                        ).id,
                    }
                )
            )
        case = self.case_of()
        self.assertEqual((case.state, case.pause_kind), ("paused", "dispute"))
        self.assertEqual((case.amount, case.minimum_due), (0, 0))
        self.run_day(15)
        self.assertEqual(case.step_id, self.steps[0])
        with self.on(self.due + 16):
            dispute.with_user(self.recovery).action_resolve("rejected", remark="Read.")
        self.assertEqual((case.state, case.amount), ("open", 202.5))
        self.run_day(16)
        self.assertEqual(case.step_id, self.steps[1])

    def test_money_in_flight(self):
        """COL-11, COL-04: no step is taken while a payment is on its way."""
        self.run_day(6)
        with self.on(self.due + 9):
            transaction = self.make_in_flight(self.bill)
        self.run_day(10)
        case = self.case_of()
        self.assertEqual((case.state, case.pause_kind), ("paused", "in_flight"))
        transaction.state = "cancel"
        self.run_day(11)
        self.assertEqual((case.state, case.step_id), ("open", self.steps[1]))

    def test_two_companies(self):
        """ROL-04, COL-04: each company by its own processes."""
        other = self.setup_other_company(name="Other Water")["company"]
        run = self.env["utility.collection.run"].sudo()
        self.run_day(5)
        runs = run.search([("date", "=", self.days(self.due + 5))])
        self.assertIn(other, runs.company_id)
        self.assertEqual(len(runs), len(runs.company_id))

    def test_search_by_days(self):
        """COL-04: a list is filtered by any number of days that somebody types."""
        self.run_day(5)
        case = self.case_of()
        for operator, days, found in (
            (">", -(10**9), True),
            (">", 10**12, False),
            ("<=", 10**12, True),
        ):
            with self.subTest(operator=operator, days=days):
                domain = [("id", "=", case.id), ("days_overdue", operator, days)]
                self.assertEqual(bool(self.Case.sudo().search(domain)), found)

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .request_common import RequestsCommon


@tagged("post_install", "-at_install")
class TestRequestOpening(RequestsCommon):
    """COL-05: requests that steps of collections and schedules open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.account | cls.env["utility.account"].concat(
            *(cls.make_account(f"Consumer {number}") for number in range(5))
        )
        cls.Schedule = cls.env["utility.service.request.schedule"]

    # -------------------------------------------------------------------------
    # LADDER
    # -------------------------------------------------------------------------

    def make_step(self, cases, action="call"):
        return (
            self.env["utility.collection.step"]
            .sudo()
            .create(
                {
                    "name": action,
                    "process_id": cases[:1].process_id.id,
                    "days_overdue": 10,
                    "action": action,
                }
            )
        )

    def make_cases(self):
        case = self.make_case(self.accounts[0])
        return case.concat(
            *(case.copy({"utility_account_id": acc.id}) for acc in self.accounts[1:]),
        )

    def test_call_by_ladder(self):
        """COL-05: a step opens one call for each case, none where one is unresolved."""
        cases = self.make_cases()
        mine = self.make_request(account=self.accounts[2])
        self.accounts[3].recovery_user_id = self.manager
        step = self.make_step(cases)
        requests = step._take(cases)
        self.assertEqual(requests.utility_account_id, self.accounts - self.accounts[2])
        by_account = requests.grouped("utility_account_id")
        for case in cases - cases[2]:
            request = by_account[case.utility_account_id]
            self.assertEqual(request.case_id, case)
            self.assertEqual(request.origin, "ladder")
            self.assertEqual(len(request.step_ids), 3)
            self.assertEqual(request.category_id.name, "Collections")
            self.assertRegex(request.name, r"^SR-\d{4}-\d{5}$")
            self.assertEqual(request.date_deadline, self.days(2))
            self.assertEqual(
                self.get_activities(request).date_deadline, request.date_deadline
            )
            self.assertEqual(
                self.get_events(case.utility_account_id),
                [("request_opened", "Personal call")],
            )
        self.assertEqual(by_account[self.accounts[3]].user_id, self.manager)
        self.assertEqual(by_account[self.accounts[0]].user_id, self.recovery)
        self.assertFalse(step._take(cases))
        mine.action_cancel("Called back")
        self.assertEqual(len(step._take(cases)), 1)

    def test_visit_by_ladder(self):
        """COL-05: a visit is the collector's, where the account has one."""
        cases = self.make_cases()
        self.accounts[1].collector_id = self.collector
        requests = self.make_step(cases, "visit")._take(cases)
        owners = {req.utility_account_id: req.user_id for req in requests}
        self.assertEqual(owners[self.accounts[1]], self.collector)
        self.assertEqual(owners[self.accounts[0]], self.recovery)
        # Worked on by its owner, with an outcome
        visit = requests.filtered(lambda req: req.user_id == self.collector)
        visit = visit.with_user(self.collector)
        visit.action_start()
        visit.step_ids[0].action_toggle()
        visit.action_done("promised", "Pays on Friday", "field")
        self.assertEqual(visit.done_by, self.collector)

    def test_nobody_there(self):
        """COL-05: where nobody could do it, or the type is archived, it says so."""
        cases = self.make_cases()
        step = self.make_step(cases)
        self.company.utility_plan_user_id = False
        users = self.Request._get_recovery_users(self.company)
        users.with_user(SUPERUSER_ID).active = False
        with self.assertRefused(UserError, "nobody is there to do it"):
            step._take(cases)
        self.Type._find("personal_call").active = False
        with self.assertRefused(UserError, "is archived"):
            step._take(cases)

    # -------------------------------------------------------------------------
    # SCHEDULE
    # -------------------------------------------------------------------------

    def make_schedule(self, user=None, **values):
        return self.Schedule.with_user(user or self.manager).create(
            {
                "name": "Call them",
                "type_id": self.Type._find("personal_call").id,
                "domain": str([("id", "in", self.accounts.ids)]),
                "company_id": self.company.id,
                "frequency": "weekly",
                **values,
            }
        )

    def run_schedules(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "utility_collections.ir_cron_open_requests"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_schedule(self):
        """COL-05: a run opens what is due, once a day, and comes again a week later."""
        schedule = self.make_schedule()
        mine = self.make_request(account=self.accounts[1])
        self.run_schedules()
        self.assertEqual(
            schedule.request_ids.utility_account_id, self.accounts - self.accounts[1]
        )
        self.assertEqual(schedule.request_ids.user_id, self.recovery)
        self.assertEqual(
            (schedule.last_count, schedule.last_date, schedule.next_date),
            (5, self.today, self.days(7)),
        )
        # Once a day, also when somebody has closed one and asks for another run
        schedule.request_ids[0].action_done("reached")
        schedule.action_run_now()
        self.run_schedules()
        self.assertEqual(len(schedule.request_ids), 5)
        mine.action_cancel()
        with freeze_time(self.days(7)):
            self.run_schedules()
        self.assertEqual(len(schedule.request_ids), 7)

    def test_limit(self):
        """COL-05: at most so many a run; the others are for the next one."""
        schedule = self.make_schedule(maximum=2, frequency="daily")
        self.run_schedules()
        self.assertEqual(schedule.request_ids.utility_account_id, self.accounts[:2])
        with freeze_time(self.days(1)):
            self.run_schedules()
        self.assertEqual(schedule.request_ids.utility_account_id, self.accounts[:4])

    def test_everybody_has_a_turn(self):
        """COL-05: a full run is gone on with by the next one, and begins anew."""
        schedule = self.make_schedule(maximum=4, frequency="daily")
        first, second = self.accounts[:4], self.accounts[4:] | self.accounts[:2]
        opened = self.Request
        for day, wanted in enumerate((first, second, self.accounts[2:])):
            with freeze_time(self.days(day)):
                self.run_schedules()
                new = schedule.request_ids - opened
                self.assertEqual(new.utility_account_id, wanted)
                # Done at once: none of them keeps its account off the next run.
                new.with_user(self.recovery).action_done("reached")
            opened |= new
        self.assertEqual(schedule.last_count, 4)
        with freeze_time(self.days(3)):
            schedule.domain = str([("id", "=", self.accounts[0].id)])
            self.run_schedules()
        self.assertEqual(
            (schedule.request_ids - opened).utility_account_id, self.accounts[0]
        )

    def test_owner_leaves(self):
        """COL-05: what somebody leaves undone is another's, with its activity."""
        request = self.make_request()
        done = self.make_request("visit")
        done.with_user(self.recovery).action_done("reached")
        self.assertEqual(request.user_id, self.recovery)
        self.company.utility_plan_user_id = self.manager
        self.recovery.sudo().action_archive()
        self.assertEqual(request.user_id, self.manager)
        self.assertEqual(self.get_activities(request).user_id, self.manager)
        self.assertEqual(done.with_context(active_test=False).user_id, self.recovery)

    def test_as_if_created(self):
        """COL-05: what the machine opens has what models compute, and its steps."""
        case = self.make_case()
        requests = self.Request.sudo()._open_many(
            self.Type._find("letter"), {self.account.id: case.id}, "ladder"
        )[0]
        self.assertIn(self.account.number, requests.letter_subject)
        self.assertTrue(requests.letter_text)
        mine = self.make_request("letter", account=self.accounts[1])
        for request in requests | mine:
            self.assertEqual(
                request.step_ids.mapped("sequence"), [*range(1, request.step_count + 1)]
            )
        self.assertEqual(requests.step_ids.mapped("name"), mine.step_ids.mapped("name"))
        (bills,) = self.Request.sudo()._open_many(
            self.Type._find("email_bill"), {self.account.id: False}, "ladder"
        )[0]
        self.assertEqual(bills.move_ids, bills._get_default_bills())

    def test_resumed(self):
        """COL-05: a run that was stopped goes on where it was."""
        schedule = self.make_schedule().sudo()
        self.assertTrue(schedule._run_chunk(4))
        self.assertEqual(len(schedule.request_ids), 4)
        self.assertEqual(schedule.run_account_id, self.accounts[3].id)
        self.assertEqual(schedule.next_date, self.today)
        self.run_schedules()
        self.assertEqual(schedule.request_ids.utility_account_id, self.accounts)
        self.assertEqual((schedule.last_count, schedule.run_count), (6, 0))

    def test_missed_days(self):
        """COL-05: days that were missed are made up for once."""
        schedule = self.make_schedule(next_date=self.days(-30))
        self.run_schedules()
        self.assertEqual(len(schedule.request_ids), 6)
        self.assertEqual(schedule.next_date, self.days(5))

    def test_favourite(self):
        """COL-05: the accounts are those of a favourite, as its owner sees them."""
        favourite = self.env["ir.filters"].create(
            {
                "name": "Mine",
                "model_id": "utility.account",
                "domain": "[('recovery_user_id', '=', uid)]",
                "user_ids": self.manager.ids,
            }
        )
        self.accounts[2].recovery_user_id = self.manager
        schedule = self.make_schedule(
            filter_id=favourite.id, domain=False, user_id=self.other_manager.id
        )
        self.run_schedules()
        self.assertEqual(schedule.request_ids.utility_account_id, self.accounts[2])
        self.assertEqual(schedule.request_ids.user_id, self.other_manager)

    def test_broken_filter(self):
        """COL-05: a broken filter is said on the schedule and stops no other one."""
        for domain in (
            "[('no_such_field', '=', 1)]",
            "[('id', '=', ",
            "nonsense",
            "[]",
            "[('id', 'in', 'x')]",
        ):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                self.make_schedule(domain=domain)
        favourite = self.env["ir.filters"].create(
            {
                "name": "All",
                "model_id": "utility.account",
                "domain": "[('state', '=', 'active')]",
                "user_ids": False,
            }
        )
        broken = self.make_schedule(filter_id=favourite.id, domain=False)
        good = self.make_schedule()
        favourite.domain = "[('no_such_field', '=', 1)]"
        self.run_schedules()
        self.assertIn("can't be read", broken.problem)
        self.assertIn("can't be read", broken.message_ids[0].body)
        self.assertEqual(broken.next_date, self.today)
        self.assertFalse(broken.request_ids)
        self.assertEqual(len(good.request_ids), 6)
        messages = len(broken.message_ids)
        self.run_schedules()
        self.assertEqual(len(broken.message_ids), messages)
        favourite.unlink()
        self.run_schedules()
        self.assertIn("not which accounts", broken.problem)
        broken.domain = str([("id", "=", self.account.id)])
        self.assertFalse(broken.problem)

    def test_schedule_form(self):
        """COL-05: a Billing Manager sets one up; others read it."""
        form = Form(self.Schedule.with_user(self.manager))
        form.name = "Visits"
        form.type_id = self.Type._find("visit")
        form.domain = "[('overdue_balance', '>', 0)]"
        schedule = form.save()
        self.assertEqual(schedule.author_id, self.manager)
        self.assertEqual(schedule.with_user(self.clerk).name, "Visits")
        with self.assertRaises(AccessError):
            self.make_schedule(user=self.recovery)
        with self.assertRaises(AccessError):
            schedule.with_user(self.clerk).action_run_now()
        self.assertEqual(
            schedule.action_open_requests()["domain"],
            [("schedule_id", "in", schedule.ids)],
        )

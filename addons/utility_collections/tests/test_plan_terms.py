from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import PlansCommon


@tagged("post_install", "-at_install")
class TestPlanTerms(PlansCommon):
    """PLN-01: what keeps a plan from being agreed on, and what follows from terms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)
        cls.Template = cls.env["utility.payment.plan.template"].with_user(cls.manager)

    def make_template(self, **values):
        return self.Template.create({"name": "Rules", **values})

    def assertObstacle(self, kind, text, bills=None, user=None, **values):
        """The draft says it before anybody signs, and activation refuses with it."""
        plan = self.make_plan(bills or self.bill, activate=False, user=user, **values)
        obstacles = plan.sudo().with_user(user or self.recovery)._get_obstacles()
        self.assertEqual([found["kind"] for found in obstacles], [kind])
        self.assertIn(text, obstacles[0]["message"])
        with self.assertRefused(ValidationError, text):
            plan.action_activate()
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.cover_ids)
        return plan

    def assertNoPlan(self, text, bills=None, **values):
        """Terms that can't even be a draft: nothing is saved."""
        before = self.Plan.search_count([])
        with self.assertRefused(ValidationError, text), self.env.cr.savepoint():
            self.make_plan(bills or self.bill, activate=False, **values)
        self.assertEqual(self.Plan.search_count([]), before)

    # -------------------------------------------------------------------------
    # DEBT AND ACCOUNT
    # -------------------------------------------------------------------------

    def test_no_debt(self):
        """PLN-01: no documents, and documents that are paid."""
        self.assertNoPlan("needs debt", self.bill, covered_move_ids=[])
        self.record_one(202.5, documents=[self.bill.name])
        self.assertNoPlan(f"{self.bill.name} has no open debt any more")

    def test_debt_of_another_account(self):
        """PLN-01: a plan is about one account's debt."""
        other = self.make_bill(account=self.make_account("Jane Roe"))
        self.assertNoPlan(
            f"{other.name} doesn't belong to account",
            covered_move_ids=(self.bill | other).ids,
        )

    def test_disputed_debt(self):
        """PLN-01: what is kept out of collections isn't put into a plan."""
        plan = self.make_plan(self.bill, activate=False)
        self.receivable(self.bill).no_followup = True
        self.assertNoPlan(f"{self.bill.name} is disputed")
        with self.assertRefused(ValidationError, "disputed"):
            plan.action_activate()
        self.assertEqual(plan.state, "draft")

    def receivable(self, bill):
        return bill.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def test_foreign_debt(self):
        """PLN-01: what an amount pays of it changes with the rate: no plan."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [
            Command.create({"company_id": self.company.id, "name": day, "rate": rate})
            for day, rate in (("2024-01-01", 0.5), ("2024-02-01", 0.8))
        ]
        bill = self.make_bill(100, currency="EUR")
        self.assertNoPlan(
            f"{bill.name} is in another currency than plans, which are in USD", bill
        )
        setup = self.env["utility.plan.setup"].new(
            {"utility_account_id": self.account.id}
        )
        blocked = {debt["name"]: debt["blocked"] for debt in setup.debts}
        self.assertEqual(blocked, {self.bill.name: False, bill.name: "In EUR"})
        self.assertEqual(setup.covered_move_ids._origin, self.bill)

    def test_taken_over_debt(self):
        """PLN-01: debt from an older system is no dispute, though Odoo marks it."""
        entry = self.make_debt(90)
        plan = self.make_plan(entry)
        self.assertEqual(self.amounts(plan), [30.0] * 3)

    def test_covered_debt(self):
        """PLN-01: debt of a plan in force isn't covered twice; drafts don't count."""
        first = self.make_plan(self.bill, activate=False)
        second = self.make_plan(self.bill, activate=False)
        first.action_activate()
        text = f"{self.bill.name} is already covered by plan {first.number}"
        with self.assertRefused(ValidationError, text):
            second.action_activate()
        self.assertNoPlan(text)

    def test_two_at_once(self):
        """PLN-01: of two plans over one debt in one call, none is activated."""
        vals = {
            "utility_account_id": self.account.id,
            "covered_move_ids": self.bill.ids,
            "first_due_date": self.today,
        }
        plans = self.Plan.create([vals, vals])
        with (
            self.assertRefused(ValidationError, "already covered"),
            self.env.cr.savepoint(),
        ):
            plans.action_activate()
        self.env.invalidate_all()
        self.assertEqual(plans.mapped("state"), ["draft"] * 2)

    def test_account_closed_meanwhile(self):
        """PLN-01: a closed account makes no plan."""
        plan = self.make_plan(self.bill, activate=False)
        self.account.action_close()
        with self.assertRefused(ValidationError, "is closed"):
            plan.action_activate()
        self.assertEqual(plan.state, "draft")
        self.assertNoPlan("is closed")

    def test_bill_credited_meanwhile(self):
        """PLN-01: nobody signs a schedule of debt that isn't there any more."""
        plan = self.make_plan(self.bill, activate=False)
        other = self.make_bill(300)
        _outcome, payment = self.record_one(300, documents=[other.name])
        note = self.make_note(
            payment, 100, reason="billing_error", user=self.manager, remarks="Meter"
        )
        note.action_confirm()
        if note.state == "to_approve":
            note.with_user(self.other_manager).action_approve()
        note.apply_to(self.bill.ids)
        text = "has changed from $\xa0202.50 to $\xa0102.50"
        with self.assertRefused(ValidationError, text):
            plan.action_activate()
        self.assertEqual((plan.state, plan.amount_covered), ("draft", 202.5))
        plan.action_refresh()
        plan.action_activate()
        self.assertEqual(self.amounts(plan), [34.16, 34.16, 34.18])
        self.assertPlanSound(plan)

    def test_bill_paid_meanwhile(self):
        """PLN-01: paid in full, the document is named."""
        plan = self.make_plan(self.bill, activate=False)
        self.record_one(202.5, documents=[self.bill.name])
        with self.assertRefused(ValidationError, f"{self.bill.name} has no open debt"):
            plan.action_activate()
        self.assertEqual(plan.state, "draft")

    # -------------------------------------------------------------------------
    # TERMS
    # -------------------------------------------------------------------------

    def test_down_payment(self):
        """PLN-01: it leaves something, and isn't below zero."""
        self.assertNoPlan("below the debt", down_payment=202.5)
        self.assertNoPlan("below the debt", down_payment=500)
        self.assertNoPlan("below zero", down_payment=-1)
        plan = self.make_plan(self.bill, down_payment=52.5)
        self.assertEqual(self.amounts(plan), [52.5, 50, 50, 50])
        self.assertEqual(plan.installment_ids[0].due_date, self.today)

    def test_dates(self):
        """PLN-01: the first installment comes, today or later."""
        self.assertNoPlan("in the past", first_due_date=self.days(-1))
        self.assertNoPlan("needs the date", first_due_date=False)
        self.assertNoPlan("beyond the calendar", first_due_date="9999-12-01")
        plan = self.make_plan(self.bill, activate=False, first_due_date=self.days(2))
        with freeze_time(datetime.now() + timedelta(days=4)):
            with self.assertRefused(ValidationError, "in the past"):
                plan.action_activate()

    def test_length(self):
        """PLN-01: a slip of the keyboard makes no plan of a thousand installments."""
        self.assertNoPlan("1 to 120 installments", installment_count=0)
        self.assertNoPlan("1 to 120 installments", installment_count=121)
        self.assertEqual(
            len(self.make_plan(self.bill, installment_count=120).installment_ids), 120
        )

    def test_minimum_installment(self):
        """PLN-01: the sentence says how many installments are possible."""
        template = self.make_template(minimum_installment=50)
        self.assertNoPlan(
            "choose 4 or fewer", template_id=template.id, installment_count=5
        )
        plan = self.make_plan(
            self.bill, template_id=template.id, installment_count=4, activate=False
        )
        with self.assertRefused(ValidationError, "only $\xa042.50 are left"):
            plan.down_payment = 160

    def test_without_a_template(self):
        """PLN-01: no minimum, no signature, and the company's days."""
        self.company.utility_plan_grace_days = 8
        plan = self.make_plan(self.make_bill(0.03))
        self.assertEqual(self.amounts(plan), [0.01] * 3)
        self.assertEqual((plan.grace_days, plan.signature_required), (8, False))

    def test_template_rules_are_kept(self):
        """PLN-01: a plan keeps the rules it was made with; a draft takes new ones."""
        template = self.make_template(grace_days=9, break_after=2)
        plan = self.make_plan(self.bill, template_id=template.id, activate=False)
        template.grace_days = 30
        self.assertEqual((plan.grace_days, plan.break_after), (9, 2))
        plan.template_id = False
        self.assertEqual(plan.grace_days, self.company.utility_plan_grace_days)
        plan.template_id = template
        self.assertEqual(plan.grace_days, 30)

    # -------------------------------------------------------------------------
    # ELIGIBILITY
    # -------------------------------------------------------------------------

    def test_minimum_debt(self):
        """PLN-01: a template for larger debts."""
        template = self.make_template(minimum_debt=202.51)
        self.assertObstacle(
            "eligibility", "at least $\xa0202.51", template_id=template.id
        )
        template.minimum_debt = 202.50
        self.make_plan(self.bill, template_id=template.id)

    def test_minimum_down_payment(self):
        """PLN-01: a percent of the debt, rounded up to the cent."""
        template = self.make_template(minimum_down_payment=33.33)
        # 33.33 % of 202.50 are 67.49325
        self.assertObstacle(
            "eligibility",
            "at least $\xa067.50 (33.33 %",
            template_id=template.id,
            down_payment=67.49,
        )
        self.make_plan(self.bill, template_id=template.id, down_payment=67.5)

    def test_longest_plan(self):
        """PLN-01: the down payment isn't an installment of the longest plan."""
        template = self.make_template(installment_count=2, maximum_count=4)
        self.assertObstacle(
            "eligibility",
            "at most 4 installments",
            template_id=template.id,
            installment_count=5,
        )
        plan = self.make_plan(
            self.bill, template_id=template.id, installment_count=4, down_payment=2.5
        )
        self.assertEqual(len(plan.installment_ids), 5)

    def test_rating(self):
        """PLN-01: worse than the template wants isn't eligible; unrated is."""
        template = self.make_template(minimum_rating="C")
        account = self.account.sudo()
        account.credit_rating = "D"
        self.assertObstacle("eligibility", "C or better", template_id=template.id)
        for rating in ("C", "A", False):
            account.credit_rating = rating
            plan = self.make_plan(self.bill, template_id=template.id, activate=False)
            self.assertEqual(plan.sudo()._get_obstacles(), [])

    def test_earlier_broken_plans(self):
        """PLN-01: who broke plans needs another template."""
        template = self.make_template(maximum_broken=0)
        self.make_plan(self.bill).sudo()._break("Missed")
        self.assertObstacle(
            "eligibility", "0 earlier broken plans", template_id=template.id
        )
        template.maximum_broken = 1
        self.make_plan(self.bill, template_id=template.id)

    def test_all_reasons_at_once(self):
        """PLN-01: a preview says them all, and saves nothing."""
        template = self.make_template(minimum_debt=1000, minimum_down_payment=10)
        before = self.Plan.search_count([])
        plan = self.Plan.with_user(self.clerk)._simulate(
            {
                "utility_account_id": self.account.id,
                "covered_move_ids": [Command.set(self.bill.ids)],
                "template_id": template.id,
                "installment_count": 9,
                "first_due_date": self.today,
            }
        )
        self.assertEqual(
            [found["kind"] for found in plan._get_obstacles()],
            ["eligibility", "eligibility", "limit"],
        )
        self.assertEqual(
            [row["amount"] for row in plan._get_schedule_vals()], [22.5] * 9
        )
        self.assertEqual(self.Plan.search_count([]), before)

    # -------------------------------------------------------------------------
    # LIMITS OF ROLES
    # -------------------------------------------------------------------------

    def test_limit_of_the_counter(self):
        """PLN-01, ROL-01: up to 500.00; above it a Recovery Executive."""
        exact = self.make_bill(500)
        self.make_plan(exact, user=self.clerk)
        over = self.make_bill(500.01)
        plan = self.assertObstacle(
            "limit", "ask a Recovery Executive", over, user=self.clerk
        )
        plan.with_user(self.recovery).action_activate()
        self.assertEqual(plan.state, "active")

    def test_length_of_the_counter(self):
        """PLN-01, ROL-01: up to six installments, the down payment beside them."""
        self.assertObstacle(
            "limit", "up to 6 installments", user=self.clerk, installment_count=7
        )
        plan = self.make_plan(
            self.bill, user=self.clerk, installment_count=6, down_payment=22.5
        )
        self.assertEqual(len(plan.installment_ids), 7)

    def test_limit_of_a_collector(self):
        """PLN-01, ROL-01: at the door as at the counter."""
        self.account.collector_id = self.collector
        self.assertObstacle(
            "limit", "up to 6", user=self.collector, installment_count=7
        )
        self.company.utility_plan_length_customer = 7
        self.make_plan(self.bill, user=self.collector, installment_count=7)

    def test_templates_only(self):
        """PLN-01: by setting the counter agrees on templates only."""
        self.company.utility_plan_template_customer = True
        self.assertObstacle("limit", "of a template only", user=self.clerk)
        template = self.make_template()
        self.make_plan(self.bill, user=self.clerk, template_id=template.id)
        self.make_plan(self.make_bill(50), user=self.recovery)

    def test_limit_of_who_signs_online(self):
        """PLN-01: a consumer agrees to what its author may offer, no more."""
        portal = new_test_user(self.env, "signer", groups="base.group_portal")
        offered = self.make_plan(
            self.bill, activate=False, user=self.recovery, installment_count=9
        )
        sudo = offered.with_user(portal).sudo()
        self.assertEqual(sudo._get_obstacles(), [])
        # Terms that somebody else wrote are theirs.
        offered.with_user(self.clerk).installment_count = 8
        self.assertEqual([found["kind"] for found in sudo._get_obstacles()], ["limit"])

    # -------------------------------------------------------------------------
    # CUSTOM SCHEDULES
    # -------------------------------------------------------------------------

    def own(self, *rows, **values):
        return {
            "frequency": "custom",
            "installment_ids": [
                Command.create({"due_date": self.days(days), "amount": amount})
                for days, amount in rows
            ],
        } | values

    def test_custom_schedule(self):
        """PLN-01: rows are numbered by date; the down payment is due at once."""
        plan = self.make_plan(
            self.bill, **self.own((60, 100), (10, 50), down_payment=52.5)
        )
        rows = plan.installment_ids.sorted("sequence")
        self.assertEqual(
            [(row.sequence, row.due_date, row.amount) for row in rows],
            [
                (0, self.today, 52.5),
                (1, self.days(10), 50),
                (2, self.days(60), 100),
            ],
        )
        self.assertEqual((plan.state, plan.installment_count), ("active", 2))
        self.assertPlanSound(plan)

    def test_custom_schedules_that_are_wrong(self):
        """PLN-01: the sum, past dates, one day twice, too little, nothing."""
        self.assertNoPlan("$\xa02.50 are missing", **self.own((1, 100), (2, 100)))
        self.assertNoPlan("$\xa07.50 too much", **self.own((1, 100), (2, 110)))
        self.assertNoPlan("in the past", **self.own((-1, 100), (2, 102.5)))
        self.assertNoPlan("Two installments", **self.own((2, 100), (2, 102.5)))
        self.assertNoPlan("at least one", frequency="custom")
        template = self.make_template(minimum_installment=20)
        self.assertNoPlan(
            "below the least", **self.own((1, 10), (2, 192.5)), template_id=template.id
        )

    def test_custom_schedule_is_changed(self):
        """PLN-01: by one write with the rows, or row by row until it is signed."""
        plan = self.make_plan(
            self.bill, activate=False, **self.own((1, 100), (2, 102.5))
        )
        first, second = plan.installment_ids.sorted("sequence")
        with self.assertRefused(ValidationError, "are missing"), self.cr.savepoint():
            plan.installment_ids = [Command.delete(first.id)]
        plan.installment_ids = [
            Command.update(first.id, {"due_date": self.days(9)}),
            Command.create({"due_date": self.days(4), "amount": 2.5}),
            Command.update(second.id, {"amount": 100}),
        ]
        rows = plan.installment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("amount"), [100, 2.5, 100])
        self.assertEqual(rows[2], first)
        first.amount = 90
        with self.assertRefused(ValidationError, "are missing"):
            plan.action_activate()
        first.amount = 100
        plan.action_activate()
        with self.assertRefused(UserError, "is agreed"):
            first.amount = 90

    def test_rows_of_other_frequencies(self):
        """PLN-01: they follow from the terms; what is sent for them is left."""
        plan = self.make_plan(
            self.bill, activate=False, **self.own((1, 1), frequency="weekly")
        )
        self.assertEqual(self.amounts(plan), [67.5] * 3)
        with self.assertRefused(UserError, "choose the frequency Custom"):
            plan.installment_ids[0].amount = 1
        plan.frequency = "custom"
        self.assertEqual(self.amounts(plan), [67.5] * 3)
        plan.installment_ids[2].due_date = self.days(99)
        plan.frequency = "monthly"
        self.assertEqual(plan.installment_ids[1].due_date.day, plan.first_due_date.day)

    # -------------------------------------------------------------------------
    # WORKING DAYS
    # -------------------------------------------------------------------------

    def make_calendar(self, **values):
        return self.env["resource.calendar"].create(
            {"name": "Office", "company_id": self.company.id, "tz": "UTC", **values}
        )

    def close(self, calendar, start, stop, **values):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": start,
                "date_to": stop,
                **values,
            }
        )

    @freeze_time("2026-01-05 12:00:00")
    def test_weekends_and_holidays(self):
        """PLN-01: a due date goes to the next day with working hours."""
        calendar = self.make_calendar()
        # Monday the 16th; half of Tuesday stays open
        self.close(calendar, "2026-02-16 00:00:00", "2026-02-16 23:59:59")
        self.close(calendar, "2026-02-17 06:00:00", "2026-02-17 12:30:00")
        template = self.make_template(calendar_id=calendar.id)
        plan = self.make_plan(
            self.bill,
            template_id=template.id,
            first_due_date="2026-01-14",
            installment_count=3,
        )
        self.assertEqual(
            [str(row.due_date) for row in plan.installment_ids],
            ["2026-01-14", "2026-02-17", "2026-03-16"],
        )

    @freeze_time("2026-01-05 12:00:00")
    def test_whose_time_off_counts(self):
        """PLN-01: general time off of the calendar's zone and company, no one's own."""
        calendar = self.make_calendar(tz="America/New_York")
        # Wednesday the 14th, from midnight to midnight in New York
        self.close(calendar, "2026-01-14 05:00:00", "2026-01-15 05:00:00")
        resource = (
            self.env["resource.resource"]
            .sudo()
            .create({"name": "Jane", "calendar_id": calendar.id})
        )
        self.close(
            calendar,
            "2026-01-21 00:00:00",
            "2026-01-22 12:00:00",
            resource_id=resource.id,
        )
        move = calendar._utility_next_working_day(self.company)
        for day, expected in (
            ("2026-01-13", "2026-01-13"),
            ("2026-01-14", "2026-01-15"),
            ("2026-01-21", "2026-01-21"),
        ):
            self.assertEqual(move(self.day(day)), self.day(expected))

    @freeze_time("2026-01-05 12:00:00")
    def test_two_week_calendar(self):
        """PLN-01: a calendar of two weeks has other days in each of them."""
        calendar = self.make_calendar(attendance_ids=[])
        calendar.attendance_ids = [
            Command.create(
                {
                    "name": "Every other Monday",
                    "dayofweek": "0",
                    "hour_from": 8,
                    "hour_to": 12,
                    "day_period": "morning",
                    "week_type": "0",
                }
            )
        ]
        calendar.two_weeks_calendar = True
        calendar.attendance_ids = calendar.attendance_ids.filtered(
            lambda line: line.week_type == "0" and line.dayofweek == "0"
        )
        move = calendar._utility_next_working_day(self.company)
        first = move(self.day("2026-01-06"))
        second = move(first + timedelta(days=1))
        self.assertEqual(first.weekday(), 0)
        self.assertEqual(second - first, timedelta(days=14))

    def test_calendar_without_working_days(self):
        """PLN-01: a mistake in a calendar is named."""
        calendar = self.make_calendar(attendance_ids=[])
        calendar.attendance_ids.unlink()
        template = self.make_template(calendar_id=calendar.id)
        self.assertNoPlan("Office have none", template_id=template.id)

    def test_no_query_for_each_date(self):
        """PLN-01: hours and days off are read once for a schedule."""
        calendar = self.make_calendar()
        move = calendar._utility_next_working_day(self.company)
        with self.assertQueryCount(0):
            for days in range(400):
                move(self.days(days))

    # -------------------------------------------------------------------------
    # TEMPLATES AND SETTINGS
    # -------------------------------------------------------------------------

    def test_shipped_templates(self):
        """PLN-01: a company starts with templates, and they stay its own."""
        templates = self.Template.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            templates.mapped("name"), ["Standard", "Short term", "Hardship"]
        )
        templates[0].unlink()
        self.company._utility_setup()
        self.assertEqual(
            self.Template.search_count([("company_id", "=", self.company.id)]), 2
        )
        self.make_plan(self.bill, template_id=templates[1].id, activate=False)
        with self.assertRefused(UserError, "archive it instead"):
            templates[1].unlink()

    def test_template_form(self):
        """PLN-01: a Billing Manager makes a template in the form."""
        with Form(self.Template) as form:
            form.name = "Winter assistance"
            form.installment_count = 6
            form.maximum_count = 12
            form.minimum_rating = "C"
            form.break_after = 0
        template = form.save()
        self.assertEqual(template.company_id, self.company)
        plan = self.make_plan(self.bill, template_id=template.id)
        self.assertEqual(plan.break_after, 0)
        self.assertEqual(template.plan_count, 1)
        action = template.action_view_plans()
        self.assertEqual(self.Plan.search(action["domain"]), plan)
        self.assertEqual(template.copy().name, "Winter assistance (copy)")

    def test_template_values(self):
        """PLN-01: rules that no plan could keep are refused."""
        for values in (
            {"installment_count": 0},
            {"installment_count": 121},
            {"maximum_count": 2, "installment_count": 3},
            {"minimum_down_payment": 100},
            {"minimum_debt": -1},
            {"grace_days": -1},
            {"reminder_days": 61},
            {"break_after": -1},
            {"maximum_broken": -2},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                self.make_template(**values)

    def test_settings(self):
        """PLN-01, PLN-05: limits and days are set on the settings page."""
        Settings = self.env["res.config.settings"].with_user(self.make_admin())
        with Form(Settings.with_company(self.company)) as form:
            form.utility_plan_limit_customer = 750
            form.utility_plan_length_customer = 9
            form.utility_plan_template_customer = True
            form.utility_plan_reminder_days = 5
            form.utility_plan_grace_days = 7
            form.utility_plan_break_after = 2
            form.utility_plan_user_id = self.recovery
        form.save().execute()
        company = self.company
        self.assertEqual(
            (
                company.utility_plan_limit_customer,
                company.utility_plan_length_customer,
                company.utility_plan_template_customer,
                company.utility_plan_reminder_days,
                company.utility_plan_grace_days,
                company.utility_plan_break_after,
                company.utility_plan_user_id,
            ),
            (750, 9, True, 5, 7, 2, self.recovery),
        )

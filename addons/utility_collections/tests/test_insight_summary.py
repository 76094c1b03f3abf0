import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .insight_common import InsightCommon


@tagged("post_install", "-at_install")
class TestDebtSummary(InsightCommon):
    """COL-01, COL-02: the figures of the debt summary."""

    def assertShape(self, summary):
        """COL-02: exactly what other programs rely on, and nothing that is None."""
        self.assertEqual(
            set(summary),
            {
                "percent_behind",
                "total_in_collections",
                "minimum_due",
                "last_payment",
                "credit_rating",
                "billing_accounts",
                "service_requests",
            },
        )
        for account in summary["billing_accounts"]:
            self.assertEqual(
                set(account), {"number", "amount_in_collections", "scheduled_payments"}
            )
            for payment in account["scheduled_payments"]:
                self.assertEqual(set(payment), {"date", "amount", "kind"})
        for request in summary["service_requests"]:
            self.assertEqual(
                set(request), {"id", "name", "type", "state", "date_deadline"}
            )
        # It crosses RPC, without a None at any depth
        self.assertNotIn("null", json.dumps(summary))

    def test_nothing(self):
        """COL-02: an account that owes nothing and never paid."""
        summary = self.summarise()
        self.assertShape(summary)
        self.assertEqual(
            summary,
            {
                "percent_behind": 0.0,
                "total_in_collections": 0.0,
                "minimum_due": 0.0,
                "last_payment": False,
                "credit_rating": False,
                "billing_accounts": [
                    {
                        "number": self.account.number,
                        "amount_in_collections": 0.0,
                        "scheduled_payments": [],
                    }
                ],
                "service_requests": [],
            },
        )

    def test_percent_behind(self):
        """COL-01: overdue / payoff, less credit, from 0 to 100."""
        self.make_late(100.0, 20)
        self.assertEqual(self.summarise()["percent_behind"], 100.0)
        self.make_bill(200.0, due_date=str(self.days(20)))
        self.assertAlmostEqual(self.summarise()["percent_behind"], 100 / 3)
        self.record_one(50.0)
        self.assertAlmostEqual(self.summarise()["percent_behind"], 100 * 50 / 250)
        self.record_one(250.0)
        self.assertEqual(self.summarise()["percent_behind"], 0.0)

    def test_in_collections_with_a_case_only(self):
        """COL-02: overdue is in collections while a case is open or paused."""
        self.make_late(100.0, 20)
        self.make_bill(200.0, due_date=str(self.days(20)))
        self.assertEqual(self.summarise()["total_in_collections"], 0.0)
        case = self.open_case(self.account)
        self.assertEqual(self.summarise()["total_in_collections"], 100.0)
        case.sudo().state = "paused"
        self.assertEqual(self.summarise()["total_in_collections"], 100.0)
        self.record_one(33.33)
        self.assertEqual(self.summarise()["total_in_collections"], 66.67)
        case.sudo().state = "closed"
        self.assertEqual(self.summarise()["total_in_collections"], 0.0)

    def test_accounts_of_a_contact(self):
        """COL-02: the total of all premises; this one first, then those that owe."""
        for account, amount in (
            (self.account, 10.10),
            (self.second, 20.20),
            (self.third, 30.30),
        ):
            self.make_late(amount, 20, account)
        for account in (self.account, self.third):
            self.open_case(account)
        summary = self.summarise()
        self.assertEqual(summary["total_in_collections"], 40.40)
        self.assertEqual(
            [
                (row["number"], row["amount_in_collections"])
                for row in summary["billing_accounts"]
            ],
            [(self.account.number, 10.10), (self.third.number, 30.30)],
        )
        # The second contributes nothing, and is first in its own summary
        summary = self.summarise(self.second)
        self.assertEqual(
            [row["amount_in_collections"] for row in summary["billing_accounts"]],
            [0.0, 30.30, 10.10],
        )
        stranger = self.make_account("Jane Roe")
        self.make_late(5.0, 20, stranger)
        self.open_case(stranger)
        self.assertEqual(self.summarise()["total_in_collections"], 40.40)

    def test_credit_counts(self):
        """COL-02: unused credit lessens what is in collections."""
        self.make_late(100.0, 20)
        self.open_case(self.account)
        self.record_one(40.0, type="service")
        summary = self.summarise()
        self.assertEqual(summary["total_in_collections"], 60.0)
        self.assertEqual(summary["percent_behind"], 100.0)

    def test_last_payment(self):
        """COL-02: the last one that stands; a returned one doesn't."""
        self.make_late(100.0, 20)
        self.record_one(20.0, date=str(self.days(-3)))
        _outcome, payment = self.record_one(30.0)
        self.assertEqual(
            self.summarise()["last_payment"],
            {"amount": 30.0, "date": str(self.today)},
        )
        self.company.invalidate_recordset()
        payment.sudo().utility_state = "returned"
        self.assertEqual(
            self.summarise()["last_payment"],
            {"amount": 20.0, "date": str(self.days(-3))},
        )
        self.assertShape(self.summarise())

    def test_scheduled_payments(self):
        """COL-02: installments, drafts and promises by date, of active plans only."""
        bill = self.make_late(90.0, 20)
        plan = self.make_plan(bill, first_due_date=self.days(10))
        self.make_late(50.0, 20)
        self.make_plan(
            self.make_late(30.0, 20, self.second),
            installment_count=1,
            first_due_date=self.days(2),
        )
        promise = (
            self.env["utility.payment.promise"]
            .sudo()
            .create(
                {
                    "utility_account_id": self.account.id,
                    "amount": 50.0,
                    "date": self.days(5),
                }
            )
        )
        summary = self.summarise()
        self.assertShape(summary)
        mine, other = summary["billing_accounts"]
        dates = [str(row.due_date) for row in plan.installment_ids.sorted("sequence")]
        self.assertEqual(
            [tuple(row.values()) for row in mine["scheduled_payments"]],
            [
                (str(self.days(5)), 50.0, "promise"),
                *((date, 30.0, "installment") for date in dates),
            ],
        )
        self.assertEqual(
            other["scheduled_payments"],
            [{"date": str(self.days(2)), "amount": 30.0, "kind": "installment"}],
        )
        # Paid in part; by card as the consumer agreed; a promise that is done with
        self.record_one(10.0, type="installment", documents=[f"{plan.number}/1"])
        plan.sudo().automatic_state = "on"
        promise.sudo().state = "cancelled"
        rows = self.summarise()["billing_accounts"][0]["scheduled_payments"]
        self.assertEqual(
            [(row["amount"], row["kind"]) for row in rows],
            [(20.0, "draft"), (30.0, "draft"), (30.0, "draft")],
        )
        plan.action_cancel()
        rows = self.summarise()["billing_accounts"][0]["scheduled_payments"]
        self.assertEqual(rows, [])

    def test_premises(self):
        """COL-01: on how many of the consumer's premises something is overdue."""
        self.make_late(10.0, 20)
        self.make_late(10.0, 20, self.second)
        self.make_bill(10.0, self.third, due_date=str(self.days(20)))
        insight = self.account.with_user(self.recovery).debt_insight
        self.assertEqual((insight["behind"], insight["total"]), (2, 3))
        self.second.sudo().state = "closed"
        self.env.invalidate_all()
        insight = self.account.with_user(self.recovery).debt_insight
        self.assertEqual((insight["behind"], insight["total"]), (1, 2))
        drawer = self.second.with_user(self.recovery).read_debt_drawer()
        self.assertEqual(drawer["premises"], {"behind": 2, "total": 3})

    def test_drawer(self):
        """COL-02: the drawer's answer is the summary, with more on each level."""
        self.make_late(90.0, 20)
        case = self.open_case(self.account)
        case.sudo().write(
            {
                "step_id": self.process.step_ids[0].id,
                "stepped_on": self.today,
                "next_step_id": self.process.step_ids[1].id,
                "next_step_on": self.days(3),
            }
        )
        drawer = self.account.with_user(self.recovery).read_debt_drawer()
        self.assertNotIn("null", json.dumps(drawer))
        summary = self.summarise()
        self.assertEqual(
            {name: drawer[name] for name in ("percent_behind", "minimum_due")},
            {name: summary[name] for name in ("percent_behind", "minimum_due")},
        )
        self.assertEqual(drawer["days_overdue"], 20)
        facts = drawer["case"]
        self.assertEqual((facts["step"], facts["next_step"]), ("Reminder", "Call"))
        self.assertEqual(facts["next_on"], str(self.days(3)))

    def open_minimum(self):
        """Record this: the form that it opens, as the web client fills it."""
        action = self.account.with_user(self.recovery).action_record_minimum_due()
        self.assertEqual(action["target"], "new")
        Wizard = self.env["utility.record.payment"].with_user(self.recovery)
        return Form(Wizard.with_context(**action["context"]))

    def test_record_minimum_due(self):
        """COL-02: what ends collections, one type at a time, and nothing more."""
        self.make_late(40.0, 30)
        self.make_late(30.0, 20)
        self.make_late(25.0, 15, kind="service")
        self.make_late(10.0, 2)
        self.open_case(self.account)
        self.assertEqual(self.summarise()["minimum_due"], 95.0)
        form = self.open_minimum()
        self.assertEqual((form.utility_type, form.amount), ("bill", 70.0))
        self.assertEqual((form.amount_left, form.amount_extra), (0.0, 0.0))
        wizard = form.save()
        ticked = wizard.line_ids.filtered("selected")
        self.assertEqual(ticked.mapped("outstanding"), [40.0, 30.0])
        wizard.action_review()
        wizard.action_confirm()
        self.assertEqual(self.summarise()["minimum_due"], 25.0)
        form = self.open_minimum()
        self.assertEqual((form.utility_type, form.amount), ("service", 25.0))
        wizard = form.save()
        wizard.action_confirm()
        self.assertEqual(self.summarise()["minimum_due"], 0.0)
        with self.assertRefused(UserError, "Nothing is due"):
            self.account.with_user(self.recovery).action_record_minimum_due()

    def test_disputed(self):
        """COL-02, COL-09: what is disputed is in no figure of collections."""
        self.make_late(40.0, 30)
        disputed = self.make_late(30.0, 20)
        self.open_case(self.account)
        self.env["utility.dispute"].with_user(self.recovery).create(
            {
                "utility_account_id": self.account.id,
                "move_id": disputed.id,
                "category_id": self.env["utility.dispute.category"]
                .search([], limit=1)
                .id,
            }
        )
        summary = self.summarise()
        self.assertEqual(summary["total_in_collections"], 40.0)
        self.assertEqual(summary["minimum_due"], 40.0)
        self.assertEqual(summary["percent_behind"], 100.0)
        form = self.open_minimum()
        self.assertEqual(form.amount, 40.0)
        self.assertEqual(
            form.save().line_ids.filtered("selected").mapped("outstanding"), [40.0]
        )

    def test_rating(self):
        """COL-02, CON-08: the rating in effect, with the reason and its parts."""
        self.account.with_user(self.manager).write(
            {"credit_rating": "B", "rating_reason": "Pays after each visit"}
        )
        self.assertEqual(self.summarise()["credit_rating"], "B")
        drawer = self.account.with_user(self.recovery).read_debt_drawer()
        self.assertEqual(
            drawer["rating_parts"][0], {"label": "Pays after each visit", "value": ""}
        )

    def test_recovery_user(self):
        """CON-06: Recovery Executives say who looks after an account."""
        with self.assertRefused(AccessError, "Recovery"):
            self.account.with_user(self.clerk).recovery_user_id = self.recovery
        self.account.with_user(self.recovery).recovery_user_id = self.recovery
        self.assertEqual(self.account.recovery_user_id, self.recovery)

    def test_page_of_a_collector(self):
        """CON-06: the page opens for every role, without what a role may not read."""
        self.account.collector_id = self.collector
        self.open_case(self.account)
        for user in (self.clerk, self.collector, self.recovery):
            with self.subTest(user=user.login):
                Account = self.env["utility.account"].with_user(user)
                view = Account.get_view(view_type="form")
                self.assertIn("collection_ladder", view["arch"])
                self.assertEqual("debt_insight" in view["arch"], user == self.recovery)
                account = self.account.with_user(user)
                self.assertTrue(account.read(["collection_ladder", "page_event_ids"]))

    def test_constant_queries(self):
        """COL-02: thirty premises with plans cost as many SQL as one."""
        self.make_plan(self.make_late(90.0, 20))
        self.make_late(10.0, 20)
        self.open_case(self.account)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.account.with_user(self.recovery).read_debt_drawer()
            return self.cr.sql_log_count - before

        count()
        few = count()
        accounts = self.env["utility.account"].create(
            [
                {"partner_id": self.contact.id, "company_id": self.company.id}
                for _number in range(27)
            ]
        )
        for account in accounts:
            self.make_plan(self.make_late(90.0, 20, account))
            self.make_late(10.0, 20, account)
            self.open_case(account)
        self.assertLessEqual(count(), few)


@tagged("post_install", "-at_install")
class TestDebtSummaryRights(InsightCommon):
    """COL-03: who may see the debt of an account."""

    def test_roles(self):
        """COL-03: Recovery Executives and Billing Managers, until it is changed."""
        for user, allowed in (
            (self.clerk, False),
            (self.collector, False),
            (self.recovery, True),
            (self.manager, True),
        ):
            with self.subTest(user=user.login):
                if allowed:
                    self.assertTrue(self.summarise(user=user))
                    self.assertTrue(self.account.with_user(user).debt_insight)
                else:
                    with self.assertRefused(AccessError, "View Account Debt"):
                        self.summarise(user=user)
                    with self.assertRaises(AccessError):
                        self.account.with_user(user).read(["debt_insight"])

    def test_settings(self):
        """COL-03: an admin enables it for a role, and takes it back."""
        admin = self.env.ref("base.user_admin")
        Settings = self.env["res.config.settings"].with_user(admin)
        settings = Settings.create({})
        self.assertEqual(
            [
                settings[f"group_view_account_debt_{role}"]
                for role in ("customer", "recovery", "manager", "collector")
            ],
            [False, True, True, False],
        )
        settings.group_view_account_debt_customer = True
        settings.execute()
        self.assertTrue(self.summarise(user=self.clerk))
        settings = Settings.create({})
        settings.group_view_account_debt_customer = False
        settings.group_view_account_debt_recovery = False
        settings.execute()
        for user, allowed in (
            (self.clerk, False),
            (self.recovery, False),
            (self.manager, True),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.attempts(user), allowed)
        # A role can't have less than the one below it
        settings = Settings.create({})
        settings.group_view_account_debt_recovery = True
        settings.group_view_account_debt_manager = False
        settings.execute()
        self.assertTrue(self.attempts(self.recovery))
        self.assertTrue(self.attempts(self.manager))

    def attempts(self, user):
        try:
            return bool(self.summarise(user=user))
        except AccessError:
            return False

    def test_rules_of_records(self):
        """COL-03: a collector with the user action sees their consumers' alone."""
        collector = self.make_viewer(
            "utility_collector_viewer", "utility_consumers.group_field_collector"
        )
        for account in (self.account, self.second, self.third):
            self.make_late(10.0, 20, account)
            self.open_case(account)
        (self.account | self.second).collector_id = collector
        self.assertEqual(self.summarise(user=collector)["total_in_collections"], 20.0)
        with self.assertRaises(AccessError):
            self.summarise(self.third, collector)

    def test_garbage(self):
        """COL-02: anything that is no account gets one clear sentence."""
        Account = self.env["utility.account"].with_user(self.recovery)
        for ids in ([], [2**40], ["x"], [-1], [0], [True], [None], [1.5], [[1]]):
            with self.subTest(ids=ids), self.assertRefused(ValidationError, "one"):
                Account.browse(ids).get_debt_summary()
        with self.assertRefused(ValidationError, "one"):
            (self.account | self.second).with_user(self.recovery).get_debt_summary()
        with self.assertRefused(ValidationError, "one"):
            Account.browse(2**31 - 1).read_debt_drawer()

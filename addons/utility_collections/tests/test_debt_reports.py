"""KPI-07, COL-02, COL-04: debt reports, targets, days; figures of a random ledger."""

from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.utility_credit_notes.tests.test_state_machine import (
    cents,
    run_random_steps,
)
from odoo.addons.utility_payments.tests.reports_common import FavouriteChecks
from odoo.addons.utility_payments.tests.rights_common import RightsCommon

from .figures_common import PlanFigureChecks
from .rating_common import RatingCommon
from .test_state_machine_plans import PlanMachine

_AGES = (
    (0, "00_not_due"),
    (30, "01_30"),
    (60, "31_60"),
    (90, "61_90"),
    (180, "91_180"),
)
_REPORTS = {
    "utility.receivable.report": (
        "utility_payments.utility_receivable_report_view_search"
    ),
    "utility.collection.account.report": (
        "utility_collections.utility_collection_account_report_view_search"
    ),
    "utility.collection.case.report": (
        "utility_collections.utility_collection_case_report_view_search"
    ),
    "utility.collection.target.report": (
        "utility_collections.utility_collection_target_report_view_search"
    ),
}


class DebtChecks:
    """Recounts the ageing item by item."""

    def age_of(self, line):
        """The bucket of an open item, told anew."""
        if line.amount_residual < 0:
            return "credit"
        if line.utility_account_id.plan_ids.cover_ids.filtered(
            lambda cover: (
                cover.line_id == line
                and cover.in_force
                and cover.paid_amount < cover.amount
            )
        ):
            return "95_plan"
        if not line.date_maturity:
            return "00_not_due"
        days = (self.company._utility_today() - line.date_maturity).days
        return next((age for top, age in _AGES if days <= top), "92_over")

    def open_items(self):
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("utility_account_id.company_id", "=", self.company.id),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    ("amount_residual", "!=", 0),
                ]
            )
        )

    def assertAgeing(self, name="category"):
        """The pivot of age by something is the recount, to the cent."""
        self.env.flush_all()
        self.env.invalidate_all()
        expected = defaultdict(int)
        for line in self.open_items():
            key = line.utility_account_id[name] or False, self.age_of(line)
            expected[key] += cents(line.amount_residual)
        found = self.env["utility.receivable.report"]._read_group(
            [("company_id", "=", self.company.id)],
            [name, "age"],
            ["open_amount:sum"],
        )
        assert {
            (group or False, age): cents(amount) for group, age, amount in found
        } == dict(expected), (found, expected)


class DebtCommon(DebtChecks, RatingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.area = cls.env["utility.area"].create(
            {"name": "North", "code": "N", "company_id": cls.company.id}
        )
        cls.jane = cls.make_account("Jane Roe", category="commercial")
        cls.jane.area_id = cls.area
        cls.process = cls.env["utility.collection.process"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def old_bill(cls, days, amount=100, account=None):
        """A bill that is so many days past due; below zero: due then."""
        due = cls.today - timedelta(days=days)
        return cls.make_bill(
            amount,
            account=account,
            date=str(due - timedelta(days=14)),
            due_date=str(due),
        )

    @classmethod
    def make_case(cls, account, **values):
        return (
            cls.env["utility.collection.case"]
            .sudo()
            .create(
                {
                    "utility_account_id": account.id,
                    "process_id": cls.process.id,
                    "opened_on": cls.today,
                    **values,
                }
            )
        )

    def report(self, name, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env[f"utility.{name}.report"].with_user(user or self.recovery)


@tagged("post_install", "-at_install")
class TestDebtReports(FavouriteChecks, DebtCommon):
    def test_ageing(self):
        """KPI-07: the six ages, plans and credit apart, by whatever owes it."""
        for days in (-5, 0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 400):
            self.old_bill(days, 10 + days / 100)
            self.old_bill(days, 20, account=self.jane)
        self.make_plan(self.old_bill(75, 300, account=self.jane))
        self.record_one(30, excess="credit", tendered=30, documents=[])
        for name in ("category", "area_id", "credit_rating", "behaviour"):
            self.assertAgeing(name)
        ages = dict(
            self.report("receivable")._read_group(
                [("utility_account_id", "=", self.jane.id)], ["age"], ["__count"]
            )
        )
        self.assertEqual(
            ages,
            {
                "00_not_due": 2,
                "01_30": 2,
                "31_60": 2,
                "61_90": 2,
                "91_180": 2,
                "92_over": 2,
                "95_plan": 1,
            },
        )

    def test_services(self):
        """KPI-07: an item counts once, whatever is supplied to the consumer."""
        services = self.env["utility.service"].search([], limit=2)
        self.jane.service_ids = services
        self.old_bill(10, account=self.jane)
        self.old_bill(10)
        rows = self.report("receivable")._read_group(
            [("company_id", "=", self.company.id)], ["services"], ["open_amount:sum"]
        )
        names = ", ".join(sorted(services.mapped("name")))
        self.assertEqual(dict(rows), {names: 100, False: 100})

    def test_disputed(self):
        """KPI-07, COL-09: what disputes hold, of the bill or of the oldest debt."""
        first, second = self.old_bill(50, 100), self.old_bill(20, 70)
        payment = self.record_one(10, documents=first.ids)[1]
        category = self.env.ref("utility_collections.dispute_wrong_amount")
        self.env["utility.dispute"].with_user(self.clerk).create(
            [
                {name: record.id, "amount": amount, "category_id": category.id}
                for name, record, amount in (
                    ("move_id", second, 30),
                    ("payment_id", payment, 8),
                )
            ]
        )
        report = self.report("receivable")
        found = {
            row.document: row.disputed_amount
            for row in report.search([("utility_account_id", "=", self.account.id)])
        }
        self.assertEqual(found, {first.name: 8, second.name: 30})

    def test_in_collections(self):
        """COL-02: overdue of accounts with a case, and none of others."""
        self.old_bill(50, 100)
        self.old_bill(-3, 40)
        self.old_bill(50, 70, account=self.jane)
        self.make_case(self.account)
        rows = self.report("receivable")._read_group(
            [("company_id", "=", self.company.id)],
            ["in_collections"],
            ["open_amount:sum", "case_amount:sum"],
        )
        self.assertEqual(
            {flag: amounts for flag, *amounts in rows},
            {True: [140, 100], False: [70, 0]},
        )

    def test_pages(self):
        """KPI-07: a page of the list says of its rows what the whole list does."""
        self.jane.service_ids = self.env["utility.service"].search([], limit=2)
        disputed = self.old_bill(50, 100)
        for days in (-3, 20, 40):
            self.old_bill(days)
            self.old_bill(days, 70, account=self.jane)
        self.make_case(self.account)
        self.env["utility.dispute"].with_user(self.clerk).create(
            {
                "move_id": disputed.id,
                "amount": 30,
                "category_id": self.env.ref(
                    "utility_collections.dispute_wrong_amount"
                ).id,
            }
        )
        report = self.report("receivable")
        domain = [("company_id", "=", self.company.id)]
        names = [name for name in report._fields if name != "display_name"]
        whole = report.search_read(domain, names)
        self.assertEqual(len(whole), 7)
        self.assertEqual(sum(row["disputed_amount"] for row in whole), 30)
        pages = []
        for offset in range(0, 9, 3):
            report.invalidate_model()
            pages += report.search_read(domain, names, offset, limit=3)
        self.assertEqual(pages, whole)

    def test_drill_to_items(self):
        """KPI-07: a row opens its document."""
        bill = self.old_bill(50)
        row = self.report("receivable").search([("document", "=", bill.name)])
        self.assertEqual(row.action_view_details()["res_id"], bill.id)

    # -------------------------------------------------------------------------
    # ACCOUNTS AND CASES
    # -------------------------------------------------------------------------

    def test_accounts_in_collections(self):
        """COL-02: each account with amount, minimum, days, payment and promise."""
        self.old_bill(50, 100)
        self.old_bill(20, 60, account=self.jane)
        self.record_one(10, date=str(self.today - timedelta(days=2)))
        self.account.recovery_user_id = self.recovery
        case = self.make_case(self.account)
        promise = self.env["utility.payment.promise"].create(
            {
                "utility_account_id": self.account.id,
                "amount": 90,
                "date": self.today + timedelta(days=3),
            }
        )
        [row] = self.report("collection.account").search([])
        debt = self.account._get_debts()[self.account.id]
        self.assertEqual(row.case_id, case)
        self.assertEqual(row.amount_in_collections, float(debt.collectible))
        self.assertEqual(row.minimum_due, float(debt.minimum_due))
        self.assertEqual(row.amount_in_collections, 90)
        self.assertEqual(row.days_overdue, 50)
        self.assertEqual(row.user_id, self.recovery)
        self.assertEqual(row.last_payment_amount, 10)
        self.assertEqual(row.promise_date, promise.date)
        self.assertEqual(row.action_view_details()["res_id"], self.account.id)
        case.write({"state": "closed"})
        self.assertFalse(self.report("collection.account").search([]))

    def test_export(self):
        """KPI-07: the list is exported with amounts and names."""
        self.old_bill(50, 100)
        self.make_case(self.account)
        self.manager.group_ids |= self.env.ref("base.group_allow_export")
        rows = self.report("collection.account", self.manager).search([])
        [values] = rows.export_data(
            ["utility_account_id", "minimum_due", "amount_in_collections"]
        )["datas"]
        self.assertIn(self.account.number, values[0])
        self.assertEqual(values[2], 100)

    def test_cases(self):
        """COL-04: how cases end, how soon, and what was paid in them."""
        days = {name: self.today - timedelta(days=name) for name in (1, 5, 20)}
        self.old_bill(50, 100)
        self.old_bill(50, 100, account=self.jane)
        self.record_one(40, date=str(days[5]))
        self.record_one(7, account=self.jane.number, date=str(days[5]))
        self.make_case(
            self.account,
            state="closed",
            close_reason="cleared",
            opened_on=days[20],
            closed_on=days[1],
        )
        self.make_case(
            self.jane,
            state="closed",
            close_reason="manual",
            opened_on=days[5],
            closed_on=days[1],
        )
        self.make_case(self.jane, opened_on=days[1])
        report = self.report("collection.case")
        [values] = report._read_group(
            [],
            [],
            [
                "__count",
                "closed_count:sum",
                "cured_count:sum",
                "cure_rate:avg",
                "days_to_cure:avg",
                "paid_amount:sum",
                "cured_amount:sum",
            ],
        )
        self.assertEqual(values, (3, 2, 1, 50, 19, 47, 40))

    # -------------------------------------------------------------------------
    # DAYS AND TARGETS
    # -------------------------------------------------------------------------

    def keep_day(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("utility_collections.ir_cron_debt_day").method_direct_trigger()
        self.env.invalidate_all()

    def days_kept(self):
        return (
            self.env["utility.debt.day"]
            .sudo()
            .search([("company_id", "=", self.company.id)])
        )

    def test_day_is_kept_once(self):
        """KPI-07: the sums of a day are the report's, and a second run changes none."""
        self.old_bill(50, 100)
        self.old_bill(-3, 40, account=self.jane)
        self.old_bill(200, 70, account=self.jane)
        for _run in range(2):
            self.keep_day()
            rows = self.days_kept()
            self.assertEqual(
                {(row.category, row.age): row.amount for row in rows},
                {
                    ("residential", "31_60"): 100,
                    ("commercial", "00_not_due"): 40,
                    ("commercial", "92_over"): 70,
                },
            )
            self.assertEqual(sum(rows.mapped("overdue_amount")), 170)
            self.assertEqual(set(rows.mapped("date")), {self.today})
        self.record_one(100)
        self.keep_day()
        self.assertEqual(sum(self.days_kept().mapped("amount")), 110)

    def test_days_are_forgotten(self):
        """KPI-07: after the months of the setting."""
        self.company.utility_debt_day_months = 2
        self.old_bill(50)
        self.keep_day()
        with freeze_time(self.today + relativedelta(months=1)):
            self.keep_day()
            self.assertEqual(len(set(self.days_kept().mapped("date"))), 2)
        with freeze_time(self.today + relativedelta(months=2, days=1)):
            self.keep_day()
            self.assertEqual(len(set(self.days_kept().mapped("date"))), 2)
            self.assertNotIn(self.today, self.days_kept().mapped("date"))

    def test_targets(self):
        """KPI-07: of the company and of an area, beside what was reached."""
        self.old_bill(50, 100)
        self.old_bill(-40, 300)
        self.old_bill(50, 70, account=self.jane)
        self.keep_day()
        first = self.today.replace(day=1)
        self.record_one(25, date=str(self.today))
        self.make_case(
            self.account,
            state="closed",
            close_reason="minimum_paid",
            opened_on=self.today,
            closed_on=self.today,
        )
        promises = self.env["utility.payment.promise"].create(
            [
                {
                    "utility_account_id": account.id,
                    "amount": 5,
                    "date": self.today,
                }
                for account in (self.account, self.jane)
            ]
        )
        for promise, state in zip(promises, ("kept", "broken"), strict=True):
            promise.sudo().write({"state": state})
        Target = self.env["utility.collection.target"].with_user(self.manager)
        whole, north = Target.create(
            [
                {
                    "month": self.today,
                    "overdue_share_max": 10,
                    "amount_to_cure": 100,
                    "promises_kept_min": 80,
                },
                {"month": self.today, "area_id": self.area.id},
            ]
        )
        self.assertEqual(whole.month, first)
        rows = {
            row.target_id: row for row in self.report("collection.target").search([])
        }
        row = rows[whole]
        self.assertEqual(row.seen_on, self.today)
        self.assertAlmostEqual(row.overdue_share, 100 * 170 / 470, 1)
        self.assertEqual(row.cured_amount, 25)
        self.assertEqual(row.cured_share, 25)
        self.assertEqual(row.promises_kept_share, 50)
        self.assertEqual(rows[north].overdue_share, 100)
        self.assertEqual(rows[north].cured_amount, 0)
        self.assertEqual(rows[north].promises_kept_share, 0)

    def test_rates_of_targets_together(self):
        """KPI-07: of amounts to cure where some are set; of one currency only."""
        self.record_one(25, date=str(self.today), documents=[], excess="credit")
        self.record_one(
            40,
            account=self.jane.number,
            date=str(self.today),
            documents=[],
            excess="credit",
        )
        for account in (self.account, self.jane):
            self.make_case(
                account,
                state="closed",
                close_reason="cleared",
                opened_on=self.today,
                closed_on=self.today,
            )
        euro = self.setup_other_currency("EUR")
        other = self.setup_other_company(currency_id=euro.id)["company"]
        Target = self.env["utility.collection.target"].sudo()
        Target.create(
            [
                {"month": self.today, "amount_to_cure": 100},
                {"month": self.today, "area_id": self.area.id},
                {
                    "month": self.today,
                    "company_id": other.id,
                    "amount_to_cure": 50,
                },
            ]
        )
        report = self.report("collection.target").sudo()
        rates = dict(
            report._read_group(
                [("company_id", "in", (self.company | other).ids)],
                ["company_id"],
                ["cured_share:avg"],
            )
        )
        self.assertEqual(rates, {self.company: 65, other: 0})
        [(both,)] = report._read_group(
            [("company_id", "in", (self.company | other).ids)],
            [],
            ["cured_share:avg"],
        )
        self.assertFalse(both, "Two currencies have no rate in common.")

    def test_bad_targets(self):
        """KPI-07: twice the same, shares above 100, an area and a person: refused."""
        Target = self.env["utility.collection.target"].with_user(self.manager)
        Target.create({"month": self.today})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            Target.create({"month": self.today})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            Target.create({"area_id": self.area.id, "overdue_share_max": 101})
        with self.assertRefused(ValidationError, "make two"):
            Target.create({"area_id": self.area.id, "user_id": self.recovery.id})

    # -------------------------------------------------------------------------
    # SCREENS
    # -------------------------------------------------------------------------

    def test_searches_and_favourites(self):
        """KPI-07: filters, groups and favourites run."""
        self.old_bill(50)
        self.make_case(self.account)
        self.env.flush_all()
        for model, view in _REPORTS.items():
            self.assertSearchRuns(model, self.env.ref(view), self.recovery)
        self.assertFavouritesRun(list(_REPORTS), self.manager, 9)

    def test_usage_favourites(self):
        """USE-01: how fast inquiries are resolved, and what collections do."""
        self.assertFavouritesRun(["utility.usage.event"], self.manager, 2)
        bill = self.old_bill(50)
        self.company.utility_usage = True
        dispute = (
            self.env["utility.dispute"]
            .with_user(self.recovery)
            .create(
                {
                    "move_id": bill.id,
                    "amount": 30,
                    "category_id": self.env.ref(
                        "utility_collections.dispute_wrong_amount"
                    ).id,
                }
            )
        )
        dispute.sudo()._close("resolved", "The meter was read again")
        favourite = self.env.ref("utility_collections.ir_filters_usage_inquiries")
        events = self.env["utility.usage.event"].with_user(self.manager)
        [(category, count, hours)] = events._read_group(
            safe_eval(favourite.domain),
            ["inquiry_category"],
            ["__count", "duration_hours:avg"],
        )
        self.assertEqual((category, count), ("bill", 1))
        self.assertTrue(hours is not None and hours is not False)


@tagged("post_install", "-at_install")
class TestDebtAccess(RightsCommon, DebtCommon):
    def test_matrix(self):
        """T23, ROL-01: recovery reads, Billing Managers set targets."""
        read = ("", "r", "r", "r", "", "", "")
        self.assertRights(
            {
                "utility.debt.day": read,
                "utility.collection.account.report": read,
                "utility.collection.case.report": read,
                "utility.collection.target.report": read,
                "utility.collection.target": ("", "r", "crwd", "crwd", "", "", ""),
            }
        )


class DebtMachine(PlanMachine):
    """All steps of payments, credit and plans; at the end, all is recounted."""

    def teardown(self):
        for name in ("category", "area_id"):
            self.case.assertAgeing(name)
        accounts = self.accounts[0].union(*self.accounts)
        accounts.sudo()._refresh_behaviour()
        self.case.assertBehaviour(accounts)
        return super().teardown()


class DebtLedgerCommon(PlanFigureChecks, DebtCommon):
    """Two accounts on which random steps are taken."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.utility_return_fee = 5
        cls.machine_accounts = [cls.account, cls.jane]
        cls.env.flush_all()


@tagged("post_install", "-at_install")
class TestDebtRandomLedger(DebtLedgerCommon):
    def test_random_ledger(self):
        """KPI-07, CON-07, CON-08, T22: SQL counts a random ledger as Python does."""
        run_random_steps(self, DebtMachine, 8, 30)

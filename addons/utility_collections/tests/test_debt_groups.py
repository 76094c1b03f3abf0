"""KPI-07: what ageing reads from sums is what the items say, to the cent."""

from collections import defaultdict
from datetime import timedelta

from freezegun import freeze_time
from hypothesis.stateful import rule

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.utility_credit_notes.tests.test_state_machine import (
    cents,
    run_random_steps,
)

from .test_debt_reports import DebtCommon, DebtLedgerCommon, DebtMachine

_MEASURES = (
    "open_amount",
    "overdue_amount",
    "original_amount",
    "disputed_amount",
    "case_amount",
)
_GROUPINGS = (
    ("category", "age"),
    ("area_id", "bucket"),
    ("services",),
    ("credit_rating", "in_collections"),
    ("behaviour", "kind"),
    ("recovery_user_id", "currency_id"),
    (),
)
_DOMAINS = (
    [],
    [("open_amount", ">", 0)],
    [("overdue_amount", ">", 0), ("age", "!=", "95_plan")],
    [("disputed_amount", ">", 0)],
    [("in_collections", "=", True)],
    ["|", ("kind", "=", "credit"), ("days_overdue", ">", 30)],
)


class DebtGroupChecks:
    """Reads groups, and the items one by one."""

    def assertGroupsExact(self, user=None):
        """Groups by whatever, filtered by whatever, are the sums of their items."""
        self.env.flush_all()
        self.env.invalidate_all()
        report = self.env["utility.receivable.report"].with_user(user or self.recovery)
        aggregates = [f"{name}:sum" for name in _MEASURES]
        for domain in _DOMAINS:
            items = report.search(domain)
            for groupby in _GROUPINGS:
                expected = defaultdict(lambda: [0] * (len(_MEASURES) + 2))
                for item in items:
                    row = expected[tuple(item[name] or False for name in groupby)]
                    row[0] += 1
                    row[1] = max(row[1], item.days_overdue)
                    for place, name in enumerate(_MEASURES, 2):
                        row[place] += cents(item[name])
                found = {
                    tuple(value or False for value in row[: len(groupby)]): [
                        *row[len(groupby) : len(groupby) + 2],
                        *map(cents, row[len(groupby) + 2 :]),
                    ]
                    for row in report._read_group(
                        domain,
                        groupby,
                        ["__count", "days_overdue:max", *aggregates],
                    )
                }
                if not items and not groupby:
                    continue
                assert found == dict(expected), (domain, groupby, found, expected)
        differences = self.env["utility.debt.group"]._find_differences(self.company)
        assert not differences, differences


@tagged("post_install", "-at_install")
class TestDebtGroups(DebtGroupChecks, DebtCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bills = [cls.old_bill(days, 100 + days) for days in (-5, 0, 1, 30, 31, 200)]
        cls.bills += [
            cls.old_bill(days, 50 + days, account=cls.jane) for days in (0, 45, 95)
        ]
        cls.make_debt(12.34, account=cls.jane)

    def fold(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "utility_collections.ir_cron_fold_debt"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.env["utility.debt.change"].search_count([]))

    def assertExact(self):
        """Before what changed is summed up, and after."""
        self.assertGroupsExact()
        self.assertAgeing("category")
        self.fold()
        self.assertGroupsExact()
        self.assertAgeing("area_id")
        self.assertLedgerSound()

    def test_payments(self):
        """KPI-07: a part, the whole, too much; returned, and a wrong entry."""
        self.assertExact()
        self.record_one(20, documents=self.bills[5].ids)
        self.assertExact()
        self.record_one(self.bills[4].amount_residual, documents=self.bills[4].ids)
        self.record_one(
            30, account=self.jane.number, excess="credit", tendered=30, documents=[]
        )
        _outcome, returned = self.record_one(
            60, account=self.jane.number, mode="cheque", reference="C-1"
        )
        self.assertExact()
        self.adjust(returned, reversal_kind="returned")
        _outcome, wrong = self.record_one(10)
        self.adjust(wrong, reversal_kind="wrong_entry")
        self.assertExact()

    def test_documents(self):
        """KPI-07: a bill of the past, a charge, and one in a currency of elsewhere."""
        self.fold()
        self.old_bill(120, 77)
        self.make_bill(75, kind="service", account=self.jane, due_date=str(self.today))
        self.setup_other_currency("EUR", rates=[("2020-01-01", 0.37)])
        self.make_bill(19.99, currency="EUR")
        self.assertExact()

    def test_plans(self):
        """KPI-07, PLN-04: what a plan covers, pays, and gives up."""
        self.fold()
        plan = self.make_plan(self.bills[7] | self.bills[8])
        self.assertExact()
        self.record_one(
            plan.installment_ids[0].amount,
            account=self.jane.number,
            type="installment",
            documents=plan.installment_ids[0].ids,
        )
        self.assertExact()
        plan.sudo()._break("An installment was missed")
        self.assertExact()

    def test_disputes_and_cases(self):
        """KPI-07, COL-09, COL-02: a dispute, resolved; a case, closed."""
        self.fold()
        category = self.env.ref("utility_collections.dispute_wrong_amount")
        dispute = (
            self.env["utility.dispute"]
            .with_user(self.clerk)
            .create(
                {
                    "move_id": self.bills[5].id,
                    "amount": 30,
                    "category_id": category.id,
                }
            )
        )
        self.assertExact()
        case = self.make_case(self.account)
        self.assertExact()
        dispute.sudo().write({"state": "cancelled"})
        self.assertExact()
        case.write({"state": "closed"})
        self.assertExact()

    def test_consumers(self):
        """KPI-07: what tells consumers apart changes, none of the items does."""
        self.fold()
        self.jane.write({"category": "industrial", "area_id": False})
        self.assertExact()
        services = self.env["utility.service"].search([], limit=2)
        self.jane.service_ids = services
        self.account.service_ids = services[:1]
        self.account.recovery_user_id = self.recovery
        self.assertExact()
        self.jane.service_ids = services[1:]
        self.jane.with_user(self.manager).write(
            {"credit_rating": "E", "rating_reason": "As the director said"}
        )
        (self.account | self.jane).sudo()._refresh_behaviour()
        self.assertExact()

    def test_days_pass(self):
        """KPI-07: sums move to the next age by themselves."""
        self.fold()
        for days in (1, 2, 30, 60, 150):
            with freeze_time(self.today + timedelta(days=days)):
                self.assertGroupsExact()
                self.assertAgeing("category")

    def test_companies(self):
        """KPI-07: each by its own day, in its own currency, to whom may see it."""
        euro = self.setup_other_currency("EUR")
        other = self.setup_other_company(currency_id=euro.id)["company"]
        other._utility_setup()
        dora = self.make_account("Dora Dean", company_id=other.id)
        chief = new_test_user(
            self.env,
            login="utility_chief",
            groups="utility_consumers.group_billing_manager",
            company_id=self.company.id,
            company_ids=[Command.set((self.company | other).ids)],
        )
        Move = self.env["account.move"].with_user(chief).with_company(other)
        [bill] = Move.record_bills(
            [
                {
                    "account": dora.id,
                    "amount": 45,
                    "date": "2024-03-01",
                    "due_date": "2024-03-21",
                }
            ]
        )
        self.assertEqual(bill["status"], "posted", bill)
        for _turn in range(2):
            self.assertGroupsExact(
                chief.with_context(allowed_company_ids=(self.company | other).ids)
            )
            report = self.env["utility.receivable.report"]
            [alone] = report.with_user(self.manager)._read_group([], [], ["__count"])
            both = report.with_user(chief).with_context(
                allowed_company_ids=(self.company | other).ids
            )
            self.assertEqual(alone[0], 10)
            self.assertEqual(
                dict(both._read_group([], ["currency_id"], ["__count"])),
                {self.company.currency_id: 10, other.currency_id: 1},
            )
            self.fold()

    def test_read_from_sums(self):
        """KPI-07: groups come from sums; what is wrong there the check finds."""
        self.fold()
        report = self.env["utility.receivable.report"].with_user(self.recovery)
        [before] = report._read_group([], [], ["open_amount:sum"])
        self.env.cr.execute(
            "UPDATE utility_debt_group SET open_amount = open_amount + 1"
            " WHERE id = (SELECT MAX(id) FROM utility_debt_group)"
        )
        [after] = report._read_group([], [], ["open_amount:sum"])
        self.assertAlmostEqual(after[0] - before[0], 1)
        [items] = report._read_group(
            [("document", "!=", False)], [], ["open_amount:sum"]
        )
        self.assertEqual(items, before)
        errors = [
            found["check"]
            for found in self.company._utility_check_ledger()
            if found["level"] == "error"
        ]
        self.assertEqual(errors, ["debt_groups"])
        self.env["utility.debt.group"]._recount()
        self.assertLedgerSound()
        self.assertEqual(report._read_group([], [], ["open_amount:sum"]), [before])

    def test_groups_open_their_items(self):
        """KPI-07: the domain of a group finds the items that it counts."""
        self.fold()
        report = self.env["utility.receivable.report"].with_user(self.recovery)
        for groupby in (["age"], ["category", "age"], ["services"], ["due_on:month"]):
            for group in report.formatted_read_group(
                [("open_amount", ">", 0)], groupby, ["__count", "open_amount:sum"]
            ):
                items = report.search(
                    [("open_amount", ">", 0), *group["__extra_domain"]]
                )
                self.assertEqual(len(items), group["__count"])
                self.assertEqual(
                    cents(sum(items.mapped("open_amount"))),
                    cents(group["open_amount:sum"]),
                )


class DebtGroupMachine(DebtMachine):
    """All steps, with sums counted anew between them."""

    @rule()
    def fold(self):
        groups = self.env["utility.debt.group"].sudo()
        changes = self.env["utility.debt.change"].sudo().search([])
        groups._fold(changes.mapped("utility_account_id"))
        self.case.steps["folded"] += 1

    def teardown(self):
        self.case.assertGroupsExact()
        return super().teardown()


@tagged("post_install", "-at_install")
class TestDebtGroupsRandomLedger(DebtGroupChecks, DebtLedgerCommon):
    def test_random_ledger(self):
        """KPI-07, T22: sums of a random ledger are those of its items."""
        run_random_steps(self, DebtGroupMachine, 8, 40)
        self.assertTrue(self.steps["folded"], self.steps)

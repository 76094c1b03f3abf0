import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.modules.migration import load_script
from odoo.tests import new_test_user, tagged

from ..tools.period import COMPARISONS
from .adjustment_common import AdjustmentsCommon
from .figures_common import FigureChecks


@tagged("post_install", "-at_install")
class TestFigures(FigureChecks, AdjustmentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "UTC"
        (cls.manager | cls.clerk).tz = "UTC"
        cls.company.utility_backdate_days = 10_000

    def april(self, **scope):
        return self.assertFiguresExact("2024-04-01", "2024-04-30", **scope)

    def test_total_collected(self):
        """KPI-01: posted payments by payment date; the last day is in the period."""
        self.make_bill(500, date="2024-03-01", due_date="2024-04-15")
        for amount, date in (
            (10, "2024-03-31"),
            (20.01, "2024-04-01"),
            (30.02, "2024-04-30"),
            (40, "2024-05-01"),
        ):
            self.record_one(amount, date=date)
        figures = self.april()
        self.assertEqual(figures["total_collected"]["value"], 50.03)
        self.assertEqual(figures["total_collected"]["count"], 2)
        self.assertEqual(figures["total_collected"]["previous"], 10)
        self.assertAlmostEqual(
            figures["total_collected"]["change_percent"], 400.3, places=6
        )

    def test_returned_stays_in_its_month(self):
        """KPI-01: the return is a figure of its own by its date; the net is told."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        _outcome, payment = self.record_one(120, date="2024-04-10")
        self.record_one(30, date="2024-04-11")
        self.adjust(payment, reversal_kind="returned")
        self.assertEqual(payment.utility_state, "returned")
        self.assertEqual(payment.returned_on, self.today)
        figures = self.april()
        self.assertEqual(figures["total_collected"]["value"], 150)
        self.assertEqual(figures["net_collected"]["value"], 150)
        self.assertEqual(figures["returns"]["count"], 0)
        self.assertEqual(figures["returned_share"]["value"], 50)
        today = fields.Date.to_string(self.today)
        now = self.assertFiguresExact(today, today)
        self.assertEqual(now["total_collected"]["value"], 0)
        self.assertEqual(now["returns"]["value"], 120)
        self.assertEqual(now["net_collected"]["value"], -120)
        self.assertEqual(now["net_collected"]["count"], 1)

    def test_came_and_went_in_one_period(self):
        """KPI-01: a payment returned in its own month is one record behind the net."""
        self.make_bill(200)
        _outcome, payment = self.record_one(120)
        self.adjust(payment, reversal_kind="returned")
        today = fields.Date.to_string(self.today)
        figures = self.assertFiguresExact(today, today)
        self.assertEqual(figures["net_collected"]["value"], 0)
        self.assertEqual(figures["net_collected"]["count"], 1)

    def test_cancelled_and_corrected_dont_count_twice(self):
        """KPI-01: a wrong entry is out; a moved payment counts once."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        other = self.make_account("Anna Bell")
        self.make_bill(90, account=other, date="2024-03-01", due_date="2024-04-20")
        _outcome, wrong = self.record_one(100, date="2024-04-10")
        _outcome, moved = self.record_one(60, date="2024-04-12")
        self.adjust(wrong, reversal_kind="wrong_entry")
        self.adjust(moved, "move", target_account_id=other.id)
        figures = self.april()
        self.assertEqual(figures["total_collected"]["value"], 60)
        self.assertEqual(figures["total_collected"]["count"], 1)
        self.assertEqual(figures["average_collection_time"]["count"], 1)

    def test_received_today(self):
        """KPI-02: by the time of recording, where the user is; weekday of last week."""
        self.make_bill(900, date="2024-03-01", due_date="2024-04-15")
        self.manager.tz = "Pacific/Auckland"
        Manager = self.env["account.payment"].with_user(self.manager)
        Manager = Manager.with_context(allowed_company_ids=self.company.ids)
        with freeze_time("2024-06-11 20:00:00"):
            # The 12th in Auckland, since 12:00 UTC on the 11th
            for amount, received_at in (
                (1, "2024-06-11 11:59:59"),
                (2, "2024-06-11 12:00:00"),
                (4, "2024-06-11 19:59:59"),
                (8, "2024-06-04 11:59:59"),
                (16, "2024-06-04 12:00:00"),
                (32, "2024-06-05 11:59:59"),
                (64, "2024-06-05 12:00:00"),
            ):
                self.record_one(amount, date="2024-06-01", received_at=received_at)
            today = Manager.collection_figures("2024-06-12", "2024-06-12")
        self.assertEqual(today["received_today"]["value"], 6)
        self.assertEqual(today["received_today"]["count"], 2)
        self.assertEqual(today["received_today"]["previous"], 48)
        self.assertEqual(today["received_today"]["change_percent"], -87.5)

    def test_collection_rate(self):
        """KPI-03: by the documents' own due dates, not capped, in points."""
        self.make_bill(80, date="2024-01-01", due_date="2024-03-31")
        self.make_bill(100, date="2024-03-01", due_date="2024-04-01")
        self.make_bill(60, kind="service", date="2024-04-20", due_date="2024-04-30")
        self.make_bill(500, date="2024-04-20", due_date="2024-05-01")
        self.record_one(20, date="2024-03-10")
        self.record_one(200, date="2024-04-05")
        rate = self.april()["collection_rate"]
        self.assertEqual(rate["value"], 125)
        self.assertEqual(rate["count"], 2)
        self.assertEqual(rate["previous"], 25)
        self.assertEqual(rate["change_percent"], 100, "points")

    def test_nothing_due(self):
        """KPI-03: without anything due there is no rate: False, not 0."""
        self.make_bill(80, date="2024-01-01", due_date="2024-02-01")
        self.record_one(80, date="2024-04-05")
        rate = self.april()["collection_rate"]
        self.assertIs(rate["value"], False)
        self.assertEqual(rate["count"], 0)
        self.assertIs(rate["change_percent"], False)

    def test_average_collection_time(self):
        """KPI-04: days from the document to the payment, over what still stands."""
        first = self.make_bill(50, date="2024-03-01", due_date="2024-03-20")
        second = self.make_bill(50, date="2024-04-01", due_date="2024-04-20")
        # One payment of two documents: 35 and 4 days
        self.record_one(100, date="2024-04-05", documents=[first.id, second.id])
        third = self.make_bill(70, date="2024-04-01", due_date="2024-04-21")
        _outcome, bounced = self.record_one(70, date="2024-04-30", documents=[third.id])
        self.assertAlmostEqual(
            self.april()["average_collection_time"]["value"], (35 + 4 + 29) / 3
        )
        self.adjust(bounced, reversal_kind="returned")
        time = self.april()["average_collection_time"]
        self.assertAlmostEqual(time["value"], 19.5)
        self.assertEqual(time["count"], 2)

    def test_reallocated(self):
        """KPI-04: what was paid by mistake doesn't count, what took its place does."""
        first = self.make_bill(50, date="2024-03-01", due_date="2024-03-20")
        second = self.make_bill(50, date="2024-04-01", due_date="2024-04-20")
        _outcome, payment = self.record_one(50, date="2024-04-05", documents=[first.id])
        self.adjust(payment, "reallocate", documents=[second])
        time = self.april()["average_collection_time"]
        self.assertEqual((time["value"], time["count"]), (4, 1))

    def test_allocations_of_before(self):
        """KPI-04: an upgrade fills what the mean is taken of as recording does."""
        document = self.make_bill(50, date="2024-03-01", due_date="2024-03-20")
        _outcome, bounced = self.record_one(
            20, date="2024-03-05", documents=[document.id]
        )
        self.adjust(bounced, reversal_kind="returned")
        self.record_one(30, date="2024-03-05", documents=[document.id])
        account = self.make_account("Otto Thar")
        self.make_debt(40, account=account, date="2024-03-10")
        self.record_one(10, account=account.number, date="2024-04-01")
        rows = self.env["utility.payment.allocation"].search(
            [("company_id", "=", self.company.id)]
        )

        def read():
            self.env.flush_all()
            rows.invalidate_recordset()
            return {row: (row.amount_standing, row.collection_days) for row in rows}

        recorded = read()
        self.assertEqual(set(recorded.values()), {(0, 4), (30, 4), (10, 22)}, recorded)
        # As they were before; the triggers go with the columns
        self.env.cr.execute(
            "ALTER TABLE utility_payment_allocation"
            " DROP COLUMN amount_standing CASCADE, DROP COLUMN collection_days CASCADE"
        )
        path = get_module_path("utility_payments")
        load_script(
            f"{path}/migrations/19.0.1.2.0/pre-migration.py", "allocation_migration"
        ).migrate(self.env.cr, "19.0.1.1.0")
        self.assertEqual(read(), recorded)

    def test_empty_company(self):
        """KPI-01 to KPI-05: no payment at all: zeros and n/a, no error."""
        figures = self.april()
        self.assertEqual(figures["total_collected"]["value"], 0)
        self.assertIs(figures["total_collected"]["change_percent"], False)
        self.assertIs(figures["average_collection_time"]["value"], False)
        self.assertIs(figures["failed_share"]["value"], False)

    def test_debt(self):
        """CON-04: owed, past due less credit of the same account, kept credit."""
        tomorrow = fields.Date.to_string(self.today + timedelta(days=1))
        self.make_bill(100, date="2024-03-01", due_date="2024-03-20")
        self.make_bill(40, date="2024-03-01", due_date=tomorrow)
        other = self.make_account("Anna Bell")
        self.make_bill(30, account=other, date="2024-03-01", due_date="2024-03-20")
        rich = self.make_account("Carl Cole")
        self.record_one(25, account=rich.id)
        self.record_one(10)
        today = fields.Date.to_string(self.today)
        figures = self.assertFiguresExact(today, today)
        self.assertEqual(figures["outstanding"]["value"], 160)
        self.assertEqual(figures["outstanding"]["count"], 3)
        self.assertEqual(figures["overdue"]["value"], 120)
        self.assertEqual(figures["overdue"]["count"], 2)
        self.assertEqual(figures["credit_balance"]["value"], 25)
        self.assertEqual(figures["credit_balance"]["count"], 1)

    def test_waiting(self):
        """KPI-05: what waits for a signature or a look is counted, and opens."""
        self.make_bill(100)
        _outcome, payment = self.record_one(50)
        self.make_adjustment(payment).action_request()
        online = self.env["utility.payment.channel"].search([("code", "=", "online")])
        Sudo = self.env["account.payment"].sudo()
        outcome = Sudo.with_user(self.env.ref("base.user_root")).record_collections(
            [self.request(20, channel="online", mode="online", reference="pi_1")]
        )[0]
        unverified = Sudo.browse(outcome["payment_id"])
        figures = self.april()
        self.assertEqual(figures["adjustments_to_approve"]["value"], 1)
        self.assertEqual(
            figures["unverified"]["count"],
            1 if unverified.verification_state == "pending" else 0,
        )
        self.assertEqual(unverified.channel_id, online)
        unverified.with_user(self.manager).action_verify()
        self.assertEqual(self.april()["unverified"]["value"], 0)

    def test_channel_scope(self):
        """KPI-05: a scope of channels limits payments, and not what fell due."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        self.record_one(50, date="2024-04-02")
        self.record_one(30, date="2024-04-03", channel="agent")
        self.record_one(20, date="2024-04-04", channel="kiosk")
        channels = self.env["utility.payment.channel"].search(
            [("code", "in", ["agent", "kiosk"])]
        )
        figures = self.april(channel_ids=channels.ids)
        self.assertEqual(figures["total_collected"]["value"], 50)
        self.assertEqual(figures["collection_rate"]["value"], 25)
        self.assertEqual(figures["average_collection_time"]["count"], 2)

    def test_channel_scope_after_folding(self):
        """KPI-05: what has no channel isn't counted along with what fell due."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        self.record_one(50, date="2024-04-15", channel="agent")
        # As an import may leave it
        self.env["account.payment"].sudo().create(
            {
                "utility_account_id": self.account.id,
                "partner_id": self.account.partner_id.id,
                "utility_state": "failed",
                "utility_type": "bill",
                "journal_id": self.modes["cash"].journal_id.id,
                "amount": 99,
                "date": "2024-04-15",
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        agent = self.env["utility.payment.channel"].search([("code", "=", "agent")])
        april = ("2024-04-01", "2024-04-30")
        with self.enter_registry_test_mode():
            self.env.ref(
                "utility_payments.ir_cron_fold_collection_days"
            ).method_direct_trigger()
        self.env.invalidate_all()
        figures = self.assertFiguresExact(*april, channel_ids=agent.ids)
        self.assertEqual(figures["collection_rate"]["value"], 25)
        self.assertEqual(figures["failed_share"]["count"], 0)
        self.assertEqual(self.assertFiguresExact(*april)["failed_share"]["count"], 1)

    def test_channel_of_another_company(self):
        """ROL-04: a channel that the user doesn't see is no scope, nor is it named."""
        other = self.setup_other_company()["company"]
        hidden = self.env["utility.payment.channel"].create(
            {"name": "Hidden", "code": "hidden", "company_id": other.id}
        )
        for method in ("collection_figures", "collection_charts"):
            Payment = self.env["account.payment"].with_user(self.manager)
            read = getattr(
                Payment.with_context(allowed_company_ids=self.company.ids), method
            )
            with self.assertRefused(UserError, "choose again"):
                read("2024-04-01", "2024-04-30", {"channel_ids": hidden.ids})
        hidden.company_id = self.company
        hidden.active = False
        figures = self.april(channel_ids=hidden.ids)
        self.assertEqual(figures["total_collected"]["count"], 0)

    def test_companies(self):
        """ROL-04: figures are those of the companies asked for, and of no other's."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        self.record_one(50, date="2024-04-02")
        other = self.setup_other_company()["company"]
        other._utility_setup()
        other.utility_backdate_days = 10_000
        account = self.make_account("Dora Dean", company_id=other.id)
        both = self.company | other
        chief = new_test_user(
            self.env,
            login="utility_chief",
            groups="utility_consumers.group_billing_manager",
            company_id=self.company.id,
            company_ids=[Command.set(both.ids)],
            tz="UTC",
        )
        Payment = self.env["account.payment"].with_user(chief).with_company(other)
        outcome = Payment.record_collections(
            [
                {
                    "account": account.id,
                    "amount": 7,
                    "mode": "cash",
                    "date": "2024-04-03",
                }
            ]
        )[0]
        self.assertEqual(outcome["status"], "posted", outcome)

        def collected(**scope):
            figures = self.april(user=chief, **scope)
            return figures["total_collected"]["value"]

        self.assertEqual(self.april()["total_collected"]["value"], 50)
        self.assertEqual(collected(allowed=self.company.ids), 50)
        if other.currency_id == self.company.currency_id:
            self.assertEqual(collected(allowed=both.ids), 57)
        self.assertEqual(collected(allowed=both.ids, company_ids=other.ids), 7)
        with self.assertRefused(AccessError, "your own companies"):
            self.april(company_ids=other.ids)

    def test_currencies_of_companies(self):
        """KPI-01: amounts of two currencies are never added up."""
        other = self.setup_other_company()["company"]
        other.currency_id = self.env.ref("base.JPY")
        both = self.company | other
        self.manager.company_ids = [Command.link(other.id)]
        figures = self.april(allowed=both.ids)
        self.assertIn(
            ("company_id", "in", self.company.ids),
            [
                tuple(leaf)
                for leaf in figures["total_collected"]["domain"]
                if not isinstance(leaf, str)
            ],
        )
        with self.assertRefused(UserError, "companies of one currency"):
            self.april(allowed=both.ids, company_ids=both.ids)

    def test_foreign_payment(self):
        """KPI-01: a payment in another currency counts in company currency."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2024-04-01",
                "rate": 0.8,
            }
        )
        self.record_one(80, date="2024-04-02", currency="EUR")
        self.assertEqual(self.april()["total_collected"]["value"], 100)
        self.assertLedgerSound()

    def test_comparisons(self):
        """KPI-05: the period before, as far as this one has come, or last year's."""
        self.make_bill(900, date="2023-03-01", due_date="2024-04-15")
        for amount, date in ((1, "2023-04-30"), (2, "2024-03-10"), (4, "2024-03-31")):
            self.record_one(amount, date=date)
        self.record_one(8, date="2024-04-05")
        with freeze_time("2024-04-10 12:00:00"):
            previous = {
                how: self.april(compare=how)["total_collected"]["previous"]
                for how in COMPARISONS
            }
        self.assertEqual(
            previous,
            {
                "previous": 6,
                "previous_to_date": 2,
                "last_year": 1,
                "last_year_to_date": 0,
            },
        )

    def test_rate_of_a_running_month(self):
        """KPI-03, KPI-05: both months are measured against all that is due in them."""
        self.make_bill(100, date="2024-03-01", due_date="2024-03-05")
        self.make_bill(100, date="2024-03-01", due_date="2024-03-25")
        self.make_bill(200, date="2024-03-01", due_date="2024-04-20")
        self.record_one(50, date="2024-03-08")
        self.record_one(25, date="2024-03-20")
        self.record_one(80, date="2024-04-05")
        with freeze_time("2024-04-10 12:00:00"):
            rate = self.april(compare="previous_to_date")["collection_rate"]
        self.assertEqual(rate["value"], 40)
        self.assertEqual(rate["previous"], 25)

    def test_bad_input(self):
        """KPI-05: a sentence says what is wrong and what would be right."""
        for first, last, text in (
            ("2024-05-01", "2024-04-30", "choose a first day that isn't later"),
            ("2024-13-01", "2024-04-30", "is not a date: write it as"),
            ("", "2024-04-30", "is not a date"),
            ("2024-04-01", False, "is not a date"),
            ("0001-01-01", "2024-04-30", "no period before"),
        ):
            with self.assertRefused(UserError, text):
                self.read_figures(first, last)
        for scope, text in (
            ({"figures": ["rainfall"]}, "There is no figure rainfall"),
            ({"compare": "tomorrow"}, "can be compared with"),
            ({"channel_ids": [10**9]}, "doesn't exist any more"),
            ({"channel_ids": ["cash"]}, "is a list of numbers, such as [1, 2]"),
            ({"company_ids": 1}, "is a list of numbers, such as [1, 2]"),
            ({"figures": [["returns"]]}, "There is no figure"),
        ):
            with self.assertRefused(UserError, text):
                self.read_figures("2024-04-01", "2024-04-30", **scope)

    def test_who_may_see(self):
        """ROL-01: staff of the office see figures; collectors and consumers don't."""
        for user in (self.clerk, self.recovery, self.manager):
            self.read_figures("2024-04-01", "2024-04-30", user=user)
        portal = new_test_user(
            self.env, login="utility_portal", groups="base.group_portal"
        )
        for user in (self.collector, portal):
            with self.assertRefused(AccessError):
                self.read_figures(
                    "2024-04-01", "2024-04-30", user=user, allowed=user.company_ids.ids
                )

    def test_some_figures_only(self):
        """KPI-05: who needs one figure asks for one."""
        figures = self.read_figures("2024-04-01", "2024-04-30", figures=["returns"])
        self.assertEqual(list(figures), ["returns"])

    def test_category_of_today(self):
        """KPI-06: a consumer's category moves what they paid and owe with it."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        self.record_one(50, date="2024-04-02")
        self.account.category = "industrial"
        self.assertLedgerSound()
        Day = self.env["utility.collection.day"]
        sums = {
            row.category: (row.amount, row.due_amount)
            for row in Day.search([("company_id", "=", self.company.id)])
            if row.amount > 0 or row.due_amount > 0
        }
        self.assertEqual(set(sums), {"residential", "industrial"})
        self.company_sums("residential", 0, 0, 0)
        self.company_sums("industrial", 50, 200, 1)

    def company_sums(self, category, amount, due, allocations):
        found = self.env["utility.collection.day"]._read_group(
            [("company_id", "=", self.company.id), ("category", "=", category)],
            [],
            ["amount:sum", "due_amount:sum", "allocations:sum"],
        )
        self.assertEqual(found, [(amount, due, allocations)])

    def test_fold(self):
        """KPI-05: folding leaves a row for each key, and every sum as it was."""
        self.make_bill(900, date="2024-03-01", due_date="2024-04-15")
        for amount in range(1, 9):
            self.record_one(amount, date="2024-04-02")
        before = self.april()
        Day = self.env["utility.collection.day"]
        mine = [("company_id", "=", self.company.id)]
        rows = Day.search_count(mine)
        with self.enter_registry_test_mode():
            self.env.ref(
                "utility_payments.ir_cron_fold_collection_days"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertLess(Day.search_count(mine), rows)
        self.assertEqual(Day.search_count([*mine, ("date", "=", "2024-04-02")]), 1)
        self.assertEqual(self.april(), before)
        self.assertLedgerSound()

    def test_whole_months(self):
        """KPI-05: sums read from months equal those of their days, folded or not."""
        self.make_bill(900, date="2024-01-01", due_date="2024-02-29")
        Day = self.env["utility.collection.day"]
        Figure = self.env["utility.figure"].with_user(self.manager)
        Figure = Figure.with_context(allowed_company_ids=self.company.ids)

        def compare():
            for first, last in (
                ("2024-01-01", "2024-03-31"),
                ("2024-01-31", "2024-04-01"),
                ("2024-02-01", "2024-02-29"),
                ("2024-02-02", "2024-03-30"),
                ("2024-03-05", "2024-03-06"),
                ("2023-06-15", "2025-06-15"),
            ):
                for compared in ("previous", "last_year"):
                    scope = Figure._resolve_scope(first, last, {"compare": compared})
                    [whole] = Day._read_sums(scope, Day._measures()).values()
                    by_day = Day._read_sums(scope, Day._measures(), ["date"])
                    for number in range(2):
                        for name, value in whole[number].items():
                            days = [sums[number][name] for sums in by_day.values()]
                            self.assertEqual(value, sum(days), (first, last, name))

        def fold():
            with self.enter_registry_test_mode():
                self.env.ref(
                    "utility_payments.ir_cron_fold_collection_days"
                ).method_direct_trigger()
            self.env.invalidate_all()

        for turn, date in enumerate(
            ("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-31", "2024-04-01")
        ):
            payment = self.record_one(10 + turn, date=date)[1]
            compare()
            if turn != 3:
                fold()
                compare()
        self.adjust(payment, reversal_kind="returned")
        compare()
        fold()
        compare()
        self.assertLedgerSound()
        self.env.cr.execute("UPDATE utility_collection_month SET amount = amount + 1")
        errors = [
            found["message"]
            for found in self.company._utility_check_ledger()
            if found["level"] == "error"
        ]
        self.assertTrue(errors)

    def test_difference_is_found(self):
        """T18: sums that were tampered with are told by the check of the ledger."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        self.record_one(50, date="2024-04-02")
        self.assertLedgerSound()
        self.env.cr.execute(
            "UPDATE utility_collection_day SET amount = amount + 0.01"
            " WHERE company_id = %s AND payments > 0",
            [self.company.id],
        )
        errors = [
            found["message"]
            for found in self.company._utility_check_ledger()
            if found["level"] == "error"
        ]
        self.assertEqual(len(errors), 1, errors)
        self.assertIn("50.01", errors[0])
        self.env["utility.collection.day"]._recount()
        self.assertLedgerSound()

    def test_installed_later(self):
        """KPI-01: documents and payments of before count from the first moment."""
        self.make_bill(200, date="2024-03-01", due_date="2024-04-15")
        self.record_one(50, date="2024-04-02")
        before = self.april()
        self.env.cr.execute(
            "DELETE FROM utility_collection_day; DELETE FROM utility_collection_month"
        )
        self.env["utility.collection.day"]._start_counting()
        self.assertEqual(self.april(), before)
        self.record_one(25, date="2024-04-03")
        self.env["utility.collection.day"]._start_counting()
        self.assertEqual(self.april()["total_collected"]["value"], 75)
        self.assertLedgerSound()

    def test_one_message_for_a_batch(self):
        """LST-01: open pages hear once of a batch, and no figure is in the message."""
        self.make_bill(200)
        self.env.cr.flush()
        Bus = self.env["bus.bus"].sudo()
        ours = [("message", "like", "utility_payments/figures")]
        Bus.search(ours).unlink()
        self.record(self.request(10), self.request(11), self.request(12))
        self.env.cr.flush()
        message = Bus.search(ours)
        self.assertEqual(len(message), 1)
        self.assertEqual(
            json.loads(message.message)["payload"], {"company_id": self.company.id}
        )
        self.assertIn("res.groups", message.channel)

    def test_open_records(self):
        """KPI-05: a drill-down leads to a screen of ours, with these records only."""
        figures = self.april()
        Figure = self.env["utility.figure"].with_user(self.manager)
        for key, figure in figures.items():
            action = Figure.open_records(figure["model"], figure["domain"], key)
            self.assertEqual(action["domain"], figure["domain"])
            self.assertEqual(action["name"], key)
            self.env[figure["model"]].with_user(self.manager).get_views(
                [view[:2] for view in action["views"]]
            )

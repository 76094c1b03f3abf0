from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_promise import PromisesCommon


@tagged("post_install", "-at_install")
class TestPromiseMany(PromisesCommon):
    """Promises of two companies on two sides of the date line, and very many (COL-06).

    When it is noon in Greenwich, it is the next day already in Kiritimati.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Other Water")["company"]
        cls.company.partner_id.tz = "Pacific/Kiritimati"
        cls.other.partner_id.tz = "Pacific/Pago_Pago"
        cls.both = cls.company | cls.other

    def make_debtors(self, company, count, amount):
        accounts = self.env["utility.account"].create(
            [
                {"company_id": company.id, "consumer_name": f"{company.name} {number}"}
                for number in range(count)
            ]
        )
        outcomes = (
            self.env["account.move"]
            .with_company(company)
            .record_bills(
                [
                    {
                        "account": account.id,
                        "amount": amount,
                        "date": "2024-01-01",
                        "due_date": "2024-01-15",
                    }
                    for account in accounts
                ]
            )
        )
        self.assertEqual({outcome["status"] for outcome in outcomes}, {"posted"})
        return accounts

    def test_each_by_its_own_day(self):
        """COL-06: a promise is broken when its day is over where its company is."""
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="utility_consumers.group_customer_executive",
            company_id=self.other.id,
            company_ids=[Command.set(self.other.ids)],
        )
        accounts = self.make_debtors(self.company, 1, 50.0) | self.make_debtors(
            self.other, 1, 50.0
        )
        with freeze_time("2026-03-09 12:00:00"):
            self.assertEqual(
                [company._utility_today().day for company in self.both], [10, 9]
            )
            promises = self.env["utility.payment.promise"].create(
                [
                    {
                        "utility_account_id": account.id,
                        "amount": 50.0,
                        "date": date(2026, 3, 10),
                    }
                    for account in accounts
                ]
            )
        for moment, states in (
            ("2026-03-09 12:00:00", ["open", "open"]),
            ("2026-03-10 12:00:00", ["broken", "open"]),
            ("2026-03-11 10:59:00", ["broken", "open"]),
            ("2026-03-11 11:00:00", ["broken", "broken"]),
        ):
            with freeze_time(moment):
                self.judge()
            self.assertEqual(promises.mapped("state"), states, moment)
        self.assertEqual(
            promises.mapped("ended_on"), [date(2026, 3, 11), date(2026, 3, 11)]
        )
        mine, theirs = promises
        with self.assertRaises(AccessError):
            theirs.with_user(self.clerk).action_cancel("Not mine")
        with self.assertRaises(AccessError):
            mine.with_user(stranger).read(["amount"])
        with self.assertRaises(AccessError):
            self.promise(1.0, account=theirs.utility_account_id)
        self.assertNotIn(theirs, self.Promise.search([]))

    def test_very_many(self):
        """COL-06: of 5,000 promises of two companies each is judged by its account's
        money, and by few statements."""
        each, count = 50, 50
        accounts = self.make_debtors(self.company, count, 60.0)
        accounts |= self.make_debtors(self.other, count, 60.0)
        promises = self.env["utility.payment.promise"].create(
            [
                {
                    "utility_account_id": account.id,
                    "amount": 1.0,
                    "date": account.company_id._utility_today(),
                }
                for account in accounts
                for _number in range(each)
            ]
        )
        self.assertEqual(len(promises), 5000)
        paying = accounts[::2]
        for company in self.both:
            outcomes = (
                self.env["account.payment"]
                .with_company(company)
                .record_collections(
                    [
                        self.request(30.0, account=account.number)
                        for account in paying
                        if account.company_id == company
                    ]
                )
            )
            self.assertEqual({row["status"] for row in outcomes}, {"posted"})
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        with freeze_time(datetime.now() + timedelta(days=2)):
            self.judge()
        self.assertLess(self.env.cr.sql_log_count - before, 3000)
        for company in self.both:
            groups = dict(
                self.env["utility.payment.promise"]._read_group(
                    [("company_id", "=", company.id)], ["state"], ["__count"]
                )
            )
            self.assertEqual(groups, {"kept": 750, "broken": 1750})
        for account in accounts:
            kept = 30 if account in paying else 0
            self.assertEqual(account.broken_promise_count, each - kept)

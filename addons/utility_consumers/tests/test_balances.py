from datetime import date, timedelta

from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .common import UtilityCommon

ITEMS = st.lists(
    st.tuples(
        st.sampled_from(["bill", "credit"]),
        st.integers(min_value=1, max_value=100_000),
        st.integers(min_value=0, max_value=60),
    ),
    min_size=1,
    max_size=5,
)


@tagged("post_install", "-at_install")
class TestBalances(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()

    def assertBalances(self, account, **expected):
        balances = account._get_balances()[account.id]
        self.assertEqual({name: balances[name] for name in expected}, expected)

    def test_no_document(self):
        """CON-04: an account without documents owes nothing."""
        self.assertBalances(
            self.account, payoff=0, deferred=0, current=0, overdue=0, credit=0
        )

    def test_open_bills_and_charges(self):
        """CON-04: payoff is all that is open, overdue what is past its due date."""
        today = self.company._utility_today()
        self.make_bill(
            self.account, 145.50, date="2025-04-01", due_date=today - timedelta(days=1)
        )
        self.make_charge(self.account, 75, due_date=today)
        self.assertBalances(
            self.account, payoff=220.5, current=220.5, overdue=145.5, credit=0
        )
        self.assertEqual(self.account.current_balance, 220.5)
        self.assertEqual(self.account.open_bill_count, 2)

    def test_credit_reduces_overdue_not_below_zero(self):
        """CON-04: overdue is net of unapplied credits and never negative."""
        self.make_bill(self.account, 100, date="2025-01-01")
        self.make_credit(self.account, 30)
        self.assertBalances(self.account, payoff=70, overdue=70, credit=30)
        self.make_credit(self.account, 90)
        self.assertBalances(self.account, payoff=-20, overdue=0, credit=120)

    def test_matching_changes_no_sum(self):
        """CON-04: applying a credit changes credit and debt alike, not the payoff."""
        bill = self.make_bill(self.account, 100, date="2025-01-01")
        line = self.make_credit(self.account, 30)
        self.assertEqual(self.account.payoff_balance, 70)
        (self.receivable_line(bill) | line).reconcile()
        self.assertBalances(self.account, payoff=70, overdue=70, credit=0)
        self.assertEqual(self.account.credit_balance, 0)

    def test_draft_does_not_count(self):
        """CON-04: only what is posted counts."""
        bill = self.make_bill(self.account, 100)
        bill.button_draft()
        self.assertBalances(self.account, payoff=0)

    def test_today_is_the_company_s(self):
        """CON-04: overdue begins when the day ends where the company is."""
        self.company.partner_id.tz = "America/New_York"
        self.make_bill(self.account, 10, date="2025-04-01", due_date="2025-04-30")
        with freeze_time("2025-05-01 03:30:00"):
            self.assertEqual(self.company._utility_today(), date(2025, 4, 30))
            self.assertBalances(self.account, overdue=0)
        with freeze_time("2025-05-01 04:30:00"):
            self.assertBalances(self.account, overdue=10)

    def test_foreign_currency(self):
        """CON-04: balances are in the company's currency."""
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        self.make_bill(self.account, 100, currency=currency.name, date="2025-01-01")
        self.assertBalances(self.account, payoff=50)

    def test_accounts_of_one_contact_apart(self):
        """CON-01, CON-04: one contact with two accounts has two balances."""
        other = self.make_account(partner_id=self.account.partner_id.id)
        self.make_bill(self.account, 100)
        self.make_bill(other, 40)
        balances = (self.account | other)._get_balances()
        self.assertEqual(balances[self.account.id]["payoff"], 100)
        self.assertEqual(balances[other.id]["payoff"], 40)

    def test_total_balances(self):
        """CON-04: totals of all consumers are the sums of what each one's page says."""
        today = self.company._utility_today()
        day_before = today - timedelta(days=1)
        accounts = self.account
        for late, future, credits in (
            ((100,), (), ()),
            ((100, 20.01), (30,), ()),
            ((100,), (50,), (99.99,)),
            ((100,), (50,), (100,)),
            ((60, 40), (50,), (70, 50.5)),
            ((), (50,), (20,)),
            ((), (), (5.25,)),
            ((), (), ()),
        ):
            account = self.make_account()
            accounts |= account
            for due, amounts in ((day_before, late), (today, future)):
                for amount in amounts:
                    self.make_bill(account, amount, date="2025-01-01", due_date=due)
            for amount in credits:
                self.make_credit(account, amount)
        self.make_bill(account, 77).button_draft()
        balances = accounts._get_balances().values()
        totals = accounts._get_total_balances(self.company)
        self.assertEqual(
            {name: float(value) for name, value in totals.items()},
            {
                "owed": 750.01,
                "debts": 12,
                "overdue": round(sum(each["overdue"] for each in balances), 2),
                "overdue_count": sum(each["overdue"] > 0 for each in balances),
                "credit": round(sum(each["credit"] for each in balances), 2),
                "credit_count": sum(each["credit"] > 0 for each in balances),
            },
        )
        self.assertEqual(totals["overdue_count"], 3)
        self.assertEqual(float(totals["overdue"]), 220.02)

    def test_search_on_balances(self):
        """CON-04: the filters find what the balances say."""
        debtor, creditor, nobody = (
            self.make_account(name) for name in ("Debtor", "Creditor", "Nobody")
        )
        self.make_bill(debtor, 80, date="2025-01-01")
        self.make_bill(creditor, 10, date="2025-01-01")
        self.make_credit(creditor, 25)
        mine = debtor | creditor | nobody
        for domain, expected in (
            ([("overdue_balance", ">", 0)], debtor),
            ([("overdue_balance", "=", 0)], creditor | nobody),
            ([("credit_balance", ">=", 25)], creditor),
            ([("payoff_balance", "<", 0)], creditor),
            ([("payoff_balance", "!=", 0)], debtor | creditor),
            ([("payoff_balance", "in", [80, 0])], debtor | nobody),
        ):
            with self.subTest(domain=domain):
                found = mine.search([("id", "in", mine.ids), *domain])
                self.assertEqual(found, expected)

    def test_one_query_for_many(self):
        """CON-04: balances of 50 accounts cost what one costs."""
        accounts = self.env["utility.account"].create(
            [{"consumer_name": f"Consumer {index}"} for index in range(50)]
        )
        self.env["account.move"].record_bills(
            [{"account": account.id, "amount": 10} for account in accounts]
        )
        for some in (accounts[:1], accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            some.mapped("company_id.currency_id.name")
            some.mapped("company_id.partner_id.tz")
            with self.assertQueryCount(1):
                some._get_balances()

    @settings(max_examples=15, deadline=None)
    @given(ITEMS)
    def test_balances_equal_an_independent_count(self, items):
        """CON-04: for any mix of items the figures follow from their definition."""
        with self.env.cr.savepoint() as savepoint:
            account = self.make_account("Property")
            today = self.company._utility_today()
            debts, late, credits = 0, 0, 0
            for kind, cents, age in items:
                due = today - timedelta(days=30) + timedelta(days=age)
                if kind == "bill":
                    self.make_bill(
                        account, cents / 100, date="2025-01-01", due_date=due
                    )
                    debts += cents
                    late += cents if due < today else 0
                else:
                    self.make_credit(account, cents / 100)
                    credits += cents
            self.assertBalances(
                account,
                payoff=(debts - credits) / 100,
                current=(debts - credits) / 100,
                overdue=max(late - credits, 0) / 100,
                credit=credits / 100,
            )
            savepoint.close(rollback=True)

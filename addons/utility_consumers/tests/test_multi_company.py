from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import UtilityCommon


@tagged("post_install", "-at_install")
class TestMultiCompany(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls._create_company(name="Other Utility")
        cls.account = cls.make_account("Ann Here", number="MC-1")
        cls.other_account = cls.make_account(
            "Ann There", company=cls.other_company, number="MC-1"
        )
        cls.bill = cls.make_bill(cls.account, 10)
        cls.other_bill = cls.make_bill(cls.other_account, 20)
        cls.both = cls.make_user(
            "both", groups=["utility_consumers.group_billing_manager"]
        )
        cls.both.company_ids = cls.company | cls.other_company

    def test_companies_are_apart(self):
        """ROL-04: a user sees the own company's accounts, areas and documents."""
        areas = self.env["utility.area"].create(
            [
                {"name": "North", "company_id": company.id}
                for company in self.company | self.other_company
            ]
        )
        for own, foreign in (
            (self.account, self.other_account),
            (self.bill, self.other_bill),
            (areas[0], areas[1]),
        ):
            Model = self.env[own._name].with_user(self.billing_manager)
            self.assertEqual(Model.search([("id", "in", (own | foreign).ids)]), own)
            with self.assertRaises(AccessError):
                foreign.with_user(self.billing_manager).read(["display_name"])
            with self.assertRaises(AccessError):
                foreign.with_user(self.billing_manager).write({"active": True})

    def test_search_is_apart(self):
        """ROL-04, CON-02: the search stays within the companies that are shown."""
        Account = self.env["utility.account"].with_user(self.both)
        for companies, expected in (
            (self.company, self.account),
            (self.other_company, self.other_account),
        ):
            found = Account.with_context(allowed_company_ids=companies.ids).name_search(
                "MC-1"
            )
            self.assertEqual([pair[0] for pair in found], expected.ids)

    def test_numbers_are_per_company(self):
        """ROL-04, CFG-02: each company counts for itself."""
        numbers = [
            self.make_account(company=company).number
            for company in (self.company, self.other_company)
        ]
        formats = self.env["ir.sequence"].search([("code", "=", "utility.account")])
        self.assertLessEqual(
            {self.company.id, self.other_company.id}, set(formats.company_id.ids)
        )
        self.assertTrue(all(number.startswith("WU-") for number in numbers))
        self.assertEqual(
            self.env["utility.account"]._find_by_numbers(["mc-1"], self.other_company),
            {"mc-1": self.other_account},
        )

    def test_bill_of_another_company_s_account(self):
        """ROL-04: another company's account is unknown here."""
        outcome = (
            self.env["account.move"]
            .with_user(self.both)
            .with_company(self.company)
            .record_bills([{"account": self.other_account.id, "amount": 1}])[0]
        )
        self.assertEqual(outcome["error"]["code"], "unknown_account")

    def test_contact_of_another_company(self):
        """ROL-04: a contact of another company is refused."""
        partner = self.env["res.partner"].create(
            {"name": "There", "company_id": self.other_company.id}
        )
        with self.assertRaises(UserError):
            self.make_account(partner_id=partner.id)

    def test_area_of_another_company(self):
        """ROL-04: an area of another company is refused."""
        area = self.env["utility.area"].create(
            {"name": "Far", "company_id": self.other_company.id}
        )
        with self.assertRaises(UserError):
            self.account.area_id = area

    def test_balances_of_two_companies(self):
        """CON-04: one call gives balances of accounts of several companies."""
        balances = (self.account | self.other_account)._get_balances()
        self.assertEqual(balances[self.account.id]["payoff"], 10)
        self.assertEqual(balances[self.other_account.id]["payoff"], 20)

    def test_company_without_chart_then_with(self):
        """CFG-01: a new company works as soon as it has a chart of accounts."""
        company = self.env["res.company"].create(
            {"name": "Later", "currency_id": self.env.ref("base.EUR").id}
        )
        self.assertFalse(company.utility_bill_journal_id)
        account = self.make_account(company=company)
        self.assertEqual(account.number, "WU-10001")
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        self.assertTrue(company.utility_bill_journal_id.default_account_id)
        self.assertEqual(self.make_bill(account, 5).amount_total, 5)

    def test_setup_changes_nothing_twice(self):
        """CFG-01: the set-up can run again and again."""
        journals = self.env["account.journal"].search_count([])
        formats = self.env["ir.sequence"].search_count([])
        (self.company | self.other_company)._utility_setup()
        self.assertEqual(self.env["account.journal"].search_count([]), journals)
        self.assertEqual(self.env["ir.sequence"].search_count([]), formats)

    def test_branch(self):
        """ROL-04: a branch bills with its parent's chart of accounts."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids = [Command.link(branch.id)]
        account = self.make_account(company=branch)
        bill = self.make_bill(account, 7)
        self.assertEqual(bill.company_id, branch)
        self.assertEqual(account.payoff_balance, 7)

    def test_journal_code_in_use(self):
        """CFG-01: a journal that has our code already is no obstacle."""
        self.assertEqual(self.company._utility_free_journal_code("UBIL"), "UBI01")
        self.assertEqual(self.company._utility_free_journal_code("FREE"), "FREE")

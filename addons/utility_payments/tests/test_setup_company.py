from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestSetupCompany(PaymentsCommon):
    def _modes(self, company):
        return (
            self.env["utility.payment.mode"]
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
        )

    def test_modes_of_a_new_company(self):
        """REC-04, CFG-01: seven modes with journal, account and their rules."""
        modes = {mode.code: mode for mode in self._modes(self.company)}
        self.assertEqual(
            set(modes),
            {
                "cash",
                "credit_card",
                "debit_card",
                "bank_transfer",
                "cheque",
                "wallet",
                "online",
            },
        )
        for mode in modes.values():
            self.assertEqual(mode.journal_id.company_id, self.company)
            self.assertTrue(mode.outstanding_account_id.reconcile)
        self.assertEqual(modes["cash"].journal_id.type, "cash")
        self.assertEqual(
            {code for code, mode in modes.items() if mode.reference_required},
            {"credit_card", "debit_card", "bank_transfer", "cheque"},
        )
        self.assertEqual(
            {code for code, mode in modes.items() if mode.gives_change}, {"cash"}
        )
        accounts = [mode.outstanding_account_id for mode in modes.values()]
        self.assertEqual(len(set(accounts)), len(accounts))

    def test_company_without_chart_and_later_with(self):
        """CFG-01: journals come when the chart of accounts does."""
        company = self.env["res.company"].create({"name": "New Water"})
        modes = self._modes(company)
        self.assertEqual(len(modes), 7)
        self.assertFalse(modes.payment_method_line_id)
        self.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        for mode in modes:
            self.assertTrue(mode.payment_method_line_id, mode.code)
            self.assertTrue(mode.outstanding_account_id, mode.code)

    def test_setup_again_changes_nothing(self):
        """CFG-01: the set-up may run at any time; removed modes stay removed."""
        before = self._modes(self.company)
        before.filtered(lambda mode: mode.code == "wallet").unlink()
        self.company._utility_setup()
        self.assertEqual(len(self._modes(self.company)), 6)

    def test_mode_of_ones_own(self):
        """CFG-01: a Billing Manager adds a mode; journal and account are made."""
        mode = (
            self.env["utility.payment.mode"]
            .with_user(self.manager)
            .create({"name": "Voucher", "code": "voucher", "kind": "wallet"})
        )
        self.assertTrue(mode.outstanding_account_id)
        self.make_bill()
        _outcome, payment = self.record_one(mode="voucher")
        self.assertEqual(payment.outstanding_account_id, mode.outstanding_account_id)

    def test_mode_moved_to_another_journal(self):
        """CFG-01: payments go to the new journal, recorded ones stay."""
        self.make_bill(20)
        mode = self._modes(self.company).filtered(lambda m: m.code == "cash")
        _outcome, before = self.record_one(10)
        account = mode.outstanding_account_id
        mode.with_user(self.manager).journal_id = self.env["account.journal"].create(
            {"name": "Second till", "type": "cash", "company_id": self.company.id}
        )
        _outcome, after = self.record_one(10)
        self.assertEqual(after.journal_id.name, "Second till")
        self.assertNotEqual(before.journal_id, after.journal_id)
        self.assertEqual(mode.outstanding_account_id, account)

    def test_unfit_outstanding_account(self):
        """CFG-01: an account that can't be reconciled is refused."""
        mode = self._modes(self.company)[0]
        with self.assertRaises(ValidationError):
            mode.outstanding_account_id = self.company_data["default_account_revenue"]

    def test_codes_are_unique(self):
        """CFG-01: two modes or channels with one code would be ambiguous."""
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env["utility.payment.mode"].create(
                {"name": "Cash 2", "code": "CASH", "company_id": self.company.id}
            )
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env["utility.payment.channel"].create(
                {"name": "Walk-in 2", "code": "walk_in"}
            )

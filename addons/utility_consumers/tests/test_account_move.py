from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import UtilityCommon


@tagged("post_install", "-at_install")
class TestAccountMove(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.other = cls.make_account(partner_id=cls.account.partner_id.id)
        cls.bill = cls.make_bill(cls.account, 100, date="2025-01-15")
        cls.native_journal = cls.company_data["default_journal_sale"]

    def make_native(self, journal=None, post=True, **values):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.account.partner_id.id,
                "journal_id": (journal or self.native_journal).id,
                "invoice_date": "2025-03-10",
                "invoice_line_ids": [
                    Command.create({"name": "Pipe", "price_unit": 40, "tax_ids": []})
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    # === NUMBERS === #

    def test_native_numbers_ignore_ours(self):
        """CON-05: native numbering of a shared journal never sees our numbers."""
        first = self.make_native()
        for name in ("PAY-00099", "ZZ-2025-000777", "WEIRD/2025/12/0009"):
            self.make_native(name=name, utility_account_id=self.account.id)
        second = self.make_native()
        self.assertEqual(second.sequence_prefix, first.sequence_prefix)
        self.assertEqual(second.sequence_number, first.sequence_number + 1)

    def test_native_numbers_start_beside_ours(self):
        """CON-05: the first native entry of a journal starts natively."""
        journal = self.native_journal.copy({"code": "NEW"})
        self.make_native(journal, name="A-00099", utility_account_id=self.account.id)
        self.assertEqual(self.make_native(journal).name, "NEW/2025/00001")

    def test_number_is_free_of_the_date(self):
        """CON-05: a number of 2019 on a bill of 2025 is the billing system's affair."""
        bill = self.make_bill(
            self.account, 5, number="INV/2019/00001", date="2025-02-02"
        )
        self.assertEqual(bill.name, "INV/2019/00001")
        self.assertFalse(bill.made_sequence_gap)

    def test_correction_has_its_own_format(self):
        """CON-05: a reversal keeps the consumer, and counts in its own format."""
        reversal = self.bill._reverse_moves([{"invoice_date": "2025-02-01"}])
        reversal.action_post()
        self.assertEqual(reversal.utility_account_id, self.account)
        self.assertFalse(reversal.utility_kind)
        self.assertTrue(reversal.name.startswith("COR-2025-"))

    def test_bills_journal_is_for_consumers(self):
        """CON-05: the journal of bills takes nothing else."""
        with self.assertRaisesRegex(ValidationError, "consumers only"):
            self.make_native(self.company.utility_bill_journal_id)

    # === ACCOUNTS NEVER MIX === #

    def test_items_carry_the_account(self):
        """CON-04: the receivable item is the consumer's, the income item is not."""
        self.assertEqual(
            self.receivable_line(self.bill).utility_account_id, self.account
        )
        self.assertFalse(self.bill.invoice_line_ids.utility_account_id)

    def test_one_entry_can_move_money(self):
        """CON-04: an entry may carry items of two accounts."""
        receivable = self.account.partner_id.property_account_receivable_id
        shared = {
            "account_id": receivable.id,
            "partner_id": self.account.partner_id.id,
        }
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {**shared, "debit": 30, "utility_account_id": self.account.id}
                    ),
                    Command.create(
                        {**shared, "credit": 30, "utility_account_id": self.other.id}
                    ),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(self.account.payoff_balance, 130)
        self.assertEqual(self.other.credit_balance, 30)

    def test_two_accounts_are_never_matched(self):
        """CON-04: money of one account can't pay the other's debt."""
        credit = self.make_credit(self.other, 100)
        with self.assertRaisesRegex(UserError, "one consumer account"):
            (self.receivable_line(self.bill) | credit).reconcile()
        native = self.make_native()
        with self.assertRaisesRegex(UserError, "no consumer account"):
            (self.receivable_line(native) | credit).reconcile()

    def test_exchange_difference_is_the_consumer_s(self):
        """CON-04: an exchange difference stays with the account it came from."""
        currency = self.setup_other_currency(
            "EUR", rates=[("2016-01-01", 2.0), ("2025-02-01", 4.0)]
        )
        bill = self.make_bill(self.account, 100, currency="EUR", date="2025-01-15")
        receivable = self.receivable_line(bill)
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2025-02-15",
                "utility_account_id": self.account.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": self.account.partner_id.id,
                            "currency_id": currency.id,
                            "amount_currency": -100,
                            "balance": -25,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_assets"
                            ].id,
                            "balance": 25,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        payoff = self.account.payoff_balance
        (receivable | self.receivable_line(entry)).reconcile()
        self.assertEqual(bill.payment_state, "paid")
        exchange = (
            receivable.matched_credit_ids | receivable.matched_debit_ids
        ).mapped("exchange_move_id")
        self.assertEqual(
            self.receivable_line(exchange).utility_account_id, self.account
        )
        self.assertEqual(payoff, 125)
        self.assertEqual(self.account.payoff_balance, 100)

    def test_widget_offers_own_credits_only(self):
        """CON-04: the credits that a bill is offered are its own account's."""
        own = self.make_credit(self.account, 10)
        self.make_credit(self.other, 20)
        native = self.make_native()
        self.bill.invalidate_recordset()
        content = self.bill.invoice_outstanding_credits_debits_widget["content"]
        self.assertEqual([values["id"] for values in content], own.ids)
        self.assertFalse(native.invoice_outstanding_credits_debits_widget)

    # === LOCK === #

    def test_posted_documents_are_locked(self):
        """ROL-02: below Admin nobody changes a posted document, by no route."""
        receivable = self.receivable_line(self.bill)
        credit = self.make_credit(self.account, 100)
        for user in (self.billing_manager, self.accountant):
            bill = self.bill.with_user(user)
            lines = bill.line_ids
            line = receivable.with_user(user)
            routes = {
                "amount": lambda bill=bill: bill.write({"amount_total": 1}),
                "residual": lambda bill=bill: bill.write({"amount_residual": 0}),
                "paid": lambda bill=bill: bill.write({"payment_state": "paid"}),
                "due": lambda bill=bill: bill.write({"invoice_date_due": "2030-01-01"}),
                "date": lambda bill=bill: bill.write({"date": "2025-02-01"}),
                "party": lambda bill=bill: bill.write(
                    {"partner_id": self.env.user.partner_id.id}
                ),
                "account": lambda bill=bill: bill.write(
                    {"utility_account_id": self.other.id}
                ),
                "kind": lambda bill=bill: bill.write({"utility_kind": "service"}),
                "number": lambda bill=bill: bill.write({"name": "X"}),
                "state": lambda bill=bill: bill.write({"state": "draft"}),
                "draft": bill.button_draft,
                "cancel": bill.button_cancel,
                "delete": bill.unlink,
                "reverse": bill._reverse_moves,
                "line": lambda lines=lines: lines.write({"name": "X"}),
                "maturity": lambda line=line: line.write(
                    {"date_maturity": "2030-01-01"}
                ),
                "line account": lambda line=line: line.write(
                    {"utility_account_id": self.other.id}
                ),
                "line residual": lambda line=line: line.write({"amount_residual": 0}),
                "line delete": lines.unlink,
                "match": (receivable | credit).with_user(user).reconcile,
                "context": lambda bill=bill: bill.with_context(
                    skip_readonly_check=True, force_delete=True, utility_force=True
                ).write({"invoice_date": "2030-01-01"}),
            }
            for name, route in routes.items():
                with (
                    self.subTest(user=user.login, route=name),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    route()
                    self.env.flush_all()
        self.assertRecordValues(
            self.bill,
            [{"state": "posted", "amount_residual": 100, "payment_state": "not_paid"}],
        )

    def test_matching_is_locked(self):
        """ROL-02: what was matched by a payment isn't freed by hand."""
        credit = self.make_credit(self.account, 100)
        (self.receivable_line(self.bill) | credit).reconcile()
        with self.assertRaisesRegex(UserError, "[Aa]sk for a|adjustment"):
            credit.with_user(self.accountant).remove_move_reconcile()
        self.assertEqual(self.bill.payment_state, "paid")

    def test_native_document_cannot_join(self):
        """ROL-02: a posted native entry isn't slipped under an account."""
        native = self.make_native().with_user(self.accountant)
        with self.assertRaises(UserError):
            native.write({"utility_account_id": self.account.id})
        with self.assertRaises(UserError):
            self.receivable_line(native).write({"utility_account_id": self.account.id})
        native.write({"ref": "native documents stay free"})
        native.button_draft()

    def test_what_stays_possible(self):
        """ROL-02: notes, files and the sent mark are no change of the document."""
        bill = self.bill.with_user(self.accountant)
        bill.message_post(body="Called.")
        bill.write({"is_move_sent": True})
        self.bill.with_user(self.customer_executive).message_post(body="Called again.")

    def test_admin_may(self):
        """ROL-02: Admin can reset a bill that was sent by mistake."""
        self.bill.with_user(self.settings_admin).button_draft()
        self.assertEqual(self.bill.state, "draft")

    def test_overdue_flag_and_period(self):
        """CON-05: a bill shows its period as people say it, and whether it is late."""
        self.assertTrue(self.bill.utility_overdue)
        bill = self.make_bill(
            self.account,
            5,
            due_date="2999-01-01",
            period_start="2025-03-05",
            period_end="2025-04-04",
        )
        self.assertFalse(bill.utility_overdue)
        self.assertEqual(bill.utility_description, "5 Mar 2025 to 4 Apr 2025")

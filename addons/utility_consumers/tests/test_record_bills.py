from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import UtilityCommon


@tagged("post_install", "-at_install")
class TestRecordBills(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account(number="RB-1")

    def record(self, *requests, user=None):
        return (
            self.env["account.move"]
            .with_user(user or self.billing_manager)
            .record_bills(list(requests))
        )

    def record_one(self, **request):
        return self.record({"account": "RB-1", "amount": 10, **request})[0]

    def assertRejected(self, outcome, code, text=""):
        self.assertEqual(outcome["status"], "rejected", outcome)
        self.assertEqual(outcome["error"]["code"], code)
        self.assertTrue(outcome["error"]["message"].endswith((".", ";")), outcome)
        self.assertIn(text, outcome["error"]["message"])
        self.assertIs(outcome["move_id"], False)
        self.assertIs(outcome["number"], False)

    def test_bill(self):
        """CON-05: a bill is a posted invoice of the native ledger."""
        outcome = self.record_one(
            amount=145.5,
            number="INV-2025-001234",
            date="2025-04-01",
            due_date="2025-04-30",
            period_start="2025-03-01",
            period_end="2025-03-31",
            reference="meter 7",
        )
        self.assertEqual(outcome["status"], "posted")
        self.assertEqual(outcome["number"], "INV-2025-001234")
        self.assertIs(outcome["error"], False)
        move = self.env["account.move"].browse(outcome["move_id"])
        self.assertRecordValues(
            move,
            [
                {
                    "name": "INV-2025-001234",
                    "move_type": "out_invoice",
                    "state": "posted",
                    "utility_account_id": self.account.id,
                    "utility_kind": "bill",
                    "partner_id": self.account.partner_id.id,
                    "amount_total": 145.5,
                    "amount_residual": 145.5,
                    "payment_state": "not_paid",
                    "ref": "meter 7",
                    "payment_reference": "INV-2025-001234",
                    "utility_description": "March 2025",
                }
            ],
        )
        self.assertEqual(str(move.invoice_date_due), "2025-04-30")
        receivable = self.account.partner_id.property_account_receivable_id
        self.assertRecordValues(
            move.line_ids.sorted("debit"),
            [
                {
                    "debit": 0,
                    "credit": 145.5,
                    "account_id": move.journal_id.default_account_id.id,
                    "utility_account_id": False,
                    "tax_ids": [],
                },
                {
                    "debit": 145.5,
                    "credit": 0,
                    "account_id": receivable.id,
                    "utility_account_id": self.account.id,
                    "tax_ids": [],
                },
            ],
        )

    def test_plain_lines_equal_the_native_ones(self):
        """CON-05: the complete lines are those that Odoo would have made."""
        lines = [
            {"name": "Water", "quantity": 12.5, "price": "1.2345"},
            {"name": "Base fee", "price": 3},
        ]
        fast = self.record_one(amount=18.43, lines=lines, date="2025-04-01")
        with patch.object(
            type(self.env["account.move"]), "_is_plain_bill", lambda self, entry: False
        ):
            native = self.record_one(lines=lines, amount=18.43, date="2025-04-01")
        names = (
            "display_type name quantity price_unit price_subtotal price_total debit "
            "credit amount_currency account_id partner_id currency_id tax_ids "
            "date_maturity date utility_account_id amount_residual"
        ).split()

        def read(outcome):
            move = self.env["account.move"].browse(outcome["move_id"])
            rows = move.line_ids.sorted(lambda line: (line.display_type, line.name))
            return [
                {
                    name: row[name]
                    for name in names
                    if (row.display_type, name) != ("payment_term", "name")
                    and (row.display_type, name) != ("payment_term", "price_unit")
                    and (row.display_type, name) != ("payment_term", "quantity")
                }
                for row in rows
            ]

        self.assertEqual(read(fast), read(native))

    def test_service_charge(self):
        """CON-05: a charge has its own kind, name, date and num format."""
        move = self.make_charge(self.account, 25, name="Late Fee", date="2025-05-02")
        self.assertRecordValues(
            move,
            [
                {
                    "utility_kind": "service",
                    "service_name": "Late Fee",
                    "utility_description": "Late Fee",
                }
            ],
        )
        self.assertEqual(str(move.service_date), "2025-05-02")
        self.assertTrue(move.name.startswith("SVC-2025-"))
        self.assertEqual(move.invoice_line_ids.name, "Late Fee")

    def test_due_days(self):
        """CON-05: without a due date the company's days to pay count."""
        self.company.utility_due_days = 21
        move = self.make_bill(self.account, 5, date="2025-04-01")
        self.assertEqual(move.invoice_date_due - move.invoice_date, timedelta(days=21))

    def test_taxes_are_kept(self):
        """CON-05: lines get the taxes that are given, and none else."""
        tax = self.company_data["default_tax_sale"]
        move = self.make_bill(
            self.account,
            None,
            lines=[{"name": "Water", "price": 100, "tax_ids": tax.ids}],
        )
        self.assertEqual(move.invoice_line_ids.tax_ids, tax)
        self.assertGreater(move.amount_total, 100)
        self.assertEqual(self.account.payoff_balance, move.amount_total)
        self.assertFalse(self.make_bill(self.account, 5).invoice_line_ids.tax_ids)

    def test_each_rejection(self):
        """CON-05: what is wrong is said in one sentence, and nothing is saved."""
        today = self.company._utility_today()
        self.record_one(number="USED")
        before = self.env["account.move"].search_count([])
        for changes, code, text in (
            ({"account": "nobody"}, "unknown_account", "nobody"),
            ({"account": 0}, "unknown_account", ""),
            ({"account": False}, "unknown_account", ""),
            ({"account": 2**40}, "unknown_account", ""),
            ({"kind": "rent"}, "unknown_kind", "rent"),
            ({"source": "NOPE"}, "unknown_source", "NOPE"),
            ({"currency": "ZZZ"}, "unknown_currency", "ZZZ"),
            ({"amount": "abc"}, "not_a_number", "abc"),
            ({"amount": 0}, "not_positive", ""),
            ({"amount": -5}, "not_positive", "-5"),
            ({"amount": "1.005"}, "too_many_decimals", "1.005"),
            ({"amount": 1e13}, "amount_above_limit", ""),
            ({"amount": False}, "amount_missing", ""),
            ({"amount": 9, "lines": [{"price": 8}]}, "amount_differs", "8"),
            ({"lines": [{"price": "x"}], "amount": 0}, "not_positive", ""),
            ({"lines": [{"price": "x"}], "amount": ""}, "not_a_number", "x"),
            ({"lines": [{"cost": 1}], "amount": ""}, "invalid_request", ""),
            ({"lines": "all", "amount": ""}, "invalid_request", ""),
            (
                {"lines": [{"price": 1, "tax_ids": [2**30]}], "amount": ""},
                "unknown_tax",
                "",
            ),
            ({"date": "31.12.2025"}, "invalid_date", "31.12.2025"),
            ({"due_date": today - timedelta(days=1)}, "due_before_date", ""),
            (
                {"period_start": "2025-02-01", "period_end": "2025-01-01"},
                "invalid_period",
                "",
            ),
            ({"kind": "service"}, "service_name_missing", ""),
            ({"number": "used", "amount": 11}, "number_taken", "used"),
            ({"colour": "red"}, "invalid_request", "colour"),
        ):
            with self.subTest(changes=changes):
                self.assertRejected(self.record_one(**changes), code, text)
        self.assertRejected(self.record("not a dict")[0], "invalid_request")
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_locked_period(self):
        """REC-05: a bill in a closed period is refused, and says until when."""
        self.company.fiscalyear_lock_date = "2025-03-31"
        self.assertRejected(
            self.record_one(date="2025-03-31"), "locked_date", "2025-03-31"
        )
        self.assertEqual(self.record_one(date="2025-04-01")["status"], "posted")

    def test_resent_bill_is_recorded_once(self):
        """CON-05: a billing system that sends twice bills once."""
        first = self.record_one(number="EXT-1")
        again = self.record_one(number="ext-1")
        self.assertEqual(again, {**first, "status": "duplicate"})
        twice = self.record(
            {"account": "RB-1", "amount": 3, "number": "EXT-2"},
            {"account": "RB-1", "amount": 3, "number": "EXT-2"},
            {"account": "RB-1", "amount": 4, "number": "EXT-2"},
        )
        self.assertEqual(
            [outcome["status"] for outcome in twice],
            ["posted", "duplicate", "rejected"],
        )
        self.assertEqual(twice[0]["move_id"], twice[1]["move_id"])

    def test_number_of_another_account(self):
        """CON-05: a number belongs to one document, whoever's it is."""
        self.record_one(number="EXT-3")
        other = self.make_account()
        outcome = self.record({"account": other.id, "amount": 10, "number": "EXT-3"})
        self.assertRejected(outcome[0], "number_taken", "EXT-3")

    def test_one_bad_request_never_stops_the_others(self):
        """CON-05: outcomes come in the order of the requests."""
        outcomes = self.record(
            {"account": "RB-1", "amount": 1},
            {"account": "nobody", "amount": 2},
            {"account": self.account.id, "amount": 3},
        )
        self.assertEqual(
            [outcome["status"] for outcome in outcomes],
            ["posted", "rejected", "posted"],
        )

    def test_unexpected_errors_are_halved_out(self):
        """CON-05: an error of another add-on stops its own document only."""
        create = type(self.env["account.move"])._create_bill_moves

        def fail_on_seven(self, entries):
            if any(entry["amount"] == 7 for entry in entries):
                raise UserError(self.env._("Seven is not allowed."))
            return create(self, entries)

        with patch.object(
            type(self.env["account.move"]), "_create_bill_moves", fail_on_seven
        ):
            outcomes = self.record(
                *[{"account": "RB-1", "amount": amount} for amount in range(1, 11)]
            )
        self.assertEqual([outcome["status"] for outcome in outcomes].count("posted"), 9)
        self.assertRejected(outcomes[6], "failed", "Seven is not allowed.")
        numbers = [outcome["number"] for outcome in outcomes if outcome["number"]]
        self.assertEqual(numbers, sorted(numbers))

    def test_roles(self):
        """ROL-01: only a Billing Manager (and Admin) records bills."""
        for user in (
            self.customer_executive,
            self.recovery_executive,
            self.field_collector,
            self.accountant,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.record({"account": "RB-1", "amount": 1}, user=user)
        outcome = self.record(
            {"account": "RB-1", "amount": 1}, user=self.settings_admin
        )
        self.assertEqual(outcome[0]["status"], "posted")

    def test_who_recorded_it(self):
        """ROL-05: a document carries who recorded it and when."""
        outcome = self.record_one()
        move = self.env["account.move"].browse(outcome["move_id"])
        self.assertEqual(move.create_uid, self.billing_manager)
        self.assertTrue(move.create_date)

    def test_source_has_a_journal_of_its_own(self):
        """CON-05: another billing system may use the same numbers."""
        journal = self.company.utility_bill_journal_id
        journal.copy(
            {"code": "SRC2", "default_account_id": journal.default_account_id.id}
        )
        first = self.record_one(number="SAME")
        second = self.record_one(number="SAME", source="SRC2")
        self.assertEqual(second["status"], "posted", second)
        self.assertNotEqual(first["move_id"], second["move_id"])

    def test_parent_company_contact(self):
        """CON-05: the debtor is the commercial entity, with its own receivable."""
        parent = self.env["res.partner"].create({"name": "Mill", "is_company": True})
        child = self.env["res.partner"].create({"name": "Jo", "parent_id": parent.id})
        account = self.make_account(partner_id=child.id)
        line = self.receivable_line(self.make_bill(account, 5))
        self.assertEqual(line.partner_id, parent)
        self.assertEqual(line.account_id, parent.property_account_receivable_id)

    def test_no_chart_of_accounts(self):
        """CON-05: without a chart the refusal says what to install."""
        company = self.env["res.company"].create({"name": "Bare"})
        account = self.make_account(company=company)
        outcome = (
            self.env["account.move"]
            .with_company(company)
            .record_bills([{"account": account.id, "amount": 5}])[0]
        )
        self.assertRejected(outcome, "no_journal", "chart of accounts")

    def test_queries_per_bill(self):
        """CON-05: the queries of a batch don't grow with it."""
        accounts = self.env["utility.account"].create(
            [{"consumer_name": f"Batch {index}"} for index in range(40)]
        )
        self.make_bill(self.account, 1)
        counts = {}
        for size in (20, 40):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["account.move"].record_bills(
                [{"account": account.id, "amount": 10} for account in accounts[:size]]
            )
            self.env.flush_all()
            counts[size] = self.env.cr.sql_log_count - before
        self.assertLess(counts[40] - counts[20], 20 * 3)

    def test_outcome_has_no_none(self):
        """CFG-03: outcomes cross XML-RPC."""
        for outcome in self.record(
            {"account": "RB-1", "amount": 1}, {"account": "x", "amount": 1}
        ):
            self.assertNotIn(None, outcome.values())

    def test_native_invoice_of_a_consumer(self):
        """CON-05: an invoice made by an accountant takes a number of our formats."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.account.partner_id.id,
                "utility_account_id": self.account.id,
                "utility_kind": "bill",
                "journal_id": self.company.utility_bill_journal_id.id,
                "invoice_date": "2025-04-01",
                "invoice_line_ids": [
                    Command.create({"name": "Water", "price_unit": 10, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        self.assertTrue(move.name.startswith("INV-2025-"))
        self.assertEqual(move.payment_reference, move.name)

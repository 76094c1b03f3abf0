from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import UtilityCommon


@tagged("post_install", "-at_install")
class TestBillEntry(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.Entry = cls.env["utility.bill.entry"].with_user(cls.billing_manager)

    def test_bill_by_form(self):
        """CON-05: a Billing Manager enters a bill and lands on it."""
        with Form(self.Entry) as form:
            form.account_id = self.account
            form.period_start = "2025-03-01"
            form.period_end = "2025-03-31"
            form.date = "2025-04-01"
            self.assertEqual(form.due_date, date(2025, 4, 15))
            form.amount = 145.5
            entry = form.save()
        action = entry.action_record()
        move = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(move.amount_total, 145.5)
        self.assertEqual(move.utility_account_id, self.account)
        self.assertEqual(entry.number, move.name)
        self.assertEqual(entry.outcome, "posted")

    def test_lines_make_the_amount(self):
        """CON-05: with consumption lines their sum is the bill."""
        with Form(self.Entry) as form:
            form.account_id = self.account
            with form.line_ids.new() as line:
                line.name = "Water"
                line.quantity = 12.5
                line.price = 1.2345
            with form.line_ids.new() as line:
                line.name = "Base fee"
                line.price = 3
            self.assertEqual(form.amount, 18.43)
            entry = form.save()
        entry.action_record_and_new()
        self.assertEqual(entry.move_id.amount_total, 18.43)
        self.assertEqual(len(entry.move_id.invoice_line_ids), 2)

    def test_message_of_the_door(self):
        """CON-05: the form says what the API would have said."""
        entry = self.Entry.create({"account_id": self.account.id, "amount": 1.005})
        with self.assertRaisesRegex(ValidationError, "more than 2 decimals"):
            entry.action_record()
        entry.amount = 0
        with self.assertRaisesRegex(ValidationError, "greater than zero"):
            entry.action_record()

    def test_recorded_once(self):
        """REC-13: the same form records once."""
        entry = self.Entry.create({"account_id": self.account.id, "amount": 5})
        entry.action_record()
        with self.assertRaisesRegex(UserError, "recorded already"):
            entry.action_record()
        self.assertEqual(self.account.document_count, 1)

    def test_rights(self):
        """ROL-01: no other role enters bills."""
        with self.assertRaises(AccessError):
            self.env["utility.bill.entry"].with_user(self.recovery_executive).create(
                {"account_id": self.account.id, "amount": 5}
            )

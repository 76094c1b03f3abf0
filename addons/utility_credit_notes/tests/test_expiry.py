from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestExpiry(CreditNotesCommon):
    """Credit that isn't used in time (CRN-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill()
        outcome = cls.Payment.record_collections([cls.request(150)])[0]
        payment = cls.env["account.payment"].browse(outcome["payment_id"])
        cls.note = payment.credit_note_ids.with_user(cls.manager)
        cls.today = cls.company._utility_today()

    def expire_by_time(self):
        self.note.sudo().expiry_date = self.today - timedelta(days=1)
        self.run_cron()

    def run_cron(self):
        cron = self.env.ref("utility_credit_notes.ir_cron_expire")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_liability(self):
        """CRN-11: what is left becomes an unclaimed consumer credit, a liability."""
        self.note.apply_to(self.make_bill(0.25))
        self.expire_by_time()
        self.assertRecordValues(
            self.note,
            [{"state": "expired", "expired_amount": 4.25, "remaining_amount": 0}],
        )
        use = self.note.application_ids.filtered(lambda row: row.kind == "expired")
        liability = self.company.utility_unclaimed_account_id
        self.assertEqual(
            use.move_id.line_ids.filtered(
                lambda line: line.account_id == liability
            ).credit,
            4.25,
        )
        self.assertEqual(self.account.credit_balance, 0)
        self.assertLedgerSound()

    def test_income(self):
        """CRN-11: to income only where the setting says so."""
        self.company.utility_expired_credit = "income"
        self.assertIs(self.note.action_expire(), True)
        income = self.company.utility_expired_income_account_id
        self.assertIn(income, self.note.application_ids.move_id.line_ids.account_id)
        with self.assertRefused(text="isn't active"):
            self.note.action_expire()

    def test_last_day(self):
        """CRN-11: on its last day credit is good, the day after it isn't."""
        bill = self.make_bill(1)
        self.note.sudo().expiry_date = self.today
        self.run_cron()
        self.assertEqual(self.note.state, "active")
        self.note.apply_to(bill.ids, 0.5)
        self.note.sudo().expiry_date = self.today - timedelta(days=1)
        with self.assertRefused(text="expired on"):
            self.note.apply_to(bill.ids)

    def test_revive(self):
        """CRN-11: a manager revives expired credit; the entry is booked back."""
        self.expire_by_time()
        with self.assertRaises(AccessError):
            self.note.with_user(self.clerk).action_extend(self.today)
        with self.assertRefused(ValidationError, "from today on"):
            self.note.action_extend(self.today - timedelta(days=1))
        self.note.action_extend(self.today + timedelta(days=10))
        with self.assertRefused(ValidationError, "choose a later day"):
            self.note.action_extend(self.today + timedelta(days=9))
        self.assertRecordValues(
            self.note,
            [{"state": "active", "expired_amount": 0, "remaining_amount": 4.50}],
        )
        liability = self.company.utility_unclaimed_account_id
        lines = self.env["account.move.line"].search(
            [("account_id", "=", liability.id)]
        )
        self.assertEqual(sum(lines.mapped("balance")), 0)
        self.note.apply_to(self.make_bill(4.50))
        self.assertEqual(self.note.state, "applied")
        self.assertLedgerSound()

    def test_one_bad_note_stops_no_other(self):
        """CRN-11: a note that can't expire is told, the others expire."""
        other = self.make_account("Jane Roe")
        self.make_bill(10, account=other)
        _outcome, payment = self.record_one(12, account=other.number)
        bad = payment.credit_note_ids
        receivable = self.account.commercial_partner_id.property_account_receivable_id
        blocked = receivable.copy({"code": "129999", "name": "Blocked"})
        self.env.cr.execute(
            "UPDATE account_move_line SET account_id = %s WHERE id = %s",
            [blocked.id, bad.credit_line_id.id],
        )
        blocked.active = False
        self.env.invalidate_all()
        bad.sudo().expiry_date = self.today - timedelta(days=1)
        self.expire_by_time()
        self.assertEqual(self.note.state, "expired")

    def test_queries_of_a_batch(self):
        """CRN-11: contacts of many notes are read together, not one by one."""

        def expire(count):
            accounts = [self.make_account(f"Consumer {n}") for n in range(count)]
            outcomes = self.record(
                *(self.request(5, account=account.number) for account in accounts)
            )
            notes = self.env["utility.credit.note"].search(
                [("number", "in", [outcome["credit_note"] for outcome in outcomes])]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            notes._expire()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        expire(1)
        few, many = expire(2), expire(22)
        self.assertLess((many - few) / 20, 2)

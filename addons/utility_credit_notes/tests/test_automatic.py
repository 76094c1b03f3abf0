from freezegun import freeze_time

from odoo.tests import tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestAutomatic(CreditNotesCommon):
    """Credit notes of overpayments, inside record_collections (CRN-06, REC-08)."""

    def test_overpayment(self):
        """CRN-06, REC-08: what is too much is an active note, without an entry."""
        self.make_bill()
        with freeze_time("2025-04-20 12:00:00"):
            outcome, payment = self.record_one(tendered=150, excess="credit")
        note = payment.credit_note_ids
        self.assertEqual(outcome["credit_note"], note.number)
        self.assertRecordValues(
            note,
            [
                {
                    "amount": 4.50,
                    "remaining_amount": 4.50,
                    "applied_amount": 0.0,
                    "usage_percentage": 0.0,
                    "state": "active",
                    "automatic": True,
                    "reason_id": self.reasons["overpayment"].id,
                    "move_id": False,
                    "create_uid": self.clerk.id,
                    "expiry_date": note.expiry_date.replace(2026, 4, 20),
                }
            ],
        )
        self.assertEqual(note.credit_line_id, payment._excess_line())
        self.assertEqual(self.account.credit_balance, 4.50)
        self.assertIn("credited", payment.event_ids.mapped("kind"))
        self.assertLedgerSound()

    def test_batch(self):
        """CRN-06: a batch makes its notes at once, and only where money is left."""
        self.make_bill(100)
        outcomes = self.record(
            *(self.request(amount) for amount in (60, 50, 20)),
        )
        self.assertEqual([o["credit"] for o in outcomes], [0, 10, 20])
        self.assertFalse(outcomes[0]["credit_note"])
        notes = self.env["utility.credit.note"].search(
            [("utility_account_id", "=", self.account.id)], order="id"
        )
        self.assertEqual(
            notes.mapped("number"), [o["credit_note"] for o in outcomes[1:]]
        )
        self.assertEqual(self.account.credit_balance, 30)
        self.assertLedgerSound()

    def test_change_is_no_credit(self):
        """REC-18: money handed back is never also credited."""
        self.make_bill()
        outcome, payment = self.record_one(tendered=150)
        self.assertEqual(outcome["change"], 4.50)
        self.assertFalse(outcome["credit_note"])
        self.assertFalse(payment.credit_note_ids)

    def test_duplicate_answers_the_same(self):
        """REC-13: a repeat names the same credit note and makes no other."""
        self.make_bill()
        request = self.request(150, idempotency_key="twice")
        first = self.record(request)[0]
        second = self.record(request)[0]
        self.assertEqual(second["status"], "duplicate")
        self.assertEqual(second["credit_note"], first["credit_note"])

    def test_never_expires(self):
        """CRN-11: a company whose credit never expires."""
        self.company.utility_credit_expiry_months = 0
        self.make_bill()
        _outcome, payment = self.record_one(150)
        self.assertFalse(payment.credit_note_ids.expiry_date)

    def test_foreign_currency(self):
        """REC-14, CRN-06: the credit of a foreign payment is in company currency."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"name": "2020-01-01", "currency_id": euro.id, "rate": 0.5}
        )
        bill = self.make_bill(100)
        _outcome, payment = self.record_one(60, currency="EUR")
        note = payment.credit_note_ids
        self.assertEqual(note.amount, 20)
        self.assertEqual(note.credit_line_id.currency_id, self.company.currency_id)
        other = self.make_bill(15.55, number="INV-EUR")
        note.with_user(self.clerk).apply_to(other.ids)
        self.assertEqual(other.amount_residual, 0)
        self.assertEqual(note.remaining_amount, 4.45)
        self.assertEqual(bill.amount_residual, 0)
        self.assertLedgerSound()

    def test_overpayment_from_before(self):
        """Installing the add-on makes notes of open overpayments, once."""
        self.make_bill()
        _outcome, payment = self.record_one(150)
        self.env.cr.execute("DELETE FROM utility_credit_note")
        self.env.invalidate_all()
        self.env["utility.credit.note"]._adopt_excess()
        self.env["utility.credit.note"]._adopt_excess()
        self.assertEqual(payment.credit_note_ids.amount, 4.50)
        self.assertLedgerSound()

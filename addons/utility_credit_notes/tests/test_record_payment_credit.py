from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged

from odoo.addons.utility_payments.tests.test_record_payment_form import (
    RecordPaymentCommon,
)

from .common import CreditNotesCommon


class RecordCreditCommon(RecordPaymentCommon, CreditNotesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 150.00 for 145.50: 4.50 of credit
        cls.make_bill(145.50, number="INV-2025-000001", due_date="2024-01-10")
        cls.note = cls.overpay(150)
        cls.bill = cls.make_bill(145.50, number="INV-2025-000002")
        cls.other_bill = cls.make_bill(
            60, number="INV-2025-000003", due_date="2024-03-01"
        )

    @classmethod
    def overpay(cls, amount, **values):
        outcome = cls.Payment.record_collections([cls.request(amount, **values)])[0]
        payment = cls.env["account.payment"].browse(outcome["payment_id"])
        assert payment.credit_note_ids, outcome
        return payment.credit_note_ids

    def count(self):
        """What must not change when something is refused."""
        self.env.flush_all()
        return (
            self.env["account.payment"].search_count([]),
            self.env["utility.credit.application"].search_count([]),
            self.env["account.partial.reconcile"].search_count([]),
            self.env["utility.payment.key"].search_count([]),
        )

    def assertConfirmRefused(self, wizard, text, error=UserError):
        before = self.count()
        with self.assertRaises(error) as caught:
            wizard.action_confirm()
        self.assertIn(text, str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(wizard.step, "review")
        self.assertEqual(self.count(), before)
        self.assertLedgerSound()


@tagged("post_install", "-at_install")
class TestRecordPaymentCredit(RecordCreditCommon):
    """Credit first, at the counter (CRN-10, CON-06)."""

    # === THE OFFER === #

    def test_offered_but_off(self):
        """REC-16, CRN-10: credit is offered; without a word the bill is asked for."""
        form = self.open_form()
        self.assertEqual((form.usable_credit, form.use_credit), (4.50, False))
        self.assertEqual((form.amount, form.credit_used), (145.50, 0))
        payment = self.confirm(form)
        self.assertEqual(payment.amount, 145.50)
        self.assertEqual(self.note.remaining_amount, 4.50)

    def test_nothing_to_offer(self):
        """CRN-10, CRN-11: none without credit, past expiry, or for a collector."""
        other = self.make_account("Without Credit", collector_id=self.collector.id)
        self.assertFalse(self.open_form(other).usable_credit)
        self.account.collector_id = self.collector
        self.assertFalse(self.open_form(user=self.collector).usable_credit)
        with freeze_time(self.note.expiry_date):
            self.assertEqual(self.open_form().usable_credit, 4.50)
        self.note.sudo().expiry_date = "2024-01-01"
        self.assertFalse(self.open_form().usable_credit)

    def test_another_consumer_is_asked_anew(self):
        """CRN-10: the switch belongs to the consumer, not to the form."""
        form = self.open_form()
        form.use_credit = True
        form.utility_account_id = self.make_account("Next")
        self.assertFalse(form.use_credit)

    # === THE PLAN === #

    def test_amount_is_the_rest(self):
        """CRN-10, REC-06: 4.50 of credit, 141.00 of money; off again, 145.50."""
        form = self.open_form()
        form.use_credit = True
        self.assertEqual((form.credit_used, form.amount), (4.50, 141))
        self.assertEqual((form.to_pay, form.to_collect), (145.50, 141))
        self.assertFalse(form.amount_left or form.amount_extra)
        form.amount = 100
        self.assertEqual((form.amount_left, form.amount_extra), (41, 0))
        form.amount = 150
        self.assertEqual((form.amount_left, form.amount_extra), (0, 9))
        form.use_credit = False
        self.assertEqual((form.amount, form.credit_used), (145.50, 0))

    def test_change_is_of_the_rest(self):
        """REC-08: 150.00 in cash for the 141.00 that credit leaves: 9.00 back."""
        form = self.open_form()
        form.use_credit = True
        form.tendered = 150
        self.assertEqual(form.change, 9)
        payment = self.confirm(form)
        self.assertEqual((payment.amount, payment.change_given), (141, 9))

    def test_too_much_beyond_the_rest(self):
        """REC-07: the limit is of what credit leaves, and the message says so."""
        form = self.open_form()
        form.use_credit = True
        form.amount = 245
        self.assertIn("141.00 is outstanding", form.message)
        form.amount = 241
        self.assertFalse(form.message)

    def test_oldest_credit_first(self):
        """CRN-10: of several notes the oldest, of several documents the first."""
        newer = self.overpay(225.50)
        charge = self.make_bill(10, kind="service", number="SVC-2025-000001")
        bill = self.make_bill(5, number="INV-2025-000009", due_date="2024-05-01")
        form = self.open_form()
        form.utility_type = "bill"
        self.assertEqual(form.usable_credit, 24.50)
        form.use_credit = True
        self.assertEqual((form.credit_used, form.amount), (5, 0))
        self.assertTrue(form.credit_pays_all)
        self.assertFalse(self.confirm(form))
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(
            (self.note.remaining_amount, newer.remaining_amount), (0, 19.50)
        )
        form = self.open_form()
        self.assertEqual(form.utility_type, "service")
        form.use_credit = True
        self.confirm(form)
        self.assertEqual(charge.payment_state, "paid")
        self.assertEqual(newer.remaining_amount, 9.50)
        self.assertLedgerSound()

    def test_without_a_tick_the_oldest_are_paid(self):
        """REC-03, CRN-10: credit alone, then credit and money, oldest first."""
        form = self.open_form()
        self.tick(form, self.bill.name, False)
        form.use_credit = True
        self.assertEqual((form.credit_used, form.amount), (4.50, 0))
        form.amount = 151
        self.confirm(form)
        self.assertEqual(self.bill.amount_residual, 0)
        self.assertEqual(self.other_bill.amount_residual, 50)
        self.assertLedgerSound()

    def test_document_in_another_currency(self):
        """REC-14: credit is in company currency and pays documents in it."""
        foreign = self.env["res.currency"].with_context(active_test=False)
        foreign = foreign.search([("name", "=", "EUR")])
        foreign.active = True
        bill = self.make_bill(30, currency="EUR", due_date="2024-01-02")
        form = self.open_form()
        form.use_credit = True
        self.assertIn((bill.name, True), [(n, t) for n, _o, t in self.lines(form)])
        self.assertFalse(form.credit_used)

    # === REVIEW AND CONFIRM === #

    def test_review_then_both_at_once(self):
        """CON-06, REC-11, REC-12: used 4.50, paid 141.00; all figures agree."""
        balance = self.account.current_balance
        self.assertEqual(balance, 201)
        form = self.open_form()
        form.use_credit = True
        wizard = form.save()
        wizard.action_review()
        self.assertEqual((wizard.credit_used, wizard.total_paid), (4.50, 141))
        self.assertEqual(wizard.credit_note_numbers, self.note.number)
        self.assertEqual(wizard.current_balance, 201)
        before = self.count()
        wizard.action_confirm()
        self.assertEqual(wizard.step, "done")
        self.assertEqual(wizard.credit_of_visit, 4.50)
        payment = wizard.payment_ids
        self.assertEqual(payment.amount, 141)
        self.assertEqual(payment.balance_after, 60)
        self.assertRecordValues(
            payment.allocation_ids,
            [
                {
                    "move_id": self.bill.id,
                    "amount_billed": 145.50,
                    "outstanding_before": 141,
                    "amount_applied": 141,
                    "difference_kind": "exact",
                }
            ],
        )
        self.assertEqual(self.bill.payment_state, "paid")
        self.assertRecordValues(
            self.note, [{"state": "applied", "applied_amount": 4.50}]
        )
        use = self.note.application_ids
        self.assertEqual((use.move_id, use.user_id), (self.bill, self.clerk))
        self.assertEqual(self.account.current_balance, 60)
        self.assertFalse(self.account.credit_balance)
        self.assertLedgerSound()
        # A second click, or the same request again after a lost answer
        after = self.count()
        self.assertEqual(after[0] - before[0], 1)
        wizard.action_confirm()
        self.assertEqual(self.count(), after)

    def test_credit_pays_all(self):
        """CON-06: nothing is paid in money; there is no payment and no receipt."""
        small = self.make_bill(3, number="INV-2025-000008", due_date="2024-01-02")
        form = self.open_form()
        form.tendered = 20
        form.use_credit = True
        self.assertEqual((form.credit_used, form.amount, form.tendered), (3, 0, 0))
        self.assertTrue(form.credit_pays_all)
        self.assertFalse(form.message)
        before = self.count()
        wizard = form.save()
        wizard.action_review()
        wizard.action_confirm()
        self.assertEqual(wizard.step, "done")
        self.assertFalse(wizard.payment_ids or wizard.receipt_numbers)
        self.assertEqual(wizard.credit_of_visit, 3)
        self.assertEqual(small.payment_state, "paid")
        self.assertEqual(self.note.remaining_amount, 1.50)
        after = self.count()
        self.assertEqual((after[0], after[1]), (before[0], before[1] + 1))
        wizard.action_confirm()
        self.assertEqual(self.count(), after)
        self.assertLedgerSound()

    def test_money_for_what_credit_pays_already(self):
        """REC-03: it isn't taken for other documents without a word."""
        self.make_bill(3, number="INV-2025-000008", due_date="2024-01-02")
        form = self.open_form()
        form.use_credit = True
        form.amount = 10
        self.assertRefused(form, "INV-2025-000008 is already paid")

    def test_same_key_uses_credit_once(self):
        """REC-13: the form sent twice as two records applies and records once."""
        self.overpay(220.50)
        self.make_bill(145.50, number="INV-2025-000010")
        form = self.open_form()
        form.use_credit = True
        first = form.save()
        second = form.save().copy(
            {
                "idempotency_key": first.idempotency_key,
                "use_credit": True,
            }
        )
        self.assertEqual(second.credit_plan, first.credit_plan)
        first.action_confirm()
        after = self.count()
        second.action_confirm()
        self.assertEqual(self.count(), after)
        self.assertEqual(second.payment_ids, first.payment_ids)
        self.overpay(5)
        self.make_bill(60, number="INV-2025-000011")
        other = self.open_form()
        other.use_credit = True
        other = other.save()
        other.action_review()
        other.idempotency_key = first.idempotency_key
        self.assertConfirmRefused(other, "start a new one", ValidationError)

    # === RACES === #

    def reviewed(self):
        form = self.open_form()
        form.use_credit = True
        wizard = form.save()
        wizard.action_review()
        return wizard

    def test_credit_used_meanwhile(self):
        """CON-06: the note went elsewhere since the review: nothing is recorded."""
        wizard = self.reviewed()
        self.note.with_user(self.recovery).apply_to(self.other_bill.ids)
        self.assertConfirmRefused(
            wizard, f"Credit note {self.note.number} can't be used: nothing of it"
        )
        wizard.action_back()
        self.assertEqual((wizard.credit_used, wizard.amount), (0, 145.50))
        wizard.action_review()
        wizard.action_confirm()
        self.assertEqual(wizard.payment_ids.amount, 145.50)

    def test_part_of_the_credit_used_meanwhile(self):
        """CON-06: less is left than was reviewed."""
        wizard = self.reviewed()
        self.note.with_user(self.recovery).apply_to(self.other_bill.ids, 3)
        self.assertConfirmRefused(wizard, "1.50 of credit is left")
        wizard.action_back()
        self.assertEqual((wizard.credit_used, wizard.amount), (1.50, 144))

    def test_document_paid_meanwhile(self):
        """CON-06: another cashier was faster."""
        wizard = self.reviewed()
        self.record_one(145.50, documents=[self.bill.name])
        self.assertConfirmRefused(wizard, f"{self.bill.name} is already paid")
        wizard.action_back()
        self.assertEqual(self.note.remaining_amount, 4.50)

    def test_payment_refused_after_the_credit(self):
        """CON-06: what the door for money refuses undoes the credit as well."""
        wizard = self.reviewed()
        mode = self.modes["cash"]
        mode.active = False
        self.assertConfirmRefused(wizard, "cash", ValidationError)
        self.assertEqual(self.note.remaining_amount, 4.50)

    # === VISIT === #

    def test_credit_in_a_visit(self):
        """REC-17: credit of one consumer, money of two, together or not at all."""
        wife = self.make_account("Wife")
        wife_bill = self.make_bill(30, account=wife)
        form = self.open_form()
        form.use_credit = True
        wizard = form.save()
        wizard.action_add_tender()
        self.assertEqual(wizard.tender_ids.credit_used, 4.50)
        self.assertFalse(wizard.use_credit or wizard.usable_credit)
        self.assertNotIn(self.bill.id, wizard.line_ids.mapped("document_id"))
        wizard.utility_account_id = wife
        self.assertEqual(wizard.amount, 30)
        wizard.action_review()
        self.assertEqual((wizard.credit_of_visit, wizard.total_paid), (4.50, 171))
        wizard.action_confirm()
        self.assertEqual(wizard.payment_ids.mapped("amount"), [141, 30])
        self.assertEqual(
            (self.bill | wife_bill).mapped("payment_state"), ["paid", "paid"]
        )
        self.assertLedgerSound()

    def test_credit_alone_then_money(self):
        """REC-17: a part of the visit that is paid with credit needs no payment."""
        small = self.make_bill(3, number="INV-2025-000008", due_date="2024-01-02")
        form = self.open_form()
        form.use_credit = True
        wizard = form.save()
        wizard.action_add_tender()
        self.assertFalse(wizard.tender_ids.request)
        self.assertEqual(wizard.usable_credit, 1.50)
        wizard.use_credit = True
        self.assertEqual((wizard.credit_used, wizard.amount), (1.50, 144))
        wizard.action_review()
        wizard.action_confirm()
        self.assertEqual(wizard.payment_ids.amount, 144)
        self.assertEqual(wizard.credit_of_visit, 4.50)
        self.assertEqual((small | self.bill).mapped("payment_state"), ["paid", "paid"])
        self.assertEqual(self.note.state, "applied")
        self.assertLedgerSound()

    def test_several_types_of_notes(self):
        """CRN-03: credit that adjusts revenue is used like any other."""
        payment = self.note.payment_id
        note = self.make_note(payment, 40, "billing_error")
        note.action_confirm()
        note.with_user(self.manager).action_approve()
        self.assertEqual(note.state, "active")
        form = self.open_form()
        self.assertEqual(form.usable_credit, 44.50)
        self.tick(form, self.other_bill.name)
        form.use_credit = True
        self.assertEqual(form.amount, 161)
        payments = self.confirm(form)
        self.assertEqual(payments.amount, 161)
        self.assertEqual(self.account.current_balance, 0)
        self.assertLedgerSound()

    def test_removed_from_the_visit(self):
        """REC-17: nothing was applied yet, so all of the credit is there again."""
        form = self.open_form()
        form.use_credit = True
        wizard = form.save()
        wizard.action_add_tender()
        wizard.action_remove_tenders()
        self.assertEqual(wizard.usable_credit, 4.50)
        self.assertFalse(wizard.tender_ids)


class BrowserCreditCommon(RecordCreditCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.password = "utility_clerk"


@tagged("post_install", "-at_install")
class TestRecordPaymentCreditBrowser(BrowserCreditCommon):
    """Credit in the browser, as a cashier uses it."""

    def test_keyboard_only(self):
        """REC-13, REC-16, CRN-10: credit by one key, never in the way of Enter."""
        self.start_tour(
            "/odoo/record-payment",
            "utility_record_payment_credit_keyboard",
            login=self.clerk.login,
        )
        payment = self.env["account.payment"].search(
            [("utility_account_id", "=", self.account.id)], limit=1, order="id desc"
        )
        self.assertEqual(payment.amount, 141)
        self.assertEqual(self.note.state, "applied")
        self.assertEqual(len(self.note.application_ids), 1)
        self.assertEqual(self.bill.payment_state, "paid")


@tagged("post_install", "-at_install")
class TestRecordPaymentCreditPhone(BrowserCreditCommon):
    """The same at 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_fits_the_phone(self):
        """CRN-10: on a phone, credit pays all, without money and receipt."""
        small = self.make_bill(3, number="INV-2025-000008", due_date="2024-01-02")
        self.start_tour(
            "/odoo/record-payment",
            "utility_record_payment_credit_phone",
            login=self.clerk.login,
        )
        self.assertEqual(small.payment_state, "paid")
        self.assertEqual(self.note.remaining_amount, 1.50)

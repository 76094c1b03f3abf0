import base64
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PlansCommon


class DisputesCommon(PlansCommon):
    """A consumer with overdue bills of 145.50 and 60.00, and one that isn't due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(145.50)
        cls.second = cls.make_bill(60.00, due_date="2024-02-15")
        cls.later = cls.make_bill(
            100.00, date=str(cls.today), due_date=str(cls.days(20))
        )
        cls.account.email = "john@example.com"
        cls.Dispute = cls.env["utility.dispute"].with_user(cls.clerk)
        cls.categories = {
            name: cls.env.ref(f"utility_collections.dispute_{name}")
            for name in ("wrong_amount", "payment_not_credited", "meter_reading")
        }

    def dispute(self, subject, amount=None, user=None, **values):
        name = "move_id" if subject._name == "account.move" else "payment_id"
        vals = {
            name: subject.id,
            "category_id": self.categories["wrong_amount"].id,
            **values,
        }
        if amount is not None:
            vals["amount"] = amount
        dispute = self.Dispute.with_user(user or self.clerk).create(vals)
        self.env.flush_all()
        self.env.invalidate_all()
        return dispute

    def debt(self, account=None):
        account = account or self.account
        return account._get_debts()[account.id]

    def reject(self, dispute, user=None):
        dispute.with_user(user or self.recovery).action_resolve(
            "rejected", remark="The meter was read again."
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestDispute(DisputesCommon):
    # -------------------------------------------------------------------------
    # OPENING
    # -------------------------------------------------------------------------

    def test_form(self):
        """COL-09: from the bill: the open residual, the category's days, the owner."""
        self.account.recovery_user_id = self.recovery
        action = self.bill.with_user(self.clerk).action_open_dispute()
        form = Form(self.Dispute.with_context(**action["context"]))
        self.assertEqual(form.amount, 145.50)
        form.category_id = self.categories["meter_reading"]
        dispute = form.save()
        self.assertRegex(dispute.number, r"^DSP-\d{4}-\d{4}$")
        self.assertEqual(dispute.date_deadline, self.days(21))
        self.assertEqual(dispute.user_id, self.recovery)
        self.assertEqual(dispute.utility_account_id, self.account)
        self.assertEqual(dispute.activity_ids.user_id, self.recovery)
        self.assertEqual(dispute.activity_ids.date_deadline, self.days(21))
        event = self.env["utility.collection.event"].search(
            [("res_model", "=", "utility.dispute"), ("res_id", "=", dispute.id)]
        )
        self.assertEqual(event.kind, "dispute_opened")

    def test_amount(self):
        """COL-09: above zero, at most what is open, other disputes taken off."""
        for amount in (0, -1, "all", 145.51, 1.001):
            with self.subTest(amount=amount), self.assertRefused(ValidationError):
                self.dispute(self.bill, amount)
        self.dispute(self.bill, 100)
        with self.assertRefused(ValidationError, "$\xa045.50"):
            self.dispute(self.bill, 45.51)
        self.dispute(self.bill, 45.50)
        with self.assertRefused(ValidationError, "disputed already"):
            self.dispute(self.bill, 1)

    def test_one_subject(self):
        """COL-09: one bill or payment, of the account, open, posted."""
        other = self.make_account("Other")
        for values in (
            {},
            {"move_id": 2**40},
            {"move_id": "x"},
            {"move_id": self.bill.id, "payment_id": self.record_one(1)[1].id},
            {"move_id": self.bill.id, "utility_account_id": other.id},
        ):
            with self.subTest(values=values), self.assertRefused(ValidationError):
                self.Dispute.create(
                    {"category_id": self.categories["wrong_amount"].id, **values}
                )
        with self.assertRefused(ValidationError, "category"):
            self.Dispute.create({"move_id": self.bill.id})
        self.record_one(59, documents=[self.second.name])
        self.record_one(1, documents=[self.second.name])
        with self.assertRefused(ValidationError, "Nothing is open"):
            self.dispute(self.second)

    def test_payment(self):
        """COL-09: a payment, up to its amount; from its page and its row."""
        _outcome, payment = self.record_one(50)
        action = payment.with_user(self.clerk).action_open_dispute()
        form = Form(self.Dispute.with_context(**action["context"]))
        self.assertEqual(form.amount, 50)
        form.category_id = self.categories["payment_not_credited"]
        dispute = form.save()
        self.assertEqual(dispute.utility_account_id, self.account)
        self.assertEqual(payment.utility_dispute_count, 1)
        with self.assertRefused(ValidationError, "disputed already"):
            self.dispute(payment)
        self.assertTrue(payment.with_user(self.clerk).can_dispute)
        self.assertFalse(payment.with_user(self.collector).can_dispute)
        self.adjust(payment)
        with self.assertRefused(ValidationError, "not a posted payment"):
            self.dispute(payment)

    def test_reopen_after_return(self):
        """COL-09: a dispute of a payment that was taken back holds nothing anew."""
        _outcome, payment = self.record_one(50)
        dispute = self.dispute(payment)
        self.reject(dispute)
        self.adjust(payment)
        self.env.invalidate_all()
        with self.assertRefused(UserError, "Nothing is left"):
            dispute.with_user(self.manager).action_reopen()
        self.assertEqual(self.debt().disputed, 0)

    # -------------------------------------------------------------------------
    # HOLD
    # -------------------------------------------------------------------------

    def test_hold(self):
        """COL-09: what is disputed is owed and overdue, but isn't collected."""
        before = self.debt()
        self.assertEqual(before.collectible, Decimal("205.50"))
        dispute = self.dispute(self.bill)
        debt = self.debt()
        self.assertEqual(debt.overdue, Decimal("205.50"))
        self.assertEqual(debt.collectible, Decimal("60.00"))
        self.assertEqual(debt.minimum_due, Decimal("60.00"))
        self.assertEqual(debt.oldest_due, self.day("2024-02-15"))
        self.assertEqual(self.account.overdue_balance, 205.50)
        self.assertEqual(dispute.hold_amount, 145.50)
        self.assertEqual(
            self.account._get_protections()[self.account.id],
            [{"kind": "dispute", "amount": 145.5, "until": False, "record": dispute}],
        )
        self.reject(dispute)
        self.assertEqual(self.debt().collectible, Decimal("205.50"))
        self.assertFalse(self.account._get_protections())

    def test_partial_and_several(self):
        """COL-09: parts of a bill, to the cent; paid parts aren't held."""
        first, second = self.dispute(self.bill, 45.51), self.dispute(self.bill, 10.01)
        self.dispute(self.later, 40)
        self.assertEqual(self.debt().collectible, Decimal("149.98"))
        self.record_one(100, documents=[self.bill.name])
        self.assertEqual(self.debt().collectible, Decimal("60.00"))
        self.assertEqual((first.hold_amount, second.hold_amount), (45.50, 0))
        self.record_one(45.50, documents=[self.bill.name])
        self.assertEqual((first.hold_amount, second.hold_amount), (0, 0))
        self.assertEqual(self.debt().collectible, Decimal("60.00"))

    def test_payment_holds_the_oldest(self):
        """COL-09: a disputed payment holds the oldest debt, never more than is owed."""
        _outcome, payment = self.record_one(100, documents=[self.later.name])
        dispute = self.dispute(payment)
        self.assertEqual(self.debt().collectible, Decimal("105.50"))
        self.record_one(145.50)
        self.assertEqual(self.debt().collectible, Decimal("0.00"))
        self.assertEqual(dispute.hold_amount, 60)

    def test_plans(self):
        """PLN-01: a disputed bill is refused for plans, whole."""
        dispute = self.dispute(self.bill, 1)
        with self.assertRefused(ValidationError, "disputed"):
            self.make_plan(self.bill)
        dispute.action_withdraw()
        self.make_plan(self.bill)

    # -------------------------------------------------------------------------
    # STAGES
    # -------------------------------------------------------------------------

    def test_stages(self):
        """COL-09: each stage says when it was entered and left, and by whom."""
        dispute = self.dispute(self.bill)
        mine = dispute.with_user(self.recovery)
        mine.write({"state": "investigation"})
        mine.write({"state": "waiting"})
        self.reject(dispute)
        rows = dispute.stage_time_ids.sorted("id")
        self.assertEqual(
            rows.mapped("state"), ["new", "investigation", "waiting", "resolved"]
        )
        self.assertEqual(rows[1].entered_by, self.recovery)
        self.assertEqual(rows[1].left_by, self.recovery)
        self.assertTrue(all(row.left_at for row in rows[:3]))
        self.assertFalse(rows[3].left_at)
        self.assertFalse(dispute.activity_ids)
        with self.assertRefused(UserError, "closed"):
            mine.write({"state": "new"})

    def test_closed_by_buttons(self):
        """COL-09: nobody drags a dispute to its end."""
        dispute = self.dispute(self.bill).with_user(self.recovery)
        for state in ("resolved", "cancelled", "nonsense"):
            with self.assertRefused(UserError, "buttons"):
                dispute.write({"state": state})

    def test_reopen(self):
        """COL-09: a Billing Manager reopens; the hold is what is still owed."""
        dispute = self.dispute(self.bill)
        self.reject(dispute)
        with self.assertRefused(AccessError):
            dispute.with_user(self.recovery).action_reopen()
        self.record_one(100)
        dispute.with_user(self.manager).action_reopen()
        self.assertEqual((dispute.state, dispute.amount), ("investigation", 45.50))
        self.assertFalse(dispute.resolution)
        self.assertEqual(self.debt().collectible, Decimal("60.00"))
        self.reject(dispute)
        self.record_one(45.50)
        with self.assertRefused(UserError, "Nothing is left"):
            dispute.with_user(self.manager).action_reopen()

    # -------------------------------------------------------------------------
    # RESOLVING
    # -------------------------------------------------------------------------

    def test_reject(self):
        """COL-09: rejected with a remark only, by Recovery Executives."""
        dispute = self.dispute(self.bill)
        with self.assertRefused(UserError, "remark"):
            dispute.with_user(self.recovery).action_resolve("rejected")
        with self.assertRefused(AccessError, "Recovery Executives"):
            self.reject(dispute, user=self.clerk)
        with self.assertRefused(ValidationError):
            dispute.with_user(self.recovery).action_resolve("forgotten", remark="x")
        self.reject(dispute)
        self.assertEqual((dispute.state, dispute.resolution), ("resolved", "rejected"))
        with self.assertRefused(UserError, "closed"):
            self.reject(dispute)

    def test_credit_note(self):
        """COL-09, CRN-13: it is settled once its credit note is approved."""
        _outcome, payment = self.record_one(100)
        dispute = self.dispute(self.bill)
        mine = dispute.with_user(self.recovery)
        with self.assertRefused(UserError, "Name the credit note"):
            mine.action_resolve("credit_note")
        note = self.make_note(payment, 45.50, reason="billing_error")
        mine.action_resolve("credit_note", credit_note_id=note.id)
        self.assertEqual(dispute.state, "new")
        self.assertIn(note.number, dispute.waits_for)
        note.action_confirm()
        self.assertEqual((note.state, dispute.state), ("to_approve", "new"))
        self.approve(note)
        self.assertEqual(
            (dispute.state, dispute.resolution), ("resolved", "credit_note")
        )
        self.assertEqual(dispute.resolved_by, self.recovery)

    def test_adjustment(self):
        """COL-09: made from the dispute, an adjustment settles it by itself."""
        _outcome, payment = self.record_one(100)
        dispute = self.dispute(payment)
        wizard = (
            self.env["utility.dispute.resolve"]
            .with_user(self.recovery)
            .create({"dispute_id": dispute.id, "resolution": "adjustment"})
        )
        self.assertEqual(wizard.payment_id, payment)
        action = wizard.action_make_document()
        adjustment = (
            self.env["utility.payment.adjustment"]
            .with_user(self.recovery)
            .with_context(**action["context"])
            .create({"payment_id": payment.id, "reason": "Not theirs"})
        )
        self.assertEqual(dispute.adjustment_id, adjustment)
        adjustment.action_request()
        self.assertEqual(dispute.state, "new")
        self.approve(adjustment)
        self.assertEqual(
            (dispute.state, dispute.resolution), ("resolved", "adjustment")
        )

    def test_foreign_documents(self):
        """COL-09: a document of another account settles nothing."""
        other = self.make_account("Other")
        self.make_bill(30, account=other)
        _outcome, payment = self.record_one(10, account=other.number)
        adjustment = self.make_adjustment(payment)
        dispute = self.dispute(self.bill).with_user(self.recovery)
        with self.assertRefused(UserError, "another account"):
            dispute.action_resolve("adjustment", adjustment_id=adjustment.id)
        _outcome, payment = self.record_one(10)
        cancelled = self.make_adjustment(payment)
        cancelled.action_cancel()
        with self.assertRefused(UserError, "no effect"):
            dispute.action_resolve("adjustment", adjustment_id=cancelled.id)

    def test_mails(self):
        """COL-09: the consumer is told on opening and resolution, if the company is."""
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search_count([("email_to", "ilike", "john@example.com")])
        dispute = self.dispute(self.bill)
        self.reject(dispute)
        mails = Mail.search([("email_to", "ilike", "john@example.com")])
        self.assertEqual(len(mails), before + 2)
        self.assertIn("The meter was read again.", mails.sorted("id")[-1].body_html)
        self.assertIn(dispute.number, mails.sorted("id")[-1].subject)
        self.company.utility_dispute_notices = False
        self.dispute(self.second)
        self.assertEqual(
            Mail.search_count([("email_to", "ilike", "john@example.com")]), before + 2
        )

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    def test_rights(self):
        """COL-09, ROL-01: the counter opens and adds; Recovery Executives lead."""
        dispute = self.dispute(self.bill)
        dispute.write({"description": "Two meters\nwere mixed up"})
        for vals in (
            {"amount": 5},
            {"user_id": self.clerk.id},
            {"state": "waiting"},
            {"date_deadline": "2030-01-01"},
        ):
            with self.assertRefused(AccessError, "Recovery Executives lead"):
                dispute.write(vals)
            dispute.with_user(self.recovery).write(
                vals if "user_id" not in vals else {"user_id": self.recovery.id}
            )
        self.assertEqual((dispute.amount, dispute.state), (5, "waiting"))
        self.assertEqual(self.debt().collectible, Decimal("200.50"))
        with self.assertRefused(ValidationError, "at most"):
            dispute.with_user(self.recovery).write({"amount": 145.51})
        for vals in (
            {"move_id": self.second.id},
            {"resolution": "rejected"},
            {"number": "DSP-1"},
        ):
            with self.assertRefused(UserError, "stays with its bill"):
                dispute.with_user(self.manager).write(vals)
        with self.assertRefused(AccessError):
            dispute.with_user(self.collector).read(["amount"])
        with self.assertRefused(AccessError):
            self.dispute(self.second, user=self.collector)
        self.assertEqual(self.account.with_user(self.manager).open_dispute_count, 1)

    def test_cashier_is_warned(self):
        """REC-04, COL-09: Record Payment says that something is disputed."""
        self.dispute(self.bill)
        wizard = (
            self.env["utility.record.payment"]
            .with_user(self.clerk)
            .new({"utility_account_id": self.account.id})
        )
        self.assertEqual(wizard.open_dispute_count, 1)

    def test_evidence(self):
        """COL-09: who sees the dispute sees its evidence; no foreign file is taken."""
        Attachment = self.env["ir.attachment"]
        values = {"name": "meter.png", "datas": base64.b64encode(b"x")}
        mine = Attachment.with_user(self.clerk).create(values)
        dispute = self.dispute(self.bill, evidence_ids=mine.ids)
        self.assertEqual((mine.res_model, mine.res_id), (dispute._name, dispute.id))
        self.assertEqual(
            dispute.with_user(self.recovery).evidence_ids.mapped("name"), ["meter.png"]
        )
        foreign = Attachment.create(values)
        with self.assertRefused(ValidationError, "aren't yours"):
            dispute.write({"evidence_ids": [(4, foreign.id)]})

    # -------------------------------------------------------------------------
    # PROPERTY
    # -------------------------------------------------------------------------

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(("dispute", "pay", "close")),
                st.integers(0, 2),
                st.integers(1, 20000),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_hold_never_above_what_is_open(self, steps):
        """COL-09: hold <= open amount, collectible = overdue - disputed, always."""
        with self.env.cr.savepoint() as savepoint:
            bills = self.bill | self.second | self.later
            for what, place, cents in steps:
                bill = bills[place]
                left = int(round(bill._utility_residual() * 100))
                amount = min(cents, left) / 100
                disputes = self.env["utility.dispute"].search(
                    [("move_id", "=", bill.id), ("state", "=", "new")]
                )
                if what == "pay" and amount:
                    self.record_one(amount, documents=[bill.name])
                elif what == "close" and disputes:
                    self.reject(disputes[0])
                elif what == "dispute":
                    free = left - int(round(sum(disputes.mapped("amount")) * 100))
                    if free > 0:
                        self.dispute(bill, min(cents, free) / 100)
                self.assertHoldSound(bills)
            savepoint.rollback()
        self.env.invalidate_all()

    def assertHoldSound(self, bills):
        self.env.invalidate_all()
        debt = self.debt()
        self.assertEqual(debt.collectible, debt.overdue - debt.disputed)
        for bill in bills:
            held = sum(bill.utility_dispute_ids.mapped("hold_amount"))
            self.assertLessEqual(round(held, 2), bill._utility_residual())
        late = sum(
            dispute.hold_amount for dispute in (bills - self.later).utility_dispute_ids
        )
        self.assertAlmostEqual(float(debt.disputed), late, 2)

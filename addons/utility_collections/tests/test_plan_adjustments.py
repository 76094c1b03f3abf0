from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PlansCommon


@tagged("post_install", "-at_install")
class TestPlanAdjustments(PlansCommon):
    """Payments for installments that are corrected: the plan is right after each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)
        cls.plan = cls.make_plan(cls.bill)
        cls.rows = cls.plan.sudo().installment_ids.sorted("sequence")
        cls.other = cls.make_account("Jane Roe")

    def pay(self, amount, *documents, **values):
        values = {"type": "installment", "documents": list(documents)} | values
        return self.record_one(amount, **values)[1]

    def kinds(self, plan=None):
        """The timeline since the plan was signed."""
        plan = (plan or self.plan).sudo()
        plan.invalidate_recordset()
        return plan.event_ids.sorted("id").mapped("kind")[2:]

    def assertSound(self):
        self.assertPlanSound(self.plan)
        self.assertLedgerSound()

    # -------------------------------------------------------------------------
    # REVERSE
    # -------------------------------------------------------------------------

    def test_returned(self):
        """RCN-07, PLN-03: a returned payment leaves its installment unpaid."""
        self.pay(67.5, self.rows[0].id)
        second = self.pay(67.5, self.rows[1].id)
        self.adjust(second, "reverse", reversal_kind="returned")
        self.assertEqual(self.states(self.plan), ["paid", "due", "due"])
        self.assertEqual(self.bill.amount_residual, 135)
        self.assertEqual(self.kinds(), ["paid", "paid", "payment_undone"])
        self.assertEqual(self.plan.sudo().event_ids.sorted("id")[-1].amount, -67.5)
        self.assertSound()

    def test_first_is_returned(self):
        """PLN-03: money paid for a later installment stays with it."""
        first = self.pay(67.5, self.rows[0].id)
        self.pay(67.5, self.rows[1].id)
        self.adjust(first, "reverse", reversal_kind="returned")
        self.assertEqual(self.states(self.plan), ["due", "paid", "due"])
        self.assertSound()

    def test_wrong_entry_over_several(self):
        """PLN-03: one payment of several installments, with credit, taken back."""
        payment = self.pay(250)
        self.assertEqual(self.plan.state, "completed")
        self.assertEqual(payment.credit_note_ids.amount, 47.5)
        self.adjust(payment, "reverse", reversal_kind="wrong_entry")
        self.assertEqual(self.states(self.plan), ["due"] * 3)
        self.assertEqual(self.plan.state, "active")
        self.assertEqual(
            self.kinds(),
            ["paid", "paid", "paid", "completed"]
            + ["payment_undone", "payment_undone", "payment_undone", "reopened"],
        )
        self.assertSound()

    def test_after_the_plan_was_broken(self):
        """PLN-05, RCN-07: a broken plan keeps its history; the debt is due in full."""
        payment = self.pay(67.5, self.rows[0].id)
        self.plan.sudo()._break("Not paid")
        self.adjust(payment, "reverse", reversal_kind="returned")
        self.assertEqual(self.states(self.plan), ["paid", "cancelled", "cancelled"])
        self.assertEqual(self.account.overdue_balance, 202.5)
        self.assertSound()

    # -------------------------------------------------------------------------
    # CORRECT
    # -------------------------------------------------------------------------

    def test_correct_method(self):
        """ADJ-01, PLN-03: the right payment is for the same installment, quietly."""
        payment = self.pay(67.5, self.rows[1].id)
        before = self.kinds()
        new = self.adjust(
            payment,
            "correct",
            new_mode_id=self.modes["cheque"].id,
            new_reference="A 17",
        ).replacement_payment_id
        self.assertEqual(new.utility_type, "installment")
        self.assertEqual(new.allocation_ids.installment_id, self.rows[1])
        self.assertEqual(self.states(self.plan), ["due", "paid", "due"])
        self.assertEqual(self.kinds(), before)
        self.assertSound()

    def test_correct_when_others_moved_up(self):
        """PLN-03: money that nobody directed gives way to the payment of then."""
        payment = self.pay(67.5, self.rows[0].id)
        self.record_one(67.5, type="bill", documents=[self.bill.id])
        self.assertEqual(self.states(self.plan), ["paid", "paid", "due"])
        new = self.adjust(
            payment,
            "correct",
            new_mode_id=self.modes["cheque"].id,
            new_reference="A 17",
        ).replacement_payment_id
        self.assertEqual(new.allocation_ids.installment_id, self.rows[0])
        self.assertEqual(new.amount_excess, 0)
        self.assertEqual(self.states(self.plan), ["paid", "paid", "due"])
        self.assertSound()

    def test_correct_date(self):
        """PLN-05: an installment is paid on the day that its payment has in the end."""
        payment = self.pay(67.5, self.rows[0].id)
        self.assertEqual(self.rows[0].paid_on, self.today)
        earlier = self.days(-1)
        self.adjust(payment, "correct", new_date=earlier)
        self.assertEqual(self.rows[0].paid_on, earlier)
        self.assertEqual(self.kinds(), ["paid"])
        self.assertSound()

    def test_correct_what_completed(self):
        """PLN-03: a completed plan stays completed, and its timeline says so once."""
        payment = self.pay(202.5)
        self.adjust(
            payment,
            "correct",
            new_mode_id=self.modes["cheque"].id,
            new_reference="A 17",
        )
        self.assertEqual(self.plan.state, "completed")
        self.assertEqual(self.kinds(), ["paid", "paid", "paid", "completed"])
        self.assertSound()

    def test_correct_bill_and_charge(self):
        """ADJ-01: a plan covers bills and charges: its installments are one type."""
        charge = self.make_bill(40, kind="service", account=self.other)
        bill = self.make_bill(60, account=self.other)
        plan = self.make_plan(charge | bill, installment_count=1)
        payment = self.pay(
            100, f"{plan.number}/1", account=self.other.number, type=False
        )
        self.assertEqual(payment.utility_type, "installment")
        self.assertEqual(len(payment.allocation_ids), 2)
        new = self.adjust(
            payment,
            "correct",
            new_mode_id=self.modes["cheque"].id,
            new_reference="A 17",
        ).replacement_payment_id
        self.assertEqual(new.allocation_ids.installment_id.plan_id, plan.sudo())
        self.assertEqual(plan.state, "completed")
        self.assertPlanSound(plan)
        self.assertSound()

    def test_correct_after_the_plan_was_broken(self):
        """ADJ-01, PLN-05: the debt is due by its own: the payment pays the bill."""
        payment = self.pay(67.5, self.rows[0].id)
        self.plan.sudo()._break("Not paid")
        new = self.adjust(
            payment,
            "correct",
            new_mode_id=self.modes["cheque"].id,
            new_reference="A 17",
        ).replacement_payment_id
        self.assertEqual(new.utility_type, "bill")
        self.assertEqual(new.allocation_ids.move_id, self.bill)
        self.assertFalse(new.allocation_ids.installment_id)
        self.assertEqual(self.bill.amount_residual, 135)
        self.assertSound()

    def test_correct_payment_of_before(self):
        """PLN-03: money from before the plan pays no installment once corrected."""
        bill = self.make_bill(100, account=self.other)
        number = self.other.number
        before = self.record_one(40, account=number, documents=[bill.id])[1]
        plan = self.make_plan(bill, installment_count=2).sudo()
        new = self.adjust(
            before,
            "correct",
            new_mode_id=self.modes["cheque"].id,
            new_reference="A 17",
        ).replacement_payment_id
        self.assertEqual(bill.amount_residual, 60)
        self.assertEqual((plan.amount_paid, plan.amount_remaining), (0, 60))
        self.assertEqual(self.states(plan), ["due", "due"])
        self.assertNotIn("partly_paid", plan.event_ids.mapped("kind"))
        balances = self.other._get_balances()[self.other.id]
        self.assertEqual((balances["deferred"], balances["overdue"]), (60, 0))
        # And so is what comes of the corrected one.
        self.adjust(new, "reverse", reversal_kind="returned")
        self.assertEqual(plan.amount_paid, 0)
        self.assertPlanSound(plan)
        self.assertSound()

    def test_correct_after_another_plan_took_over(self):
        """ADJ-01, PLN-02: a plan that is history takes no money: its bill does."""
        bill = self.make_bill(100, account=self.other)
        number = self.other.number
        before = self.record_one(40, account=number, documents=[bill.id])[1]
        first = self.make_plan(bill, installment_count=1)
        payment = self.pay(60, f"{first.number}/1", account=number)
        self.adjust(before, "reverse", reversal_kind="returned")
        second = self.make_plan(bill, installment_count=1)
        new = self.adjust(
            payment,
            "correct",
            new_mode_id=self.modes["cheque"].id,
            new_reference="A 17",
        ).replacement_payment_id
        self.assertEqual(new.utility_type, "bill")
        self.assertEqual(new.allocation_ids.move_id, bill)
        self.assertEqual(bill.amount_residual, 40)
        self.assertEqual((first.state, second.state), ("completed", "active"))
        self.assertEqual(second.amount_remaining, 40)
        self.assertSound()

    # -------------------------------------------------------------------------
    # MOVE
    # -------------------------------------------------------------------------

    def test_move_to_account_with_plan(self):
        """ADJ-01, REC-03: it pays what is unpaid of the other account's plan."""
        theirs = self.make_plan(self.make_bill(90, account=self.other))
        payment = self.pay(67.5, self.rows[0].id)
        new = self.adjust(
            payment, "move", target_account_id=self.other.id
        ).replacement_payment_id
        self.assertEqual(new.utility_type, "installment")
        self.assertEqual(self.states(self.plan), ["due"] * 3)
        self.assertEqual(self.amounts(theirs, "paid_amount"), [30, 30, 7.5])
        self.assertPlanSound(theirs)
        self.assertSound()

    def test_move_to_account_without_plan(self):
        """ADJ-01: where no plan asks for money, the bills get it, not the credit."""
        bill = self.make_bill(90, account=self.other)
        payment = self.pay(67.5, self.rows[0].id)
        new = self.adjust(
            payment, "move", target_account_id=self.other.id
        ).replacement_payment_id
        self.assertEqual(new.utility_type, "bill")
        self.assertEqual(bill.amount_residual, 22.5)
        self.assertSound()

    def test_move_here(self):
        """ADJ-01, PLN-03: a payment that should have paid the covered bill."""
        self.make_bill(67.5, account=self.other)
        _outcome, payment = self.record_one(67.5, account=self.other.number)
        self.adjust(
            payment,
            "move",
            target_account_id=self.account.id,
            documents=[self.bill],
        )
        self.assertEqual(self.states(self.plan), ["paid", "due", "due"])
        self.assertSound()

    # -------------------------------------------------------------------------
    # PAY OTHER DOCUMENTS
    # -------------------------------------------------------------------------

    def test_reallocate_away(self):
        """ADJ-01, PLN-03: money that goes to another bill is taken from the plan."""
        free = self.make_bill(100, due_date=str(self.days(10)))
        payment = self.pay(67.5, self.rows[0].id)
        self.adjust(payment, "reallocate", documents=[free])
        self.assertEqual(self.states(self.plan), ["due"] * 3)
        self.assertEqual(free.amount_residual, 32.5)
        self.assertEqual(self.kinds(), ["paid", "payment_undone"])
        self.assertSound()

    def test_reallocate_to_covered(self):
        """ADJ-01, PLN-03: money that comes from another bill pays the oldest."""
        free = self.make_bill(100, due_date=str(self.days(10)))
        _outcome, payment = self.record_one(100, documents=[free.id])
        self.adjust(payment, "reallocate", documents=[self.bill])
        self.assertEqual(self.amounts(self.plan, "paid_amount"), [67.5, 32.5, 0])
        self.assertEqual(self.kinds(), ["paid", "partly_paid"])
        self.assertSound()

    def test_reallocate_within_the_plan(self):
        """ADJ-01: what the plan covers may change places without a word of it."""
        second = self.make_bill(100, account=self.other)
        first = self.make_bill(100, account=self.other)
        plan = self.make_plan(first | second, installment_count=2)
        payment = self.pay(100, account=self.other.number)
        before = self.kinds(plan)
        paid = payment.allocation_ids.move_id
        self.adjust(payment, "reallocate", documents=[(first | second) - paid])
        self.assertEqual(self.states(plan), ["paid", "due"])
        self.assertEqual(self.kinds(plan), before)
        self.assertPlanSound(plan)
        self.assertSound()

    # -------------------------------------------------------------------------
    # CREDIT NOTES OF IT
    # -------------------------------------------------------------------------

    def test_note_that_returns_money(self):
        """CRN-03, PLN-03: money that is freed is unpaid again, the last part first."""
        payment = self.pay(135)
        self.make_note(payment, 50, user=self.manager).action_confirm()
        self.assertEqual(self.amounts(self.plan, "paid_amount"), [67.5, 17.5, 0])
        self.assertEqual(self.kinds(), ["paid", "paid", "payment_undone"])
        self.assertEqual(self.account.payoff_balance, 67.5)
        self.assertSound()

    def test_refused_correction_changes_nothing(self):
        """ADJ-01: when the door refuses, plan and ledger are as they were."""
        payment = self.pay(67.5, self.rows[0].id)
        adjustment = self.make_adjustment(
            payment, "move", target_account_id=self.other.id
        )
        adjustment.action_request()
        self.other.sudo().cash_only = True
        payment.sudo().mode_id.kind = "card"
        with self.assertRefused(UserError, "cash only"):
            adjustment.with_user(self.manager).action_approve()
        self.env.invalidate_all()
        self.assertEqual(self.states(self.plan), ["paid", "due", "due"])
        self.assertEqual(self.kinds(), ["paid"])
        self.assertSound()

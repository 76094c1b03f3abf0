from odoo.tests import Form, tagged

from .common import PlansCommon


@tagged("post_install", "-at_install")
class TestInstallmentPayment(PlansCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)
        cls.plan = cls.make_plan(cls.bill)
        cls.rows = cls.plan.installment_ids.sorted("sequence")

    def pay(self, amount, *documents, **values):
        return self.record_one(
            amount, type="installment", documents=list(documents), **values
        )

    def test_balances(self):
        """CON-04, CFG-05: covered debt is deferred; payoff stays."""
        self.make_bill(145.50, due_date=str(self.days(10)))
        balances = self.account._get_balances()[self.account.id]
        self.assertEqual(balances["payoff"], 348.0)
        self.assertEqual(balances["deferred"], 202.5)
        self.assertEqual(balances["current"], 145.5)
        self.assertEqual(balances["overdue"], 0.0)

    def test_installment_is_paid(self):
        """REC-03, PLN-03: an installment pays the covered bill, and its plan."""
        self.assertEqual(self.amounts(self.plan), [67.5, 67.5, 67.5])
        outcome, payment = self.pay(67.5, self.rows[0].id)
        self.assertEqual(outcome["applied"], 67.5)
        self.assertEqual(outcome["outstanding"], 0.0)
        self.assertEqual(payment.utility_type, "installment")
        self.assertEqual(self.bill.amount_residual, 135.0)
        self.assertEqual(self.states(self.plan), ["paid", "due", "due"])
        self.assertEqual(payment.allocation_ids.installment_id, self.rows[0])
        self.assertEqual(payment.allocation_ids.amount_billed, 67.5)
        self.assertEqual(payment.allocation_ids.difference_kind, "exact")
        self.assertPlanSound(self.plan)
        self.assertLedgerSound()

    def test_named_later_one(self):
        """REC-03: money for a picked installment stays with it."""
        self.pay(67.5, f"{self.plan.number}/2")
        self.assertEqual(self.states(self.plan), ["due", "paid", "due"])
        self.record_one(30.0, type="bill", documents=[self.bill.name])
        self.assertEqual(self.states(self.plan), ["partial", "paid", "due"])
        self.assertPlanSound(self.plan)

    def test_over_paid(self):
        """REC-03, PLN-03: what exceeds a picked installment becomes credit."""
        outcome, _payment = self.pay(100.0, self.rows[0].id)
        self.assertEqual((outcome["applied"], outcome["credit"]), (67.5, 32.5))
        outcome, _payment = self.pay(100.0)
        self.assertEqual((outcome["applied"], outcome["credit"]), (100.0, 0.0))
        self.assertEqual(self.states(self.plan), ["paid", "paid", "partial"])

    def test_completed_and_reopened(self):
        """PLN-03: paid in full completes the plan; a return opens it again."""
        _outcome, payment = self.record_one(
            202.5, type="bill", documents=[self.bill.name]
        )
        self.assertEqual(self.plan.state, "completed")
        self.assertEqual(self.states(self.plan), ["paid"] * 3)
        self.adjust(payment, "reverse", reversal_kind="returned")
        self.plan.invalidate_recordset()
        self.assertEqual(self.plan.state, "active")
        self.assertEqual(self.states(self.plan), ["due"] * 3)
        self.assertEqual(
            self.account._get_balances()[self.account.id]["deferred"], 202.5
        )
        self.assertPlanSound(self.plan)

    def test_cancel(self):
        """PLN-02: a cancelled plan makes the debt due again."""
        self.pay(67.5, self.rows[0].id)
        self.plan.action_cancel()
        self.assertEqual(self.states(self.plan), ["paid", "cancelled", "cancelled"])
        balances = self.account._get_balances()[self.account.id]
        self.assertEqual((balances["deferred"], balances["overdue"]), (0.0, 135.0))

    # -------------------------------------------------------------------------
    # FROM THE PLAN
    # -------------------------------------------------------------------------

    def open_form(self, action):
        """The Record Payment form that an action of the plan opens, as the clerk."""
        Wizard = self.env["utility.record.payment"].with_user(self.clerk)
        return Form(Wizard.with_context(**action["context"]))

    def test_pay_from_the_plan(self):
        """REC-01, PLN-03: Record payment ticks the oldest unpaid installment."""
        self.pay(67.5, self.rows[0].id)
        with self.open_form(self.plan.with_user(self.clerk).action_pay()) as form:
            self.assertEqual(form.utility_type, "installment")
            self.assertEqual(form.amount, 67.5)
        form.record.action_review()
        form.record.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.states(self.plan), ["paid", "paid", "due"])

    def test_pay_off_early(self):
        """PLN-03: all that is unpaid is ticked; paid, the plan is completed."""
        self.pay(70)
        with self.open_form(self.plan.with_user(self.clerk).action_pay_off()) as form:
            self.assertEqual(form.amount, 132.5)
        form.record.action_review()
        form.record.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.plan.state, "completed")
        self.assertEqual(self.account.payoff_balance, 0)
        self.assertPlanSound(self.plan)

    def test_credit_at_the_counter(self):
        """CRN-10, REC-03: credit settles the ticked installment, money the rest."""
        self.record_one(50, type="service")
        self.pay(67.5, self.rows[0].id)
        with self.open_form(self.plan.with_user(self.clerk).action_pay()) as form:
            form.use_credit = True
            self.assertEqual(form.credit_used, 50)
            self.assertEqual(form.amount, 17.5)
            self.assertEqual(form.amount_left, 0)
        form.record.action_review()
        form.record.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.states(self.plan), ["paid", "paid", "due"])
        self.assertEqual(self.bill.amount_residual, 67.5)
        self.assertEqual(self.account.credit_balance, 0)
        self.assertPlanSound(self.plan)
        self.assertLedgerSound()

    def test_credit_pays_all(self):
        """CRN-10: credit alone pays installments off, and the plan is completed."""
        self.record_one(99, type="service")
        self.record_one(99, type="service")
        self.record_one(10, type="service")
        with self.open_form(self.plan.with_user(self.clerk).action_pay_off()) as form:
            form.use_credit = True
            self.assertEqual(form.credit_used, 202.5)
            self.assertTrue(form.credit_pays_all)
        form.record.action_review()
        form.record.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.plan.state, "completed")
        self.assertEqual(self.account.credit_balance, 5.5)
        self.assertLedgerSound()

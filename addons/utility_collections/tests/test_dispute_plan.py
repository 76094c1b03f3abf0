from decimal import Decimal

from odoo.tests import tagged

from .compliance_common import ComplianceCommon


@tagged("post_install", "-at_install")
class TestDisputeInPlan(ComplianceCommon):
    """A dispute of debt that a plan covers (COL-09, PLN-04, PLN-05).

    202.50 in three installments of 67.50, from today on.
    """

    def dispute(self, bill, amount):
        return (
            self.env["utility.dispute"]
            .with_user(self.clerk)
            .create(
                {
                    "move_id": bill.id,
                    "amount": amount,
                    "category_id": self.env.ref(
                        "utility_collections.dispute_wrong_amount"
                    ).id,
                }
            )
        )

    def debt(self, count):
        with self.on(count):
            return self.account._get_debts()[self.account.id]

    def decide(self, count):
        with self.on(count):
            return self.account.sudo()._decide_disconnection("order")

    def test_installment_is_held(self):
        """COL-09: an installment past due isn't collected while its debt is disputed,
        as far as that is disputed."""
        self.make_plan(self.bill)
        self.assertEqual(self.debt(2).collectible, Decimal("67.50"))
        dispute = self.dispute(self.bill, 50.0)
        debt = self.debt(2)
        self.assertEqual((debt.overdue, debt.disputed), (Decimal("67.50"), 50))
        self.assertEqual(debt.collectible, Decimal("17.50"))
        dispute.with_user(self.recovery).write({"amount": 202.5})
        self.assertEqual(self.debt(2).collectible, 0)
        self.assertEqual(self.debt(40).overdue, Decimal("135.00"))
        self.assertEqual(self.debt(40).collectible, 0)
        dispute.action_withdraw()
        self.assertEqual(self.debt(2).collectible, Decimal("67.50"))

    def test_other_debt_is_collected(self):
        """COL-09: a dispute under a plan holds its installments, no other debt."""
        self.make_plan(self.bill)
        self.make_bill(60.0, due_date="2024-02-15")
        self.dispute(self.bill, 202.5)
        self.assertEqual(self.debt(0).collectible, 60)
        self.assertEqual(self.debt(2).overdue, Decimal("127.50"))
        self.assertEqual(self.debt(2).collectible, 60)

    def test_two_disputes(self):
        """COL-09: what two disputes hold together is counted once."""
        second = self.make_bill(97.50, due_date="2024-02-15")
        self.make_plan(self.bill | second)
        self.dispute(self.bill, 80.0)
        self.dispute(second, 97.5)
        self.make_bill(60.0, due_date="2024-02-15")
        self.assertEqual(self.debt(2).overdue, 160)
        self.assertEqual(self.debt(2).disputed, 100)
        self.assertEqual(self.debt(2).collectible, 60)

    def test_not_missed(self):
        """PLN-05, COL-09: a plan isn't broken for what its consumer disputes."""
        plan = self.make_plan(self.bill)
        dispute = self.dispute(self.bill, 67.5)
        self.keep(10)
        self.assertEqual(plan.state, "active")
        self.assertEqual(self.states(plan), ["due"] * 3)
        dispute.with_user(self.recovery).action_resolve("rejected", "Read again.")
        self.keep(10)
        self.assertEqual(plan.state, "broken")

    def test_missed_beside(self):
        """PLN-05, COL-09: what isn't disputed of the plan is asked for."""
        plan = self.make_plan(self.bill)
        self.dispute(self.bill, 67.5)
        self.keep(45)
        self.assertEqual(plan.state, "broken")
        self.assertTrue(plan.installment_ids[1].missed_on)
        self.assertFalse(plan.installment_ids[0].missed_on)

    def test_not_cut_off(self):
        """COL-07, COL-09: a plan that waits for a dispute is a plan that is kept."""
        self.make_plan(self.bill)
        self.make_bill(60.0, due_date="2024-02-15")
        self.assertTrue(self.decide(10).eligible)
        self.dispute(self.bill, 67.5)
        decision = self.decide(10)
        self.assertFalse(decision.eligible)
        self.assertEqual(decision.reason_code, "plan")
        self.assertEqual(decision.amount, 60)
        self.assertTrue(self.decide(45).eligible)

    def test_paid_while_disputed(self):
        """COL-09: what is paid while it is disputed isn't held any more."""
        plan = self.make_plan(self.bill)
        self.dispute(self.bill, 67.5)
        self.pay_row(plan.installment_ids[0])
        debt = self.debt(40)
        self.assertEqual((debt.overdue, debt.collectible), (Decimal("67.50"), 0))
        self.pay_row(plan.installment_ids[1])
        self.assertEqual(self.debt(40).overdue, 0)
        self.assertPlanSound(plan)

from odoo.tests import HttpCase, tagged

from .test_plan_setup import SetupCommon


class SetupTourCommon(SetupCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)

    def assertSetUpFromConsumer(self, tour):
        """The tour, begun on the consumer's page, ends with an active plan."""
        self.start_tour(
            f"/odoo/consumers/{self.account.id}", tour, login="utility_recovery"
        )
        plan = self.account.plan_ids
        self.assertEqual((plan.state, plan.covered_move_ids), ("active", self.bill))


@tagged("post_install", "-at_install")
class TestPlanSetupTour(SetupTourCommon):
    """The set-up screen at the desk."""

    def test_set_up(self):
        """PLN-01: pick debts, compare simulations, activate."""
        self.make_plan(self.make_bill(90.0))
        self.make_bill(60.0, due_date=str(self.days(20)))
        self.start_tour(
            "/odoo/set-up-plan", "utility_plan_setup", login="utility_recovery"
        )
        plan = self.account.plan_ids.filtered(
            lambda plan: plan.covered_move_ids == self.bill
        )
        self.assertEqual(plan.state, "active")
        self.assertEqual(self.amounts(plan), [67.5] * 3)

    def test_from_the_consumer(self):
        """PLN-01, CON-06: from the consumer's page, with the consumer filled in."""
        self.assertSetUpFromConsumer("utility_account_set_up_plan")

    def test_custom(self):
        """PLN-01: write a schedule of one's own."""
        self.start_tour(
            "/odoo/set-up-plan", "utility_plan_setup_custom", login="utility_recovery"
        )
        self.assertEqual(self.amounts(self.account.plan_ids), [67.5, 35.0, 100.0])

    def test_modify(self):
        """PLN-02: a new version beside the old one."""
        plan = self.make_plan(self.bill)
        self.record_one(67.5, type="installment", documents=[f"{plan.number}/1"])
        self.start_tour(
            f"/odoo/payment-plans/{plan.id}",
            "utility_plan_modify",
            login="utility_recovery",
        )
        self.assertEqual(plan.state, "cancelled")
        self.assertEqual(self.amounts(plan.next_ids), [22.5] * 6)


@tagged("post_install", "-at_install")
class TestPlanSetupPhone(SetupTourCommon):
    """The set-up screen with one thumb."""

    browser_size = "390x844"
    touch_enabled = True

    def test_ask(self):
        """PLN-01, ROL-01: at the counter's phone, above its limit."""
        self.company.utility_plan_user_id = self.recovery
        self.start_tour(
            "/odoo/set-up-plan", "utility_plan_setup_phone", login="utility_clerk"
        )
        plan = self.account.plan_ids
        self.assertEqual((plan.state, plan.user_id), ("draft", self.recovery))
        self.assertEqual(plan.activity_ids.user_id, self.recovery)

    def test_from_the_consumer_on_a_phone(self):
        """PLN-01, CON-06: from the menu of the consumer's page."""
        self.assertSetUpFromConsumer("utility_account_set_up_plan_phone")

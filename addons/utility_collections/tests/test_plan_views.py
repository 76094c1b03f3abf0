from odoo.tests import tagged

from .common import PlansCommon


@tagged("post_install", "-at_install")
class TestPlanViews(PlansCommon):
    """What the screens of a plan show and do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)
        cls.plan = cls.make_plan(cls.bill)
        cls.rows = cls.plan.installment_ids.sorted("sequence")

    def test_figures_before_any_payment(self):
        """PLN-04: what is unpaid and past due is known before anything is paid."""
        self.assertEqual(self.plan.amount_remaining, 202.5)
        self.rows[0].sudo().due_date = self.days(-2)
        self.plan.sudo()._refresh_standing()
        self.assertEqual((self.plan.amount_late, self.plan.standing), (67.5, "late"))
        balances = self.account._get_balances()[self.account.id]
        self.assertEqual((balances["deferred"], balances["overdue"]), (202.5, 67.5))

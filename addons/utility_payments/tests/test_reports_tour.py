from odoo.tests import HttpCase, tagged

from .adjustment_common import AdjustmentsCommon


@tagged("post_install", "-at_install")
class TestReportsTour(AdjustmentsCommon, HttpCase):
    """Monthly report and scheduled reports in the browser (KPI-07)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill()
        cls.Payment.record_collections([cls.request()])

    def test_monthly_report(self):
        """KPI-07: the report on screen leads to its records and back."""
        self.start_tour(
            "/odoo/payments-monthly-report",
            "utility_monthly_report",
            login="utility_manager",
        )

    def test_schedule_favourite(self):
        """KPI-07: from the cog menu of a favourite to a report on its way."""
        self.env["ir.filters"].create(
            {
                "name": "By channel",
                "model_id": "account.payment",
                "context": "{'group_by': ['channel_id']}",
                "action_id": self.env.ref("utility_payments.account_payment_action").id,
            }
        )
        self.start_tour(
            "/odoo/payments", "utility_schedule_favourite", login="utility_manager"
        )
        schedule = self.env["utility.report.schedule"].search(
            [("name", "=", "By channel")]
        )
        self.assertEqual(schedule.user_id, self.manager)
        self.assertEqual(schedule.delivery_ids.state, "queued")

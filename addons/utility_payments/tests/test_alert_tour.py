from odoo.tests import HttpCase, tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestAlertTour(PaymentsCommon, HttpCase):
    """Rules and alerts in the browser (KPI-08)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = cls.company._utility_today()
        cls.make_bill(1000, date=today, due_date=today)
        cls.Payment.record_collections([cls.request(100)])

    def test_from_rule_to_resolution(self):
        """KPI-08: a manager makes a rule, takes its alert over, and resolves it."""
        self.start_tour(
            "/odoo/payment-alert-rules", "utility_alert_rule", login="utility_manager"
        )
        rule = self.env["utility.alert.rule"].search(
            [("name", "=", "Rate of this month")]
        )
        self.assertRecordValues(
            rule.alert_ids,
            [
                {
                    "state": "resolved",
                    "user_id": self.manager.id,
                    "resolved_by_id": self.manager.id,
                    "resolution_note": "The bills went out late",
                }
            ],
        )

    def test_many_from_the_list(self):
        """KPI-08: alerts are resolved from the list; then it is empty and says so."""
        rule = self.env["utility.alert.rule"].create(
            {
                "name": "Rate",
                "company_id": self.company.id,
                "figure": "collection_rate",
                "threshold": 90,
            }
        )
        rule.sudo()._evaluate()
        self.start_tour(
            "/odoo/payment-alerts", "utility_alert_list", login="utility_manager"
        )
        self.assertEqual(rule.alert_ids.resolution_note, "Looked into")

from odoo.tests import HttpCase, tagged

from .charts_common import ChartsCommon


class ChartsTourCommon(ChartsCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(900, date="2024-03-01", due_date="2024-04-15")
        for amount, channel in ((50, "agent"), (60, "walk_in"), (40, "walk_in")):
            outcome = cls.Payment.record_collections(
                [cls.request(amount, channel=channel)]
            )[0]
            assert outcome["status"] == "posted", outcome


@tagged("post_install", "-at_install")
class TestChartsTour(ChartsTourCommon):
    def test_desk(self):
        """KPI-06: charts, their tables, drill-down by mouse and keys, and a picture."""
        self.start_tour(
            "/odoo/payments", "utility_landing_charts", login="utility_manager"
        )


@tagged("post_install", "-at_install")
class TestChartsTourPhone(ChartsTourCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        """KPI-06: nothing is wider than a phone, and numbers open there too."""
        self.start_tour(
            "/odoo/payments", "utility_landing_charts_phone", login="utility_manager"
        )

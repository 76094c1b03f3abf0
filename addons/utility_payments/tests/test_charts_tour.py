from odoo.tests import HttpCase, tagged

from .charts_common import ChartsCommon


@tagged("post_install", "-at_install")
class TestChartsTour(ChartsCommon, HttpCase):
    def test_placeholder(self):
        pass

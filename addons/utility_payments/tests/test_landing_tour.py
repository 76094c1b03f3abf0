from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common import PaymentsCommon


class LandingToursCommon(PaymentsCommon, HttpCase):
    def collect(self):
        """Today 245.50 fall due, and 165.50 are collected by two payments."""
        today = fields.Date.context_today(self.clerk)
        bills = [
            self.make_bill(amount, date=today, due_date=today)
            for amount in (145.50, 100)
        ]
        for bill, amount in zip(bills, (145.50, 20), strict=True):
            self.record_one(amount, documents=[bill.id])

    def tour(self, name, login="utility_clerk", **options):
        self.start_tour("/odoo/payments", name, login=login, **options)


@tagged("post_install", "-at_install")
class TestLandingTour(LandingToursCommon):
    """The head of the landing page in the browser."""

    def test_desktop(self):
        """LST-01, KPI-01 to KPI-05: figures, period, tabs, tiles, and all is kept."""
        self.collect()
        self.tour("utility_landing")
        self.tour("utility_landing_again")
        settings = self.clerk.sudo().res_users_settings_id
        self.assertEqual(settings.utility_landing_period, "day")
        self.assertEqual(str(settings.utility_landing_from), "2024-03-02")
        self.assertFalse(
            self.env["utility.tile.choice"]
            .sudo()
            .search([("user_id", "=", self.clerk.id)])
        )

    def test_scope(self):
        """LST-01, ROL-04: companies of the session and channels limit the figures."""
        self.collect()
        self.company.sudo().name = "Main Utility"
        other = self.env["res.company"].sudo().create({"name": "Other Utility"})
        other.currency_id = self.company.currency_id
        self.clerk.sudo().company_ids = [Command.link(other.id)]
        cookies = {"cids": f"{self.company.id}-{other.id}"}
        self.tour("utility_landing_scope", cookies=cookies)
        settings = self.clerk.sudo().res_users_settings_id
        self.assertEqual(settings.utility_landing_compare, "last_year_to_date")
        self.assertEqual(settings.utility_landing_scope["channel_ids"], [])

    def test_add_on_gone(self):
        """KPI-05: a tile whose add-on was removed says so, and can be taken off."""
        self.collect()
        self.env["utility.tile"].sudo().create(
            {
                "name": "Bank Exceptions",
                "figure": "bank_exceptions",
                "definition": "Gone.",
                "sequence": 1,
            }
        )
        self.tour("utility_landing_gone")
        choices = self.env["utility.tile.choice"].sudo()
        hidden = choices.search(
            [("user_id", "=", self.clerk.id), ("shown", "=", False)]
        )
        self.assertIn("bank_exceptions", hidden.tile_id.mapped("figure"))

    def test_nothing_recorded(self):
        """LST-01: no payment at all: what to do first, and the button for it."""
        self.tour("utility_landing_empty")

    def test_collector(self):
        """ROL-01: a collector's list has no figures, and asks for none."""
        self.collect()
        self.tour("utility_landing_collector", login="utility_collector")


@tagged("post_install", "-at_install")
class TestLandingPhone(LandingToursCommon):
    """The same at 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        """LST-01: tiles scroll sideways and snap, the page itself doesn't scroll."""
        self.collect()
        self.tour("utility_landing_phone")

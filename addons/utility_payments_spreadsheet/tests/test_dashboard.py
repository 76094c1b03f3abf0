import json

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged

from odoo.addons.spreadsheet.utils.validate_data import (
    fields_in_spreadsheet,
    menus_xml_ids_in_spreadsheet,
)
from odoo.addons.utility_payments.tests.common import PaymentsCommon


class DashboardCommon(PaymentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref("utility_payments_spreadsheet.dashboard_payments")
        cls.data = json.loads(cls.dashboard.sudo().spreadsheet_data)
        cls.today = cls.company._utility_today()
        cls.month = cls.today.replace(day=1)
        cls.make_bill(200, date=cls.month, due_date=cls.month)
        cls.make_bill(80, date=cls.month, due_date=cls.today)
        cls.Payment.record_collections(
            [
                cls.request(120),
                cls.request(60.25, mode="cheque", reference="C-1"),
            ]
        )
        cls.env.flush_all()


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCommon):
    def _read(self, name, *measures, domain=()):
        """A pivot of the dashboard without rows, as a Billing Manager reads it."""
        [pivot] = [row for row in self.data["pivots"].values() if row["name"] == name]
        Model = self.env[pivot["model"]].with_user(self.manager)
        specs = [
            measure
            if measure == "__count"
            else f"{measure}:{Model._fields[measure].aggregator}"
            for measure in measures
        ]
        [row] = Model.formatted_read_group(
            Domain(pivot["domain"]) & Domain(domain), [], specs
        )
        return [row[spec] for spec in specs]

    def test_ties_with_the_tiles(self):
        """KPI-07: collected, rate, time and outstanding are those of the tiles."""
        figures = (
            self.env["account.payment"]
            .with_user(self.manager)
            .collection_figures(self.month, self.today)
        )
        month = [("date", ">=", self.month), ("date", "<=", self.today)]
        self.assertEqual(
            self._read("Collected", "amount", "__count", domain=month),
            [figures["total_collected"]["value"], figures["total_collected"]["count"]],
        )
        self.assertEqual(figures["total_collected"]["value"], 180.25)
        due, rate, days = self._read(
            "Collection rate and time",
            "due_amount",
            "collection_rate",
            "collection_time",
            domain=month,
        )
        self.assertEqual(due, 280)
        self.assertAlmostEqual(rate, figures["collection_rate"]["value"], delta=0.051)
        self.assertAlmostEqual(
            days, figures["average_collection_time"]["value"], delta=0.051
        )
        [debt, _late] = self._read("Outstanding", "open_amount", "overdue_amount")
        self.assertEqual(debt, figures["outstanding"]["value"])
        self.assertEqual(debt, 99.75)

    def test_parts_make_the_whole(self):
        """KPI-07: by channel, category and month, the sums are what was collected."""
        [collected] = self._read("Collected", "amount")
        for name in ("By channel", "By category", "By month"):
            self.assertEqual(self._read(name, "amount"), [collected], name)

    def test_names(self):
        """KPI-07: fields, filters and menus that it names exist for a manager."""
        for model, names in fields_in_spreadsheet(self.data).items():
            known = self.env[model].with_user(self.manager).fields_get()
            self.assertLessEqual(
                {name.partition(".")[0] for name in names}, known.keys(), model
            )
        visible = self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids()
        menus = menus_xml_ids_in_spreadsheet(self.data)
        self.assertTrue(menus)
        for xmlid in menus:
            self.assertIn(self.env.ref(xmlid).id, visible, xmlid)

    def test_rights(self):
        """ROL-01: the dashboard is for Billing Managers."""
        dashboard = self.dashboard
        self.assertTrue(dashboard.with_user(self.manager).name)
        for user in (self.clerk, self.recovery, self.collector):
            self.assertFalse(dashboard.with_user(user).search([]) & dashboard)
            with self.assertRaises(AccessError):
                dashboard.with_user(user).read(["name"])

    def test_companies_are_apart(self):
        """ROL-04: another company's manager sees none of its figures."""
        other = self.setup_other_company(name="Other Water")["company"]
        self.manager.write({"company_ids": [(4, other.id)], "company_id": other.id})
        self.manager.write({"company_ids": [(3, self.company.id)]})
        self.assertEqual(self._read("Collected", "__count"), [0])
        self.assertFalse(self._read("Outstanding", "open_amount")[0])


@tagged("post_install", "-at_install")
class TestDashboardInBrowser(DashboardCommon, HttpCase):
    def test_shown(self):
        """KPI-07: what the browser draws equals the tiles of the same month."""
        dashboards = self.env.ref("spreadsheet_dashboard.ir_actions_dashboard_action")
        self.start_tour(
            f"/odoo/{dashboards.path}?dashboard_id={self.dashboard.id}",
            "utility_payments_dashboard",
            login=self.manager.login,
        )

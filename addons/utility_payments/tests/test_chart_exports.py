from datetime import datetime
from io import BytesIO
from unittest.mock import ANY

import openpyxl
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .charts_common import ChartsCommon

REPORT = "utility_payments.report_collection_charts"
APRIL = "date_from=2024-04-01&date_to=2024-04-30"


class ExportsCommon(ChartsCommon):
    def workbook(self, date_from="2024-04-01", date_to="2024-04-30", scope=None):
        Figure = self.env["utility.figure"].with_user(self.manager)
        Figure = Figure.with_context(allowed_company_ids=self.company.ids)
        content = Figure._export_charts_xlsx(date_from, date_to, scope)
        return openpyxl.load_workbook(BytesIO(content))

    def table(self, sheet):
        """The figures of a sheet: cells by label and column."""
        head = [cell.value for cell in sheet[4]]
        return {
            row[0].value: dict(zip(head[1:], row[1:], strict=False))
            for row in sheet.iter_rows(min_row=5)
            if row[0].value
        }

    def pdf(self, user=None, **values):
        Figure = self.env["utility.figure"].with_user(user or self.manager)
        Figure = Figure.with_context(force_report_rendering=True)
        arguments = {"date_from": "2024-04-01", "date_to": "2024-04-30"} | values
        return PdfReader(BytesIO(Figure._export_charts_pdf(**arguments)))


@tagged("post_install", "-at_install")
class TestChartExports(ExportsCommon):
    def test_workbook(self):
        """KPI-06: a sheet for each chart; numbers, dates and percents are such."""
        self.make_events()
        agent = self.env["utility.payment.channel"].search([("code", "=", "agent")])
        agent.name = "=1+1"
        read = self.read_charts("2024-04-01", "2024-04-30")
        book = self.workbook()
        self.assertEqual(
            book.sheetnames, ["Summary", *[chart["name"] for chart in read["charts"]]]
        )
        for chart in read["charts"]:
            rows = self.table(book[chart["name"]])
            for part in chart["parts"]:
                label = part["label"]
                if chart["unit"]:
                    label = datetime.fromisoformat(part["key"])
                self.check_cells(rows[label], part, chart["columns"])
        days = self.table(book["By day"])
        self.assertEqual(days["Total"]["Collected"].value, 581.12)
        self.assertEqual(
            days["Total"]["Collected"].number_format, '"$"#,##0.00;-"$"#,##0.00'
        )
        [day] = [
            cell for cell in book["By day"]["A"] if cell.value == datetime(2024, 4, 7)
        ]
        self.assertEqual(day.number_format, "mm/dd/yyyy")
        channels = self.table(book["By channel"])
        self.assertEqual(channels["=1+1"]["Collected"].value, 30.03)
        self.assertNotIn(
            "f", {cell.data_type for sheet in book for row in sheet for cell in row}
        )
        summary = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
        self.assertEqual(summary["Period"], "April 2024")
        self.assertEqual(summary["Company"], self.company.name)

    def check_cells(self, cells, part, columns):
        for column in columns:
            value = part.get(column["name"], False)
            cell = cells[column["label"]].value
            if value is False:
                self.assertIsNone(cell)
            elif column["display"] in ("percent", "change"):
                self.assertCents(cell, value / 100)
            else:
                self.assertCents(cell, value)

    def test_workbook_of_months(self):
        """KPI-06: a long period is by month, with real months."""
        self.make_events()
        book = self.workbook("2024-01-01", "2024-12-31")
        self.assertIn("By month", book.sheetnames)
        months = self.table(book["By month"])
        self.assertEqual(months[datetime(2024, 4, 1)]["Collected"].value, 581.12)

    def test_paper(self):
        """KPI-06: figures and every chart on paper, without a page cut through."""
        self.make_events()
        reader = self.pdf()
        text = " ".join(" ".join(p.extract_text().split()) for p in reader.pages)
        read = self.read_charts("2024-04-01", "2024-04-30")
        for words in (
            "April 2024",
            self.company.name,
            self.manager.name,
            "$ 581.12",
            *[chart["name"] for chart in read["charts"]],
            *[part["label"] for part in read["by_key"]["category"]["parts"]],
        ):
            self.assertIn(words, text.replace("\xa0", " "))
        self.assertLessEqual(len(reader.pages), 5)
        box = reader.pages[0].mediabox
        self.assertGreater(box.height, box.width)

    def test_paper_of_nothing(self):
        """KPI-06: without a payment the paper says so."""
        text = " ".join(page.extract_text() for page in self.pdf().pages)
        self.assertIn("No payment in this period", " ".join(text.split()))

    def test_paper_without_a_period(self):
        """KPI-06: the report opened by hand says where it is made."""
        Report = self.env["ir.actions.report"].with_user(self.manager)
        with self.assertRefused(UserError, "Choose a period on the landing page"):
            Report._render_qweb_html(REPORT, self.company.ids)

    def test_rights(self):
        """ROL-01: who may not see charts gets no file of them, whatever the way."""
        portal = new_test_user(
            self.env, login="utility_portal", groups="base.group_portal"
        )
        for user in (self.collector, portal):
            Figure = self.env["utility.figure"].with_user(user)
            with self.assertRefused(AccessError):
                Figure._export_charts_xlsx("2024-04-01", "2024-04-30")
            with self.assertRefused(AccessError):
                self.pdf(user=user)


@tagged("post_install", "-at_install")
class TestChartRoutes(ExportsCommon, HttpCase):
    def get(self, path, status=200):
        answer = self.url_open(f"/utility_payments/charts/{path}")
        self.assertEqual(answer.status_code, status, answer.text[:500])
        return answer

    def test_download(self):
        """KPI-06: the files come with a name that tells the period."""
        self.make_events()
        self.authenticate("utility_clerk", "utility_clerk")
        answer = self.get(f"xlsx?{APRIL}&company_ids={self.company.id}")
        self.assertIn("2024-04-01", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        book = openpyxl.load_workbook(BytesIO(answer.content))
        self.assertEqual(self.table(book["By day"])["Total"]["Collected"].value, 581.12)
        kiosk = self.env["utility.payment.channel"].search([("code", "=", "kiosk")])
        answer = self.get(f"xlsx?{APRIL}&channel_ids={kiosk.id}&charts=channel,aging")
        book = openpyxl.load_workbook(BytesIO(answer.content))
        self.assertEqual(book.sheetnames, ["Summary", "By channel", "Aging"])
        self.assertEqual(
            self.table(book["By channel"])["Total"]["Collected"].value, 7.77
        )
        answer = self.get(f"pdf?{APRIL}")
        # wkhtmltopdf can't call a server that is in the middle of a test
        self.assertIn("581.12", answer.text)

    def test_bad_input(self):
        """KPI-06: a wrong word in the address is answered with a sentence."""
        self.authenticate("utility_manager", "utility_manager")
        for query, text in (
            ("date_from=2024-05-01&date_to=2024-04-30", "choose a first day"),
            ("date_from=yesterday&date_to=2024-04-30", "is not a date"),
            ("", "is not a date"),
            (f"{APRIL}&company_ids=1;drop", "write them as 1,2,3"),
            (f"{APRIL}&channel_ids=99999999999999999999", "write them as 1,2,3"),
            (f"{APRIL}&channel_ids=2000000000", "exist any more"),
            (f"{APRIL}&compare=never", "can be compared with"),
            (f"{APRIL}&charts=pie", "There is no chart pie"),
        ):
            for extension in ("xlsx", "pdf"):
                with self.subTest(query=query, extension=extension):
                    answer = self.get(f"{extension}?{query}", 422)
                    self.assertIn(text, answer.text)
                    self.assertNotIn("Traceback", answer.text)
        self.get(f"exe?{APRIL}", 404)

    def test_bad_input_in_the_web_client(self):
        """KPI-06: the web client gets an error that it can show."""
        self.authenticate("utility_manager", "utility_manager")
        answer = self.url_open(
            "/utility_payments/charts/xlsx",
            data={
                "date_from": "<b>",
                "date_to": "2024-04-30",
                "csrf_token": Request.csrf_token(self),
            },
        )
        self.assertEqual(answer.status_code, 422)
        self.assertNotIn("<b>", answer.text)
        self.assertEqual(
            answer.json(),
            {"code": 0, "message": "Odoo Server Error", "data": ANY},
        )
        self.assertIn("is not a date", answer.json()["data"]["message"])

    def test_rights(self):
        """ROL-01: no file for collectors and consumers, a login for strangers."""
        new_test_user(self.env, login="utility_portal", groups="base.group_portal")
        for login in ("utility_collector", "utility_portal"):
            self.authenticate(login, login)
            for extension in ("xlsx", "pdf"):
                answer = self.get(f"{extension}?{APRIL}", 403)
                self.assertNotIn("Traceback", answer.text)
        other = self.setup_other_company()["company"]
        self.authenticate("utility_manager", "utility_manager")
        self.get(f"xlsx?{APRIL}&company_ids={other.id}", 403)
        self.authenticate(None, None)
        answer = self.get(f"xlsx?{APRIL}")
        self.assertIn("/web/login", answer.url)

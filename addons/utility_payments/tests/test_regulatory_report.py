import io
import shutil
import subprocess
import xmlrpc.client
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from ..tools.period import month_end, shift_months
from .adjustment_common import AdjustmentsCommon
from .regulatory_common import JANUARY, RegulatoryMixin


@tagged("post_install", "-at_install")
class TestRegulatoryReport(RegulatoryMixin, AdjustmentsCommon, HttpCase):
    """The monthly report ties to the ledger (KPI-07)."""

    def test_languages(self):
        """KPI-07: a regulator reads all of it in their language."""
        self.record_one(10)
        english = self._texts(self.make_report())
        for lang in ("es_ES", "fr_FR"):
            self.env["res.lang"]._activate_lang(lang)
            self.env["ir.module.module"]._load_module_terms(
                ["utility_consumers", "utility_payments"], [lang], overwrite=True
            )
            self.manager.lang = lang
            report = self.make_report().with_context(lang=lang)
            report.invalidate_recordset(["content"])
            same = english & self._texts(report)
            # A mode that was added has the name that it was given
            names = set(self.env["utility.payment.mode"].search([]).mapped("name"))
            self.assertFalse({text for text in same if text not in names}, lang)

    def _texts(self, report):
        """What stands at rows and columns, without dates."""
        sections = report.content["sections"]
        return (
            {report.content["title"]}
            | {section["title"] for section in sections}
            | {section["note"] for section in sections if section["note"]}
            | {column["label"] for part in sections for column in part["columns"]}
            | {row["label"] for part in sections for row in part["rows"]}
        )

    def test_mixed_events(self):
        """KPI-07: every event has its line; opening, movements and closing agree."""
        self.company.utility_return_fee = 5
        bill = self.make_bill(100)
        other = self.make_account("Jane Roe", category="commercial")
        second = self.make_bill(50, account=other)
        third = self.make_bill(30, due_date="2024-02-15")
        self.make_bill(20, kind="service", account=other)
        january = self.read_sections(self.assertReportSound(JANUARY))
        self.assertEqual(january["receivables"]["Bills"], [3, 180])
        self.assertEqual(january["receivables"]["Service charges"], [1, 20])
        self.assertEqual(
            january["receivables"]["Receivables on January 31, 2024"][1], 200
        )
        self.assertEqual(january["aging"]["1 to 30 days late"], [3, 170])
        self.assertEqual(january["aging"]["Not due"], [1, 30])
        self.assertEqual(january["categories"]["Commercial"][:3], [1, 2, 70])
        self.assertEqual(january["performance"]["Average collection time"], [False])
        # Change, overpayment, return with fee, wrong entry, move, reallocation
        self.record_one(40, amount_tendered=50, documents=[bill.name])
        _outcome, returned = self.record_one(60, documents=[bill.name])
        _outcome, mistake = self.record_one(10, mode="cheque", reference="C-1")
        _outcome, moved = self.record_one(5, mode="cheque", reference="C-2")
        _outcome, moved_documents = self.record_one(25, documents=[third.name])
        self.record_one(80, account=other.number, documents=[second.name])
        self.adjust(returned, reversal_kind="returned", charge_fee=True)
        self.adjust(mistake, reversal_kind="wrong_entry")
        self.adjust(moved, "move", target_account_id=other.id)
        self.adjust(moved_documents, "reallocate", documents=[bill])
        self.assertLedgerSound()
        report = self.assertReportSound()
        told = self.read_sections(report)
        movements = told["receivables"]
        self.assertEqual(movements["Payments collected"], [5, -210])
        self.assertEqual(movements["Payments returned"], [1, 60])
        self.assertEqual(movements["Payments recorded by mistake"], [2, -15])
        self.assertEqual(movements["Cancellation of such payments"], [2, 15])
        self.assertEqual(movements["Service charges"], [1, 5])
        self.assertEqual(told["methods"]["Cash"][:2], [4, 205])
        self.assertEqual(told["methods"]["Cheque"][:2], [1, 5])
        closing = f"Receivables on {self._long(month_end(self.today))}"
        self.assertEqual(movements[closing][1], 200 - 210 + 60 + 5)
        self.assertEqual(
            movements[closing][1],
            sum((self.account | other).mapped("payoff_balance")),
        )
        self.assertEqual(told["aging"]["Receivables"][1], movements[closing][1])
        figures = (
            self.env["account.payment"]
            .with_user(self.manager)
            .collection_figures(self.today.replace(day=1), month_end(self.today))
        )
        self.assertEqual(figures["total_collected"]["value"], 210)
        self.assertEqual(
            told["performance"]["Net collected"], [figures["net_collected"]["value"]]
        )
        # What came later doesn't change the report of January
        self.assertEqual(self.read_sections(self.make_report(JANUARY)), january)

    def _long(self, day):
        return self.env["utility.regulatory.month"]._day(day)

    def test_aging_is_of_then(self):
        """KPI-07: a bill paid later was open at the end of its month."""
        self.make_bill(100)
        self.record_one(100)
        self.assertEqual(self.account.payoff_balance, 0)
        told = self.read_sections(self.assertReportSound(JANUARY))
        self.assertEqual(told["aging"]["Receivables"], [1, 100])
        self.assertEqual(self.read_sections()["aging"]["Receivables"], [0, 0])

    # --- broken books -------------------------------------------------------------

    def _break(self, query, *parameters):
        self.env.flush_all()
        self.env.cr.execute(query, parameters)
        self.env.invalidate_all()
        content = self.make_report().content
        self.assertFalse(content["sound"])
        rows = [row for row in content["sections"][-1]["rows"] if row["style"] == "bad"]
        return {row["label"].split(":")[0]: row for row in rows}

    def test_broken_amount(self):
        """KPI-07: an item that isn't what its payment says is found."""
        self.make_bill()
        _outcome, payment = self.record_one()
        line = payment._receivable_lines()
        bad = self._break(
            "UPDATE account_move_line SET balance = balance - 10 WHERE id = %s", line.id
        )
        row = bad["Collected = credited by the payments' entries"]
        self.assertEqual(row["values"], [145.5, 155.5, -10])
        self.assertEqual(row["open"]["domain"], [["id", "in", payment.ids]])
        self.assertIn("Debits = credits of the month's entries", bad)
        self.assertIn("Open items by age, less credits = closing", bad)

    def test_broken_date(self):
        """KPI-07: an item dated elsewhere than its entry breaks the check row."""
        self.make_bill()
        _outcome, payment = self.record_one()
        line = payment._receivable_lines()
        bad = self._break(
            "UPDATE account_move_line SET date = '2023-05-05' WHERE id = %s", line.id
        )
        row = bad["Opening + movements = closing"]
        self.assertEqual(row["values"][-1], -145.5)
        self.assertEqual(row["open"]["domain"], [["id", "in", line.ids]])
        content = self.make_report().content
        check = content["sections"][0]["rows"][-1]
        self.assertEqual((check["style"], check["values"][1]), ("bad", -145.5))

    def test_errors_that_make_up_for_each_other(self):
        """KPI-07: no difference in sum, yet two payments contradict: still red."""
        self.make_bill()
        payments = [self.record_one(amount)[1] for amount in (50, 50)]
        first, second = (payment._receivable_lines() for payment in payments)
        bad = self._break(
            "UPDATE account_move_line SET balance = balance"
            " + CASE id WHEN %s THEN 1 ELSE -1 END WHERE id IN (%s, %s)",
            first.id,
            first.id,
            second.id,
        )
        row = bad["Collected = credited by the payments' entries"]
        self.assertEqual(row["values"][-1], 0)
        self.assertEqual(
            self.env["account.payment"].search(row["open"]["domain"]),
            payments[0] | payments[1],
        )

    def test_missing_entry(self):
        """KPI-07: a payment whose entry isn't posted is found."""
        self.make_bill()
        _outcome, payment = self.record_one()
        bad = self._break(
            "UPDATE account_move SET state = 'draft' WHERE id = %s", payment.move_id.id
        )
        row = bad["Collected = credited by the payments' entries"]
        self.assertEqual(row["values"], [145.5, 0, 145.5])
        self.assertIn("Opening + movements = closing", bad)

    # --- months, companies, rights ------------------------------------------------

    def test_default_month(self):
        """KPI-07: one click: the last month that is over; its neighbours with one."""
        Report = self.env["utility.regulatory.report"].with_user(self.manager)
        last = shift_months(self.today.replace(day=1), -1)
        with Form(Report) as form:
            self.assertEqual((form.month, form.year), (str(last.month), last.year))
            self.assertTrue(form.content["sound"])
            self.assertFalse(form.content["preliminary"])
        report = form.record
        report.action_next()
        self.assertTrue(report.content["preliminary"])
        with self.assertRefused(ValidationError, "hasn't begun yet"):
            report.action_next()
        report.write({"month": "1", "year": 2024})
        report.action_previous()
        self.assertEqual((report.month, report.year), ("12", 2023))

    def test_future_month(self):
        """KPI-07: a month to come is refused in a sentence, on screen as well."""
        Report = self.env["utility.regulatory.report"].with_user(self.manager)
        form = Form(Report)
        form.year = self.today.year + 1
        self.assertIn("hasn't begun yet", form.content["error"])
        with self.assertRefused(ValidationError, "hasn't begun yet"):
            form.save()
        form.year = 20
        self.assertIn("four digits", form.content["error"])

    def test_empty_month(self):
        """KPI-07: a month without anything, a company without payments: n/a, zeros."""
        report = self.assertReportSound(date(2019, 5, 1))
        told = self.read_sections(report)
        self.assertEqual(list(told["channels"]), ["No payment in this month."])
        self.assertEqual(list(told["categories"]), ["Nothing was billed or collected."])
        performance = report.content["sections"][3]["rows"]
        self.assertEqual(performance[5]["texts"], ["n/a"])
        self.assertEqual(performance[6]["texts"], ["n/a"])
        self.assertTrue(self._pdf(report))
        self.assertTrue(self._xlsx(report))

    def test_two_companies(self):
        """ROL-04: each company's report has its own figures, for its own managers."""
        self.make_bill()
        self.record_one()
        second = self.company_data_2 = self.setup_other_company()["company"]
        second._utility_setup()
        self.env.user.company_ids |= second
        with self.assertRaises(AccessError):
            self.make_report(company=second)._read_content()
        self.manager.company_ids |= second
        told = self.read_sections(self.make_report(company=second))
        self.assertEqual(told["receivables"]["Payments collected"], [0, 0])
        self.assertEqual(
            self.read_sections()["receivables"]["Payments collected"], [1, -145.5]
        )

    def test_foreign_currency(self):
        """KPI-07: what was paid in another currency counts in the company's."""
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        self.make_bill(100)
        self.record_one(25, currency=euro.name)
        told = self.read_sections(self.assertReportSound())
        self.assertEqual(told["receivables"]["Payments collected"], [1, -50])
        self.assertEqual(told["channels"]["Collected"][:2], [1, 50])

    def test_rights(self):
        """ROL-01: for Billing Managers and Admin only."""
        Report = self.env["utility.regulatory.report"]
        for user in (self.clerk, self.recovery, self.collector):
            with self.assertRaises(AccessError):
                Report.with_user(user).create({})
        report = self.make_report()
        for user in (self.clerk, self.recovery):
            with self.assertRaises(AccessError):
                report.with_user(user).read(["content"])
        menu = self.env.ref("utility_payments.utility_regulatory_report_menu")
        visible = self.env["ir.ui.menu"].with_user(self.clerk)._visible_menu_ids()
        self.assertNotIn(menu.id, visible)

    def test_class_of_an_item(self):
        """KPI-07: an item tells its movement; searching finds the same items."""
        self.make_bill()
        self.record_one(10)
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id)]
        )
        for key in ("bill", "collected", "other", False):
            self.assertEqual(
                lines.filtered_domain([("id", "in", lines.ids)]).filtered(
                    lambda line, key=key: line.utility_movement == key
                ),
                lines.search(
                    [
                        ("company_id", "=", self.company.id),
                        ("utility_movement", "=", key),
                    ]
                ),
                key,
            )

    # --- files --------------------------------------------------------------------

    def _download(self, report):
        """The workbook, as the browser gets it."""
        self.authenticate(self.manager.login, self.manager.login)
        answer = self.url_open(
            f"/report/xlsx/utility_payments.report_regulatory_xlsx/{report.id}"
        )
        self.assertEqual(answer.status_code, 200)
        return answer.content

    def _pdf(self, report):
        Report = self.env["ir.actions.report"].with_user(self.manager)
        content, _kind = Report.with_context(
            force_report_rendering=True
        )._render_qweb_pdf("utility_payments.report_regulatory", report.ids)
        return subprocess.run(
            [shutil.which("pdftotext"), "-layout", "-", "-"],
            input=content,
            capture_output=True,
            check=True,
        ).stdout.decode()

    def _xlsx(self, report):
        content = self._download(report)
        return openpyxl.load_workbook(io.BytesIO(content), data_only=True)

    def test_pdf(self):
        """KPI-07: the paper says what the screen says, who made it, and the check."""
        self.make_bill()
        self.record_one()
        report = self.make_report()
        text = " ".join(self._pdf(report).split())
        self.assertIn(self.company.name, text)
        for section in report.content["sections"]:
            self.assertIn(f"{section['number']}. {section['title'].upper()}", text)
            for row in section["rows"]:
                self.assertIn(" ".join(row["label"].split()), text)
                for value in row["texts"]:
                    self.assertIn(" ".join(value.split()), text)
        self.assertIn(f"Generated by {self.manager.name}", text)
        self.assertIn("PRELIMINARY", text.upper())

    def test_xlsx(self):
        """KPI-07: the workbook has the same, as numbers, and computes its check."""
        self.company.name = "=HYPERLINK(1)"
        self.make_bill()
        self.record_one()
        report = self.make_report()
        sheet = self._xlsx(report).active
        rows = {}
        for cells in sheet.iter_rows(values_only=True):
            rows.setdefault(cells[0], cells[1:])
        for section in report.content["sections"][:3]:
            kinds = [column["type"] for column in section["columns"][1:]]
            for row in section["rows"]:
                for value, kind, cell in zip(
                    row["values"], kinds, rows[row["label"]], strict=False
                ):
                    if value is False:
                        continue
                    self.assertIsInstance(cell, (int, float), row["label"])
                    self.assertAlmostEqual(
                        cell, value / 100 if kind == "percent" else value
                    )
        self.assertEqual(sheet["A2"].value, "=HYPERLINK(1)")
        self.assertEqual(sheet["A2"].data_type, "s")
        self.assertEqual(rows["Check: opening + movements - closing"][1], 0)
        content = self._download(report)
        [formula] = [
            cell.value
            for row in openpyxl.load_workbook(io.BytesIO(content)).active
            for cell in row
            if cell.data_type == "f"
        ]
        self.assertRegex(formula, r"=ROUND\(SUM\(C\d+:C\d+\)-C\d+,2\)")

    def test_by_rpc(self):
        """KPI-07: another program reads it by XML-RPC, which knows no None."""
        content = self.make_report()._read_content()
        self.assertIn(content["title"], xmlrpc.client.dumps((content,)))

    def test_paper_of_yesterday(self):
        """KPI-07: a report that was cleaned up is told, not an empty paper."""
        gone = self.make_report()
        gone_id = gone.id
        gone.sudo().unlink()
        Paper = self.env["report.utility_payments.report_regulatory"]
        with self.assertRefused(text="open it anew"):
            Paper.with_user(self.manager)._get_report_values([gone_id])

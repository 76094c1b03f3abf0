import csv
import io

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import UtilityCommon

OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "date_format": "%Y-%m-%d",
    "float_thousand_separator": "",
    "float_decimal_separator": ".",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@tagged("post_install", "-at_install")
class TestImport(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account(number="IMP-1")

    # === HELPERS === #

    def make_csv(self, rows):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(rows)
        return buffer.getvalue().encode()

    def make_xlsx(self, rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    def import_file(self, model, data, file_type="text/csv", user=None, dryrun=False):
        """Import a file as the web client does: preview, match columns, execute."""
        wizard = (
            self.env["base_import.import"]
            .with_user(user or self.billing_manager)
            .create({"res_model": model, "file": data, "file_type": file_type})
        )
        options = dict(OPTIONS)
        preview = wizard.parse_preview(options)
        if preview.get("error"):
            return preview
        headers = preview["headers"]
        matches = preview["matches"] or {}
        fields = [
            "/".join(matches.get(index, [])) or False for index in range(len(headers))
        ]
        return wizard.execute_import(fields, headers, options, dryrun=dryrun)

    def assertImported(self, result, count):
        self.assertFalse(result["messages"], result["messages"])
        self.assertEqual(len(result["ids"]), count)

    def assertRefused(self, result, text):
        messages = [message["message"] for message in result.get("messages", [])] or [
            result["error"]
        ]
        self.assertEqual(len(messages), 1, messages)
        self.assertIn(text, messages[0])
        self.assertFalse(result.get("ids"))

    # === TEMPLATES === #

    def test_templates(self):
        """CFG-04: the shipped templates can be imported as they are."""
        self.env["utility.account"].search([("number", "=", "WU-10001")]).number = "W-0"
        for model, count in (("utility.account", 2), ("utility.bill.entry", 2)):
            for template in self.env[model].get_import_templates():
                with (
                    self.subTest(template=template["template"]),
                    self.env.cr.savepoint() as savepoint,
                ):
                    path = template["template"].lstrip("/")
                    with file_open(path, "rb") as file:
                        data = file.read()
                    if model == "utility.bill.entry":
                        self.make_account(number="WU-10001")
                    kind = XLSX if path.endswith("xlsx") else "text/csv"
                    self.assertImported(self.import_file(model, data, kind), count)
                    savepoint.close(rollback=True)

    # === CONSUMERS === #

    def test_consumers(self):
        """CFG-04: a file of consumers makes accounts and their contacts."""
        area = self.env["utility.area"].create({"name": "North"})
        rows = [
            ["Account Number", "Consumer Name", "Phone", "Service Address", "Category",
             "Services", "Area", "Opened On"],
            ["X-1", "Zoë Import", "+1 555 1", "1 Elm", "Commercial", "Water,Gas",
             "North", "2024-05-06"],
            ["", "Yan Import", "", "2 Elm", "", "", "", ""],
        ]  # fmt: skip
        for name, make, kind in (
            ("csv", self.make_csv, "text/csv"),
            ("xlsx", self.make_xlsx, XLSX),
        ):
            with self.subTest(kind=name), self.env.cr.savepoint() as savepoint:
                result = self.import_file("utility.account", make(rows), kind)
                self.assertImported(result, 2)
                first, second = self.env["utility.account"].browse(result["ids"])
                self.assertEqual(first.number, "X-1")
                self.assertEqual(first.partner_id.name, "Zoë Import")
                self.assertEqual(first.phone, "+1 555 1")
                self.assertEqual(first.category, "commercial")
                self.assertEqual(first.area_id, area)
                self.assertEqual(
                    set(first.service_ids.mapped("code")), {"water", "gas"}
                )
                self.assertEqual(str(first.date_opened), "2024-05-06")
                self.assertTrue(second.number.startswith("WU-"))
                self.assertEqual(second.category, "residential")
                savepoint.close(rollback=True)

    def test_consumer_number_twice(self):
        """CFG-04: a number that exists is refused, and no row is saved."""
        before = self.env["utility.account"].search_count([])
        rows = [["Account Number", "Consumer Name"], ["N-9", "New"], ["imp-1", "Twin"]]
        result = self.import_file("utility.account", self.make_csv(rows))
        self.assertRefused(result, "An account with this number already exists")
        self.assertEqual(self.env["utility.account"].search_count([]), before)

    def test_consumer_without_a_name(self):
        """CFG-04: a row without consumer says what it lacks."""
        rows = [["Account Number", "Phone"], ["N-10", "555"]]
        result = self.import_file("utility.account", self.make_csv(rows))
        self.assertRefused(result, "needs a consumer")

    # === BILLS === #

    def test_bills(self):
        """CON-05: bills and charges from CSV and XLSX, with their lines."""
        rows = [
            ["Account", "Kind", "Number", "Date", "Period From", "Period To", "Amount",
             "Service Name"],
            ["IMP-1", "Bill", "B-1", "2025-04-01", "2025-03-01", "2025-03-31", "145.50",
             ""],
            ["imp-1", "Service charge", "", "2025-04-02", "", "", "75", "Late Fee"],
        ]  # fmt: skip
        for make, kind in ((self.make_csv, "text/csv"), (self.make_xlsx, XLSX)):
            with self.subTest(kind=kind), self.env.cr.savepoint() as savepoint:
                result = self.import_file("utility.bill.entry", make(rows), kind)
                self.assertImported(result, 2)
                entries = self.env["utility.bill.entry"].browse(result["ids"])
                self.assertEqual(entries.move_id.mapped("amount_total"), [145.5, 75.0])
                self.assertEqual(entries.move_id[0].name, "B-1")
                self.assertEqual(self.account.payoff_balance, 220.5)
                savepoint.close(rollback=True)

    def test_bills_with_lines(self):
        """CON-05: rows below a bill are its further lines."""
        rows = [
            ["account_id", "date", "line_ids/name", "line_ids/quantity",
             "line_ids/price"],
            ["IMP-1", "2025-04-01", "Water", "2", "10"],
            ["", "", "Base fee", "1", "3"],
            ["IMP-1", "2025-05-01", "Water", "1", "10"],
        ]  # fmt: skip
        result = self.import_file("utility.bill.entry", self.make_csv(rows))
        self.assertImported(result, 2)
        moves = self.env["utility.bill.entry"].browse(result["ids"]).move_id
        self.assertEqual(moves.mapped("amount_total"), [23.0, 10.0])

    def test_same_file_twice(self):
        """CON-05: bills that come with their number are recorded once."""
        rows = [["Account", "Number", "Amount"], ["IMP-1", "B-2", "10"]]
        for _time in range(2):
            self.assertImported(
                self.import_file("utility.bill.entry", self.make_csv(rows)), 1
            )
        self.assertEqual(self.account.payoff_balance, 10)

    def test_test_button_saves_nothing(self):
        """CON-05: the importer's test leaves no trace."""
        rows = [["Account", "Amount"], ["IMP-1", "10"]]
        result = self.import_file(
            "utility.bill.entry", self.make_csv(rows), dryrun=True
        )
        self.assertImported(result, 1)
        self.assertEqual(self.account.payoff_balance, 0)

    def test_bad_files(self):
        """CON-05: each bad file has one clear message and changes nothing."""
        good = [["Account", "Number", "Amount"], ["IMP-1", "G-1", "10"]]
        for name, rows, text in (
            ("wrong header", [["Foo", "Bar"], ["IMP-1", "10"]], "at least one field"),
            ("no account", [["Amount"], ["10"]], "account numbers"),
            ("letters", [*good, ["IMP-1", "G-2", "ten"]], "ten"),
            ("letters inside", [*good, ["IMP-1", "G-2", "1O0.00"]], "1O0.00"),
            ("decimals", [*good, ["IMP-1", "G-2", "1.005"]], "decimals"),
            ("unknown account", [*good, ["NOPE", "G-2", "5"]], "NOPE"),
            ("zero", [*good, ["IMP-1", "G-2", "0"]], "greater than zero"),
            ("number taken twice", [*good, ["IMP-1", "G-1", "11"]], "G-1"),
            ("half a row", [*good, ["IMP-1", "G-2"]], "incomplete"),
        ):
            with self.subTest(name=name):
                result = self.import_file("utility.bill.entry", self.make_csv(rows))
                self.assertRefused(result, text)
                self.assertEqual(self.account.payoff_balance, 0)

    def test_half_a_file(self):
        """CON-05: a file that was cut is refused as a whole."""
        whole = self.make_xlsx([["Account", "Amount"], ["IMP-1", "10"]])
        result = self.import_file("utility.bill.entry", whole[: len(whole) // 2], XLSX)
        self.assertTrue(result["error"])
        cut = self.make_csv([["Account", "Amount"], ["IMP-1", "10"], ["IM"]])
        self.assertRefused(self.import_file("utility.bill.entry", cut), "Row 3")
        self.assertEqual(self.account.payoff_balance, 0)

    def test_error_names_its_row(self):
        """CON-05: the message points at the row of the file."""
        rows = [["Account", "Amount"], ["IMP-1", "10"], ["IMP-1", "-1"]]
        result = self.import_file("utility.bill.entry", self.make_csv(rows))
        self.assertEqual(result["messages"][0]["rows"], {"from": 1, "to": 1})

    def test_rights(self):
        """ROL-01: only a Billing Manager imports bills."""
        rows = [["Account", "Amount"], ["IMP-1", "10"]]
        with self.assertRaises(AccessError):
            self.import_file(
                "utility.bill.entry",
                self.make_csv(rows),
                user=self.recovery_executive,
            )

    def test_cost_of_a_batch(self):
        """CON-05: a file of 100 bills takes few queries a bill."""
        accounts = self.env["utility.account"].create(
            [
                {"consumer_name": f"Many {index}", "number": f"MANY-{index}"}
                for index in range(100)
            ]
        )
        rows = [
            ["Account", "Amount"],
            *[[account.number, "10"] for account in accounts],
        ]
        data = self.make_csv(rows)
        before = self.env.cr.sql_log_count
        self.assertImported(self.import_file("utility.bill.entry", data), 100)
        self.assertLess((self.env.cr.sql_log_count - before) / 100, 10)

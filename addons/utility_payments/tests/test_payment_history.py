from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import PaymentsCommon

OPTIONS = {
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "has_headers": True,
    "date_format": "%Y-%m-%d",
    "float_decimal_separator": ".",
    "float_thousand_separator": ",",
}
HEADER = "Number,Account Number,Date,Amount,Payment Mode,Documents,Reference"


@tagged("post_install", "-at_install")
class TestPaymentHistory(PaymentsCommon):
    """CFG-04: payments of the previous system come in by Odoo's importer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(145.50, number="INV-2025-001234")

    def load_file(self, text, user=None, name="history.csv", kind="text/csv"):
        """Import a file as the importer's page does; return its answer."""
        Import = self.env["base_import.import"].with_user(user or self.manager)
        record = Import.create(
            {
                "res_model": "utility.payment.history",
                "file": text if isinstance(text, bytes) else text.encode(),
                "file_name": name,
                "file_type": kind,
            }
        )
        preview = record.parse_preview(dict(OPTIONS))
        if preview.get("error"):
            return {"ids": False, "messages": [{"message": preview["error"]}]}
        columns = preview["headers"]
        matches = preview["matches"] or {}
        matched = [(matches.get(index) or [False])[0] for index in range(len(columns))]
        return record.execute_import(matched, columns, dict(OPTIONS))

    def payments(self):
        return self.env["account.payment"].search(
            [("utility_account_id", "=", self.account.id)], order="id"
        )

    def assertRefused(self, text, words):
        """The file is refused with one message that says so, and nothing changes."""
        before = self.payments()
        result = self.load_file(text)
        self.assertFalse(result.get("ids"))
        self.assertIn(words, result["messages"][0]["message"])
        self.assertEqual(self.payments(), before)

    def test_file_is_recorded_once(self):
        """CFG-04, REC-13: the same file, or a longer one, adds only what is new."""
        text = (
            f"{HEADER}\n"
            "OLD-1,WU-10001,2025-04-17,100.00,cash,INV-2025-001234,\n"
            "OLD-2,WU-10001,2025-05-02,20.00,cheque,,Cheque 7\n"
        )
        self.assertFalse(self.load_file(text)["messages"])
        payments = self.payments()
        self.assertEqual(payments.mapped("amount"), [100.0, 20.0])
        self.assertEqual(str(payments[0].date), "2025-04-17")
        self.assertEqual(self.account.payoff_balance, 25.5)
        longer = text + "OLD-3,WU-10001,2025-05-03,5.50,cash,,\n"
        self.assertFalse(self.load_file(longer)["messages"])
        self.assertEqual(self.payments().mapped("amount"), [100.0, 20.0, 5.5])

    def test_shipped_templates(self):
        """CFG-04: the templates match by themselves, CSV and XLSX alike."""
        account = self.make_account("Ada Fields")
        self.assertEqual(account.number, "WU-10002")
        self.make_bill(152.25, number="INV-2025-001567")
        types = {
            "csv": "text/csv",
            "xlsx": (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            ),
        }
        for ending, kind in types.items():
            name = f"payment_history.{ending}"
            with file_open(f"utility_payments/static/xls/{name}", "rb") as template:
                result = self.load_file(template.read(), name=name, kind=kind)
            self.assertFalse(result["messages"])
            self.assertEqual(len(result["ids"]), 2)
        self.assertEqual(self.payments().amount, 152.0)

    def test_wrong_header(self):
        """REC-05: a file whose header isn't known says which columns are missing."""
        self.assertRefused(
            "Foo,Amount,Date\nOLD-1,100.00,2025-04-17\n",
            "No column is matched with Number, Account Number, Payment Mode",
        )

    def test_half_a_file(self):
        """REC-05: a row cut off refuses the file; the whole file completes it."""
        rows = [
            f"OLD-{number},WU-10001,2025-04-17,1{number}.00,cash,,"
            for number in range(1, 6)
        ]
        whole = "\n".join([HEADER, *rows]) + "\n"
        for length in (3, 16, 28):
            self.assertRefused(whole[: whole.index("OLD-4") + length], "Row 5 has")
        # Cut between two rows nobody can see it; the whole file adds the rest
        self.load_file(whole[: whole.index("OLD-4")])
        self.assertEqual(len(self.payments()), 3)
        self.assertFalse(self.load_file(whole)["messages"])
        self.assertEqual(len(self.payments()), 5)

    def test_one_bad_row_refuses_the_file(self):
        """REC-05: each bad row has its message, and no row is recorded."""
        text = (
            f"{HEADER}\n"
            "OLD-1,WU-10001,2025-04-17,100.00,cash,,\n"
            "OLD-2,WU-99999,2025-04-17,100.00,cash,,\n"
            "OLD-3,WU-10001,2025-04-17,-5.00,cash,,\n"
            ",WU-10001,2025-04-17,5.00,cash,,\n"
        )
        self.assertRefused(text, "has no number")
        result = self.load_file(text[: text.index("\n,WU") + 1])
        self.assertEqual(
            [message["rows"]["from"] for message in result["messages"]], [1, 2]
        )
        self.assertFalse(self.payments())

    def test_letters_in_an_amount(self):
        """REC-05: letters in an amount are named."""
        row = "OLD-1,WU-10001,2025-04-17,1O0.00,cash,,"
        self.assertRefused(f"{HEADER}\n{row}\n", "1O0.00 is not an amount")

    def test_letters_in_the_amount_of_a_bill(self):
        """REC-05, CON-05: Odoo's importer would make 10.00 of 1O0.00."""
        Import = self.env["base_import.import"].with_user(self.manager)
        record = Import.create(
            {
                "res_model": "utility.bill.entry",
                "file": b"Account,Amount\nWU-10001,1O0.00\n",
                "file_name": "bills.csv",
                "file_type": "text/csv",
            }
        )
        result = record.execute_import(
            ["account_id", "amount"], ["Account", "Amount"], dict(OPTIONS)
        )
        self.assertIn("1O0.00 is not an amount", result["messages"][0]["message"])

    def test_only_for_billing_managers(self):
        """ROL-01: history is imported by a Billing Manager."""
        with self.assertRaises(AccessError):
            self.load_file(
                f"{HEADER}\nOLD-1,WU-10001,2025-04-17,5.00,cash,,\n", user=self.clerk
            )

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import UtilityCommon


@tagged("post_install", "-at_install")
class TestNumFormats(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill_format = cls.get_format("utility.bill")

    @classmethod
    def get_format(cls, code):
        return cls.env["ir.sequence"].search(
            [("code", "=", code), ("company_id", "=", cls.company.id)]
        )

    def draw(self, count, **kwargs):
        return self.env["ir.sequence"]._utility_draw(
            "utility.bill", self.company, count, **kwargs
        )

    def test_draw(self):
        """CFG-02: numbers of a batch come in order, from one query."""
        self.draw(1)
        with self.assertQueryCount(1):
            numbers = self.draw(5, date=date(2025, 4, 1))
        self.assertEqual(numbers, sorted(numbers))
        self.assertEqual(len(set(numbers)), 5)
        self.assertTrue(all(number.startswith("INV-2025-") for number in numbers))
        self.assertEqual(self.draw(0), [])

    def test_draw_by_date(self):
        """CFG-02: each number carries the year of its own document."""
        numbers = self.draw(2, date=[date(2024, 12, 31), date(2025, 1, 1)])
        self.assertEqual([number[:8] for number in numbers], ["INV-2024", "INV-2025"])

    def test_draw_skips_taken(self):
        """CFG-02: a number that a document carries already isn't given again."""
        preview = self.bill_format.utility_preview
        numbers = self.draw(2, taken=lambda numbers: {preview} & set(numbers))
        self.assertNotIn(preview, numbers)
        self.assertEqual(len(set(numbers)), 2)

    def test_preview(self):
        """CFG-02: the preview is the next number."""
        preview = self.bill_format.utility_preview
        self.assertEqual(self.draw(1, date=self.company._utility_today()), [preview])
        self.bill_format.prefix = "B-"
        self.bill_format.padding = 3
        self.assertRegex(self.bill_format.utility_preview, r"^B-\d{3,}$")

    def test_next_number_never_goes_back(self):
        """CFG-02: lowering the next number is refused, raising it is not."""
        self.draw(10)
        self.bill_format.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "can't go below"):
            self.bill_format.number_next_actual = 3
        self.bill_format.number_next_actual = 5000
        self.assertTrue(self.draw(1)[0].endswith("005000"))

    def test_no_digit_touches_the_counter(self):
        """CFG-02: a format in which two counters could look alike is refused."""
        for vals in ({"prefix": "INV-1"}, {"prefix": "%(year)s"}, {"suffix": "7"}):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(ValidationError, "touches the counter"),
            ):
                self.bill_format.write(vals)

    def test_formats_stay_what_they_are(self):
        """CFG-02: no gapless counter, no date ranges, no archive, no deletion."""
        for vals in (
            {"implementation": "no_gap"},
            {"use_date_range": True},
            {"active": False},
            {"number_increment": -1},
            {"code": "other"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                with self.env.cr.savepoint():
                    self.bill_format.write(vals)
        with self.assertRaisesRegex(UserError, "in use"):
            self.bill_format.unlink()

    def test_other_sequences_are_free(self):
        """CFG-02: the guards hold for the product's formats only."""
        other = self.env["ir.sequence"].create({"name": "Other", "code": "other"})
        other.write({"number_next": 5})
        other.write({"number_next": 1, "prefix": "X1"})
        other.unlink()

    def test_rights(self):
        """ROL-01: a Billing Manager changes num formats, nothing else of the kind."""
        manager_format = self.bill_format.with_user(self.billing_manager)
        manager_format.write({"prefix": "B-"})
        other = self.env["ir.sequence"].create({"name": "Other", "code": "other"})
        with self.assertRaises(AccessError):
            other.with_user(self.billing_manager).prefix = "X"
        with self.assertRaises(AccessError):
            self.bill_format.with_user(self.recovery_executive).prefix = "X"
        other.with_user(self.settings_admin).prefix = "Y"

    def test_settings_preview(self):
        """CFG-01: the settings show the next number of every format."""
        settings = self.env["res.config.settings"].with_company(self.company).create({})
        self.assertIn(self.bill_format.utility_preview, settings.utility_num_formats)

from datetime import date

JANUARY = date(2024, 1, 15)


class RegulatoryMixin:
    """Monthly reports, and what they say; of a class with `today` and `manager`."""

    def make_report(self, day=None, user=None, company=None):
        """The report of the month of a day, default today, as the manager."""
        day = day or self.today
        Report = self.env["utility.regulatory.report"].with_user(user or self.manager)
        return Report.create(
            {
                "company_id": (company or self.company).id,
                "month": str(day.month),
                "year": day.year,
            }
        )

    def read_sections(self, report=None):
        """What a report says: {section: {label: values}}."""
        report = report or self.make_report()
        report.invalidate_recordset(["content"])
        return {
            section["key"]: {row["label"]: row["values"] for row in section["rows"]}
            for section in report.content["sections"]
        }

    def assertReportSound(self, day=None):
        """All checks are zero, and every row opens exactly what it counts."""
        report = self.make_report(day)
        self.assertTrue(report.content["sound"], report.content["sections"][-1])
        for section in report.content["sections"]:
            for row in section["rows"]:
                if row["style"] == "good":
                    self.assertEqual(row["values"][-1], 0)
                if row["open"]:
                    self.assertRowOpens(section["key"], row)
        return report

    def assertRowOpens(self, key, row):
        Model = self.env[row["open"]["model"]].with_user(self.manager)
        records = Model.search(row["open"]["domain"])
        label = f"{key}: {row['label']}"
        if key == "receivables":
            self.assertEqual(len(records.move_id), row["values"][0], label)
            amount = sum(records.mapped("balance"))
            self.assertAlmostEqual(amount, row["values"][1], 2, label)
            self.assertEqual(len(set(records.mapped("utility_movement"))), 1)
        elif key in ("channels", "methods"):
            self.assertEqual(len(records), row["values"][0], label)
            amount = sum(records.mapped("amount_company_currency_signed"))
            self.assertAlmostEqual(amount, row["values"][1], 2, label)
        elif key == "categories":
            self.assertEqual(len(records), row["values"][1], label)
            amount = sum(records.mapped("amount_total_signed"))
            self.assertAlmostEqual(amount, row["values"][2], 2, label)
            self.assertEqual(len(records.utility_account_id), row["values"][0], label)

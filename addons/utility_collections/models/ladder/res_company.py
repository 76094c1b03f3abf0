from odoo import Command, models


class ResCompany(models.Model):
    """The processes that every company starts with (COL-04)."""

    _inherit = "res.company"

    def _utility_setup(self):
        """Extend the set-up of a company by the processes that are shipped."""
        res = super()._utility_setup()
        Process = self.env["utility.collection.process"].sudo()
        # Processes that an admin removed on purpose don't come back.
        known = Process.with_context(active_test=False)._read_group(
            [("company_id", "in", self.ids)], ["company_id"]
        )
        for company in self - self.browse(company.id for (company,) in known):
            Process.with_company(company).create(company._utility_process_values())
        return res

    def _utility_process_values(self):
        """Return the processes that a company starts with, as values.

        Made once, then the company's own: no update changes them.

        :rtype: list[dict]
        """
        self.ensure_one()
        processes = (
            (
                self.env._("Commercial"),
                "commercial",
                (
                    (3, 1, 10.0, "email", self.env._("Reminder")),
                    (10, 3, 50.0, "call", self.env._("Personal call")),
                    (18, 5, 50.0, "letter", self.env._("Final reminder")),
                    (25, 5, 100.0, "disconnection_warning", self.env._("Warning")),
                    (40, 14, 100.0, "disconnection", self.env._("Disconnection")),
                ),
            ),
            (
                self.env._("Standard"),
                False,
                (
                    (5, 1, 5.0, "email", self.env._("Reminder")),
                    (15, 7, 10.0, "letter", self.env._("Second reminder")),
                    (25, 7, 25.0, "call", self.env._("Personal call")),
                    (40, 7, 50.0, "disconnection_warning", self.env._("Warning")),
                    (60, 14, 50.0, "disconnection", self.env._("Disconnection")),
                ),
            ),
        )
        return [
            {
                "name": name,
                "company_id": self.id,
                "sequence": 10 * place,
                "category": category,
                "step_ids": [
                    Command.create(
                        {
                            "name": step,
                            "days_overdue": days,
                            "days_after": after,
                            "amount_min": amount,
                            "action": action,
                        }
                    )
                    for days, after, amount, action, step in steps
                ],
            }
            for place, (name, category, steps) in enumerate(processes, start=1)
        ]

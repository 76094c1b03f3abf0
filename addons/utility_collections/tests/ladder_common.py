from odoo import Command

from .compliance_common import ComplianceCommon


class LadderCommon(ComplianceCommon):
    """Processes of one's own, and the day's run on days of one's choice (COL-04)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Case = cls.env["utility.collection.case"]
        cls.Process = cls.env["utility.collection.process"].with_user(cls.manager)
        cls.Process.search([("company_id", "=", cls.company.id)]).active = False
        cls.process = cls.make_process(
            (5, "email"),
            (10, "letter", {"days_after": 3, "amount_min": 50}),
            (20, "disconnection_warning", {"days_after": 7}),
            (40, "letter", {"days_after": 14}),
            name="Ladder",
            sequence=50,
        )
        cls.steps = cls.process.step_ids
        # So many days after the first, the bill is due.
        cls.due = (cls.bill.invoice_date_due - cls.today).days

    @classmethod
    def make_process(cls, *steps, **values):
        """A process of steps (days overdue, action, other values)."""
        return cls.Process.create(
            {
                "name": "Process",
                "company_id": cls.company.id,
                "step_ids": [cls.new_step(*step) for step in steps],
                **values,
            }
        )

    @staticmethod
    def new_step(days, action, values=None):
        values = {"name": f"Day {days}", "days_overdue": days, "action": action} | (
            values or {}
        )
        return Command.create(values)

    def run_day(self, overdue, times=1):
        """The day's run, so many days after the bill was due."""
        with self.on(self.due + overdue):
            for _time in range(times):
                self.run_cron("ir_cron_collect")

    def case_of(self, account=None):
        """The newest case of an account, as superuser."""
        return self.Case.sudo().search(
            [("utility_account_id", "=", (account or self.account).id)],
            order="id desc",
            limit=1,
        )

    def told(self, account=None):
        """The kinds of what the timeline of an account tells, in order."""
        Event = self.env["utility.collection.event"].sudo()
        return Event.search(
            [("utility_account_id", "=", (account or self.account).id)], order="id"
        ).mapped("kind")

    def pay(self, amount, overdue, **values):
        """A payment on the account, so many days after the bill was due."""
        with self.on(self.due + overdue):
            return self.record_one(amount, **values)

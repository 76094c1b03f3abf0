from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from .ladder_common import LadderCommon


@tagged("post_install", "-at_install")
class TestLadderProcess(LadderCommon):
    """Processes and steps as configuration (COL-04)."""

    def _process(self, account):
        rows = self.env.execute_query(
            account._get_process_select(SQL("line.utility_account_id = %s", account.id))
        )
        return self.Process.browse(rows[0][1] if rows else False)

    def test_shipped(self):
        """COL-04: a company starts with a standard and a commercial process."""
        company = self.env["res.company"].create({"name": "New Utility"})
        processes = self.env["utility.collection.process"].search(
            [("company_id", "=", company.id)]
        )
        self.assertEqual(processes.mapped("category"), ["commercial", False])
        for process in processes:
            actions = process.step_ids.mapped("action")
            self.assertEqual(actions[-2:], ["disconnection_warning", "disconnection"])
            self.assertEqual(process.company_id, company)
        processes.active = False
        company._utility_setup()
        self.assertFalse(
            self.env["utility.collection.process"].search(
                [("company_id", "=", company.id)]
            )
        )

    def test_form(self):
        """COL-04: a Billing Manager draws a ladder up on its form."""
        with Form(self.Process) as form:
            form.name = "Winter"
            form.category = "residential"
            with form.step_ids.new() as step:
                step.name = "Reminder"
                step.days_overdue = 7
                step.action = "email"
        process = form.record
        self.assertEqual(process.step_ids.days_after, 1)
        self.assertEqual(process.scope, "Residential")
        self.assertEqual(self.process.scope, "All other accounts")

    def test_without_steps(self):
        """COL-04: a ladder without steps isn't active."""
        with self.assertRefused(ValidationError, "has no step"):
            self.Process.create({"name": "Empty"})
        empty = self.Process.create({"name": "Empty", "active": False})
        with self.assertRefused(ValidationError, "has no step"):
            empty.active = True
        with self.assertRefused(ValidationError, "has no step"):
            self.process.step_ids = [Command.clear()]
        with self.assertRefused(ValidationError, "has no step"):
            self.steps.active = False

    def test_steps_that_contradict(self):
        """COL-04: a day twice, steps out of order."""
        for step, text in (
            ((10, "call"), "both taken on day 10"),
            ((8, "call", {"sequence": 99}), "in the order of their days"),
        ):
            with self.subTest(step=step), self.assertRefused(UserError, text):
                self.process.step_ids = [self.new_step(*step)]

    def test_amounts_and_days(self):
        """COL-04: no amounts or days below zero."""
        for step in (
            (-1, "call"),
            (5000, "call"),
            (8, "call", {"days_after": -1}),
            (8, "call", {"amount_min": -0.01}),
        ):
            with (
                self.subTest(step=step),
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.process.step_ids = [self.new_step(*step)]

    def test_disconnection_without_warning(self):
        """COL-04, COL-07: a ladder warns before it cuts off."""
        with self.assertRefused(ValidationError, "without a warning"):
            self.make_process((5, "email"), (10, "disconnection"))
        self.steps[3].action = "disconnection"
        with self.assertRefused(ValidationError, "without a warning"):
            self.steps[2].days_overdue = 50
        with self.assertRefused(ValidationError, "without a warning"):
            self.steps[2].active = False

    def test_which_process(self):
        """COL-04: by sequence, the first whose category and rating match."""
        self.assertEqual(self._process(self.account), self.process)
        rated = self.make_process((3, "email"), credit_rating="E", sequence=1)
        commercial = self.make_process((2, "email"), category="commercial", sequence=2)
        both = self.make_process(
            (1, "email"), category="commercial", credit_rating="E", sequence=3
        )
        account = self.account.sudo()
        self.assertEqual(self._process(account), self.process)
        account.category = "commercial"
        self.assertEqual(self._process(account), commercial)
        account.credit_rating = "E"
        self.assertEqual(self._process(account), rated)
        both.sequence = 0
        self.assertEqual(self._process(account), both)
        both.active = False
        rated.active = False
        commercial.active = False
        self.assertEqual(self._process(account), self.process)
        self.process.active = False
        self.assertFalse(self._process(account))

    def test_minimum_due(self):
        """COL-02: the debt at or past the first step of the account's process."""
        due = self.bill.invoice_date_due
        day = (due - self.today).days
        for days, minimum in ((4, 0), (5, 202.5), (6, 202.5)):
            with self.on(day + days):
                debt = self.account._get_debts()[self.account.id]
                self.assertEqual(float(debt.minimum_due), minimum)
        self.process.active = False
        with self.on(day + 100):
            debt = self.account._get_debts()[self.account.id]
            self.assertEqual((debt.minimum_due, float(debt.overdue)), (0, 202.5))

    def test_delete(self):
        """COL-04: what ran a case is archived, not deleted."""
        unused = self.make_process((5, "email"))
        case = self.Case.sudo().create(
            {
                "utility_account_id": self.account.id,
                "process_id": self.process.id,
                "opened_on": self.today,
                "step_id": self.steps[0].id,
            }
        )
        with self.assertRefused(UserError, "archive it instead"):
            self.process.unlink()
        with self.assertRefused(UserError, "was taken in cases"):
            self.steps[0].unlink()
        self.steps[1].unlink()
        unused.unlink()
        self.assertEqual(self.process.case_count, 1)
        self.process.active = False
        self.assertEqual(self._process(self.account), self.process)
        case.state = "closed"
        self.assertFalse(self._process(self.account))

    def test_last_step_of_cases(self):
        """COL-04: a process that runs cases keeps a step, else all would end."""
        self.process.step_ids[0].amount_min = 500
        with self.on(self.due + 3):
            self.account.with_user(self.recovery).action_open_case()
        with self.assertRefused(UserError, "archive it instead"):
            self.steps.unlink()
        other = self.make_process((5, "email"), name="Other")
        with self.assertRefused(UserError, "stays in Ladder"):
            self.steps.process_id = other
        self.steps[1:].unlink()
        self.assertEqual(self.case_of().state, "open")

    def test_copy(self):
        """COL-04: a copy has the steps, and a name of its own."""
        copy = self.process.copy()
        self.assertEqual(
            copy.step_ids.mapped("days_overdue"), self.steps.mapped("days_overdue")
        )
        self.assertEqual(copy.name, "Ladder (copy)")

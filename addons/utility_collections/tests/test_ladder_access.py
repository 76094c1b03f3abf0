"""T23: who may do what with processes, cases and runs, by the ORM."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.utility_payments.tests.rights_common import RightsCommon

from .ladder_common import LadderCommon

# c(reate) r(ead) w(rite) d(elete) of each role; of a case only who looks after it is
# written.
MATRIX = {
    "utility.collection.process": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.collection.step": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.collection.case": ("r", "rw", "rw", "rw", "r", "", ""),
    "utility.collection.event": ("r", "r", "r", "r", "r", "", ""),
    "utility.collection.run": ("", "r", "r", "r", "", "", ""),
    "utility.collection.run.chunk": ("", "r", "r", "r", "", "", ""),
}


@tagged("post_install", "-at_install")
class TestLadderAccess(RightsCommon, LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unused = cls.make_process((5, "email"), name="Unused", sequence=90)

    def test_matrix_by_the_orm(self):
        """T23: what the table allows works, and what it doesn't is refused."""
        self.run_day(5)
        case = self.case_of()
        run = self.env["utility.collection.run"].search([], limit=1)
        new_step = {
            "name": "New",
            "process_id": self.unused.id,
            "days_overdue": 9,
            "action": "call",
        }
        samples = {
            "utility.collection.process": (
                self.unused,
                {"name": "New", "step_ids": [self.new_step(3, "call")]},
                {"name": "Changed"},
            ),
            "utility.collection.step": (
                self.unused.step_ids,
                new_step,
                {"name": "Changed"},
            ),
            "utility.collection.case": (
                case,
                {
                    "utility_account_id": self.account.id,
                    "process_id": self.unused.id,
                    "opened_on": self.today,
                },
                {"user_id": self.recovery.id},
            ),
            "utility.collection.event": (
                case.event_ids[:1],
                {"utility_account_id": self.account.id, "kind": "opened"},
                {"note": "Changed"},
            ),
            "utility.collection.run": (
                run,
                {"company_id": self.company.id, "date": self.days(999)},
                {"date": self.days(999)},
            ),
            "utility.collection.run.chunk": (
                run.chunk_ids[:1],
                {"run_id": run.id, "first_id": 1, "last_id": 1, "state": "todo"},
                {"state": "todo"},
            ),
        }
        self.assertRightsByTheOrm(MATRIX, samples)

    def test_companies_are_apart(self):
        """ROL-04: another company's processes and cases don't exist for a user."""
        other = self.setup_other_company(name="Other Water")["company"]
        stranger = new_test_user(
            self.env,
            "ladder_rights_stranger",
            groups="utility_consumers.group_billing_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.run_day(5)
        case = self.case_of()
        runs = self.env["utility.collection.run"].sudo()
        run = runs.search([("company_id", "=", self.company.id)], limit=1)
        for record in (self.process, self.steps[0], case, case.event_ids[0], run):
            theirs = record.sudo(False).with_user(stranger)
            with self.subTest(record=record):
                self.assertFalse(theirs.search([("id", "=", record.id)]))
                self.assertFalse(self.attempt(lambda r=theirs: r.read(["id"])))
        theirs = case.sudo(False).with_user(stranger)
        self.assertFalse(self.attempt(theirs.action_resume))
        self.assertFalse(self.attempt(lambda: theirs.action_close("Mine")))
        self.assertFalse(
            self.attempt(self.account.with_user(stranger).action_open_case)
        )

    def test_collectors_see_their_consumers(self):
        """ROL-01: a collector reads the cases of assigned consumers, no others."""
        self.run_day(5)
        case = self.case_of().sudo(False).with_user(self.collector)
        self.assertTrue(case.search([("id", "=", case.id)]))
        self.account.sudo().collector_id = False
        self.assertFalse(case.search([]))

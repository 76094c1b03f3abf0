from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .ladder_common import LadderCommon


@tagged("post_install", "-at_install")
class TestAgency(LadderCommon):
    """COL-04: debt that an external agency collects."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency = cls.env["res.partner"].create({"name": "Kind Collectors"})
        cls.process = cls.make_process(
            (5, "letter"),
            (30, "external_agency", {"agency_id": cls.agency.id}),
            (50, "write_off"),
        )

    def placement(self):
        self.env.invalidate_all()
        return self.env["utility.agency.placement"].search(
            [("utility_account_id", "=", self.account.id)], limit=1
        )

    def test_handed_over(self):
        """COL-04: the case waits while an agency has it; nothing else is done."""
        self.run_day(5)
        self.run_day(30)
        placement = self.placement()
        self.assertEqual(placement.agency_id, self.agency)
        self.assertEqual(placement.amount, 202.5)
        self.assertEqual(self.case_of().state, "paused")
        self.assertEqual(self.case_of().pause_kind, "agency")
        self.run_day(60)
        self.assertEqual(self.case_of().step_id.action, "external_agency")
        self.assertIn("agency", self.told())

    def test_paid(self):
        """COL-04: what is paid, to whom ever, ends the placement."""
        self.run_day(5)
        self.run_day(30)
        self.pay(202.5, 33)
        self.assertEqual(self.placement().state, "paid")
        self.assertEqual(self.case_of().state, "closed")
        self.assertEqual(self.placement().returned_on, self.days(self.due + 33))

    def test_taken_back(self):
        """COL-04: an account that comes back goes on with the next step."""
        self.run_day(5)
        self.run_day(30)
        placement = self.placement()
        with self.assertRefused(AccessError, "Recovery Executives"):
            placement.with_user(self.clerk).action_return()
        with self.on(self.due + 40):
            placement.with_user(self.recovery).action_return("Nobody found")
        self.assertEqual(placement.state, "returned")
        with self.assertRefused(UserError, "isn't with an agency"):
            placement.with_user(self.recovery).action_return()
        self.run_day(51)
        request = self.env["utility.write.off"].search(
            [("utility_account_id", "=", self.account.id)]
        )
        self.assertEqual((request.state, request.amount), ("to_approve", 202.5))
        with self.on(self.due + 52):
            request.with_user(self.manager).action_approve()
        self.assertEqual(self.case_of().close_reason, "written_off")
        self.assertEqual(self.account.payoff_balance, 0.0)

    def test_no_agency(self):
        """COL-04: a step that names no agency says so, and is tried again."""
        self.process.step_ids[1].agency_id = False
        self.run_day(5)
        self.run_day(30)
        self.assertFalse(self.placement())
        self.assertIn("names no agency", self.case_of().step_problem)
        self.process.step_ids[1].agency_id = self.agency
        self.run_day(31)
        self.assertTrue(self.placement())

    def test_stays_on_record(self):
        """COL-04: nobody deletes what was handed over."""
        self.run_day(5)
        self.run_day(30)
        with self.assertRefused(UserError, "stays on record"):
            self.placement().sudo().unlink()
        with self.assertRefused(AccessError):
            self.placement().with_user(self.manager).write({"amount": 1})

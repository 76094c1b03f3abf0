from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.utility_payments.tests.reports_common import FavouriteChecks

from .figures_common import PlanFiguresCommon


@tagged("post_install", "-at_install")
class TestPlanReports(FavouriteChecks, PlanFiguresCommon):
    """KPI-07, PLN-05: which plans are kept, and how soon somebody responds."""

    def setUp(self):
        super().setUp()
        self.Report = self.env["utility.payment.plan.report"].with_user(self.manager)

    def groups(self, domain, groupby, *aggregates):
        self.env.flush_all()
        return self.Report._read_group(domain, [groupby], aggregates)

    def test_which_terms_are_kept(self):
        """KPI-07: compliance by terms is that of all installments, not of plans."""
        short = self.make_old_plan(30, [-20, -15, 40], contact_mode="phone")
        self.pay_row(short, 1)
        self.miss_row(short, 2)
        long = self.make_old_plan(60, [-40, -33, -26, -19, 30], frequency="weekly")
        for number in (1, 2, 3, 4):
            self.pay_row(long, number)
        own = [("due_count", "=", 1)]
        self.assertEqual(
            self.groups(own, "plan_length", "due_count:sum", "compliance:avg"),
            [("01_03", 2, 50.0), ("04_06", 4, 100.0)],
        )
        self.assertEqual(
            dict(self.groups(own, "contact_mode", "compliance:avg")),
            {"phone": 50.0, "counter": 100.0},
        )
        self.assertEqual(
            dict(self.groups(own, "frequency", "compliance:avg")),
            {"monthly": 50.0, "weekly": 100.0},
        )
        ((user, percent),) = self.groups(own, "user_id", "compliance:avg")
        self.assertEqual(user.id, self.recovery.id)
        # Five of six, not the mean of 50 and 100
        self.assertAlmostEqual(percent, 500 / 6, 6)
        ((plan, percent),) = self.groups(
            [*own, ("plan_id", "=", long.id)], "plan_id", "compliance:avg"
        )
        self.assertEqual((plan.id, percent), (long.id, 100.0))

    def test_drafts_are_left_out(self):
        """PLN-02: what nobody agreed on isn't kept or missed."""
        account = self.make_account("Nobody")
        draft = self.make_plan(self.make_bill(50, account=account), activate=False)
        self.assertFalse(self.Report.search([("plan_id", "=", draft.id)]))
        draft.action_cancel()
        self.assertFalse(self.Report.search([("plan_id", "=", draft.id)]))

    def test_cancelled_rest(self):
        """PLN-02: what a cancelled plan hadn't asked for isn't unpaid or missed."""
        plan = self.make_old_plan(90, [-20, 10, 40])
        self.pay_row(plan, 1)
        plan.with_user(self.recovery).action_cancel("Moved")
        self.env.flush_all()
        rows = self.Report.search([("plan_id", "=", plan.id)])
        self.assertEqual(sum(rows.mapped("due_count")), 1)
        self.assertEqual(sum(rows.mapped("kept_count")), 1)
        self.assertEqual(sum(rows.mapped("open_amount")), 0)

    # === RESPONSE === #

    def response_of(self, row):
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.Report.search([("installment_id", "=", row.id)])
        return found.response, found.days_to_response

    def miss(self, days_ago):
        plan = self.make_old_plan(30, [-50, 10, 40])
        plan.event_ids.happened_at = fields.Datetime.now() - timedelta(days=60)
        at = fields.Datetime.now() - timedelta(days=days_ago)
        return plan, self.miss_row(plan, 1, at=at)

    def test_no_response(self):
        """KPI-07: the system's own messages and a payment are no response."""
        plan, row = self.miss(4)
        plan.message_post(body="Told by the system")
        plan.write({"user_id": self.manager.id})
        self.assertEqual(self.response_of(row), ("no", False))
        other = plan.installment_ids.sorted("sequence")[1]
        self.assertEqual(self.response_of(other), (False, False))

    def test_note_is_a_response(self):
        """KPI-07: from the missed installment to the first note of a person."""
        plan, row = self.miss(4)
        plan.with_user(self.recovery).message_post(
            body="Called: will pay on Friday", message_type="comment"
        )
        response, days = self.response_of(row)
        self.assertEqual(response, "yes")
        self.assertAlmostEqual(days, 4, 1)

    def test_activity_is_a_response(self):
        """KPI-07: an activity that somebody finished."""
        plan, row = self.miss(2)
        activity = plan.with_user(self.recovery).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.recovery.id
        )
        self.assertEqual(self.response_of(row)[0], "no")
        activity.action_feedback(feedback="Nobody at home")
        self.assertEqual(self.response_of(row)[0], "yes")

    def test_change_is_a_response(self):
        """KPI-07, PLN-02: cancelling a plan, or agreeing on a new version."""
        plan, row = self.miss(3)
        plan.with_user(self.recovery).action_cancel("Moved abroad")
        self.assertEqual(self.response_of(row)[0], "yes")
        plan, row = self.miss(1.5)
        self.make_plan(plan.covered_move_ids, previous_id=plan.id, installment_count=2)
        response, days = self.response_of(row)
        self.assertEqual(response, "yes")
        self.assertAlmostEqual(days, 1.5, 1)

    def test_what_was_done_before_is_none(self):
        """KPI-07: only what follows the missed installment counts."""
        plan = self.make_old_plan(30, [-50, 10, 40])
        plan.with_user(self.recovery).message_post(
            body="Friendly call before", message_type="comment"
        )
        row = self.miss_row(plan, 1, at=fields.Datetime.now() + timedelta(seconds=5))
        self.assertEqual(self.response_of(row), ("no", False))

    # === SCREEN === #

    def test_row_opens_the_plan(self):
        plan = self.make_old_plan(30, [-20, 10, 40])
        self.env.flush_all()
        row = self.Report.search([("plan_id", "=", plan.id)], limit=1)
        action = row.action_view_details()
        self.assertEqual((action["res_model"], action["res_id"]), (plan._name, plan.id))

    def test_search(self):
        """KPI-07: each filter and grouping of the screen runs."""
        self.make_old_plan(30, [-20, 10, 40])
        view = self.env.ref(
            "utility_collections.utility_payment_plan_report_view_search"
        )
        self.assertSearchRuns(self.Report._name, view, self.manager)

    def test_favourites(self):
        """KPI-07: the sources' questions are favourites that anybody opens."""
        self.make_old_plan(30, [-20, 10, 40])
        self.assertFavouritesRun([self.Report._name], self.manager, 4)

    def test_rights(self):
        """ROL-01: staff of the office read it, collectors don't; nobody writes."""
        self.make_old_plan(30, [-20, 10, 40])
        self.env.flush_all()
        Report = self.env["utility.payment.plan.report"]
        for user in (self.clerk, self.recovery, self.manager):
            self.assertEqual(len(Report.with_user(user).search([])), 3)
        with self.assertRaises(AccessError):
            Report.with_user(self.collector).search([])

    def test_companies(self):
        """Rows of other companies stay with them."""
        self.make_old_plan(30, [-20, 10, 40])
        self.env.flush_all()
        other = self.setup_other_company()["company"]
        self.manager.company_ids |= other
        rows = self.Report.with_context(allowed_company_ids=other.ids).search([])
        self.assertFalse(rows)

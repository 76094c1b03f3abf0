from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from ..models.plan import compliance
from .compliance_common import ComplianceCommon


@tagged("post_install", "-at_install")
class TestPlanCompliance(ComplianceCommon):
    """Missed, broken, reactivated, and how plans stand (PLN-05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Due after 10 days, 1 month and 10 days, ...; 5 days of grace; 1 breaks.
        cls.plan = cls.make_plan(cls.bill, first_due_date=cls.days(10)).sudo()
        cls.rows = cls.plan.installment_ids.sorted("sequence")

    def test_each_day(self):
        """PLN-05: on track, due this week, late, then broken after its grace."""
        for day, standing, state in (
            (2, "on_track", "due"),
            (3, "due_soon", "due"),
            (10, "due_soon", "due"),
            (11, "late", "due"),
            (15, "late", "due"),
            (16, "broken", "cancelled"),
        ):
            with self.subTest(day=day):
                self.keep(day)
                self.assertEqual(self.plan.standing, standing)
                self.assertEqual(self.rows[0].state, state)
        self.assertEqual(self.plan.state, "broken")
        self.assertEqual(self.plan.ended_on, self.days(16))
        self.assertEqual(self.rows[0].missed_on, self.days(16))
        self.assertEqual(self.plan.end_reason, "An installment was missed.")
        self.assertEqual(self.kinds(self.plan)[-2:], ["missed", "broken"])
        self.assertEqual((self.plan.due_count, self.plan.compliance_percent), (1, 0))
        self.assertPlanSound(self.plan)

    def test_debt_due_again(self):
        """PLN-04, PLN-05: late is an installment, broken is the whole debt."""
        for day, overdue, deferred in ((10, 0, 202.5), (11, 67.5, 202.5)):
            self.keep(day)
            with self.on(day):
                balances = self.account._get_balances()[self.account.id]
            self.assertEqual(balances["overdue"], overdue)
            self.assertEqual(balances["deferred"], deferred)
        self.keep(16)
        with self.on(16):
            balances = self.account._get_balances()[self.account.id]
        self.assertEqual((balances["overdue"], balances["deferred"]), (202.5, 0))

    def test_twice(self):
        """PLN-05: a second run on the same day changes nothing."""
        other = self.make_plan(
            self.make_bill(100, account=self.make_account("Jane Roe"))
        )
        self.keep(16)
        self.env.flush_all()
        tables = (
            "utility_payment_plan",
            "utility_payment_plan_installment",
            "utility_payment_plan_event",
            "mail_activity",
        )
        before = [self._rows(table) for table in tables]
        self.keep(16)
        self.assertEqual([self._rows(table) for table in tables], before)
        self.assertEqual(other.state, "broken")

    def _rows(self, table):
        """All rows of a table, with the transaction that wrote each."""
        self.env.cr.execute(f"SELECT t.ctid::text, t::text FROM {table} t ORDER BY id")
        return self.env.cr.fetchall()

    def test_days_without_run(self):
        """PLN-05: after days on which nothing ran, all is caught up on."""
        plan = self.make_plan(
            self.make_bill(300, account=self.make_account("Jane Roe")),
            first_due_date=self.days(1),
            frequency="weekly",
        ).sudo()
        plan.break_after = 5
        self.keep(100)
        self.assertEqual(self.plan.state, "broken")
        self.assertEqual(plan.state, "active")
        self.assertEqual(self.states(plan), ["missed"] * 3)
        self.assertEqual(plan.missed_count, 3)
        self.assertEqual(plan.standing, "at_risk")

    def test_break_after(self):
        """PLN-05: as many missed as agreed break; paid late doesn't undo one."""
        self.plan.break_after = 2
        self.keep(16)
        self.assertEqual((self.plan.state, self.plan.standing), ("active", "at_risk"))
        with self.on(17):
            self.pay_row(self.rows[0])
        self.assertEqual(self.plan.standing, "on_track")
        second = (self.rows[1].due_date - self.today).days
        self.keep(second + 5)
        self.assertEqual(self.plan.state, "active")
        self.keep(second + 6)
        self.assertEqual(self.plan.state, "broken")
        self.assertEqual(self.plan.end_reason, "2 installments were missed.")
        self.assertEqual(self.states(self.plan), ["paid", "cancelled", "cancelled"])

    def test_never_breaks(self):
        """PLN-05: 0 never breaks by itself."""
        self.plan.break_after = 0
        self.keep(200)
        self.assertEqual(self.plan.state, "active")
        self.assertEqual(self.states(self.plan), ["missed"] * 3)

    def test_paid_in_grace(self):
        """PLN-05: paid in full on the last day of grace is kept, part of it isn't."""
        with self.on(15):
            self.pay_row(self.rows[0], 67.49)
        self.keep(15)
        self.assertEqual(self.rows[0].state, "partial")
        with self.on(15):
            self.pay_row(self.rows[0])
        self.keep(16)
        self.assertEqual(self.states(self.plan), ["paid", "due", "due"])
        self.assertEqual(self.plan.compliance_percent, 100)

    def test_returned_after_grace(self):
        """PLN-05: a payment returned after the grace leaves a missed installment."""
        with self.on(10):
            _outcome, payment = self.pay_row(self.rows[0])
        self.keep(16)
        self.assertEqual(self.plan.state, "active")
        with self.on(20):
            self.adjust(payment, "reverse", reverse_as="returned")
        self.keep(20)
        self.assertEqual(self.plan.state, "broken")

    def test_credit_covers(self):
        """CON-04, PLN-05: what credit covers isn't overdue, and so not missed."""
        outcome, _payment = self.record_one(70, type="service")
        self.assertEqual(outcome["credit"], 70)
        self.keep(16)
        self.assertEqual(self.plan.state, "active")
        self.assertEqual(self.rows[0].state, "due")
        self.make_bill(2.51, due_date=str(self.days(1)))
        self.keep(16)
        self.assertEqual(self.plan.state, "broken")

    def test_time_zone(self):
        """PLN-05: the day is over when it is over where the company is."""
        self.company.partner_id.tz = "America/New_York"
        day = self.days(16)
        with freeze_time(f"{day} 03:30:00"):
            self.run_cron("ir_cron_keep")
        self.assertEqual(self.plan.state, "active")
        with freeze_time(f"{day} 05:30:00"):
            self.run_cron("ir_cron_keep")
        self.assertEqual(self.plan.state, "broken")

    def test_ended_plans_rest(self):
        """PLN-05: cancelled, completed and draft plans are left alone."""
        draft = self.make_plan(
            self.make_bill(90, account=self.make_account("Jim Poe")), activate=False
        ).sudo()
        done = self.make_plan(
            self.make_bill(90, account=self.make_account("Jane Roe"))
        ).sudo()
        self.record_one(
            90, account=done.account_number, documents=[done.covered_move_ids.name]
        )
        self.plan.action_cancel()
        self.keep(100)
        self.assertEqual(self.plan.state, "cancelled")
        self.assertEqual(done.state, "completed")
        self.assertEqual(done.installment_ids.mapped("missed_on"), [False] * 3)
        self.assertEqual(self.states(draft), ["due"] * 3)

    # -------------------------------------------------------------------------
    # THE RECOVERY EXECUTIVE
    # -------------------------------------------------------------------------

    def test_case(self):
        """PLN-05: one activity a plan, opened at the first, told of the break."""
        self.plan.break_after = 2
        self.keep(16)
        case = self.cases(self.plan)
        self.assertEqual(case.user_id, self.recovery)
        self.assertEqual(case.date_deadline, self.days(16))
        self.assertIn("1 missed", case.summary)
        self.keep(80)
        self.assertEqual(self.plan.state, "broken")
        self.assertEqual(self.cases(self.plan), case)
        self.assertIn("is broken", case.summary)

    def test_case_settled(self):
        """PLN-05: the activity is done when nothing is missed any more."""
        self.plan.break_after = 2
        self.keep(16)
        with self.on(17):
            self.pay_row(self.rows[0])
        self.keep(17)
        self.assertFalse(self.cases(self.plan))
        self.assertIn("Nothing is missed", self.plan.message_ids[0].body)

    def test_case_of_a_successor(self):
        """PLN-05: who left isn't told; the company's executive is, or nobody."""
        self.recovery.active = False
        self.company.utility_plan_user_id = self.manager
        self.keep(16)
        self.assertEqual(self.cases(self.plan).user_id, self.manager)

    # -------------------------------------------------------------------------
    # REACTIVATION
    # -------------------------------------------------------------------------

    def reactivate(self, user=None, reason="Found work"):
        self.plan.with_user(user or self.manager).action_reactivate(reason)
        self.env.flush_all()
        self.env.invalidate_all()

    def test_reactivate(self):
        """PLN-05: goes on with what is unpaid; what was missed doesn't break again."""
        self.keep(16)
        with self.on(18):
            self.record_one(100, type="bill", documents=[self.bill.name])
            self.reactivate()
            self.assertEqual(self.states(self.plan), ["paid", "partial", "due"])
            self.assertEqual(self.amounts(self.plan, "paid_amount"), [67.5, 32.5, 0])
            self.assertEqual(
                self.account._get_balances()[self.account.id]["deferred"], 102.5
            )
        self.assertEqual(self.plan.state, "active")
        self.assertEqual(self.plan.missed_count, 1)
        self.assertEqual(self.kinds(self.plan).count("reactivated"), 1)
        self.assertPlanSound(self.plan)
        second = (self.rows[1].due_date - self.today).days
        self.keep(second + 5)
        self.assertEqual(self.plan.state, "active")
        self.keep(second + 6)
        self.assertEqual(self.plan.state, "broken")
        self.assertLedgerSound()

    def test_reactivate_late(self):
        """PLN-05: what fell due while it was broken is missed, and forgiven."""
        self.keep(16)
        second = (self.rows[1].due_date - self.today).days
        with self.on(second + 10):
            self.reactivate()
        self.keep(second + 10)
        self.assertEqual(self.plan.state, "active")
        self.assertEqual(self.states(self.plan), ["missed", "missed", "due"])
        self.assertEqual(self.plan.standing, "at_risk")

    def test_reactivate_dialog(self):
        """PLN-05: a manager gives the reason in a dialog."""
        self.keep(16)
        action = self.plan.with_user(self.manager).action_open_reactivate()
        Wizard = self.env[action["res_model"]].with_user(self.manager)
        with Form(Wizard.with_context(**action["context"])) as form:
            self.assertEqual(form.amount_open, self.bill.amount_residual)
            form.reason = "Found work"
        form.record.action_reactivate()
        event = self.plan.event_ids.filtered(lambda row: row.kind == "reactivated")
        self.assertEqual((event.note, event.user_id), ("Found work", self.manager))

    def test_reactivate_refused(self):
        """PLN-05: by managers, with a reason, broken plans whose debt is free."""
        with self.assertRefused(UserError, "isn't broken"):
            self.reactivate()
        self.keep(16)
        with self.assertRefused(AccessError, "Billing Managers"):
            self.reactivate(self.recovery)
        for reason in (False, "", "  ", 7, ["x"]):
            with self.assertRefused(UserError, "Give the reason"):
                self.reactivate(reason=reason)
        other = self.make_plan(self.bill)
        with self.assertRefused(UserError, "is covered by plan"):
            self.reactivate()
        other.action_cancel()
        self.account.sudo().state = "closed"
        with self.assertRefused(UserError, "is closed"):
            self.reactivate()
        self.account.sudo().state = "active"
        self.record_one(202.5, type="bill", documents=[self.bill.name])
        with self.assertRefused(UserError, "is settled"):
            self.reactivate()
        self.assertEqual(self.plan.state, "broken")

    def test_reactivate_replaced(self):
        """PLN-02, PLN-05: after a new version, the old one stays broken."""
        self.keep(16)
        with self.on(17):
            self.make_plan(
                self.bill, previous_id=self.plan.id, first_due_date=self.days(20)
            ).action_cancel()
            with self.assertRefused(UserError, "new version"):
                self.reactivate()

    # -------------------------------------------------------------------------
    # STOPPED, IN THE WAY, MANY
    # -------------------------------------------------------------------------

    def make_more(self, count):
        plans = self.plan
        for number in range(count):
            account = self.make_account(f"Consumer {number}")
            plans |= self.make_plan(self.make_bill(90, account=account)).sudo()
        return plans

    def test_stopped_and_resumed(self):
        """PLN-05: when its time is up the pass stops, and goes on without doubles."""
        plans = self.make_more(4)
        done = []

        def commit(cron, processed=0, *, remaining=None, **kwargs):
            done.append((processed, remaining))
            return 0

        with (
            patch.object(compliance, "_MISSED_CHUNK", 2),
            patch.object(IrCron, "_commit_progress", commit),
            self.on(16),
        ):
            for broken in (2, 4, 5, 5):
                self.env["utility.payment.plan"].sudo()._cron_keep()
                self.assertEqual(
                    plans.mapped("state").count("broken"), broken, plans.ids
                )
        self.assertEqual(done, [(2, 1), (2, 1), (1, 0)])
        for plan in plans:
            self.assertEqual(self.kinds(plan).count("missed"), 1)
            self.assertEqual(len(self.cases(plan)), 1)

    @mute_logger("odoo.addons.utility_collections.models.plan.compliance")
    def test_in_use(self):
        """PLN-05: a plan that a cashier holds on to waits, and stops no other."""
        plans = self.make_more(3)
        held = plans[1]
        miss = type(plans)._miss

        def meet(plans):
            if held in plans:
                raise SerializationFailure
            return miss(plans)

        rollback = self.env.cr.rollback
        with (
            patch.object(type(plans), "_miss", meet),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1.0
            ),
            patch.object(self.env.cr, "rollback", lambda: None),
            self.on(16),
        ):
            self.env["utility.payment.plan"].sudo()._cron_keep()
        self.assertEqual(self.env.cr.rollback, rollback)
        self.assertEqual(held.state, "active")
        self.assertEqual(set((plans - held).mapped("state")), {"broken"})
        self.keep(16)
        self.assertEqual(held.state, "broken")

    def test_queries(self):
        """PLN-05: a pass over many costs no statement for each."""

        def run(count):
            plans = self.make_more(count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.on(16):
                (plans - self.plan).with_context(tracking_disable=True)._miss()
                self.env.flush_all()
            self.assertEqual(set((plans - self.plan).mapped("state")), {"broken"})
            return self.env.cr.sql_log_count - before

        run(1)
        few, many = run(2), run(12)
        self.assertLessEqual((many - few) / 10, 2)

    def test_reviewed_by_time(self):
        """PLN-05: a plan is looked at on the days on which it changes, no others."""
        for day, review in ((0, 3), (3, 11), (11, 16)):
            self.keep(day)
            self.assertEqual(self.plan.review_on, self.today + timedelta(review))

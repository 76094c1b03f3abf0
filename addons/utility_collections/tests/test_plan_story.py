from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from .common import PlansCommon


@tagged("post_install", "-at_install")
class TestPlanStory(PlansCommon, HttpCase):
    """CFG-05, PLN-01 to PLN-05: the sources' PP-2025-0034, from first to last day.

    Agreed on and changed in the screen, paid at the counter; in between time passes.
    """

    @classmethod
    def setUpClass(cls):
        with freeze_time("2025-03-01 12:00:00"):
            super().setUpClass()
            cls.clerk.name = "Jane Smith"
            cls.account.email = "john.doe@example.com"
            cls.bill = cls.make_bill(
                202.50,
                number="INV-2025-000871",
                date="2025-02-03",
                due_date="2025-02-17",
            )
            for code, number in (("utility.plan", 34), ("utility.receipt", 5001)):
                sequence = cls.env["ir.sequence"].search(
                    [("code", "=", code), ("company_id", "=", cls.company.id)]
                )
                sequence.number_next_actual = number

    def on(self, day):
        return freeze_time(f"{day} 15:30:00", tick=True)

    def tour(self, path, name, login):
        self.env.flush_all()
        self.start_tour(path, name, login=login)
        self.env.invalidate_all()

    def live_through(self, first, last):
        """Each day's scheduled actions, from the first day to the last."""
        day = self.day(first)
        while day <= self.day(last):
            with self.on(day), self.enter_registry_test_mode():
                for cron in ("ir_cron_notify", "ir_cron_keep"):
                    self.env.ref(f"utility_collections.{cron}").method_direct_trigger()
            day = self.add_days(day)
        self.env.invalidate_all()

    def kinds(self, plan):
        return plan.event_ids.sorted("id").mapped("kind")

    def balance(self, day, name):
        with self.on(day):
            return self.account._get_balances()[self.account.id][name]

    def test_story(self):
        """PLN-01 to PLN-05, REC-03: agreed on, paid, missed, broken, agreed on anew."""
        # Agreed on, at the counter
        with self.on("2025-04-01"):
            self.tour("/odoo/set-up-plan", "utility_plan_story_set_up", "utility_clerk")
        plan = self.account.plan_ids
        self.assertRecordValues(
            plan,
            [{"number": "PP-2025-0034", "state": "active", "amount_covered": 202.5}],
        )
        self.assertEqual(
            [str(row.due_date) for row in plan.installment_ids],
            ["2025-04-15", "2025-05-15", "2025-06-15"],
        )
        self.assertEqual(self.amounts(plan), [67.5] * 3)
        self.assertEqual(self.balance("2025-04-01", "overdue"), 0)
        self.assertEqual(self.balance("2025-04-01", "deferred"), 202.5)

        # Reminded, and paid in time
        self.live_through("2025-04-10", "2025-04-13")
        with self.on("2025-04-14"):
            self.tour("/odoo/record-payment", "utility_plan_story_pay", "utility_clerk")
        payment = self.account.payment_ids
        self.assertEqual(
            (payment.receipt_number, payment.utility_type, payment.amount),
            ("R-5001", "installment", 67.5),
        )
        receipt = self.receipt_text(payment)
        self.assertIn("PP-2025-0034", receipt)
        self.assertIn("Installment", receipt)
        self.assertEqual(self.states(plan), ["paid", "due", "due"])
        self.assertEqual(self.bill.amount_residual, 135)

        # The second one is reminded of, and missed when its days of grace are over
        self.live_through("2025-05-10", "2025-05-20")
        self.assertEqual((plan.state, plan.standing), ("active", "late"))
        self.assertEqual(self.balance("2025-05-20", "overdue"), 67.5)
        self.live_through("2025-05-21", "2025-05-22")
        self.assertEqual((plan.state, plan.standing), ("broken", "broken"))
        self.assertEqual(self.states(plan), ["paid", "cancelled", "cancelled"])
        self.assertEqual(self.balance("2025-05-22", "overdue"), 135)
        self.assertEqual(self.balance("2025-05-22", "deferred"), 0)
        self.assertTrue(plan.activity_ids)

        # Agreed on anew, as version 2, and kept
        with self.on("2025-05-23"):
            self.tour(
                f"/odoo/payment-plans/{plan.id}",
                "utility_plan_story_modify",
                "utility_recovery",
            )
        second = self.account.plan_ids - plan
        self.assertRecordValues(
            second,
            [
                {
                    "number": "PP-2025-0034",
                    "version": 2,
                    "state": "active",
                    "amount_covered": 135.0,
                    "previous_id": plan.id,
                }
            ],
        )
        self.assertEqual(plan.state, "broken")
        for day, row in zip(
            ("2025-06-14", "2025-07-15"), second.installment_ids, strict=True
        ):
            with self.on(day):
                self.record_one(67.5, type="installment", documents=[row.id])
        self.assertEqual((second.state, second.compliance_percent), ("completed", 100))
        self.assertEqual(self.bill.payment_state, "paid")
        self.assertEqual(self.balance("2025-07-16", "payoff"), 0)

        # Each step is on the timeline, and in the ledger
        self.assertEqual(
            self.kinds(plan),
            [
                "created",
                "activated",
                "reminded",
                "paid",
                "reminded",
                "missed",
                "broken",
                "replaced",
            ],
        )
        self.assertEqual(
            self.kinds(second),
            ["created", "replaces", "activated", "paid", "paid", "completed"],
        )
        matches = self.bill.line_ids.matched_credit_ids.sorted("id")
        self.assertEqual(
            [(match.amount, str(match.credit_move_id.date)) for match in matches],
            [(67.5, "2025-04-14"), (67.5, "2025-06-14"), (67.5, "2025-07-15")],
        )
        for each in (plan, second):
            self.assertPlanSound(each)
        self.assertLedgerSound()

    def receipt_text(self, payment):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "utility_payments.action_report_receipt", payment.ids
        )
        return html.decode()

    @staticmethod
    def add_days(day):
        return day.fromordinal(day.toordinal() + 1)

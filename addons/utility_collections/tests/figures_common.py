from datetime import timedelta

from odoo import fields

from odoo.addons.utility_payments.tests.figures_common import FigureChecks

from .common import PlansCommon


class PlanFigureChecks(FigureChecks):
    """Proves also the figures of plans by the records that they lead to."""

    FIGURE_SUMS = FigureChecks.FIGURE_SUMS | {
        "deferred": lambda rows: sum(rows.mapped("amount_residual")),
        "installments_due": lambda rows: sum(rows.mapped("remaining_amount")),
    }

    def recount(self, key, rows, found):
        if rows and key == "plan_compliance":
            kept = [
                row
                for row in rows.installment_id
                if row.paid_on
                and (row.paid_on - row.due_date).days <= row.plan_id.grace_days
            ]
            return 100 * len(kept) / len(rows)
        if rows and key == "plan_default_rate":
            broken = rows.filtered(lambda plan: plan.state == "broken")
            return 100 * len(broken) / len(rows)
        return super().recount(key, rows, found)


class PlanFiguresCommon(PlansCommon):
    """Plans that are kept, late, broken and paid, at days that are set."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "UTC"
        (cls.manager | cls.clerk | cls.recovery).tz = "UTC"
        cls.company.utility_backdate_days = 10_000

    @classmethod
    def make_old_plan(cls, amount, days, **values):
        """A plan over a new bill of an account of its own, three installments.

        :param days: when each one is due, as days from today
        """
        account = cls.make_account(f"Consumer of {amount}")
        bill = cls.make_bill(amount, account=account)
        plan = cls.make_plan(bill, installment_count=len(days), **values).sudo()
        plan.activated_on = cls.days(min(days) - 10)
        for row, count in zip(
            plan.installment_ids.sorted("sequence"), days, strict=True
        ):
            row.due_date = cls.days(count)
        return plan

    def pay_row(self, plan, number, late=0, share=1):
        """Pay an installment so many days after its due date."""
        row = plan.installment_ids.sorted("sequence")[number - 1]
        outcome = self.record(
            {
                "account": plan.utility_account_id.id,
                "amount": row.currency_id.round(row.amount * share),
                "mode": "cash",
                "type": "installment",
                "documents": [row.id],
                "date": row.due_date + timedelta(days=late),
                "note": "Recorded later",
            },
            user=self.manager,
        )[0]
        self.assertEqual(outcome["status"], "posted", outcome["error"])

    def miss_row(self, plan, number, at=None):
        """Let an installment count as missed."""
        row = plan.installment_ids.sorted("sequence")[number - 1]
        missed_on = row.due_date + timedelta(days=plan.grace_days + 1)
        row.write({"state": "missed", "missed_on": missed_on})
        plan._log_event(
            "missed",
            installment_id=row.id,
            happened_at=at or fields.Datetime.to_datetime(missed_on),
        )
        plan._refresh_standing()
        return row

    def make_mixed(self):
        """Four fell due in the last thirty days: two kept, one missed, one late."""
        self.kept = self.make_old_plan(30, [-20, 10, 40])
        self.pay_row(self.kept, 1)
        # Paid a day after the days of grace
        self.late = self.make_old_plan(60, [-25, 6, 36])
        self.pay_row(self.late, 1, late=self.late.grace_days + 1)
        self.missed = self.make_old_plan(90, [-50, -10, 20], template_id=False)
        self.pay_row(self.missed, 1)
        self.miss_row(self.missed, 2)
        # Within its days of grace: not judged yet
        self.grace = self.make_old_plan(120, [-2, 28, 58])
        self.done = self.make_old_plan(150, [-90, -60, -29])
        for number in (1, 2, 3):
            self.pay_row(self.done, number)
        (self.kept | self.late | self.missed | self.grace)._refresh_standing()

    def read_figures(self, first=-30, last=30, user=None, **scope):
        Payment = self.env["account.payment"].with_user(user or self.manager)
        self.env.flush_all()
        return Payment.with_context(
            allowed_company_ids=self.company.ids
        ).collection_figures(self.days(first), self.days(last), scope or None)

    def assertOpens(self, figure, user=None):
        """Model and domain open exactly the records behind a number (KPI-05)."""
        Model = self.env[figure["model"]].with_user(user or self.manager)
        records = Model.search(figure["domain"])
        self.assertEqual(len(records), figure["count"])
        return records

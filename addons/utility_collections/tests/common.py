from datetime import date, timedelta

from odoo import Command, fields

from odoo.addons.utility_credit_notes.tests.common import CreditNotesCommon
from odoo.addons.utility_payments.tests.adjustment_common import AdjustmentsCommon


class PlansCommon(AdjustmentsCommon, CreditNotesCommon):
    """A consumer with overdue debt, and plans over it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._utility_today()
        cls.Plan = cls.env["utility.payment.plan"].with_user(cls.recovery)

    @classmethod
    def make_plan(cls, bills, activate=True, user=None, **values):
        """A plan over bills: three monthly installments from today, unless said."""
        values = {
            "utility_account_id": bills.utility_account_id.id,
            "covered_move_ids": bills.ids,
            "installment_count": 3,
            "frequency": "monthly",
            "first_due_date": cls.today,
        } | values
        plan = cls.Plan.with_user(user or cls.recovery).create(values)
        if activate:
            plan.action_activate()
        return plan

    def amounts(self, plan, name="amount"):
        return [row[name] for row in plan.installment_ids.sorted("sequence")]

    def states(self, plan):
        return [row.state for row in plan.installment_ids.sorted("sequence")]

    def assertPlanSound(self, plan):
        """Invariant 5: covered = sum of installments = paid + remaining."""
        plan.invalidate_recordset()
        rows = plan.sudo().installment_ids
        self.assertAlmostEqual(sum(rows.mapped("amount")), plan.amount_covered, 2)
        self.assertAlmostEqual(
            plan.amount_paid + plan.amount_remaining, plan.amount_covered, 2
        )
        self.assertAlmostEqual(sum(rows.mapped("paid_amount")), plan.amount_paid, 2)

    def make_in_flight(self, bill):
        """An online payment that the consumer made and the bank hasn't answered."""
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.env["payment.provider"].create({"name": "Test"}).id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": bill.amount_residual,
                "currency_id": self.company.currency_id.id,
                "partner_id": bill.partner_id.id,
                "reference": f"T-{bill.id}",
                "state": "pending",
                "last_state_change": fields.Datetime.now(),
                "invoice_ids": [Command.set(bill.ids)],
            }
        )

    @classmethod
    def days(cls, count):
        return cls.today + timedelta(days=count)

    @staticmethod
    def day(text):
        return date.fromisoformat(text)

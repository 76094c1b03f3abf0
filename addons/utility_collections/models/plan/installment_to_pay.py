from collections import defaultdict
from decimal import Decimal

from odoo import fields, models


class UtilityPaymentPlanInstallment(models.Model):
    """What is really to be paid of an installment, and whether its consumer knows."""

    _inherit = "utility.payment.plan.installment"

    reminded_on = fields.Date(readonly=True, copy=False)
    reminder_problem = fields.Char(
        readonly=True, copy=False, help="Why the consumer wasn't reminded."
    )

    _reminder_idx = models.Index(
        "(company_id, due_date) WHERE state IN ('due', 'partial')"
        " AND reminded_on IS NULL"
    )

    def _keep_reminder_problem(self, reason):
        """Say once for each reason why there is no reminder."""
        self.ensure_one()
        if self.reminder_problem == reason:
            return
        self.reminder_problem = reason
        self.plan_id._log_event(
            "not_reminded", installment_id=self.id, amount=False, note=reason
        )

    def _filter_held(self):
        """The installments past due that nobody is to pay for now; to extend."""
        return self.browse()

    def _get_amounts_to_pay(self):
        """What is to be paid of installments, from the ledger as it is now (COL-11).

        Credit of the account and payments on their way are taken off, from what is
        overdue first, then from what is due next.

        :return: {installment id: (amount, False or why nothing is to be paid)}
        """
        if not self:
            return {}
        accounts = self.utility_account_id
        in_flight = accounts._get_money_in_flight()
        overdue = accounts._get_uncovered_overdue(in_flight)
        earlier = self._get_due_before()
        disputed = self.plan_id._get_disputed()
        result = {}
        for row in self:
            plan = row.plan_id
            account_id = row.utility_account_id.id
            unpaid = plan._money(row.remaining_amount)
            if row.state in ("paid", "cancelled"):
                result[row.id] = (0.0, self.env._("It is paid."))
                continue
            if plan in disputed:
                result[row.id] = (
                    0.0,
                    self.env._("Covered debt is kept out of collections."),
                )
                continue
            if row.due_date < row.company_id._utility_today():
                left = min(unpaid, max(overdue[account_id], Decimal(0)))
            else:
                spare = max(-overdue[account_id] - earlier[row.id], Decimal(0))
                left = unpaid - min(unpaid, spare)
            reason = False
            if not left:
                reason = (
                    self.env._("An online payment is on its way.")
                    if in_flight.get(account_id)
                    else self.env._("The consumer's credit covers it.")
                )
            result[row.id] = (float(left), reason)
        return result

    def _get_due_before(self):
        """What else is to be paid on the accounts before each of these installments.

        :return: {installment id: Decimal}, what is overdue already not counted
        """
        found = self.search(
            [
                ("utility_account_id", "in", self.utility_account_id.ids),
                ("plan_id.state", "=", "active"),
                ("state", "in", ("due", "partial")),
                ("due_date", "<=", max(self.mapped("due_date"))),
            ],
            order="due_date, id",
        )
        sums = defaultdict(Decimal)
        result = dict.fromkeys(self.ids, Decimal(0))
        for row in found:
            if row.due_date >= row.company_id._utility_today():
                key = row.utility_account_id
                result[row.id] = sums[key]
                sums[key] += row.plan_id._money(row.remaining_amount)
        return result

from odoo import api, fields, models
from odoo.tools import SQL

# Of a covered item: what is open of it, as far as its plan still asks for it
DEFERRED = SQL("LEAST(line.amount_residual, cover.amount - cover.paid_amount)")


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    plan_ids = fields.One2many(
        comodel_name="utility.payment.plan",
        inverse_name="utility_account_id",
        string="Payment Plans",
        readonly=True,
    )

    @api.depends("plan_ids.state")
    def _compute_balances(self):
        """Extend: debt is deferred when a plan begins, and due again when it ends."""
        return super()._compute_balances()

    def _get_balance_select(self, condition, today):
        """Extend CON-04: covered debt is deferred, installments past due are overdue.

        Both sums are made before they are joined: items joined with installments would
        be counted several times.
        """
        self.env["utility.payment.plan.cover"].flush_model()
        self.env["utility.payment.plan.installment"].flush_model()
        return SQL(
            """
            SELECT balance.utility_account_id,
                   balance.payoff,
                   COALESCE(plan.deferred, 0) AS deferred,
                   balance.late - COALESCE(plan.late, 0) + COALESCE(due.amount, 0)
                       AS late,
                   balance.credit
              FROM (%(balances)s) balance
         LEFT JOIN (%(covered)s) plan USING (utility_account_id)
         LEFT JOIN (%(due)s) due USING (utility_account_id)
            """,
            balances=super()._get_balance_select(condition, today),
            covered=self._get_covered_select(condition, today),
            due=self._get_due_select(condition, today),
        )

    def _get_late_shift_select(self, condition, today):
        """Extend: without covered debt past due, with installments past due."""
        self.env["utility.payment.plan.cover"].flush_model()
        self.env["utility.payment.plan.installment"].flush_model()
        return SQL(
            """
            SELECT utility_account_id AS account_id, SUM(amount) AS amount
              FROM (
                    SELECT line.utility_account_id, -%(deferred)s AS amount
                      FROM %(covered)s
                       AND line.date_maturity < %(today)s
                 UNION ALL
                    SELECT line.utility_account_id, line.amount - line.paid_amount
                      FROM %(due)s
              ) AS part
          GROUP BY utility_account_id
            """,
            deferred=DEFERRED,
            today=today,
            covered=self._get_covered_from(condition),
            due=self._get_due_from(condition, today),
        )

    def _get_covered_select(self, condition, today):
        """Return the SQL of what plans defer, and of what of it is past due by itself.

        The lesser of what is open and what the plan still asks for: a payment from
        before the plan that was returned since is owed beside it.
        """
        return SQL(
            """
            SELECT line.utility_account_id,
                   SUM(%(deferred)s) AS deferred,
                   SUM(%(deferred)s) FILTER (
                       WHERE line.date_maturity < %(today)s
                   ) AS late
              FROM %(covered)s
          GROUP BY line.utility_account_id
            """,
            deferred=DEFERRED,
            today=today,
            covered=self._get_covered_from(condition),
        )

    def _get_covered_from(self, condition):
        """Return what covered items are read from, on the aliases `cover`, `line`."""
        return SQL(
            """
                   utility_payment_plan_cover cover
              JOIN account_move_line line ON line.id = cover.line_id
             WHERE cover.in_force
               AND line.utility_account_id IS NOT NULL
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND %(condition)s
            """,
            condition=condition,
        )

    def _get_due_select(self, condition, today):
        """Return the SQL of unpaid installments past their due date."""
        return SQL(
            """
            SELECT line.utility_account_id,
                   SUM(line.amount - line.paid_amount) AS amount
              FROM %(due)s
          GROUP BY line.utility_account_id
            """,
            due=self._get_due_from(condition, today),
        )

    def _get_due_from(self, condition, today):
        """Return what installments past their due date are read from, as `line`.

        A plan that ended has nothing unpaid: only drafts are left out, which are few.
        """
        self.env["utility.payment.plan"].flush_model(["state"])
        return SQL(
            """
                   utility_payment_plan_installment line
             WHERE line.state IN ('due', 'partial', 'missed')
               AND NOT EXISTS (
                    SELECT FROM utility_payment_plan plan
                     WHERE plan.id = line.plan_id AND plan.state = 'draft'
                   )
               AND line.due_date < %(today)s
               AND %(condition)s
            """,
            today=today,
            condition=condition,
        )

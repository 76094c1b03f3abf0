from odoo import models
from odoo.tools import SQL


class ResCompany(models.Model):
    """Checks of payment plans against the ledger (design.md, invariant 5)."""

    _inherit = "res.company"

    def _utility_ledger_checks(self):
        return [*super()._utility_ledger_checks(), "plan_sums", "plan_cover"]

    def _check_ledger_plan_sums(self, companies):
        """Invariant 5: covered at signing = installments = paid + remaining."""
        for (
            number,
            version,
            state,
            amount,
            remaining,
            covered,
            cover_paid,
            in_force,
            agreed,
            paid,
            odd,
        ) in self.env.execute_query(
            SQL(
                """
                WITH cover AS (
                    SELECT plan_id, SUM(amount) AS amount, SUM(paid_amount) AS paid,
                           bool_and(in_force) AS all_in_force,
                           bool_or(in_force) AS any_in_force
                      FROM utility_payment_plan_cover
                     GROUP BY plan_id
                ), item AS (
                    SELECT plan_id, SUM(amount) AS amount, SUM(paid_amount) AS paid,
                           COUNT(*) FILTER (
                               WHERE paid_amount < 0
                                  OR paid_amount > amount
                                  OR (state = 'paid') != (paid_amount = amount)
                                  OR (state = 'paid') != (paid_on IS NOT NULL)
                                  OR (state = 'due' AND paid_amount != 0)
                           ) AS odd,
                           bool_or(state = 'cancelled') AS cancelled,
                           bool_or(state IN ('due', 'partial', 'missed')) AS unpaid,
                           bool_and(state = 'paid') AS all_paid
                      FROM utility_payment_plan_installment
                     GROUP BY plan_id
                )
                SELECT plan.number, plan.version, plan.state, plan.amount_covered,
                       plan.amount_remaining, COALESCE(cover.amount, 0),
                       COALESCE(cover.paid, 0), cover.any_in_force,
                       COALESCE(item.amount, 0), COALESCE(item.paid, 0), item.odd
                  FROM utility_payment_plan plan
             LEFT JOIN cover ON cover.plan_id = plan.id
             LEFT JOIN item ON item.plan_id = plan.id
                 -- A draft that was withdrawn never covered anything.
                 WHERE plan.activated_on IS NOT NULL
                   AND plan.company_id = ANY(%s)
                   AND (
                        cover.amount IS DISTINCT FROM plan.amount_covered
                     OR item.amount IS DISTINCT FROM plan.amount_covered
                     OR item.paid IS DISTINCT FROM plan.amount_paid
                     OR plan.amount_paid + plan.amount_remaining != plan.amount_covered
                     OR item.odd > 0
                     OR (plan.state = 'active' AND (
                            NOT cover.all_in_force OR item.cancelled OR item.all_paid))
                     OR (plan.state = 'completed' AND NOT item.all_paid)
                     OR (plan.state IN ('active', 'completed')
                         AND item.paid != cover.paid)
                     OR (plan.state IN ('broken', 'cancelled')
                         AND (cover.any_in_force OR item.unpaid))
                   )
                 ORDER BY plan.id
                """,
                companies.ids,
            )
        ):
            name = f"{number} version {version}"
            yield (
                "error",
                f"Plan {name} is {state} and covers {amount}: its items say"
                f" {covered} with {cover_paid} paid"
                f" ({'in force' if in_force else 'not in force'}), its installments"
                f" {agreed} with {paid} paid, {remaining} is said to remain, and"
                f" {odd or 0} installments contradict themselves.",
            )

    def _check_ledger_plan_cover(self, companies):
        """PLN-03: what covered items received is what the ledger says they did."""
        for number, entry, amount, stored, counted in self.env.execute_query(
            SQL(
                """
                WITH matched AS (
                    SELECT cover.id,
                           GREATEST(
                               SUM(partial.amount)
                               - COALESCE((
                                   cover.baseline
                                   ->> partial.credit_move_id::varchar
                               )::numeric, 0),
                               0
                           ) AS amount
                      FROM utility_payment_plan_cover cover
                      JOIN account_partial_reconcile partial
                        ON partial.debit_move_id = cover.line_id
                     WHERE cover.in_force
                     GROUP BY cover.id, partial.credit_move_id
                ), received AS (
                    SELECT id, SUM(amount) AS amount FROM matched GROUP BY id
                )
                SELECT plan.number, line.move_name, cover.amount, cover.paid_amount,
                       LEAST(COALESCE(received.amount, 0), cover.amount)
                  FROM utility_payment_plan_cover cover
                  JOIN utility_payment_plan plan ON plan.id = cover.plan_id
                  JOIN account_move_line line ON line.id = cover.line_id
             LEFT JOIN received ON received.id = cover.id
                 WHERE cover.in_force
                   AND plan.company_id = ANY(%s)
                   AND (
                        ABS(cover.paid_amount
                            - LEAST(COALESCE(received.amount, 0), cover.amount))
                        >= 0.005
                     OR line.parent_state != 'posted'
                     OR line.utility_account_id
                        IS DISTINCT FROM plan.utility_account_id
                     OR cover.amount - cover.paid_amount - line.amount_residual >= 0.005
                   )
                 ORDER BY cover.id
                """,
                companies.ids,
            )
        ):
            yield (
                "error",
                f"Plan {number} covers {amount} of {entry} and says {stored} of it was"
                f" paid; the ledger says {counted}, or the item is none of its"
                " account's debts.",
            )

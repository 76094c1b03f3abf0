from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools import spread
from .utility_payment_plan import IN_FORCE


class UtilityPaymentPlan(models.Model):
    """A plan follows the ledger: what its debt receives pays installments (PLN-03).

    Paid is never counted from payments: it is what the covered items are matched with
    now, less what they were matched with when the plan was signed. So it doesn't
    matter whether an installment was paid, or the bill itself, or a credit note was
    applied, or one of these was undone.
    """

    _inherit = "utility.payment.plan"

    @api.model
    def _follow_lines(self, lines):
        """Follow the ledger where these receivable items changed; superuser."""
        if not lines.ids:
            return
        self.env["utility.payment.plan.cover"].flush_model()
        self.flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT cover.plan_id
                  FROM utility_payment_plan_cover cover
                  JOIN utility_payment_plan plan ON plan.id = cover.plan_id
                 WHERE cover.line_id = ANY(%s)
                   AND plan.state = ANY(%s)
                """,
                lines.ids,
                list(IN_FORCE),
            )
        )
        self.browse(plan_id for (plan_id,) in rows)._follow_ledger()

    def _follow_ledger(self):
        """Read from the ledger what was paid, and bring the plans up to date.

        Superuser, accounts locked by the door that changed the ledger.
        """
        if not self:
            return
        newest = self._read_cover_payments()
        directed = self._read_directed_payments()
        event_vals = []
        for plan in self:
            paid = sum((plan._money(c.paid_amount) for c in plan.cover_ids), Decimal(0))
            installments = plan.installment_ids.sorted("sequence")
            shares = spread(
                paid,
                [(row.id, plan._money(row.amount)) for row in installments],
                {row.id: directed.get(row.id, Decimal(0)) for row in installments},
            )
            for row in installments:
                before = plan._money(row.paid_amount)
                if shares[row.id] != before:
                    row._set_paid(shares[row.id], newest.get(plan.id))
                    event_vals.append(row._paid_event_vals(shares[row.id] - before))
        self.env["utility.payment.plan.event"].create(event_vals)
        self._complete_or_reopen()
        self._refresh_standing()

    def _read_cover_payments(self):
        """Set what each covered item received since the plan was signed.

        Of each credit item, what it pays now above what it paid then: a payment from
        before that is returned later takes nothing away from the plan.

        :return: {plan id: date of the newest match}
        """
        Partial = self.env["account.partial.reconcile"]
        Partial.flush_model()
        self.env["utility.payment.plan.cover"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT cover.id, partial.credit_move_id, SUM(partial.amount),
                       MAX(partial.id)
                  FROM utility_payment_plan_cover cover
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = cover.line_id
                 WHERE cover.plan_id = ANY(%s)
              GROUP BY cover.id, partial.credit_move_id
                """,
                self.ids,
            )
        )
        received = defaultdict(Decimal)
        newest = {}
        covers = self.cover_ids
        for cover_id, credit_id, amount, partial_id in rows:
            cover = covers.browse(cover_id)
            decimals = cover.currency_id.decimal_places
            before = (cover.baseline or {}).get(str(credit_id), 0.0)
            received[cover_id] += max(
                to_decimal(float(amount), decimals) - to_decimal(before, decimals),
                Decimal(0),
            )
            newest[cover.plan_id.id] = max(newest.get(cover.plan_id.id, 0), partial_id)
        for cover in covers:
            amount = min(received[cover.id], self._money_of(cover))
            if self._money_of(cover, "paid_amount") != amount:
                cover.paid_amount = float(amount)
        partials = {p.id: p for p in Partial.browse(newest.values())}
        return {
            plan_id: partials[partial_id].credit_move_id.date
            for plan_id, partial_id in newest.items()
        }

    @api.model
    def _money_of(self, cover, name="amount"):
        return to_decimal(cover[name], cover.currency_id.decimal_places)

    def _read_directed_payments(self):
        """What was paid for installments by name and stands.

        :return: {installment id: Decimal}
        """
        self.env["utility.payment.allocation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT allocation.installment_id,
                       SUM(allocation.amount_standing)
                  FROM utility_payment_allocation allocation
                  JOIN utility_payment_plan_installment installment
                    ON installment.id = allocation.installment_id
                 WHERE installment.plan_id = ANY(%s)
              GROUP BY allocation.installment_id
                """,
                self.ids,
            )
        )
        return {row_id: Decimal(amount or 0) for row_id, amount in rows}

    def _complete_or_reopen(self):
        """A plan is completed when all is paid, and goes on when that is undone."""
        for plan in self:
            is_paid = all(row.state == "paid" for row in plan.installment_ids)
            today = plan.company_id._utility_today()
            if plan.state == "active" and is_paid:
                plan.write({"state": "completed", "ended_on": today})
                plan._log_event("completed")
            elif plan.state == "completed" and not is_paid:
                plan.write({"state": "active", "ended_on": False})
                plan._log_event("reopened")

from collections import defaultdict
from contextlib import contextmanager
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools import spread
from ..plans_wait import WAIT_KEY, PlansWait

ZERO = Decimal(0)


class UtilityPaymentPlan(models.Model):
    """A plan follows the ledger: what its debt receives pays installments (PLN-03).

    Paid is never counted from payments: it is what the covered items are matched with
    now, less what they were matched with when the plan was signed. So it doesn't
    matter whether an installment was paid, or the bill itself, or a credit note was
    applied, or one of these was undone; nor in which order that was done.
    """

    _inherit = "utility.payment.plan"

    # -------------------------------------------------------------------------
    # WHEN
    # -------------------------------------------------------------------------

    @api.model
    @contextmanager
    def _follow_at_end(self, records):
        """Let plans follow what is done inside once, and tell what came of it.

        A reversal and the payment that replaces it so are one change, or none.

        :param records: who does it; use what the context manager gives instead
        """
        if PlansWait.of(records):
            # A door around this one tells.
            yield records
            return
        wait = PlansWait()
        yield records.with_context(**{WAIT_KEY: wait})
        plans_sudo = self.sudo()
        plans_sudo._follow_waiting(wait)
        plans_sudo._tell(wait)
        self.env["utility.account"].browse(sorted(wait.account_ids))._debt_changed()

    @api.model
    def _follow_lines(self, lines):
        """Follow the ledger where these receivable items changed; superuser."""
        wait = PlansWait.of(self)
        if wait:
            wait.line_ids.update(lines.ids)
            self._follow_waiting(wait)
            return
        wait = PlansWait(lines.ids)
        self._follow_waiting(wait)
        self._tell(wait)

    @api.model
    def _follow_waiting(self, wait):
        """Follow what waits; a door tells of it at its end."""
        if not wait.line_ids:
            return
        self.env["utility.payment.plan.cover"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT plan_id FROM utility_payment_plan_cover
                 WHERE line_id = ANY(%s) AND in_force
                """,
                list(wait.line_ids),
            )
        )
        wait.line_ids.clear()
        self.browse(sorted(plan_id for (plan_id,) in rows))._follow_ledger(wait)

    # -------------------------------------------------------------------------
    # WHAT
    # -------------------------------------------------------------------------

    def _follow_ledger(self, wait=None):
        """Read from the ledger what was paid, and bring the plans up to date.

        Superuser, accounts locked by the door that changed the ledger.

        :param PlansWait wait: of the door that tells what changed; default: told now
        """
        if not self:
            return
        alone = wait is None
        wait = PlansWait() if alone else wait
        received = self._read_received()
        directed = self._read_directed()
        for plan in self:
            wait.states.setdefault(plan.id, plan.state)
            shares, paid_on = plan._spread_received(received[plan.id], directed)
            for row in plan.installment_ids:
                before = plan._money(row.paid_amount)
                date = paid_on.get(row.id, False)
                if shares[row.id] != before or (row.paid_on or False) != date:
                    wait.paid.setdefault(row.id, before)
                    row._set_paid(shares[row.id], date)
        self._complete_or_reopen()
        self._refresh_standing()
        if alone:
            self._tell(wait)

    def _spread_received(self, received, directed):
        """Share what the debt of a plan received among its installments, day by day.

        :param dict received: {date: Decimal}
        :param dict directed: {installment id: {date: Decimal}}, paid for it by name
        :return: ({installment id: Decimal}, {installment id: since when it is paid})
        """
        self.ensure_one()
        amounts = [
            (row.id, self._money(row.amount))
            for row in self.installment_ids.sorted("sequence")
        ]
        shares = dict.fromkeys((row_id for row_id, _amount in amounts), ZERO)
        paid_on = {}
        paid = ZERO
        for day in sorted(received):
            paid += received[day]
            named = {
                row_id: sum(
                    (part for date, part in directed[row_id].items() if date <= day),
                    ZERO,
                )
                for row_id, _amount in amounts
                if row_id in directed
            }
            shares = spread(paid, amounts, named)
            for row_id, amount in amounts:
                if shares[row_id] == amount:
                    paid_on.setdefault(row_id, day)
                else:
                    paid_on.pop(row_id, None)
        return shares, paid_on

    def _read_received(self):
        """Set what each covered item received since the plan was signed.

        Of each credit item, what it pays now above what it paid then: a payment from
        before that is returned later takes nothing away from the plan. The date is the
        payment's, or the day when credit was applied.

        :return: {plan id: {date: Decimal}}
        """
        for model in (
            "account.partial.reconcile",
            "utility.credit.application",
            "utility.payment.plan.cover",
        ):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT cover.id, partial.credit_move_id, partial.amount,
                       COALESCE(used.date, credit.date) AS day
                  FROM utility_payment_plan_cover cover
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = cover.line_id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
             LEFT JOIN utility_credit_application used
                    ON used.partial_id = partial.id
                 WHERE cover.plan_id = ANY(%s)
              ORDER BY day, partial.id
                """,
                self.ids,
            )
        )
        covers = {cover.id: cover for cover in self.cover_ids}
        room = {cover: cover.plan_id._money(cover.amount) for cover in covers.values()}
        paid = dict.fromkeys(covers.values(), ZERO)
        before = {}
        received = {plan.id: defaultdict(Decimal) for plan in self}
        for cover_id, credit_id, amount, day in rows:
            cover = covers[cover_id]
            plan = cover.plan_id
            if (cover_id, credit_id) not in before:
                before[cover_id, credit_id] = plan._money(
                    (cover.baseline or {}).get(str(credit_id))
                )
            amount = plan._money(float(amount))
            known = min(before[cover_id, credit_id], amount)
            before[cover_id, credit_id] -= known
            part = min(amount - known, room[cover] - paid[cover])
            if part:
                paid[cover] += part
                received[plan.id][day] += part
        for cover, amount in paid.items():
            if cover.plan_id._money(cover.paid_amount) != amount:
                cover.paid_amount = float(amount)
        return received

    def _read_directed(self):
        """What was paid for installments by name and stands, by payment or credit.

        :return: {installment id: {date: Decimal}}
        """
        for model in (
            "account.payment",
            "utility.credit.application",
            "utility.payment.allocation",
        ):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.installment_id, part.date, SUM(part.amount)
                  FROM (
                    SELECT allocation.installment_id, payment.date,
                           allocation.amount_standing AS amount
                      FROM utility_payment_allocation allocation
                      JOIN account_payment payment
                        ON payment.id = allocation.payment_id
                     WHERE allocation.amount_standing > 0
                 UNION ALL
                    SELECT installment_id, date, amount
                      FROM utility_credit_application
                     WHERE reversed_at IS NULL
                  ) AS part
                  JOIN utility_payment_plan_installment installment
                    ON installment.id = part.installment_id
                 WHERE installment.plan_id = ANY(%s)
              GROUP BY part.installment_id, part.date
                """,
                self.ids,
            )
        )
        directed = defaultdict(dict)
        decimals = self.company_id.currency_id.mapped("decimal_places")
        for row_id, day, amount in rows:
            directed[row_id][day] = to_decimal(float(amount), max(decimals))
        return directed

    def _covers_in_order(self):
        """What the plan covers and what still follows it, oldest due first."""
        self.ensure_one()
        return self.cover_ids.filtered("in_force").sorted(
            lambda cover: (cover.line_id.date_maturity or cover.line_id.date, cover.id)
        )

    def _complete_or_reopen(self):
        """A plan is completed when all is paid, and goes on when that is undone."""
        for plan in self:
            is_paid = all(row.state == "paid" for row in plan.installment_ids)
            today = plan.company_id._utility_today()
            if plan.state == "active" and is_paid:
                plan.write({"state": "completed", "ended_on": today})
            elif plan.state == "completed" and not is_paid:
                plan.write({"state": "active", "ended_on": False})

    # -------------------------------------------------------------------------
    # TOLD
    # -------------------------------------------------------------------------

    @api.model
    def _tell(self, wait):
        """Write to the timeline what a door changed in the end; nothing: no row."""
        rows = self.env["utility.payment.plan.installment"].browse(wait.paid)
        self.env["utility.payment.plan.event"].create(
            [
                row._paid_event_vals(change)
                for row in rows.sorted(lambda row: (row.plan_id.id, row.sequence))
                if (change := row.plan_id._money(row.paid_amount) - wait.paid[row.id])
            ]
        )
        for plan_id, before in wait.states.items():
            plan = self.browse(plan_id)
            if (before, plan.state) == ("active", "completed"):
                plan._log_event("completed")
            elif (before, plan.state) == ("completed", "active"):
                plan._log_event("reopened")

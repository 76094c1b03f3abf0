from odoo import api, fields, models
from odoo.tools import SQL

# Plans whose missed installments are marked in one transaction: a cashier who serves
# one of their consumers waits for it.
_MISSED_CHUNK = 500
# Plans whose figures are brought up to date in one transaction, which locks nobody.
_STANDING_CHUNK = 5000


class UtilityPaymentPlan(models.Model):
    """What happens to plans as time passes: missed, broken, late, due soon (PLN-05).

    ``review_on`` is the next day on which time alone changes how an active plan
    stands. So each run reads what has to change through an index, and nothing else.
    """

    _name = "utility.payment.plan"
    _inherit = ["utility.payment.plan", "utility.chunks"]

    review_on = fields.Date(
        readonly=True,
        copy=False,
        help="The next day on which time alone changes how the plan stands.",
    )
    missed_forgiven = fields.Integer(
        readonly=True,
        copy=False,
        help="Installments missed before it was reactivated, which don't break it"
        " again.",
    )

    _review_idx = models.Index("(company_id, review_on, id) WHERE state = 'active'")

    @api.model
    def _cron_keep(self):
        """Mark what was missed, break plans, and bring their figures up to date.

        Each chunk is a transaction of its own and takes its plans off the list, so
        that the action may be stopped, or killed, at any time and goes on where it
        was. A second run on the same day finds nothing.
        """
        # The timeline tells what happened: a message on each plan says it twice.
        Plan = self.with_context(tracking_disable=True)
        for company in self.env["res.company"].search([("active", "=", True)]):
            for find, keep, chunk in (
                ("_find_missed", "_miss", _MISSED_CHUNK),
                ("_find_outdated", "_refresh_outdated", _STANDING_CHUNK),
                ("_find_settled_cases", "_close_cases", _MISSED_CHUNK),
            ):
                if not Plan._keep_in_chunks(company, find, keep, chunk):
                    return

    # -------------------------------------------------------------------------
    # MISSED AND BROKEN
    # -------------------------------------------------------------------------

    @api.model
    def _find_missed(self, company, last_id, limit):
        """Active plans with an installment whose days of grace are over."""
        self.flush_model()
        self.env["utility.payment.plan.installment"].flush_model()
        return self._read_ids(
            SQL(
                """
                SELECT plan.id
                  FROM utility_payment_plan plan
                 WHERE plan.state = 'active'
                   AND plan.company_id = %(company)s
                   AND plan.review_on <= %(today)s
                   AND plan.id > %(last_id)s
                   AND EXISTS (
                       SELECT FROM utility_payment_plan_installment item
                        WHERE item.plan_id = plan.id
                          AND item.state IN ('due', 'partial')
                          AND item.due_date + plan.grace_days < %(today)s
                   )
              ORDER BY plan.id
                 LIMIT %(limit)s
                """,
                company=company.id,
                today=company._utility_today(),
                last_id=last_id,
                limit=limit,
            )
        )

    def _miss(self):
        """Mark what these plans missed, and break those that missed too much.

        What a consumer's credit or a payment on its way covers isn't overdue (CON-04),
        and so isn't missed either.
        """
        accounts = self.utility_account_id
        accounts._lock_accounts()
        overdue = accounts._get_uncovered_overdue(accounts._get_money_in_flight())
        missed = self.filtered(
            lambda plan: overdue[plan.utility_account_id.id] > 0
        )._mark_missed()
        plans = missed.plan_id
        if not plans:
            return
        plans._refresh_standing()
        plans.company_id._figures_changed()
        to_break = plans.filtered(
            lambda plan: (
                0 < plan.break_after <= plan.missed_count - plan.missed_forgiven
            )
        )
        for count, broken in to_break.grouped(
            lambda plan: plan.missed_count - plan.missed_forgiven
        ).items():
            broken._break(broken._break_reason(count))
        plans._open_cases()

    def _mark_missed(self, silently=False):
        """Mark the installments of these plans that are past their grace.

        :param bool silently: leave the timeline as it is
        :return: these installments
        """
        missed = self.env["utility.payment.plan.installment"]
        for company, plans in self.grouped("company_id").items():
            today = company._utility_today()
            rows = missed.search(
                [
                    ("plan_id", "in", plans.ids),
                    ("state", "in", ("due", "partial")),
                    ("due_date", "<", today),
                ]
            ).filtered(
                lambda row, today=today: (
                    fields.Date.add(row.due_date, days=row.plan_id.grace_days) < today
                )
            )
            rows -= rows._filter_held()
            rows.write({"state": "missed", "missed_on": today})
            missed |= rows
        if silently:
            return missed
        self.env["utility.payment.plan.event"].create(
            [
                {
                    "plan_id": row.plan_id.id,
                    "installment_id": row.id,
                    "kind": "missed",
                    "amount": row.remaining_amount,
                }
                for row in missed
            ]
        )
        return missed

    @api.model
    def _break_reason(self, count):
        if count == 1:
            return self.env._("An installment was missed.")
        return self.env._("%(count)s installments were missed.", count=count)

    # -------------------------------------------------------------------------
    # FIGURES
    # -------------------------------------------------------------------------

    @api.model
    def _find_outdated(self, company, last_id, limit):
        """Active plans whose figures the new day changes."""
        self.flush_model()
        return self._read_ids(
            SQL(
                """
                SELECT id
                  FROM utility_payment_plan
                 WHERE state = 'active'
                   AND company_id = %s
                   AND review_on <= %s
                   AND id > %s
              ORDER BY id
                 LIMIT %s
                """,
                company.id,
                company._utility_today(),
                last_id,
                limit,
            )
        )

    def _refresh_outdated(self):
        """Bring figures up to date by SQL, without reading the plans themselves."""
        self.with_context(prefetch_fields=False)._refresh_standing()

from decimal import Decimal

from odoo import models

from odoo.addons.utility_payments.tools.amounts import to_decimal


class AccountPayment(models.Model):
    """The receipt of an installment names it, its plan, and what comes next."""

    _inherit = "account.payment"

    def _receipt_installments(self):
        """What this payment paid, by installment (DOC-01, PAY-02, PAY-03).

        An installment may be paid on several documents; each is an allocation.

        :return: a list of dicts of ``row`` (the installment), ``count`` (of the plan),
            ``before``, ``applied``, ``difference``, ``kind`` (exact, over, under) and
            ``pieces`` (the allocations)
        """
        self.ensure_one()
        result = []
        allocations = self._receipt_allocations().filtered("installment_id")
        for row, pieces in allocations.grouped("installment_id").items():
            decimals = row.currency_id.decimal_places

            def total(name, pieces=pieces, decimals=decimals):
                return sum(
                    (to_decimal(piece[name], decimals) for piece in pieces), Decimal(0)
                )

            applied = total("amount_applied")
            # What is above the pieces is the excess, which sits on the last one.
            excess = total("difference") - (applied - total("outstanding_before"))
            paid = self._receipt_paid_then(row.plan_id)[row.id]
            before = to_decimal(row.amount, decimals) - paid + applied
            difference = applied - before + excess
            result.append(
                {
                    "row": row,
                    "count": len(row.plan_id.installment_ids.filtered("sequence")),
                    "before": float(before),
                    "applied": float(applied),
                    "difference": float(difference),
                    "kind": "over"
                    if difference > 0
                    else "under"
                    if difference
                    else "exact",
                    "pieces": pieces,
                }
            )
        return result

    def _receipt_plans(self):
        """How the plans that this payment paid stood after it (DOC-01).

        :return: a list of dicts of ``plan``, ``paid``, ``remaining``, ``next`` (the
            next installment that was unpaid, or none), ``unpaid`` (of it), ``count``
        """
        self.ensure_one()
        result = []
        plans = self._receipt_allocations().installment_id.plan_id
        for plan in plans:
            paid = self._receipt_paid_then(plan)
            rows = plan.installment_ids.sorted(lambda row: (row.due_date, row.sequence))
            unpaid = rows.filtered(
                lambda row, plan=plan, paid=paid: paid[row.id] < plan._money(row.amount)
            )[:1]
            total = sum(paid.values(), Decimal(0))
            result.append(
                {
                    "plan": plan,
                    "paid": float(total),
                    "remaining": float(plan._money(plan.amount_covered) - total),
                    "next": unpaid,
                    "unpaid": float(
                        plan._money(unpaid.amount) - paid.get(unpaid.id, Decimal(0))
                    ),
                    "count": len(rows.filtered("sequence")),
                }
            )
        return result

    def _receipt_paid_then(self, plan):
        """What was paid of a plan's installments once this payment was recorded.

        The timeline tells it, so that a copy of the receipt says what the first said.

        :return: {installment id: Decimal}
        """
        paid = {row.id: Decimal(0) for row in plan.installment_ids}
        for event in plan.event_ids:
            row_id = event.installment_id.id
            if row_id in paid and event.create_date <= self.create_date:
                paid[row_id] += plan._money(event.amount)
        return paid

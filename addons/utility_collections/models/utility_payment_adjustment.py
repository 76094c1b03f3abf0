from decimal import Decimal

from odoo import models


class UtilityPaymentAdjustment(models.Model):
    """Corrections of payments for installments (ADJ-01, PLN-03)."""

    _inherit = "utility.payment.adjustment"

    def _execute(self):
        """Extend: a plan tells what a correction came to, not each of its steps."""
        with self.env["utility.payment.plan"]._follow_at_end(self) as waiting:
            res = super(UtilityPaymentAdjustment, waiting)._execute()
            for adjustment in waiting.sudo():
                adjustment._replace_in_baselines()
            return res

    def _replace_in_baselines(self):
        """What a payment had paid before a plan, its correction has paid before it.

        Else money from before the plan would pay installments once it is corrected,
        and what it paid would be owed beside the plan (PLN-03).
        """
        if self.kind != "correct" or not self.replacement_payment_id:
            return
        old_keys = set(map(str, self.payment_id.move_id.line_ids.ids))
        covers = (
            self.env["utility.payment.plan.cover"]
            .search(
                [
                    ("in_force", "=", True),
                    (
                        "plan_id.utility_account_id",
                        "=",
                        self.payment_id.utility_account_id.id,
                    ),
                ]
            )
            .filtered(lambda cover: old_keys & set(cover.baseline or {}))
        )
        if not covers:
            return
        matched = covers.line_id._get_matched_amounts()
        new_keys = [
            str(id_) for id_ in self.replacement_payment_id.move_id.line_ids.ids
        ]
        for cover in covers:
            baseline = dict(cover.baseline)
            left = sum(self._exact(baseline.pop(key, 0.0)) for key in old_keys)
            for key in new_keys:
                part = min(left, self._exact(matched[cover.line_id.id].get(key, 0.0)))
                if part:
                    baseline[key] = float(part)
                    left -= part
            cover.baseline = baseline or False
        self.env["utility.payment.plan"]._follow_lines(covers.line_id)

    def _replacement_request(self):
        """Extend: what was paid for installments is recorded for them anew.

        On another account it pays what is unpaid of that account's plan; where there is
        none, or the plan has ended since, it pays bills.
        """
        request = super()._replacement_request()
        if self.payment_id.utility_type != "installment" or (
            self.kind == "move" and self.document_ids
        ):
            return request
        if self.kind == "move":
            request["type"] = (
                "installment" if self._has_unpaid_installments() else "bill"
            )
        elif rows := self._current_installments():
            request |= {"type": "installment", "documents": rows.ids}
        return request

    def _has_unpaid_installments(self):
        """Whether the account that is to have the money has a plan that asks for it."""
        Installment = self.env["utility.payment.plan.installment"]
        domain = Installment._get_unpaid_domain(self._paying_account())
        return bool(Installment.search_count(domain, limit=1))

    def _current_installments(self):
        """The installments that have money of this payment, as they were paid.

        Those of a plan that still follows; else the documents themselves are due.
        """
        allocations = self.payment_id.allocation_ids.sorted("id")
        return allocations.filtered(
            lambda row: (
                self._exact(row.amount_standing) > Decimal(0)
                and any(row.installment_id.plan_id.cover_ids.mapped("in_force"))
            )
        ).installment_id

    def _pays_one_type(self):
        """Extend: installments are one type, whatever their plan covers."""
        return bool(self._current_installments()) or super()._pays_one_type()

from decimal import Decimal

from odoo import api, models

from ..plans_wait import WAIT_KEY, PlansWait


class AccountPayment(models.Model):
    """Stages: plans follow once the allocations name the installments (PLN-03)."""

    _inherit = "account.payment"

    @api.model
    def _collect_reconcile(self, batch, moves):
        """Extend: plans wait for the allocations, to follow once."""
        waiting = self
        if not PlansWait.of(self):
            waiting = self.with_context(**{WAIT_KEY: PlansWait()})
        return super(AccountPayment, waiting)._collect_reconcile(batch, moves)

    @api.model
    def _collect_after(self, batch):
        """Extend: plans follow what was paid, by name or not, and so do cases."""
        res = super()._collect_after(batch)
        lines = self.env["account.move.line"].browse(
            {share.line_id for item in batch for share in item.shares}
        )
        self.env["utility.payment.plan"].sudo()._follow_lines(lines)
        accounts = self.env["utility.account"].union(*(item.account for item in batch))
        if wait := PlansWait.of(self):
            wait.account_ids.update(accounts.ids)
        else:
            accounts._debt_changed()
        return res

    @api.model
    def _collect_part_vals(self, part):
        """Extend: the allocation names its installment (PAY-02, PAY-03)."""
        vals = super()._collect_part_vals(part)
        if not part:
            return vals
        row = self.env["utility.payment.plan.installment"].sudo().browse(part)
        return vals | {"installment_id": row.id, "amount_billed": row.amount}

    @api.model
    def _collect_allocation_vals(self, item):
        """Extend: what an installment owed is the installment's, not its bill's.

        Where it is shared among several documents, the last of them carries what it
        still owes, so that owed, paid and difference add up over its rows (PAY-03).
        """
        rows = super()._collect_allocation_vals(item)
        last = {row["installment_id"]: row for row in rows if row.get("installment_id")}
        for installment_id, row in last.items():
            applied = sum(
                (share.amount for share in item.shares if share.part == installment_id),
                Decimal(0),
            )
            rest = float(item.parts_before[installment_id] - applied)
            before = row["amount_applied"] + rest
            row["difference"] += row["outstanding_before"] - before
            row["outstanding_before"] = before
        return rows

from odoo import api, models

from ...tools.allocation import ZERO


class AccountPayment(models.Model):
    """Stage: what follows a posting; add-ons above add their effects."""

    _inherit = "account.payment"

    @api.model
    def _collect_after(self, batch):
        """Write down allocations and events, queue webhooks."""
        self.env["utility.payment.allocation"].sudo().create(
            [vals for item in batch for vals in self._collect_allocation_vals(item)]
        )
        payments = self.sudo().union(*(item.payment for item in batch))
        payments._log_event("recorded", "posted")
        payments._queue_webhooks("posted")

    @api.model
    def _collect_allocation_vals(self, item):
        """One row per document (PAY-03); the excess sits on the last one."""
        documents = {}
        for share in item.shares:
            before, applied = documents.get(share.document_id, (ZERO, ZERO))
            documents[share.document_id] = (
                before + share.outstanding_before,
                applied + share.amount,
            )
        moves = self.env["account.move"].sudo().browse(documents)
        rows = []
        for move in moves:
            before, applied = documents[move.id]
            rows.append(
                {
                    "payment_id": item.payment.id,
                    "move_id": move.id,
                    "company_id": item.company.id,
                    "amount_billed": abs(move.amount_total_signed),
                    "outstanding_before": float(before),
                    "amount_applied": float(applied),
                    "difference": float(applied - before),
                }
            )
        if rows:
            rows[-1]["difference"] += float(item.excess)
        return rows

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
        """One row per document and part (PAY-03); the excess sits on the last one."""
        documents = {}
        for share in item.shares:
            key = share.document_id, share.part
            before, applied = documents.get(key, (ZERO, ZERO))
            documents[key] = (
                before + share.outstanding_before,
                applied + share.amount,
            )
        moves = (
            self.env["account.move"]
            .sudo()
            .browse(dict.fromkeys(document_id for document_id, _part in documents))
        )
        rows = []
        for (document_id, part), (before, applied) in documents.items():
            move = moves.browse(document_id).with_prefetch(moves.ids)
            rows.append(
                {
                    "payment_id": item.payment.id,
                    "move_id": move.id,
                    "company_id": item.company.id,
                    "amount_billed": abs(move.amount_total_signed),
                    "outstanding_before": float(before),
                    "amount_applied": float(applied),
                    "difference": float(applied - before),
                    **self._collect_part_vals(part),
                }
            )
        if rows:
            rows[-1]["difference"] += float(item.excess)
        return rows

    @api.model
    def _collect_part_vals(self, part):
        """What an add-on above keeps of the part of debt that an allocation pays."""
        return {}

from odoo import api, models
from odoo.tools import format_date


class UtilityPaymentAllocation(models.Model):
    """What an allocation says of the installment that it paid (PAY-02)."""

    _inherit = "utility.payment.allocation"

    @api.depends("installment_id")
    def _compute_document_details(self):
        """Extend: plan, number and due date of an installment."""
        res = super()._compute_document_details()
        for allocation in self:
            row = allocation.sudo().installment_id
            if row:
                allocation.document_details = self.env._(
                    "Installment %(installment)s, due %(date)s",
                    installment=row.display_name,
                    date=format_date(self.env, row.due_date),
                )
        return res

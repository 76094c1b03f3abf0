from odoo import models


class UtilityRecordPaymentLine(models.TransientModel):
    _inherit = "utility.record.payment.line"

    def _get_settled_key(self):
        """Extend: installments go by their names, apart from the ids of documents."""
        if self.wizard_id.utility_type == "installment":
            return self.name
        return super()._get_settled_key()

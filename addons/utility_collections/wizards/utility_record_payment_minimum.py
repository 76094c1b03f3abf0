from odoo import models


class UtilityRecordPayment(models.TransientModel):
    """Opened on the minimum due, its documents are ticked (COL-02)."""

    _inherit = "utility.record.payment"

    def _find_scanned(self, documents):
        """Extend: those that the action names, while its account is the one shown."""
        names = self.env.context.get("utility_tick") or ()
        account_id = self.env.context.get("default_utility_account_id")
        if names and account_id == self.utility_account_id.id:
            return [doc for doc in documents or [] if doc["name"] in names]
        return super()._find_scanned(documents)

from odoo import api, models


class ReportReceipt(models.AbstractModel):
    _name = "report.utility_payments.report_receipt"
    _description = "Payment Receipt"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the receipts: one document for each group of payments."""
        payments = self.env["account.payment"].browse(docids)
        payments.check_access("read")
        preview = (data or {}).get("report_type") != "pdf"
        leads = payments._with_receipts()._receipt_leads()
        return {
            "doc_ids": leads.ids,
            "doc_model": "account.payment",
            "docs": leads,
            "receipts": [lead._receipt_values(preview) for lead in leads],
        }

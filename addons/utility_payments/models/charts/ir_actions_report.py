from odoo import models

CHARTS_REPORT = "utility_payments.report_collection_charts"


class IrActionsReport(models.Model):
    """The charts are drawn on plain paper, as the documents for consumers are."""

    _inherit = "ir.actions.report"

    def _get_layout(self):
        if self.report_name == CHARTS_REPORT:
            return self.env.ref("utility_payments.receipt_pdf_layout")
        return super()._get_layout()

    def get_paperformat(self):
        if self.report_name == CHARTS_REPORT:
            company_format = self.env.company.paperformat_id.format
            size = "letter" if company_format == "Letter" else "a4"
            return self.env.ref(f"utility_payments.paperformat_receipt_{size}")
        return super().get_paperformat()

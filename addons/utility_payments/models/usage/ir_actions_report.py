from odoo import models


class IrActionsReport(models.Model):
    """Counts the documents that are handed out (USE-01)."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        content = super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        report = self._get_report(report_ref)
        if report._is_utility_document():
            self.env["utility.usage.event"]._log(
                "document_printed", subject=report.report_name, format="pdf"
            )
        return content

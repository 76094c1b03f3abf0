from odoo import api, models


class IrActionsReport(models.Model):
    """Counts the documents that are handed out, and reports as files (USE-01)."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        content = super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        self._log_usage(report_ref, "pdf")
        return content

    @api.model
    def _render_xlsx(self, report_ref, docids, data):
        content = super()._render_xlsx(report_ref, docids, data)
        self._log_usage(report_ref, "xlsx")
        return content

    def _log_usage(self, report_ref, fmt):
        report = self._get_report(report_ref)
        Event = self.env["utility.usage.event"]
        if report._is_utility_document() and not report.model.endswith(".report"):
            Event._log("document_printed", subject=report.report_name, format=fmt)
        else:
            # Reports of others are no subject of ours, and dropped
            Event._log("report_generated", subject=report.model, format=fmt)

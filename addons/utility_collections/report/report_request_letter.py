from odoo import api, models


class ReportRequestLetter(models.AbstractModel):
    _name = "report.utility_collections.report_request_letter"
    _description = "Letter of a Service Request on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the letters: one document each."""
        requests = self.env["utility.service.request"].browse(docids)
        requests.check_access("read")
        preview = (data or {}).get("report_type") != "pdf"
        return {
            "doc_ids": requests.ids,
            "doc_model": "utility.service.request",
            "docs": requests,
            "papers": [request._letter_values(preview) for request in requests],
        }

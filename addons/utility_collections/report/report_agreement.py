from odoo import api, models


class ReportAgreement(models.AbstractModel):
    _name = "report.utility_collections.report_agreement"
    _description = "Payment Plan Agreement on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the agreements: one document each."""
        plans = self.env["utility.payment.plan"].browse(docids)
        plans.check_access("read")
        preview = (data or {}).get("report_type") != "pdf"
        return {
            "doc_ids": plans.ids,
            "doc_model": "utility.payment.plan",
            "docs": plans,
            "papers": [plan._agreement_values(preview) for plan in plans],
        }

from odoo import api, fields, models


class ReportRegulatory(models.AbstractModel):
    _name = "report.utility_payments.report_regulatory"
    _description = "Monthly Report on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the paper: the content of each report."""
        reports = self.env["utility.regulatory.report"].browse(docids)._existing()
        return {
            "doc_ids": reports.ids,
            "doc_model": reports._name,
            "docs": reports,
            "papers": [(report, report._read_content()) for report in reports],
            "printed_by": self.env.user.name,
            "printed_at": fields.Datetime.now(),
        }

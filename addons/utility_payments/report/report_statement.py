from odoo import api, models


class ReportStatement(models.AbstractModel):
    _name = "report.utility_payments.report_statement"
    _description = "Consumer Statement on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the statements: one file for each request."""
        statements = self.env["utility.statement"].browse(docids)
        preview = (data or {}).get("report_type") != "pdf"
        return {
            "doc_ids": statements.ids,
            "doc_model": "utility.statement",
            "docs": statements,
            "requests": [
                (statement, statement._statement_values(preview))
                for statement in statements
            ],
        }

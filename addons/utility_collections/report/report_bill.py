from odoo import api, models


class ReportBill(models.AbstractModel):
    _name = "report.utility_collections.report_bill"
    _description = "Bill on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the bills: one document each."""
        moves = self.env["account.move"].browse(docids)
        moves.check_access("read")
        preview = (data or {}).get("report_type") != "pdf"
        return {
            "doc_ids": moves.ids,
            "doc_model": "account.move",
            "docs": moves,
            "papers": [move._bill_values(preview) for move in moves],
        }

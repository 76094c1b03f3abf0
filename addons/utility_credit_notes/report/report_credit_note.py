from odoo import api, models


class ReportCreditNote(models.AbstractModel):
    _name = "report.utility_credit_notes.report_credit_note"
    _description = "Credit Note on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the credit notes: one document each."""
        notes = self.env["utility.credit.note"].browse(docids)
        notes.check_access("read")
        preview = (data or {}).get("report_type") != "pdf"
        return {
            "doc_ids": notes.ids,
            "doc_model": "utility.credit.note",
            "docs": notes,
            "papers": [note._note_values(preview) for note in notes],
        }

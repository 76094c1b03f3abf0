from odoo import api, models


class ReportLetters(models.AbstractModel):
    _name = "report.utility_collections.report_letters"
    _description = "Letters to Consumers on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the letters of a batch, or of a part of them."""
        batches = self.env["utility.letter.batch"].browse(docids)
        batches.check_access("read")
        letters = self.env["utility.collection.notice"].browse(
            self.env.context.get("utility_letter_ids") or batches.notice_ids.ids
        )
        return {
            "doc_ids": batches.ids,
            "doc_model": "utility.letter.batch",
            "docs": batches,
            "letters": [letter._get_letter_values() for letter in letters],
        }

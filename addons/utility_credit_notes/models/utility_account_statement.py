from odoo import models


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    def _get_statements(self, date_from, date_to):
        """Extend: the credit that is left goes with its notes (DOC-05)."""
        statements = super()._get_statements(date_from, date_to)
        items = {
            item["line_id"]: item
            for statement in statements.values()
            for item in statement["credits"]
        }
        Note_sudo = self.env["utility.credit.note"].sudo()
        for note_sudo in Note_sudo.search([("credit_line_id", "in", list(items))]):
            items[note_sudo.credit_line_id.id]["note"] = note_sudo
        return statements

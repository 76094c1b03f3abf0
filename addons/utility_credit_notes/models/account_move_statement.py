from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _statement_texts(self):
        """Extend: what credit notes booked goes by their numbers (DOC-05)."""
        texts = super()._statement_texts()
        Note_sudo = self.env["utility.credit.note"].sudo()
        for note_sudo in Note_sudo.search([("move_id", "in", self.ids)]):
            texts[note_sudo.move_id.id] |= {
                "group": "credit",
                "title": self.env._("Credit note"),
                "document": note_sudo.number,
                "details": note_sudo.reason_id.name,
            }
        titles = {
            "expired": self.env._("Credit expired"),
            "refunded": self.env._("Credit paid back"),
        }
        Use_sudo = self.env["utility.credit.application"].sudo()
        for use_sudo in Use_sudo.search(
            [("move_id", "in", self.ids), ("kind", "in", list(titles))]
        ):
            texts[use_sudo.move_id.id] |= {
                "title": titles[use_sudo.kind],
                "document": use_sudo.note_id.number,
                "details": "",
            }
        return texts

from odoo import api, fields, models


class UtilityCollectionEvent(models.Model):
    """What a timeline says of an event in one line."""

    _inherit = "utility.collection.event"

    detail = fields.Char(compute="_compute_detail")

    @api.depends("amount", "note")
    def _compute_detail(self):
        """Amount and note, unless the note says the amount itself."""
        for event in self:
            amount = event.amount and event.currency_id.format(event.amount)
            note = event.note or ""
            parts = [amount if amount and amount not in note else "", note]
            event.detail = ", ".join(part for part in parts if part)

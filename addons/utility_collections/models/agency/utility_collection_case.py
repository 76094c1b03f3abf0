from odoo import fields, models
from odoo.tools import SQL


class UtilityCollectionCase(models.Model):
    """A case waits while an agency collects, and ends the placement with itself."""

    _inherit = "utility.collection.case"

    pause_kind = fields.Selection(selection_add=[("agency", "With an agency")])

    def _wait_for_agency(self):
        self._assign(
            SQL("state = 'paused', pause_kind = 'agency', pause_reason = NULL")
        )

    def _after_close(self):
        """Extend: what is paid, or closed otherwise, is the agency's no longer."""
        res = super()._after_close()
        placements = self.env["utility.agency.placement"].search(
            [("case_id", "in", self.ids), ("state", "=", "placed")]
        )
        if placements:
            paid = placements.filtered(
                lambda placement: (
                    placement.case_id.close_reason in ("cleared", "minimum_paid")
                )
            )
            paid._end("paid")
            (placements - paid)._end("returned")
        return res

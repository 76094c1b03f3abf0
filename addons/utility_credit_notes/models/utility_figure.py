from odoo import api, models
from odoo.fields import Domain


class UtilityFigure(models.AbstractModel):
    _inherit = "utility.figure"

    @api.model
    def _figures(self):
        return super()._figures() | {
            "credit_notes_to_approve": "_figure_credit_notes_to_approve"
        }

    @api.model
    def _record_actions(self):
        return super()._record_actions() | {
            "utility.credit.note": "utility_credit_notes.utility_credit_note_action"
        }

    @api.model
    def _figure_credit_notes_to_approve(self, scope):
        """CRN-13: notes that wait for a signature."""
        return self._figure_waiting(
            "utility.credit.note",
            self._scope_domain(scope, channel=False)
            & Domain("state", "=", "to_approve"),
        )

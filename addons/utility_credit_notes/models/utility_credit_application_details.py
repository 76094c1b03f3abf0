from odoo import api, fields, models


class UtilityCreditApplication(models.Model):
    """What the details of a credit note show of a use (CRN-09)."""

    _inherit = "utility.credit.application"

    document_name = fields.Char(related="move_id.name", string="Document Number")
    has_document = fields.Boolean(
        compute="_compute_document", help="A bill or charge, which can be opened."
    )
    can_undo = fields.Boolean(compute="_compute_can_undo")

    @api.depends("move_id.utility_kind")
    def _compute_document(self):
        for row in self:
            row.has_document = bool(row.sudo().move_id.utility_kind)

    @api.depends_context("uid")
    @api.depends("kind", "reversed_at")
    def _compute_can_undo(self):
        is_manager = self.env.user.has_group("utility_consumers.group_billing_manager")
        for row in self:
            row.can_undo = is_manager and row.kind == "applied" and not row.reversed_at

    def action_view_note(self):
        """Open the credit note that was used.

        :return: an action on the credit note
        """
        self.ensure_one()
        return self.note_id.action_view_details()

    def action_view_document(self):
        """Open the bill or charge that was paid (CRN-09).

        :return: an action on the document
        """
        self.ensure_one()
        return self.move_id.action_open_utility_document()

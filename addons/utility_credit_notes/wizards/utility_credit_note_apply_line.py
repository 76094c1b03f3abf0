from odoo import fields, models


class UtilityCreditNoteApplyLine(models.TransientModel):
    """An open document that credit may pay, with its tick box (CRN-10)."""

    _name = "utility.credit.note.apply.line"
    _description = "Apply a Credit Note: Open Document"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        comodel_name="utility.credit.note.apply",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer()
    selected = fields.Boolean(string="Pay")
    document_id = fields.Integer(string="Document ID")
    name = fields.Char(string="Document")
    detail = fields.Char(string="Period or Service")
    date_due = fields.Date(string="Due")
    is_overdue = fields.Boolean(string="Overdue")
    company_currency_id = fields.Many2one(
        related="wizard_id.company_currency_id", string="Company Currency"
    )
    outstanding = fields.Monetary(currency_field="company_currency_id")

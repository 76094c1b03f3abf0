from odoo import fields, models


class UtilityRecordPaymentLine(models.TransientModel):
    """An open document on the Record Payment form, with its tick box (REC-03)."""

    _name = "utility.record.payment.line"
    _description = "Record Payment: Open Document"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        comodel_name="utility.record.payment",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer()
    selected = fields.Boolean(string="Pay")
    document_id = fields.Integer(
        string="Document ID",
        help="What record_collections takes as a document of the payment's type.",
    )
    name = fields.Char(string="Document")
    detail = fields.Char(string="Period or Service")
    date_due = fields.Date(string="Due")
    is_overdue = fields.Boolean(string="Overdue")
    is_deferred = fields.Boolean(
        string="Put Off",
        help="To be paid at another time, as agreed: only when it is ticked.",
    )
    company_currency_id = fields.Many2one(
        related="wizard_id.company_currency_id", string="Company Currency"
    )
    outstanding = fields.Monetary(currency_field="company_currency_id")

    def _get_settled_key(self):
        """By what amounts settled before the payment know this document."""
        self.ensure_one()
        return self.document_id

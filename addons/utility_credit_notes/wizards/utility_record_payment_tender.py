from odoo import api, fields, models


class UtilityRecordPaymentTender(models.TransientModel):
    _inherit = "utility.record.payment.tender"

    credit_plan = fields.Json(
        readonly=True, help="As on the form: credit note, document, amount."
    )
    company_currency_id = fields.Many2one(
        related="wizard_id.company_currency_id", string="Company Currency"
    )
    credit_used = fields.Monetary(
        string="Credit",
        compute="_compute_credit_used",
        currency_field="company_currency_id",
    )

    @api.depends("credit_plan")
    def _compute_credit_used(self):
        for tender in self:
            tender.credit_used = tender.company_currency_id.round(
                sum(amount for *_ids, amount in tender.credit_plan or [])
            )

    def _get_settled_amounts(self):
        """Extend by the credit that these payments use."""
        settled = super()._get_settled_amounts()
        for tender in self:
            for _note_id, document_id, amount in tender.credit_plan or []:
                settled[document_id] = settled.get(document_id, 0.0) + amount
        return settled

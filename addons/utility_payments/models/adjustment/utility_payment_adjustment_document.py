from odoo import api, fields, models


class UtilityPaymentAdjustmentDocument(models.Model):
    """A document that an adjustment lets a payment pay, in its place in the order."""

    _name = "utility.payment.adjustment.document"
    _description = "Document of a Payment Adjustment"
    _order = "adjustment_id, sequence, id"
    _rec_name = "move_id"

    adjustment_id = fields.Many2one(
        comodel_name="utility.payment.adjustment",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="adjustment_id.company_id")
    sequence = fields.Integer(default=10)
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Document",
        required=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    utility_kind = fields.Selection(related="move_id.utility_kind", string="Type")
    date_due = fields.Date(related="move_id.invoice_date_due", string="Due Date")
    amount_open = fields.Monetary(
        string="Owed",
        compute="_compute_amount_open",
        help="What is owed on the document when the payment's own part is taken back.",
    )

    _once = models.UniqueIndex(
        "(adjustment_id, move_id)", "Each document is named once: remove the second."
    )

    @api.depends("move_id", "adjustment_id.payment_id")
    def _compute_amount_open(self):
        for row in self.sudo():
            row.amount_open = (
                float(row.adjustment_id._owed_without_payment(row.move_id))
                if row.move_id
                else 0.0
            )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_draft()
        return rows

    def write(self, vals):
        self._check_draft()
        res = super().write(vals)
        self._check_draft()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requested(self):
        self._check_draft()

    def _check_draft(self):
        """Documents are terms of the request: they freeze with it."""
        self.adjustment_id._check_frozen({"document_ids": True})

from odoo import fields, models


class UtilityRecordPaymentTender(models.TransientModel):
    """A payment that was already put into this visit, not recorded yet (REC-17)."""

    _name = "utility.record.payment.tender"
    _description = "Record Payment: Payment of the Visit"
    _order = "id"

    wizard_id = fields.Many2one(
        comodel_name="utility.record.payment",
        required=True,
        index=True,
        ondelete="cascade",
    )
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Account", readonly=True
    )
    documents = fields.Char(string="For", readonly=True)
    mode_id = fields.Many2one(
        comodel_name="utility.payment.mode", string="Method", readonly=True
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    change = fields.Monetary(readonly=True)
    request = fields.Json(
        readonly=True, help="The payment as record_collections will get it."
    )

    def _get_settled_amounts(self):
        """What settles documents before these payments do; see the form's method."""
        return {}

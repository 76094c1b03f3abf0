from odoo import api, fields, models


class UtilityPaymentAllocation(models.Model):
    """What the average collection time is counted from (KPI-04)."""

    _inherit = "utility.payment.allocation"

    amount_standing = fields.Monetary(
        compute="_compute_amount_standing",
        store=True,
        precompute=True,
        help="What the document still has of it: applied, less taken back.",
    )
    collection_days = fields.Integer(
        compute="_compute_collection_days",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Days from the date of the document to that of the payment.",
    )

    @api.depends("amount_applied", "reversed_amount")
    def _compute_amount_standing(self):
        for allocation in self:
            allocation.amount_standing = (
                allocation.amount_applied - allocation.reversed_amount
            )

    # Both dates are frozen once posted: nothing triggers this again.
    @api.depends("payment_id", "move_id")
    def _compute_collection_days(self):
        for allocation in self:
            paid, document = allocation.payment_id.date, allocation.move_id
            # The debt of a returned payment is an entry: it has no invoice date
            owed_since = document.invoice_date or document.date
            allocation.collection_days = (
                (paid - owed_since).days if paid and owed_since else 0
            )

from odoo import api, fields, models


class UtilityPaymentAllocation(models.Model):
    """What one payment paid of one document, as it was then (PAY-03).

    The ledger's reconciliation says what is paid now; this says what was owed and
    paid at that moment, and stays when a reconciliation is undone. Amounts are in
    company currency.
    """

    _name = "utility.payment.allocation"
    _description = "Payment Allocation"
    _order = "payment_id desc, id"
    _rec_name = "move_id"

    payment_id = fields.Many2one(
        comodel_name="account.payment",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Document",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_billed = fields.Monetary(
        readonly=True, help="Total of the document when it was issued."
    )
    outstanding_before = fields.Monetary(
        readonly=True, help="What was owed on the document before this payment."
    )
    amount_applied = fields.Monetary(
        readonly=True, help="What the document received of this payment."
    )
    reversed_amount = fields.Monetary(
        readonly=True, help="What was taken back later by a correction."
    )
    difference = fields.Monetary(
        readonly=True,
        help="Paid less outstanding before; the excess sits on the last document.",
    )
    difference_kind = fields.Selection(
        selection=[("exact", "Exact"), ("over", "Over-paid"), ("under", "Under-paid")],
        compute="_compute_difference_kind",
        store=True,
        precompute=True,
    )

    @api.depends("difference")
    def _compute_difference_kind(self):
        for allocation in self:
            difference = allocation.difference
            if allocation.currency_id.is_zero(difference):
                allocation.difference_kind = "exact"
            else:
                allocation.difference_kind = "over" if difference > 0 else "under"

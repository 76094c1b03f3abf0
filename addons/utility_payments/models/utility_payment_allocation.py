from odoo import api, fields, models
from odoo.tools import format_date


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
    document_name = fields.Char(related="move_id.name", string="Document Number")
    document_details = fields.Char(
        string="For",
        compute="_compute_document_details",
        help="Period of a bill; name and date of a service charge (PAY-02).",
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

    @api.depends("move_id")
    @api.depends_context("lang")
    def _compute_document_details(self):
        for allocation in self:
            move_sudo = allocation.sudo().move_id
            if move_sudo.utility_kind == "service":
                parts = [
                    move_sudo.service_name,
                    move_sudo.service_date
                    and format_date(self.env, move_sudo.service_date),
                ]
                allocation.document_details = ", ".join(part for part in parts if part)
            elif move_sudo.period_start and move_sudo.period_end:
                allocation.document_details = self.env._(
                    "%(start)s to %(end)s",
                    start=format_date(self.env, move_sudo.period_start),
                    end=format_date(self.env, move_sudo.period_end),
                )
            else:
                allocation.document_details = False

from odoo import api, fields, models
from odoo.fields import Domain


class AccountMoveLine(models.Model):
    """What the list of open items shows of a receivable item (KPI-05)."""

    _inherit = "account.move.line"

    utility_document = fields.Char(
        string="Document",
        compute="_compute_utility_document",
        help="Number of the bill or charge, or the receipt of the payment.",
    )
    utility_kind = fields.Selection(
        related="move_id.utility_kind", string="Document Kind"
    )
    utility_days_overdue = fields.Integer(
        string="Days Overdue",
        compute="_compute_utility_days_overdue",
        help="Days since an open debt was due, by the calendar of the company.",
    )

    utility_deferred = fields.Boolean(
        string="Deferred",
        compute="_compute_utility_deferred",
        search="_search_utility_deferred",
        help="Its due date is not what it is paid by: an agreement says when.",
    )

    def _compute_utility_deferred(self):
        """Nothing is deferred here; an add-on above that defers debt says what is."""
        self.utility_deferred = False

    @api.model
    def _search_utility_deferred(self, operator, value):
        """As `_compute_utility_deferred`."""
        return Domain.FALSE if operator == "in" else NotImplemented

    @api.depends("move_id.name", "move_id.origin_payment_id")
    def _compute_utility_document(self):
        for line in self:
            # A role that sees the item sees its document; reading both at once
            move_sudo = line.sudo().move_id
            line.utility_document = (
                move_sudo.origin_payment_id.display_name or move_sudo.name
            )

    @api.depends(
        "amount_residual",
        "company_id",
        "date_maturity",
        "reconciled",
        "utility_deferred",
    )
    def _compute_utility_days_overdue(self):
        today = {company: company._utility_today() for company in self.company_id}
        for line in self:
            late = (
                line.amount_residual > 0
                and not line.utility_deferred
                and not line.reconciled
                and line.date_maturity
                and line.date_maturity < today[line.company_id]
            )
            line.utility_days_overdue = (
                (today[line.company_id] - line.date_maturity).days if late else 0
            )

    def action_open_utility_item(self):
        """Open what this item comes from: a payment, or a document.

        To extend by add-ons whose records carry items of their own.

        :return: an action on the form that needs no accounting rights
        """
        self.ensure_one()
        # As a link of the ledger; the form then checks the reader
        payment = self.env["account.payment"].browse(
            self.sudo().move_id.origin_payment_id.id
        )
        if payment:
            return payment.action_view_details()
        return self.move_id.action_open_utility_document()

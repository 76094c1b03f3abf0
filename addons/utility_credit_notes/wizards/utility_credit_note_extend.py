from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class UtilityCreditNoteExtend(models.TransientModel):
    """A later last day for credit; expired credit is revived (CRN-11)."""

    _name = "utility.credit.note.extend"
    _description = "Extend a Credit Note"

    note_id = fields.Many2one(
        comodel_name="utility.credit.note", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="note_id.currency_id")
    state = fields.Selection(related="note_id.state")
    expiry_date = fields.Date(related="note_id.expiry_date", string="Expires Now")
    remaining_amount = fields.Monetary(related="note_id.remaining_amount")
    expired_amount = fields.Monetary(related="note_id.expired_amount")
    date = fields.Date(
        string="New Last Day",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
    )

    @api.depends("note_id")
    def _compute_date(self):
        for wizard in self:
            company_sudo = wizard.note_id.company_id.sudo()
            today = company_sudo._utility_today()
            months = company_sudo.utility_credit_expiry_months or 12
            start = max(wizard.expiry_date or today, today)
            wizard.date = start + relativedelta(months=months)

    def action_extend(self):
        """Give the note its new last day.

        :return: an action that closes the dialog
        :raises AccessError: for anyone below Billing Manager
        """
        self.ensure_one()
        self.note_id.action_extend(self.date)
        return {"type": "ir.actions.act_window_close"}

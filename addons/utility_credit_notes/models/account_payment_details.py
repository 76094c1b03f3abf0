from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    """Credit notes on the screens of payments (CRN-01, PAY-04)."""

    _inherit = "account.payment"

    can_credit = fields.Boolean(
        compute="_compute_can_credit",
        help="Whether you may make a credit note of this payment.",
    )
    shown_credit_note_ids = fields.Many2many(
        comodel_name="utility.credit.note",
        string="Credit Notes",
        compute="_compute_shown_credit_note_ids",
        help="The notes of this payment, without those that were withdrawn.",
    )

    @api.depends_context("uid")
    @api.depends("utility_state", "payment_type", "creditable_amount")
    def _compute_can_credit(self):
        is_staff = self.env.user.has_group("utility_consumers.group_customer_executive")
        for payment in self:
            payment.can_credit = (
                is_staff
                and payment.utility_state == "posted"
                and payment.payment_type == "inbound"
                and payment.creditable_amount > 0
            )

    @api.depends("credit_note_ids.state")
    def _compute_shown_credit_note_ids(self):
        for payment in self:
            payment.shown_credit_note_ids = payment.credit_note_ids.filtered(
                lambda note: note.state != "cancelled"
            )

    def action_create_credit_note(self):
        """Open the dialog that makes a credit note of this payment (CRN-01).

        :return: an action that opens the dialog
        :raises AccessError: for anyone below Customer Executive
        :raises UserError: when nothing of the payment can be credited
        """
        self.ensure_one()
        self.check_access("read")
        self.env["utility.credit.note"]._check_author()
        self._check_creditable()
        if self.creditable_amount <= 0:
            raise UserError(
                self.env._(
                    "All of payment %(receipt)s is credited already: %(notes)s.",
                    receipt=self.receipt_number,
                    notes=", ".join(self.shown_credit_note_ids.mapped("number")),
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create credit note"),
            "res_model": "utility.credit.note.create",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_payment_id": self.id},
        }

    def action_view_credit_notes(self):
        """Open the credit notes of this payment (PAY-04); a single one at once.

        :return: an action on the form of the note, or on the list
        """
        self.ensure_one()
        notes = self.shown_credit_note_ids
        if len(notes) == 1:
            return notes.action_view_details()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_credit_notes.utility_credit_note_action"
        )
        return {**action, "domain": [("payment_id", "=", self.id)], "context": {}}

from odoo import api, fields, models


class UtilityCreditNote(models.Model):
    """What the list and the details page show of a credit note (CRN-07, CRN-09)."""

    _name = "utility.credit.note"
    _inherit = ["utility.credit.note", "utility.search"]

    # The same expression as in the index, so that PostgreSQL uses it.
    _utility_search_columns = ("number", "receipt_number")

    # Stored for the search; the receipt of a posted payment never changes.
    receipt_number = fields.Char(store=True)
    reason_color = fields.Integer(related="reason_id.color")
    usage_state = fields.Selection(
        selection=[
            ("unused", "Full remaining"),
            ("partial", "Partly remaining"),
            ("used", "Fully used"),
        ],
        string="Usage",
        compute="_compute_usage_state",
        store=True,
        index=True,
        help="How much of the credit remains; nothing for notes without effect.",
    )
    can_apply = fields.Boolean(compute="_compute_can_apply")

    _utility_search_trigram = models.Index(
        "USING gin ((COALESCE(number, '') || ' '"
        " || COALESCE(receipt_number, '')) gin_trgm_ops)"
    )
    # The few that wait for somebody, among the many that are done.
    _utility_to_approve_idx = models.Index(
        "(create_date DESC, id DESC) WHERE state = 'to_approve'"
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("state", "amount", "remaining_amount")
    def _compute_usage_state(self):
        for note in self:
            if note.state in ("draft", "to_approve", "cancelled"):
                note.usage_state = False
            elif note.currency_id.is_zero(note.remaining_amount):
                note.usage_state = "used"
            elif note.currency_id.compare_amounts(note.remaining_amount, note.amount):
                note.usage_state = "partial"
            else:
                note.usage_state = "unused"

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_can_apply(self):
        is_staff = self.env.user.has_group("utility_consumers.group_customer_executive")
        for note in self:
            note.can_apply = is_staff and note.state == "active"

    # -------------------------------------------------------------------------
    # VIEWS
    # -------------------------------------------------------------------------

    @api.model
    def _utility_open(self, record, **values):
        """An action that opens one record, by its usual form unless told otherwise."""
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
            **values,
        }

    def action_view_details(self):
        """Open the details of this credit note (CRN-07).

        :return: an action on its form
        """
        self.ensure_one()
        return self._utility_open(self)

    def action_view_consumer(self):
        """Open the 360° page of the consumer (CRN-07).

        :return: an action on the form of the consumer account
        """
        self.ensure_one()
        return self._utility_open(self.utility_account_id)

    def action_view_payment(self):
        """Open the payment that this credit comes from (CRN-09).

        :return: an action on the details of the payment
        """
        self.ensure_one()
        return self.payment_id.action_view_details()

    def action_open_apply(self):
        """Choose what this credit pays (CRN-10).

        :return: an action that opens the dialog
        """
        self.ensure_one()
        return self._open_dialog(
            "utility.credit.note.apply", self.env._("Apply %s", self.number)
        )

    def action_open_extension(self):
        """Choose a later last day for this credit (CRN-11).

        :return: an action that opens the dialog
        """
        self.ensure_one()
        return self._open_dialog(
            "utility.credit.note.extend", self.env._("Extend %s", self.number)
        )

    def _open_dialog(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_note_id": self.id},
        }

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.utility_credit_note import REMARKS_LIMIT


class UtilityCreditNoteCreate(models.TransientModel):
    """The dialog that makes a credit note of a payment (CRN-01 to CRN-05).

    It only shows and explains: the terms are checked where drafts are created.
    """

    _name = "utility.credit.note.create"
    _description = "Create a Credit Note"

    payment_id = fields.Many2one(
        comodel_name="account.payment", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="payment_id.company_currency_id")
    consumer_name = fields.Char(
        related="payment_id.utility_account_id.consumer_name", string="Consumer"
    )
    account_number = fields.Char(related="payment_id.utility_account_id.number")
    receipt_number = fields.Char(related="payment_id.receipt_number")
    payment_date = fields.Date(related="payment_id.date", string="Payment Date")
    mode_id = fields.Many2one(related="payment_id.mode_id", string="Payment Method")
    original_amount = fields.Monetary(
        related="payment_id.amount_company_currency_signed", string="Payment Amount"
    )
    maximum = fields.Monetary(related="payment_id.creditable_amount")
    credited_before = fields.Monetary(compute="_compute_credited_before")
    amount = fields.Monetary(
        string="Credit Amount", compute="_compute_amount", store=True, readonly=False
    )
    reason_id = fields.Many2one(comodel_name="utility.credit.reason")
    reason_color = fields.Integer(related="reason_id.color")
    treatment = fields.Selection(related="reason_id.treatment")
    remarks = fields.Text()
    remarks_limit = fields.Integer(compute="_compute_remarks_limit")
    remaining_value = fields.Monetary(
        string="Remaining Payment Value", compute="_compute_remaining_value"
    )
    is_full_reversal = fields.Boolean(compute="_compute_remaining_value")
    problem = fields.Char(
        compute="_compute_problem", help="Why it can't be created yet."
    )
    effect = fields.Text(
        compute="_compute_effect", help="What creating it will do, line by line."
    )
    needs_approval = fields.Boolean(compute="_compute_needs_approval")

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("payment_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.maximum

    def _compute_remarks_limit(self):
        self.remarks_limit = REMARKS_LIMIT

    @api.depends("original_amount", "maximum")
    def _compute_credited_before(self):
        for wizard in self:
            wizard.credited_before = wizard.original_amount - wizard.maximum

    @api.depends("maximum", "amount")
    def _compute_remaining_value(self):
        for wizard in self:
            left = wizard.currency_id.round(wizard.maximum - wizard.amount)
            wizard.remaining_value = max(left, 0.0)
            wizard.is_full_reversal = bool(wizard.amount) and not left

    @api.depends("amount", "maximum", "reason_id", "remarks")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = wizard._find_problem()

    def _find_problem(self):
        """The first thing that is missing or wrong, as one sentence; or False."""
        self.ensure_one()
        most = self.currency_id.format(self.maximum)
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            return self.env._("Enter an amount above zero, at most %s.", most)
        if self.currency_id.compare_amounts(self.amount, self.maximum) > 0:
            return self.env._("Lower the amount: at most %s can be credited.", most)
        if not self.reason_id:
            return self.env._("Choose a reason.")
        if len(self.remarks or "") > REMARKS_LIMIT:
            return self.env._(
                "Shorten the remarks to %s characters.", str(REMARKS_LIMIT)
            )
        return False

    @api.depends("amount", "reason_id")
    def _compute_needs_approval(self):
        Note = self.env["utility.credit.note"]
        for wizard in self:
            note_sudo = Note.sudo().new(
                {
                    "company_id": wizard.payment_id.company_id.id,
                    "amount": wizard.amount,
                    "treatment": wizard.treatment,
                    "requester_role": Note._current_role(),
                }
            )
            wizard.needs_approval = note_sudo._needs_approval()

    @api.depends("problem", "needs_approval", "amount", "treatment")
    def _compute_effect(self):
        for wizard in self:
            lines = [] if wizard.problem else wizard._describe_effect()
            wizard.effect = "\n".join(lines) or False

    def _describe_effect(self):
        """Sentences on what the note will do, in the order it happens."""
        self.ensure_one()
        amount = self.currency_id.format(self.amount)
        lines = []
        if self.needs_approval:
            lines.append(
                self.env._(
                    "Needs a Billing Manager's approval; nothing happens before that."
                )
            )
        if self.treatment == "adjust_revenue":
            lines.append(
                self.env._(
                    "The documents stay paid; revenue is adjusted by %s.", amount
                )
            )
        else:
            lines += [
                self.env._(
                    "%(document)s will be due again: %(amount)s.",
                    document=document.name,
                    amount=self.currency_id.format(float(part)),
                )
                for document, part in self._preview_taken_back()
            ]
        lines.append(
            self.env._(
                "%(consumer)s gets a credit of %(amount)s.",
                consumer=self.consumer_name,
                amount=amount,
            )
        )
        return lines

    def _preview_taken_back(self):
        """What documents would lose of the payment, last first (CRN-03).

        :return: list of (document, amount)
        """
        left = self.amount
        parts = []
        for row in self.payment_id.sudo().allocation_ids.sorted("id", reverse=True):
            part = min(left, row.amount_applied - row.reversed_amount)
            if self.currency_id.compare_amounts(part, 0) > 0:
                parts.append((row.move_id, part))
                left -= part
        return parts

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_create(self):
        """Create the note and confirm it, in one step (CRN-05).

        :return: a notification: the number, or why there is none; the dialog stays
            open with what was typed when there is none
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                note = self.env["utility.credit.note"].create(self._note_values())
                note.action_confirm()
        except UserError as error:
            return self._notify("danger", str(error), sticky=True)
        # The notification puts its link where this stands.
        link = "%s"
        message = (
            self.env._(
                "%s is created and waits for a Billing Manager's approval.", link
            )
            if note.state == "to_approve"
            else self.env._("%s is created and can be used at once.", link)
        )
        return self._notify(
            "success",
            message,
            links=[
                {"label": note.number, "url": f"/odoo/utility-credit-notes/{note.id}"}
            ],
            next={"type": "ir.actions.act_window_close"},
        )

    def _note_values(self):
        self.ensure_one()
        return {
            "payment_id": self.payment_id.id,
            "amount": self.amount,
            "reason_id": self.reason_id.id,
            "remarks": self.remarks,
        }

    @api.model
    def _notify(self, kind, message, **params):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": kind, "message": message, **params},
        }

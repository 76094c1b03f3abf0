from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.utility_payments.models.adjustment.utility_payment_adjustment import (
    UtilityPaymentAdjustment as Adjustment,
)
from odoo.addons.utility_payments.tools.amounts import AmountError, read_amount


class UtilityPaymentAdjustment(models.Model):
    """Refunds are requested and approved like adjustments of payments (CRN-12)."""

    _inherit = "utility.payment.adjustment"

    _draft_fields = Adjustment._draft_fields | {
        "credit_note_id",
        "refund_amount",
        "refund_bank_id",
        "refund_mode_id",
    }

    kind = fields.Selection(
        selection_add=[("refund", "Refund credit")],
        ondelete={"refund": "cascade"},
    )
    credit_note_id = fields.Many2one(
        comodel_name="utility.credit.note",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    credit_remaining = fields.Monetary(
        related="credit_note_id.remaining_amount", string="Credit Left"
    )
    refund_amount = fields.Monetary(tracking=True)
    refund_mode_id = fields.Many2one(
        comodel_name="utility.payment.mode",
        string="Refund By",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    refund_mode_kind = fields.Selection(
        related="refund_mode_id.kind", string="Kind of Refund"
    )
    refund_bank_id = fields.Many2one(
        comodel_name="res.partner.bank",
        string="Consumer's Bank Account",
        ondelete="restrict",
        tracking=True,
    )
    refund_partner_id = fields.Many2one(
        related="utility_account_id.commercial_partner_id", string="Paid To"
    )
    refund_payment_id = fields.Many2one(
        comodel_name="account.payment",
        string="Refund",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends("kind", "refund_amount")
    def _compute_amount(self):
        """Extend: the approval of a refund goes by what is paid back."""
        res = super()._compute_amount()
        for adjustment in self:
            if adjustment.kind == "refund":
                adjustment.amount = adjustment.refund_amount
        return res

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_refund_decimals(vals)
            if vals.get("credit_note_id") and not vals.get("payment_id"):
                note = self.env["utility.credit.note"].browse(vals["credit_note_id"])
                note.check_access("read")
                vals["payment_id"] = note.payment_id.id
        return super().create(vals_list)

    def write(self, vals):
        self._check_refund_decimals(vals)
        return super().write(vals)

    @api.model
    def _check_refund_decimals(self, vals):
        """Refuse an amount that the field would round, or that is none.

        :raises ValidationError: one clear sentence on what is wrong
        """
        value = vals.get("refund_amount")
        currency = self.company_id.currency_id[:1] or self.env.company.currency_id
        if not value:
            return
        try:
            read_amount(value, currency.decimal_places)
        except AmountError as error:
            raise ValidationError(
                self.env["utility.credit.note"]._amount_message(
                    error.code, value, currency
                )
            ) from None

    def _check_refund(self):
        note = self.credit_note_id
        if not note or note.payment_id != self.payment_id:
            raise UserError(
                self.env._(
                    "A refund is of a credit note: open it from the note itself."
                )
            )
        note._check_usable()
        if not 0 < note._money(self.refund_amount) <= note._remaining():
            raise ValidationError(
                self.env._(
                    "Credit note %(number)s has %(left)s left: refund that or less, and"
                    " more than nothing.",
                    number=note.number,
                    left=self.currency_id.format(note.remaining_amount),
                )
            )
        mode = self.refund_mode_id
        if not mode:
            raise UserError(self.env._("Choose how the money is paid back."))
        if mode.kind not in ("cash", "bank", "cheque"):
            raise UserError(
                self.env._(
                    "Credit can't be paid back by %(mode)s: choose cash, a bank"
                    " transfer or a cheque.",
                    mode=mode.name,
                )
            )
        owner = self.utility_account_id.commercial_partner_id
        if mode.kind == "bank" and (
            self.refund_bank_id.partner_id.commercial_partner_id != owner
        ):
            raise UserError(
                self.env._(
                    "A bank refund needs a bank account of %(consumer)s: choose or"
                    " enter one.",
                    consumer=owner.name,
                )
            )

    def _execute_refund(self):
        note = self.credit_note_id
        payment = note._book_refund(
            note._money(self.refund_amount),
            self.refund_mode_id,
            self.refund_bank_id
            if self.refund_mode_id.kind == "bank"
            else self.refund_bank_id.browse(),
            self.env._(
                "%(number)s: refund of %(note)s", number=self.number, note=note.number
            ),
        )
        self.refund_payment_id = payment
        self.payment_id._log_event(
            "refunded", note=f"{note.number}, {payment.payment_number}"
        )
        return [
            self.env._(
                "%(amount)s of %(note)s was paid back by %(mode)s: %(payment)s.",
                amount=self.currency_id.format(self.refund_amount),
                note=note.number,
                mode=self.refund_mode_id.name,
                payment=payment.payment_number,
            )
        ]

    @api.depends("credit_note_id", "refund_amount", "refund_mode_id")
    def _compute_explanation(self):
        return super()._compute_explanation()

    def _explain_credit(self):
        """Override of `utility_payments`: each credit note, and its uses."""
        parts = []
        for note in self.payment_id.credit_note_ids:
            if note.state == "cancelled":
                continue
            parts.append(
                self.env._(
                    "credit note %(number)s of %(amount)s is cancelled",
                    number=note.number,
                    amount=self._money(note.amount),
                )
            )
            for use in note.application_ids:
                if use.reversed_at or use.kind == "expired":
                    continue
                texts = {
                    "applied": self.env._("%(amount)s is due again on %(document)s"),
                    "refunded": self.env._(
                        "%(amount)s, refunded by %(document)s, becomes a debt"
                    ),
                }
                parts.append(
                    texts[use.kind]
                    % {
                        "amount": self._money(use.amount),
                        "document": use.move_id.name,
                    }
                )
        return parts

    def _explain_refund(self):
        note = self.credit_note_id
        return self.env._(
            "%(amount)s of %(note)s is paid back to %(consumer)s by %(mode)s; %(left)s"
            " of credit stays. Nothing is paid before a Billing Manager approves.",
            amount=self.currency_id.format(self.refund_amount),
            note=note.number or self.env._("(choose a credit note)"),
            consumer=self.utility_account_id.consumer_name,
            mode=self.refund_mode_id.name or self.env._("(choose how)"),
            left=self.currency_id.format(
                max(note.remaining_amount - self.refund_amount, 0.0)
            ),
        )

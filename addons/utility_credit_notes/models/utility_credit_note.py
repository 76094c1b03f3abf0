from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools.misc import clean_context

from odoo.addons.utility_payments.tools.amounts import (
    AmountError,
    read_amount,
    to_decimal,
)

REMARKS_LIMIT = 500
# Only this very object, which no remote caller can send, opens the doors' create.
_DOOR = object()


class UtilityCreditNote(models.Model):
    """A credit note: money or a correction that a consumer may use (CRN-01 to CRN-13).

    ``credit_line_id`` is the receivable item that carries its money: what remains is
    the residual of that item, and using it is reconciling it, so the note follows the
    ledger whatever way it is used. Amounts are in company currency.
    """

    _name = "utility.credit.note"
    _description = "Credit Note"
    _inherit = ["utility.account.record", "utility.approval"]
    _order = "create_date desc, id desc"
    _rec_name = "number"
    _mail_post_access = "read"

    _state_to = ["active"]
    _refused_state = "cancelled"
    _draft_fields = frozenset({"amount", "payment_id", "reason_id", "remarks"})

    payment_id = fields.Many2one(
        comodel_name="account.payment",
        string="Linked Payment",
        required=True,
        index=True,
        ondelete="restrict",
    )
    utility_account_id = fields.Many2one(string="Consumer Account", readonly=True)
    amount = fields.Monetary(string="Original Amount", required=True, tracking=True)
    reason_id = fields.Many2one(
        comodel_name="utility.credit.reason",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    treatment = fields.Selection(
        selection=[
            ("return_money", "Returns money"),
            ("adjust_revenue", "Adjusts revenue"),
        ],
        readonly=True,
        help="What the reason did in the ledger when the note was made.",
    )
    remarks = fields.Text(tracking=True, help="At most 500 characters.")
    automatic = fields.Boolean(
        readonly=True, help="Made by the system of an overpayment (CRN-06)."
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To approve"),
            ("active", "Active"),
            ("applied", "Applied"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        compute="_compute_state",
        store=True,
        readonly=False,
        required=True,
        default="draft",
        copy=False,
        tracking=True,
        index=True,
    )
    expiry_date = fields.Date(
        string="Expires",
        readonly=True,
        copy=False,
        tracking=True,
        help="The last day on which the credit can be used; empty: never.",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The entry that gave the credit; an overpayment needs none of its own.",
    )
    credit_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Credit Item",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The receivable item that carries the money of this note.",
    )
    application_ids = fields.One2many(
        comodel_name="utility.credit.application",
        inverse_name="note_id",
        string="Uses",
        readonly=True,
        copy=False,
    )
    applied_amount = fields.Monetary(
        compute="_compute_used", store=True, help="Used for bills and charges."
    )
    refunded_amount = fields.Monetary(
        compute="_compute_used", store=True, help="Paid back to the consumer."
    )
    expired_amount = fields.Monetary(
        compute="_compute_used", store=True, help="Not used in time."
    )
    remaining_amount = fields.Monetary(
        string="Remaining",
        compute="_compute_remaining_amount",
        store=True,
        help="What can still be used: the open rest of the item in the ledger.",
    )
    usage_percentage = fields.Float(
        string="Used (%)",
        compute="_compute_usage_percentage",
        digits=(16, 1),
        help="Applied and refunded, of the original amount.",
    )
    above_limit = fields.Boolean(
        compute="_compute_above_limit",
        help="Whether the amount is above what the author's role may credit alone.",
    )
    receipt_number = fields.Char(related="payment_id.receipt_number")

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This credit note number exists already.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A credit note needs an amount above zero."
    )
    _credit_line_unique = models.UniqueIndex(
        "(credit_line_id) WHERE credit_line_id IS NOT NULL",
        "Another credit note carries this money already.",
    )
    _open_idx = models.Index(
        "(company_id, expiry_date) WHERE state = 'active'",
    )
    _list_idx = models.Index("(create_date DESC, id DESC)")

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("credit_line_id.amount_residual", "amount", "state")
    def _compute_remaining_amount(self):
        for note in self:
            if note.credit_line_id:
                note.remaining_amount = -note.credit_line_id.amount_residual
            else:
                waits = note.state in ("draft", "to_approve")
                note.remaining_amount = note.amount if waits else 0.0

    @api.depends("application_ids.amount", "application_ids.reversed_at")
    def _compute_used(self):
        for note in self:
            used = dict.fromkeys(("applied", "refunded", "expired"), 0.0)
            for row in note.application_ids:
                if not row.reversed_at:
                    used[row.kind] += row.amount
            for kind, amount in used.items():
                note[f"{kind}_amount"] = note.currency_id.round(amount)

    @api.depends("credit_line_id.amount_residual", "expired_amount")
    def _compute_state(self):
        """CRN-08: the status follows what remains, once the note is active."""
        for note in self:
            if note.state not in ("active", "applied", "expired"):
                note.state = note.state or "draft"
            elif note.credit_line_id.amount_residual:
                note.state = "active"
            else:
                note.state = "expired" if note.expired_amount else "applied"

    @api.depends("applied_amount", "refunded_amount", "amount")
    def _compute_usage_percentage(self):
        for note in self:
            used = note.applied_amount + note.refunded_amount
            note.usage_percentage = (
                round(100 * used / note.amount, 1) if note.amount else 0.0
            )

    @api.depends("amount", "requester_role", "company_id")
    def _compute_above_limit(self):
        for note in self:
            company_sudo = note.company_id.sudo()
            limit = {
                "customer_executive": company_sudo.utility_credit_limit_customer,
                "recovery_executive": company_sudo.utility_credit_limit_recovery,
            }.get(note.requester_role)
            note.above_limit = limit is not None and (
                note.currency_id.compare_amounts(note.amount, limit) > 0
            )

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("utility_credit_door") is _DOOR:
            return super().create(vals_list)
        self._check_author()
        if not isinstance(vals_list, list | tuple):
            vals_list = [vals_list]
        vals_list = [self._keep_draft_fields(vals) for vals in vals_list]
        ids = [vals.get("payment_id") for vals in vals_list]
        payments = self.env["account.payment"].browse(
            payment_id for payment_id in ids if type(payment_id) is int
        )
        if len(payments) < len(ids) or set(payments.exists().ids) != set(ids):
            raise ValidationError(
                self.env._("A credit note is made of a payment: choose one.")
            )
        # The caller's rights decide which payments exist for them.
        if not payments.has_access("read"):
            raise AccessError(
                self.env._("You may not see this payment: it can't be credited.")
            )
        payments_sudo = payments.sudo()
        payments_sudo.utility_account_id._lock_accounts()
        self._draft_values(vals_list)
        # Defaults that a caller puts into the context would pass by the draft fields.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(clean_context(self.env.context))
        notes = super(UtilityCreditNote, quiet).create(vals_list).with_env(self.env)
        notes._check_cap()
        return notes

    def write(self, vals):
        if not self.env.su and not self._draft_fields.isdisjoint(vals):
            self._check_author()
            self.utility_account_id.sudo()._lock_accounts()
            vals = dict(vals)
            for note in self:
                self._check_terms(vals, note.company_id)
        res = super().write(vals)
        if not self.env.su and "amount" in vals:
            self._check_cap()
        if "reason_id" in vals:
            for note in self.sudo():
                note.treatment = note.reason_id.treatment
        return res

    def _subject_message(self):
        return self.env._(
            "A credit note stays with its payment: cancel it and make a new one from"
            " the other payment."
        )

    @api.model
    def _author_message(self):
        return self.env._(
            "Credit notes need the role Customer Executive or higher: ask your"
            " administrator for it."
        )

    @api.model
    def _draft_values(self, vals_list):
        """Complete the values of drafts, checked: number, account, terms (CRN-02)."""
        payments_sudo = (
            self.env["account.payment"]
            .sudo()
            .browse(vals["payment_id"] for vals in vals_list)
        )
        payments_sudo.invalidate_recordset(["creditable_amount"])
        Reason = self.env["utility.credit.reason"]
        role = self._current_role()
        for vals, payment_sudo in zip(vals_list, payments_sudo, strict=True):
            payment_sudo._check_creditable()
            company = payment_sudo.company_id
            amount = vals.get("amount")
            # Nothing said at all is the whole rest; a zero is refused.
            if amount is None or amount is False:
                vals["amount"] = payment_sudo.creditable_amount
            vals.setdefault("reason_id", False)
            self._check_terms(vals, company)
            account = payment_sudo.utility_account_id
            vals |= {
                "company_id": company.id,
                "utility_account_id": account.id,
                "treatment": Reason.browse(vals["reason_id"]).treatment,
                "requester_role": role,
                "expiry_date": self._default_expiry_date(company),
            }
        numbers = self.env["ir.sequence"]._utility_draw_each(
            "utility.credit_note", (payment.company_id for payment in payments_sudo)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            vals["number"] = number

    @api.model
    def _check_terms(self, vals, company):
        """Check the terms of a draft that are given; the amount becomes exact.

        :raises ValidationError: one clear sentence on what is wrong
        """
        currency = company.currency_id
        if "amount" in vals:
            try:
                amount = read_amount(vals["amount"], currency.decimal_places)
            except AmountError as error:
                raise ValidationError(
                    self._amount_message(error.code, vals["amount"], currency)
                ) from None
            vals["amount"] = float(amount)
        if "reason_id" in vals:
            reason_id = vals["reason_id"]
            reason = (
                self.env["utility.credit.reason"]
                .browse(reason_id if type(reason_id) is int and reason_id else [])
                .exists()
            )
            if not reason:
                raise ValidationError(
                    self.env._("A credit note needs a reason: choose one.")
                )
            if not reason.active:
                raise ValidationError(
                    self.env._(
                        "The reason %(reason)s is no longer in use: choose another.",
                        reason=reason.name,
                    )
                )
        if not isinstance(vals.get("remarks") or "", str):
            raise ValidationError(
                self.env._(
                    "The remarks must be text; %(value)s is not.", value=vals["remarks"]
                )
            )
        if vals.get("remarks"):
            # PostgreSQL knows no NUL in texts.
            vals["remarks"] = vals["remarks"].replace("\0", "")
        if len(vals.get("remarks") or "") > REMARKS_LIMIT:
            raise ValidationError(
                self.env._(
                    "The remarks have %(length)s characters: shorten them to"
                    " %(limit)s.",
                    length=len(vals["remarks"]),
                    limit=REMARKS_LIMIT,
                )
            )

    @api.model
    def _amount_message(self, code, value, currency):
        messages = {
            "not_a_number": self.env._(
                "%(value)s is not an amount: write digits and a point, such as 145.50.",
                value=value,
            ),
            "amount_above_limit": self.env._(
                "%(value)s is more than any credit can be: check the digits.",
                value=value,
            ),
            "not_positive": self.env._(
                "The amount of a credit note must be above zero; %(value)s is not.",
                value=value,
            ),
            "too_many_decimals": self.env._(
                "%(value)s has too many decimals: %(currency)s has %(decimals)s.",
                value=value,
                currency=currency.name,
                decimals=currency.decimal_places,
            ),
        }
        return messages[code]

    def _check_cap(self):
        """CRN-02: all notes of a payment together never exceed it, drafts counted.

        The accounts are locked, so no other transaction adds a note meanwhile.

        :raises ValidationError: naming the most that is possible
        """
        payments_sudo = self.sudo().payment_id
        payments_sudo.invalidate_recordset(["creditable_amount"])
        for payment_sudo in payments_sudo:
            own = self.filtered(lambda n, p=payment_sudo: n.payment_id == p)
            currency = payment_sudo.company_currency_id
            if currency.compare_amounts(payment_sudo.creditable_amount, 0) >= 0:
                continue
            most = payment_sudo.creditable_amount + sum(own.mapped("amount"))
            raise ValidationError(
                self.env._(
                    "At most %(most)s of payment %(receipt)s can be credited:"
                    " %(amount)s is too much.",
                    most=currency.format(max(most, 0.0)),
                    receipt=payment_sudo.receipt_number,
                    amount=currency.format(sum(own.mapped("amount"))),
                )
            )

    @api.model
    def _default_expiry_date(self, company):
        """The last day of a credit that is given today; False: never (CRN-11)."""
        months = company.sudo().utility_credit_expiry_months
        return bool(months) and company._utility_today() + relativedelta(months=months)

    # -------------------------------------------------------------------------
    # APPROVAL
    # -------------------------------------------------------------------------

    def _needs_approval(self):
        """CRN-13: above the limit of the role, or when revenue is adjusted."""
        self.ensure_one()
        if self.automatic:
            return False
        return self.above_limit or self.treatment == "adjust_revenue"

    def action_confirm(self):
        """Make drafts effective, or ask a Billing Manager for approval (CRN-13).

        :return: True
        :raises UserError: when the payment was reversed, the reason archived, or the
            record is no draft
        """
        return self.action_request()

    def action_cancel(self):
        """Override of `utility_payments`: who makes credit notes withdraws any."""
        self._check_author()
        return super().action_cancel()

    def _may_cancel(self):
        return True

    def _decided_message(self):
        return self.env._(
            "Credit note %(number)s is effective and can't be withdrawn: it is used,"
            " refunded, or cancelled with its payment.",
            number=self.number,
        )

    def _lock_involved(self):
        """Override of `utility_payments`: all that moves money of the account waits."""
        self.utility_account_id._lock_accounts()

    def _check_request(self):
        """Check again what may have changed since a draft was made."""
        for note in self:
            note.payment_id._check_creditable()
            self._check_terms({"reason_id": note.reason_id.id}, note.company_id)
        self._check_cap()

    def _money(self, amount):
        """A figure of these notes as an exact decimal."""
        return to_decimal(amount, self.currency_id.decimal_places or 0)

    def _remaining(self):
        """What is left of one note, read from the ledger.

        :rtype: decimal.Decimal
        """
        self.ensure_one()
        if not self.credit_line_id:
            return Decimal(0)
        return self._money(-self.credit_line_id.amount_residual)

    def _door(self):
        """These notes, as the doors create and change them."""
        return self.sudo().with_context(utility_credit_door=_DOOR)

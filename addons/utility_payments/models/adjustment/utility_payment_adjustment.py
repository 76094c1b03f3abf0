from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context


class UtilityPaymentAdjustment(models.Model):
    """A request to correct a posted payment, approved by somebody else (ADJ-01).

    What was posted is never edited: a reversal is an entry of its own, and a payment
    that should have been another is reversed and recorded anew. Each kind has its
    methods ``_check_<kind>``, ``_execute_<kind>`` and ``_explain_<kind>``; an add-on
    above adds a kind with these three.
    """

    _name = "utility.payment.adjustment"
    _description = "Payment Adjustment"
    _inherit = ["utility.approval"]
    _order = "waiting desc, id desc"
    _rec_name = "number"
    _check_company_auto = True
    _mail_post_access = "read"

    _draft_fields = frozenset(
        {
            "charge_fee",
            "document_ids",
            "kind",
            "make_cash_only",
            "new_channel_id",
            "new_date",
            "new_mode_id",
            "new_reference",
            "payment_id",
            "reason",
            "reversal_kind",
            "target_account_id",
        }
    )

    payment_id = fields.Many2one(
        comodel_name="account.payment",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        compute="_compute_payment_values", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Consumer Account",
        compute="_compute_payment_values",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    # Depends on the payment's id alone: recording payments doesn't ask for adjustments.
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        help="What the payment is worth in company currency; approval goes by it.",
    )
    kind = fields.Selection(
        selection=[
            ("reverse", "Reverse"),
            ("move", "Move to another account"),
            ("reallocate", "Pay other documents"),
            ("correct", "Correct details"),
        ],
        string="What to Do",
        required=True,
        default="reverse",
        tracking=True,
    )
    reason = fields.Text(required=True, tracking=True)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To approve"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    waiting = fields.Boolean(
        compute="_compute_waiting",
        store=True,
        precompute=True,
        help="Lists show first what waits for approval.",
    )

    # Reverse
    reversal_kind = fields.Selection(
        selection=[
            ("returned", "Returned by the bank"),
            ("wrong_entry", "Recorded by mistake"),
        ],
        string="Why",
        compute="_compute_reversal_kind",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    charge_fee = fields.Boolean(
        string="Charge the Fee",
        compute="_compute_charge_fee",
        store=True,
        readonly=False,
        precompute=True,
        help="Bill the company's fee for returned payments to the consumer.",
    )
    fee_amount = fields.Monetary(
        string="Fee",
        compute="_compute_fee_amount",
        store=True,
        precompute=True,
        help="The company's fee when this was requested.",
    )
    make_cash_only = fields.Boolean(
        string="Cash Only from Now On",
        help="Refuse cheques, cards and transfers on this account (REC-17).",
        tracking=True,
    )
    # Move
    target_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Right Account",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    # Move, reallocate
    document_ids = fields.One2many(
        comodel_name="utility.payment.adjustment.document",
        inverse_name="adjustment_id",
        string="Documents to Pay",
        copy=True,
        help="In the order in which they are paid.",
    )
    selectable_document_ids = fields.Many2many(
        comodel_name="account.move",
        compute="_compute_selectable_document_ids",
        help="Documents that this payment can pay.",
    )
    # Correct
    new_mode_id = fields.Many2one(
        comodel_name="utility.payment.mode",
        string="Right Method",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    new_channel_id = fields.Many2one(
        comodel_name="utility.payment.channel",
        string="Right Channel",
        ondelete="restrict",
        tracking=True,
    )
    new_reference = fields.Char(string="Right Reference", tracking=True)
    new_date = fields.Date(string="Right Date", tracking=True)

    # Result
    reversal_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Reversal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    fee_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Fee Charge",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    replacement_payment_id = fields.Many2one(
        comodel_name="account.payment",
        string="Replaced By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    result = fields.Text(readonly=True, copy=False, help="What was done.")
    explanation = fields.Text(string="What Will Happen", compute="_compute_explanation")

    # For screens
    has_return_fee = fields.Boolean(compute="_compute_has_return_fee")
    receipt_number = fields.Char(related="payment_id.receipt_number")
    consumer_name = fields.Char(
        related="utility_account_id.consumer_name", string="Consumer"
    )
    account_number = fields.Char(related="utility_account_id.number")
    payment_currency_id = fields.Many2one(
        related="payment_id.currency_id", string="Payment Currency"
    )
    payment_amount = fields.Monetary(
        related="payment_id.amount",
        string="Payment Amount",
        currency_field="payment_currency_id",
    )
    payment_date = fields.Date(related="payment_id.date")
    payment_mode_id = fields.Many2one(
        related="payment_id.mode_id", string="Recorded Method"
    )
    payment_channel_id = fields.Many2one(
        related="payment_id.channel_id", string="Recorded Channel"
    )
    payment_reference = fields.Char(
        related="payment_id.payment_reference", string="Recorded Reference"
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This adjustment number exists already.",
    )
    # Two corrections of one payment at the same time would work on each other's ground.
    _one_waiting = models.UniqueIndex(
        "(payment_id) WHERE state = 'to_approve'"
        " AND kind IN ('reverse', 'move', 'reallocate', 'correct')",
        "Another adjustment of this payment waits for approval already.",
    )
    _list_idx = models.Index("(waiting DESC, id DESC)")

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("payment_id")
    def _compute_payment_values(self):
        for adjustment in self:
            adjustment.company_id = adjustment.payment_id.company_id
            adjustment.utility_account_id = adjustment.payment_id.utility_account_id

    @api.depends("payment_id")
    def _compute_amount(self):
        for adjustment in self:
            payment = adjustment.payment_id
            adjustment.amount = payment.amount_company_currency_signed

    @api.depends("state")
    def _compute_waiting(self):
        for adjustment in self:
            adjustment.waiting = adjustment.state == "to_approve"

    @api.depends("payment_id")
    def _compute_reversal_kind(self):
        """No bank returns cash; of other payments that is the usual reason."""
        for adjustment in self:
            cash = adjustment.payment_id.mode_id.kind == "cash"
            adjustment.reversal_kind = "wrong_entry" if cash else "returned"

    @api.depends("payment_id", "kind", "reversal_kind")
    def _compute_charge_fee(self):
        """The fee is proposed where there is one and the bank sent the money back."""
        for adjustment in self:
            adjustment.charge_fee = bool(
                adjustment.kind == "reverse"
                and adjustment.reversal_kind == "returned"
                and adjustment.payment_id.company_id.utility_return_fee > 0
            )

    @api.depends("payment_id", "charge_fee")
    def _compute_fee_amount(self):
        for adjustment in self:
            company = adjustment.payment_id.company_id
            adjustment.fee_amount = (
                company.utility_return_fee if adjustment.charge_fee else 0.0
            )

    @api.depends("payment_id", "fee_amount")
    def _compute_has_return_fee(self):
        for adjustment in self:
            company_sudo = adjustment.payment_id.sudo().company_id
            adjustment.has_return_fee = bool(
                adjustment.fee_amount or company_sudo.utility_return_fee
            )

    @api.depends("payment_id", "kind", "target_account_id")
    def _compute_selectable_document_ids(self):
        """Open documents of the account that will be paid, and what was paid so far."""
        Move = self.env["account.move"]
        for adjustment in self:
            account = adjustment._paying_account()
            documents = Move.search(
                [
                    ("utility_account_id", "in", account.ids),
                    ("utility_kind", "!=", False),
                    ("state", "=", "posted"),
                    ("amount_residual", ">", 0),
                ]
            )
            if adjustment.kind == "reallocate":
                documents |= adjustment.payment_id.sudo().allocation_ids.move_id
            adjustment.selectable_document_ids = documents

    def _paying_account(self):
        """The account whose documents get the money."""
        self.ensure_one()
        if self.kind == "move":
            return self.target_account_id
        return self.utility_account_id

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_author()
        vals_list = [self._keep_draft_fields(vals) for vals in vals_list]
        payments = self.env["account.payment"].browse(
            vals["payment_id"] for vals in vals_list if vals.get("payment_id")
        )
        if len(payments) != len(vals_list):
            raise UserError(
                self.env._("An adjustment needs a payment: open it from the payment.")
            )
        # The caller's rights decide which payments exist for them.
        payments.check_access("read")
        role = self._current_role()
        numbers = self.env["ir.sequence"]._utility_draw_each(
            "utility.adjustment", (payment.company_id for payment in payments.sudo())
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            vals |= {"number": number, "requester_role": role}
        # Defaults that a caller puts into the context would pass by the draft fields.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(clean_context(self.env.context))
        adjustments = super(UtilityPaymentAdjustment, quiet).create(vals_list)
        for adjustment in adjustments.sudo():
            adjustment._check_payment()
        return adjustments.with_env(self.env)

    def _subject_message(self):
        return self.env._(
            "An adjustment stays with its payment: cancel it and make a new one from"
            " the other payment."
        )

    @api.model
    def _author_message(self):
        return self.env._(
            "Adjustments need the role Customer Executive or higher: ask your"
            " administrator for it."
        )

    # -------------------------------------------------------------------------
    # REQUEST
    # -------------------------------------------------------------------------

    def action_view_payment(self):
        """Open the payment that is corrected."""
        self.ensure_one()
        return self.payment_id.action_view_details()

    def action_view_replacement(self):
        """Open the payment that was recorded instead.

        :raises UserError: where none was
        """
        self.ensure_one()
        if not self.replacement_payment_id:
            raise UserError(
                self.env._(
                    "No payment was recorded in the place of %(payment)s.",
                    payment=self.payment_id.display_name,
                )
            )
        return self.replacement_payment_id.action_view_details()

    def _lock_involved(self):
        """Lock the accounts that are touched, before anything is checked."""
        (self.utility_account_id | self.target_account_id)._lock_accounts()

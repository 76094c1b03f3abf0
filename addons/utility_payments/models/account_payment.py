from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.utility_consumers.tools import check_company_once

# What nobody changes on a posted payment, whoever asks (ROL-02).
_FROZEN = frozenset(
    {
        "amount",
        "amount_tendered",
        "change_given",
        "company_id",
        "currency_id",
        "date",
        "idempotency_key",
        "journal_id",
        "mode_id",
        "partner_id",
        "partner_type",
        "payment_number",
        "payment_type",
        "receipt_group",
        "receipt_number",
        "received_at",
        "received_by",
        "transaction_number",
        "utility_account_id",
        "utility_type",
    }
)
# What only the doors of the add-ons change, with superuser rights.
_DOORS_ONLY = frozenset(
    {
        "allocation_ids",
        "channel_id",
        "destination_account_id",
        "event_ids",
        "gateway_state",
        "move_id",
        "outstanding_account_id",
        "payment_method_line_id",
        "processing_days",
        "returned_on",
        "settlement_state",
        "state",
        "utility_state",
        "verification_state",
        "verified_at",
        "verified_by",
    }
)
# What Admin may correct, logged by field tracking.
_ADMIN_ONLY = frozenset({"memo", "payer_name", "payment_reference", "utility_note"})


class AccountPayment(models.Model):
    """A payment of a consumer is a native payment with a utility account."""

    _inherit = "account.payment"
    _mail_post_access = "read"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Consumer Account",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
    )
    utility_type = fields.Selection(
        selection=[("bill", "Bill"), ("service", "Service")],
        string="Type",
        copy=False,
    )
    channel_id = fields.Many2one(
        comodel_name="utility.payment.channel", ondelete="restrict", copy=False
    )
    mode_id = fields.Many2one(
        comodel_name="utility.payment.mode",
        string="Payment Mode",
        ondelete="restrict",
        copy=False,
    )
    payment_number = fields.Char(string="Payment ID", copy=False, readonly=True)
    transaction_number = fields.Char(string="Transaction ID", copy=False, readonly=True)
    receipt_number = fields.Char(string="Receipt #", copy=False, readonly=True)
    receipt_group = fields.Char(
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Payments recorded together, printed on one receipt (REC-17).",
    )
    utility_state = fields.Selection(
        selection=[
            ("pending", "Pending"),
            ("posted", "Posted"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
            ("returned", "Returned"),
        ],
        string="Payment Status",
        copy=False,
        readonly=True,
    )
    returned_on = fields.Date(
        copy=False,
        readonly=True,
        help="Day of the entry that took the money back (RCN-07).",
    )
    gateway_state = fields.Selection(
        selection=[
            ("in_settlement", "In Settlement"),
            ("failed", "Failed"),
            ("processing", "Processing"),
            ("requires_action", "Requires Action"),
            ("cancelled", "Cancelled"),
            ("refunded", "Refunded"),
            ("disputed", "Disputed"),
        ],
        string="Gateway Status",
        copy=False,
        readonly=True,
    )
    settlement_state = fields.Selection(
        selection=[
            ("not_applicable", "N/A"),
            ("in_progress", "In Progress"),
            ("settled", "Settled"),
            ("failed", "Failed"),
        ],
        string="Settlement Status",
        default="not_applicable",
        copy=False,
        readonly=True,
    )
    verification_state = fields.Selection(
        selection=[("pending", "Pending"), ("verified", "Verified")],
        string="Verification",
        copy=False,
        readonly=True,
    )
    verified_by = fields.Many2one(comodel_name="res.users", copy=False, readonly=True)
    verified_at = fields.Datetime(copy=False, readonly=True)
    processing_days = fields.Float(
        digits=(16, 1),
        copy=False,
        readonly=True,
        aggregator="avg",
        help="Days from attempt to settlement; 0 for staff: immediate.",
    )
    amount_tendered = fields.Monetary(
        string="Amount Received", copy=False, readonly=True
    )
    change_given = fields.Monetary(copy=False, readonly=True)
    amount_excess = fields.Monetary(
        string="Kept as Credit",
        currency_field="company_currency_id",
        copy=False,
        readonly=True,
        help="Part of the payment that was more than what was owed, at that time.",
    )
    balance_after = fields.Monetary(
        currency_field="company_currency_id",
        copy=False,
        readonly=True,
        help="Current balance of the account right after this payment.",
    )
    idempotency_key = fields.Char(copy=False, readonly=True)
    received_by = fields.Many2one(
        comodel_name="res.users",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Empty for payments that the system took by itself (online).",
    )
    received_at = fields.Datetime(copy=False, readonly=True)
    payer_name = fields.Char(
        string="Paid By", tracking=True, help="When somebody else paid (REC-14)."
    )
    utility_note = fields.Text(string="Notes", tracking=True)
    allocation_ids = fields.One2many(
        comodel_name="utility.payment.allocation",
        inverse_name="payment_id",
        copy=False,
        readonly=True,
    )
    event_ids = fields.One2many(
        comodel_name="utility.payment.event",
        inverse_name="payment_id",
        copy=False,
        readonly=True,
    )

    _payment_number_unique = models.UniqueIndex(
        "(company_id, payment_number) WHERE payment_number IS NOT NULL",
        "This payment number exists already.",
    )
    _transaction_number_unique = models.UniqueIndex(
        "(company_id, transaction_number) WHERE transaction_number IS NOT NULL",
        "This transaction number exists already.",
    )
    _receipt_number_unique = models.UniqueIndex(
        "(company_id, receipt_number) WHERE receipt_number IS NOT NULL",
        "This receipt number exists already.",
    )
    _idempotency_key_idx = models.Index(
        "(idempotency_key) WHERE idempotency_key IS NOT NULL"
    )
    _utility_date_idx = models.Index(
        "(company_id, date DESC, id DESC) WHERE utility_account_id IS NOT NULL"
    )
    _utility_account_date_idx = models.Index(
        "(utility_account_id, date DESC, id DESC) WHERE utility_account_id IS NOT NULL"
    )
    _utility_recorded_idx = models.Index(
        "(create_date, company_id) WHERE utility_account_id IS NOT NULL"
    )

    def _check_company(self, fnames=None):
        """Override of `base`: what the records of a batch share is checked once."""
        return check_company_once(
            self,
            fnames,
            lambda records, names: super()._check_company(names),
        )

    @api.model
    def _search_reconciled_invoice_ids(self, operator, value):
        """Override of `account`: entries of payments are nobody's documents."""
        if operator not in ("in", "="):
            return NotImplemented
        # Only sale documents count; the field remembers what it found.
        documents = self.env["account.move"].browse(value)
        documents = documents.filtered(lambda move: move.is_sale_document(True))
        return [("id", "in", documents.reconciled_payment_ids.ids)]

    # -------------------------------------------------------------------------
    # CRUD: a posted payment is locked (ROL-02)
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("utility_account_id") for vals in vals_list
        ):
            raise UserError(
                self.env._(
                    "Consumer payments are made by Record Payment or by"
                    " record_collections, not by creating payments directly."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        self._check_posted_lock(vals.keys())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_utility_posted(self):
        for payment in self:
            if payment.utility_account_id and payment.utility_state != "pending":
                raise UserError(
                    self.env._(
                        "Payment %(number)s can't be deleted: what was recorded stays."
                        " Request an adjustment to reverse it.",
                        number=payment.payment_number or payment.id,
                    )
                )

    def action_draft(self):
        self._check_posted_lock({"state"}, even_superuser=True)
        return super().action_draft()

    def action_cancel(self):
        self._check_posted_lock({"state"}, even_superuser=True)
        return super().action_cancel()

    def action_reject(self):
        self._check_posted_lock({"state"}, even_superuser=True)
        return super().action_reject()

    def _check_posted_lock(self, field_names, even_superuser=False):
        """Refuse changes of posted consumer payments that history forbids.

        :param field_names: names of the fields about to be written
        :param even_superuser: refuse what the doors may do too
        :raises UserError: naming the payment, the field, and the way out
        """
        frozen = _FROZEN.intersection(field_names)
        doors = _DOORS_ONLY.intersection(field_names)
        admin = _ADMIN_ONLY.intersection(field_names)
        if not (frozen or doors or admin):
            return
        refused = set(frozen)
        if even_superuser or not self.env.su:
            refused |= doors
        if not self.env.su and not self.env.user.has_group("base.group_system"):
            refused |= admin
        if not refused:
            return
        locked = self.sudo().filtered(
            lambda pay: pay.utility_account_id and pay.utility_state != "pending"
        )
        if locked:
            labels = self.fields_get(sorted(refused), ["string"])
            raise UserError(
                self.env._(
                    "Payment %(number)s is posted: %(fields)s can't be changed."
                    " Request an adjustment instead.",
                    number=locked[0].payment_number or locked[0].id,
                    fields=", ".join(
                        labels[name]["string"] if name in labels else name
                        for name in sorted(refused)
                    ),
                )
            )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_verify(self):
        """Mark online payments as verified (PAY-07), logged.

        :return: True
        :raises AccessError: for anyone below Customer Executive
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_customer_executive"
        ):
            raise AccessError(
                self.env._("Verifying a payment is for staff at the counter and above.")
            )
        pending = self.filtered(lambda pay: pay.verification_state == "pending")
        pending_sudo = pending.sudo()
        pending_sudo.write(
            {
                "verification_state": "verified",
                "verified_by": self.env.uid,
                "verified_at": fields.Datetime.now(),
            }
        )
        pending_sudo._log_event("verified")
        return True

    def _log_event(self, *kinds, note=False):
        """Add events to the timeline of each payment (PAY-10).

        :param kinds: kinds of ``utility.payment.event``, in the order they happened
        :param note: short text, such as the recipient of an e-mail
        :return: the events
        """
        self.company_id._figures_changed()
        return (
            self.env["utility.payment.event"]
            .sudo()
            .create(
                [
                    {
                        "payment_id": payment.id,
                        "kind": kind,
                        "user_id": self.env.uid,
                        "note": note,
                    }
                    for payment in self
                    for kind in kinds
                ]
            )
        )

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import clean_context

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ..reader import read_text

# While it is in one of them, what is disputed isn't collected.
OPEN_STATES = ("new", "investigation", "waiting")
# What who opens it says.
_TERMS = frozenset(
    {
        "amount",
        "category_id",
        "date_deadline",
        "description",
        "evidence_ids",
        "move_id",
        "payment_id",
        "user_id",
        "utility_account_id",
    }
)
# What the counter adds to an open dispute, and what who settles it changes beside.
_ADDED = frozenset({"description", "evidence_ids"})
_LED = _ADDED | {"amount", "category_id", "date_deadline", "state", "user_id"}
# Names of chatter and activities, which stay writable.
_CHATTER = ("message_", "activity_", "website_message_")


class UtilityDispute(models.Model):
    """A consumer says that a bill or a payment is wrong (COL-09).

    While it is open, its amount is kept out of collections: the consumer owes it, but
    nobody asks for it (see `holding.py`). Amounts are in company currency.
    """

    _name = "utility.dispute"
    _description = "Dispute"
    _inherit = [
        "utility.account.record",
        "mail.thread",
        "mail.activity.mixin",
        "utility.reader",
    ]
    _order = "id desc"
    _rec_name = "number"

    number = fields.Char(readonly=True, copy=False)
    utility_account_id = fields.Many2one(
        compute="_compute_utility_account_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Bill or Charge",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    payment_id = fields.Many2one(
        comodel_name="account.payment",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    category_id = fields.Many2one(
        comodel_name="utility.dispute.category",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    description = fields.Text(help="What the consumer says is wrong.")
    evidence_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="utility_dispute_evidence_rel",
        copy=False,
        help="Photos of the meter, proofs of payment, letters.",
    )
    amount = fields.Monetary(
        string="Disputed",
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Kept out of collections while the dispute is open.",
    )
    most_amount = fields.Monetary(
        string="Most Possible",
        compute="_compute_most_amount",
        help="What is open of the bill, or the payment's amount, less other disputes.",
    )
    hold_amount = fields.Monetary(
        string="On Hold",
        compute="_compute_hold_amount",
        help="The part that is still owed, which collections leave alone.",
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("investigation", "Under investigation"),
            ("waiting", "Waiting for the consumer"),
            ("resolved", "Resolved"),
            ("cancelled", "Withdrawn"),
        ],
        string="Stage",
        required=True,
        default="new",
        copy=False,
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who settles it; proposed: the account's Recovery Executive.",
    )
    date_deadline = fields.Date(
        string="Due Date",
        compute="_compute_date_deadline",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    subject_name = fields.Char(string="About", compute="_compute_subject_name")
    is_late = fields.Boolean(compute="_compute_is_late")

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This dispute number exists already.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A dispute needs an amount above zero."
    )
    _one_subject = models.Constraint(
        "CHECK ((move_id IS NULL) != (payment_id IS NULL))",
        "A dispute is about one bill or one payment.",
    )
    # What collections leave alone is looked up with every payment.
    _open_idx = models.Index(
        "(utility_account_id, move_id)"
        " WHERE state IN ('new', 'investigation', 'waiting')"
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("number")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = dispute.number or self.env._("New dispute")

    @api.depends("move_id", "payment_id")
    def _compute_utility_account_id(self):
        for dispute in self:
            subject = dispute.move_id or dispute.payment_id
            if subject:
                dispute.utility_account_id = subject.utility_account_id
            else:
                dispute.utility_account_id = dispute.utility_account_id

    @api.depends("category_id")
    def _compute_date_deadline(self):
        for dispute in self:
            company = dispute.company_id or self.env.company
            if dispute.category_id:
                dispute.date_deadline = company._utility_today() + timedelta(
                    days=dispute.category_id.days
                )
            else:
                dispute.date_deadline = dispute.date_deadline

    @api.depends("move_id", "payment_id")
    def _compute_subject_name(self):
        for dispute in self:
            payment_sudo = dispute.payment_id.sudo()
            dispute.subject_name = (
                dispute.move_id.sudo().name
                or payment_sudo.receipt_number
                or payment_sudo.payment_number
            )

    @api.depends("date_deadline", "state")
    def _compute_is_late(self):
        for dispute in self:
            dispute.is_late = (
                dispute.state in OPEN_STATES
                and bool(dispute.date_deadline)
                and dispute.date_deadline < dispute.company_id._utility_today()
            )

    @api.model
    def _group_expand_state(self, values, domain):
        """The board shows the open stages also while they are empty."""
        return [*OPEN_STATES, "resolved"]

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_author()
        vals_list = [self._read_new(vals) for vals in vals_list]
        accounts_sudo = (
            self.env["utility.account"]
            .sudo()
            .browse(dict.fromkeys(vals["utility_account_id"] for vals in vals_list))
        )
        accounts_sudo._lock_accounts()
        self.env["account.move"].invalidate_model(["amount_residual"])
        numbers = self.env["ir.sequence"]._utility_draw_each(
            "utility.dispute",
            (
                accounts_sudo.browse(vals["utility_account_id"]).company_id
                for vals in vals_list
            ),
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            vals["number"] = number
            draft_sudo = self.sudo().new(vals)
            draft_sudo._check_amounts()
            vals["amount"] = draft_sudo.amount
        # Defaults that a caller puts into the context would pass by the terms.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(clean_context(self.env.context))
        disputes = super(UtilityDispute, quiet).create(vals_list).with_env(self.env)
        disputes_sudo = disputes.sudo()
        disputes_sudo._check_amounts()
        disputes_sudo._keep_evidence()
        disputes_sudo._enter()
        disputes_sudo._open()
        return disputes

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        names = {name for name in vals if not name.startswith(_CHATTER)}
        if not names:
            return super().write(vals)
        self._check_written(names)
        vals = dict(vals)
        state = vals.pop("state", None)
        for dispute in self:
            terms = dispute._read_change(vals)
            super(UtilityDispute, dispute).write(terms)
        disputes_sudo = self.sudo()
        if "evidence_ids" in names:
            disputes_sudo._keep_evidence()
        if "amount" in names:
            disputes_sudo._lock()
            disputes_sudo._check_amounts()
            disputes_sudo.utility_account_id._debt_changed()
        if names & {"user_id", "date_deadline"}:
            disputes_sudo._plan_activity()
        if state is not None:
            self._move_to(state)
        return True

    def _check_written(self, names):
        """Refuse what nobody writes, or not this role, or not any more.

        :raises UserError: naming what is possible instead
        """
        self._check_author()
        if not names <= _LED:
            raise UserError(
                self.env._(
                    "A dispute stays with its bill or payment, and is settled by its"
                    " buttons: withdraw it and open another."
                )
            )
        if not names <= _ADDED and not self._is_settler():
            raise AccessError(
                self.env._(
                    "Recovery Executives lead disputes: add what the consumer says, or"
                    " evidence."
                )
            )
        closed = self.filtered(lambda dispute: dispute.state not in OPEN_STATES)[:1]
        if closed:
            raise UserError(
                self.env._(
                    "Dispute %(number)s is closed: a Billing Manager may reopen it.",
                    number=closed.number,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_disputes(self):
        if self:
            raise UserError(
                self.env._(
                    "Dispute %(number)s stays on record: withdraw it instead.",
                    number=self[0].number,
                )
            )

    # -------------------------------------------------------------------------
    # READING TERMS
    # -------------------------------------------------------------------------

    @api.model
    def _read_new(self, vals):
        """The terms of a new dispute, read and checked one by one."""
        if not isinstance(vals, dict):
            raise ValidationError(self._subject_missing())
        subject = self._find_subject(vals)
        account_sudo = subject.sudo().utility_account_id
        dispute_sudo = self.sudo().new({"utility_account_id": account_sudo.id})
        result = {
            "utility_account_id": account_sudo.id,
            "move_id": subject.id if subject._name == "account.move" else False,
            "payment_id": subject.id if subject._name == "account.payment" else False,
            "state": "new",
        }
        values = {name: vals[name] for name in _TERMS - set(result) if name in vals}
        result |= dispute_sudo.with_user(self.env.user)._read_change(values)
        result.setdefault("category_id", False)
        if not result["category_id"]:
            raise ValidationError(
                self.env._("A dispute needs a category: choose what it is about.")
            )
        if not result.get("user_id"):
            result["user_id"] = self._default_user_id(account_sudo)
        return result

    @api.model
    def _find_subject(self, vals):
        """The bill or payment that is disputed, which the caller must be able to see.

        :raises ValidationError: where there is none, or two
        """
        found = []
        for name in ("move_id", "payment_id"):
            record = self.env[self._fields[name].comodel_name].browse(
                self._ids_of(vals.get(name))
            )
            if record.exists():
                found.append(record)
        if len(found) != 1:
            raise ValidationError(self._subject_missing())
        subject = found[0]
        subject.check_access("read")
        subject_sudo = subject.sudo()
        account_id = vals.get("utility_account_id")
        if not subject_sudo.utility_account_id or (
            account_id and account_id != subject_sudo.utility_account_id.id
        ):
            raise ValidationError(
                self.env._(
                    "%(document)s isn't a document of this consumer: choose one of the"
                    " account.",
                    document=subject_sudo.display_name,
                )
            )
        self._check_subject(subject_sudo)
        return subject

    def _check_subject(self, subject_sudo):
        """Posted, and something of it is there to dispute."""
        if subject_sudo._name == "account.payment":
            if not subject_sudo._is_adjustable():
                raise ValidationError(
                    self.env._(
                        "%(payment)s is not a posted payment of a consumer: there is"
                        " nothing to dispute.",
                        payment=subject_sudo.display_name,
                    )
                )
        elif (
            subject_sudo.state != "posted"
            or not subject_sudo.utility_kind
            or subject_sudo._utility_residual() <= 0
        ):
            raise ValidationError(
                self.env._(
                    "Nothing is open of %(document)s: dispute the payment that paid"
                    " it.",
                    document=subject_sudo.name or self.env._("this draft"),
                )
            )

    @api.model
    def _subject_missing(self):
        return self.env._(
            "A dispute is about one bill, charge or payment: choose which."
        )

    def _read_change(self, vals):
        """Terms that staff write, each of the kind that its field takes."""
        result = {}
        for name, value in vals.items():
            if name == "amount":
                if value is not None and value is not False:
                    result[name] = self._read_disputed(value)
            elif name == "date_deadline":
                result[name] = self._read_date(value) if value else False
            elif name == "description":
                result[name] = self._read_description(value)
            elif name == "category_id":
                result[name] = self._read_category(value)
            elif name == "user_id":
                result[name] = self._read_record(self._fields[name], value)
            elif name == "evidence_ids":
                result[name] = self._read_evidence(value)
        return result

    def _read_disputed(self, value):
        amount = self.sudo()._read_amount(value, self.env._("Disputed"))
        if amount <= 0:
            raise ValidationError(
                self.env._(
                    "A dispute needs an amount above zero; %(value)s is not.",
                    value=str(value)[:40],
                )
            )
        return amount

    @api.model
    def _read_description(self, value):
        if not isinstance(value, str):
            return False
        return "\n".join(map(read_text, value.splitlines()))[:5000] or False

    def _read_category(self, value):
        category = self.env["utility.dispute.category"].browse(self._ids_of(value))
        if (
            not category.exists()
            or not category.active
            or (category.company_id and category.company_id != self.sudo().company_id)
        ):
            raise ValidationError(
                self.env._("A dispute needs a category: choose what it is about.")
            )
        return category.id

    @api.model
    def _default_user_id(self, account_sudo):
        """Who looks after the account, else the company's, else who opens it."""
        users = (
            account_sudo.recovery_user_id,
            account_sudo.company_id.utility_plan_user_id,
        )
        return next((user.id for user in users if user.active), self.env.uid)

    # -------------------------------------------------------------------------
    # ROLES
    # -------------------------------------------------------------------------

    @api.model
    def _check_author(self):
        """Raise an AccessError unless the caller's role opens disputes."""
        self._check_role(
            "customer_executive",
            self.env._(
                "Disputes need the role Customer Executive or higher: ask your"
                " administrator for it."
            ),
        )

    @api.model
    def _is_settler(self):
        return self.env.su or self.env.user.has_group(
            "utility_consumers.group_recovery_executive"
        )

    @api.model
    def _check_settler(self):
        """Raise an AccessError unless the caller's role settles disputes."""
        self._check_role(
            "recovery_executive",
            self.env._(
                "Disputes are settled by Recovery Executives: add what you know, and"
                " leave it to its owner."
            ),
        )

    @api.model
    def _check_role(self, role, message):
        if not self.env.su and not self.env.user.has_group(
            f"utility_consumers.group_{role}"
        ):
            raise AccessError(message)

    def _lock(self):
        """Lock the accounts of these disputes, and read everything anew; superuser."""
        self.utility_account_id._lock_accounts()
        self.env["account.move"].invalidate_model(["amount_residual"])
        self.invalidate_recordset()

    def _exact(self, amount):
        return to_decimal(amount, self.currency_id.decimal_places or 0)

    def action_view_consumer(self):
        """Open the consumer's 360° page."""
        self.ensure_one()
        return self.utility_account_id.get_formview_action()

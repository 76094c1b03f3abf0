from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.misc import clean_context

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ..reader import read_text

# What its author says; everything else follows from the ledger.
_TERMS = frozenset({"amount", "contact_mode", "date", "note", "utility_account_id"})
# Names of chatter and activities, which stay writable.
_CHATTER = ("message_", "activity_", "website_message_")
# The longest word-for-word note, and how far ahead anybody may go.
_NOTE_LIMIT = 500
_FARTHEST = timedelta(days=366)


class UtilityPaymentPromise(models.Model):
    """A consumer's word to pay an amount by a day (COL-06).

    Nobody says whether it was kept: it is judged by the money that the account received
    since it was made (see `judging.py`). Its terms never change: who promises something
    else makes a new promise, and the old one is cancelled. Amounts are in company
    currency; "today" is the company's.
    """

    _name = "utility.payment.promise"
    _description = "Promise to Pay"
    _inherit = [
        "utility.collection.record",
        "mail.thread",
        "mail.activity.mixin",
        "utility.reader",
        "utility.chunks",
    ]
    _order = "date desc, id desc"

    amount = fields.Monetary(
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date = fields.Date(
        string="Promised For",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The last day on which it is kept.",
    )
    grace_days = fields.Integer(
        readonly=True,
        copy=False,
        help="Those of the company when it was made.",
    )
    last_day = fields.Date(
        compute="_compute_last_day",
        store=True,
        precompute=True,
        help="Money of this day still keeps it: its date and the days of grace.",
    )
    contact_mode = fields.Selection(
        selection=[
            ("counter", "At the counter"),
            ("phone", "By phone"),
            ("field", "At the door"),
        ],
        string="Made",
        default=lambda self: self._default_contact_mode(),
        required=True,
    )
    note = fields.Char(help="What the consumer said; at most 500 characters.")
    paid_amount = fields.Monetary(
        string="Paid",
        default=0.0,
        readonly=True,
        copy=False,
        help="What was paid on the account since the promise, up to its amount.",
    )
    remaining_amount = fields.Monetary(
        string="Still to Pay", compute="_compute_remaining_amount"
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
    )
    ended_on = fields.Date(
        readonly=True,
        copy=False,
        help="The day of the payment that kept it, or when it was broken or cancelled.",
    )
    end_reason = fields.Char(readonly=True, copy=False)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Taken By",
        required=True,
        default=lambda self: self.env.user,
        readonly=True,
    )
    # Entries above it are newer than the promise: under the account's lock, numbers
    # are drawn in the order in which things happen, clocks aren't read in it.
    since_move_id = fields.Integer(readonly=True, copy=False)
    possible_amount = fields.Monetary(
        string="Most Possible",
        compute="_compute_possible_amount",
        help="The debt that neither a plan, nor a dispute, nor another promise has.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A promise needs an amount above zero."
    )
    # A promise is followed when money comes or goes, whatever became of it.
    _account_idx = models.Index("(utility_account_id) WHERE state != 'cancelled'")
    _open_idx = models.Index("(company_id, last_day, id) WHERE state = 'open'")
    _list_idx = models.Index("(date DESC, id DESC)")

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.model
    def _default_contact_mode(self):
        collects = self.env.user.has_group("utility_consumers.group_field_collector")
        clerk = self.env.user.has_group("utility_consumers.group_customer_executive")
        return "field" if collects and not clerk else "phone"

    @api.depends("amount", "date", "utility_account_id")
    def _compute_display_name(self):
        for promise in self:
            if not promise.date or not promise.utility_account_id:
                promise.display_name = self.env._("New promise")
                continue
            promise.display_name = self.env._(
                "%(amount)s by %(date)s",
                amount=promise.currency_id.format(promise.amount),
                date=format_date(self.env, promise.date),
            )

    @api.depends("utility_account_id")
    def _compute_terms(self):
        """What ends collections, else what is overdue, else all of it; in a week."""
        accounts = self.utility_account_id
        possible = accounts._get_promisable()
        debts = accounts._get_debts()
        for promise in self:
            account = promise.utility_account_id._origin
            debt = debts.get(account.id)
            promise.date = promise.date or (
                account.company_id or self.env.company
            )._utility_today() + timedelta(days=7)
            if not debt:
                promise.amount = promise.amount or 0.0
                continue
            most = max(possible[account.id], 0)
            wanted = debt.minimum_due or debt.collectible or most
            promise.amount = float(min(wanted, most))

    @api.depends("date", "grace_days")
    def _compute_last_day(self):
        for promise in self:
            promise.last_day = promise.date and fields.Date.add(
                promise.date, days=promise.grace_days
            )

    @api.depends("amount", "paid_amount")
    def _compute_remaining_amount(self):
        for promise in self:
            promise.remaining_amount = promise.amount - promise.paid_amount

    @api.depends("utility_account_id")
    def _compute_possible_amount(self):
        possible = self.utility_account_id._get_promisable()
        for promise in self:
            account = promise.utility_account_id._origin
            promise.possible_amount = float(max(possible.get(account.id, 0), 0))

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
            .browse(vals["utility_account_id"] for vals in vals_list)
        )
        accounts_sudo._lock_accounts()
        accounts_sudo.invalidate_recordset()
        possible = accounts_sudo._get_promisable()
        cases_sudo = accounts_sudo._get_open_cases()
        newest = self._get_newest_move_id()
        for vals, account_sudo in zip(vals_list, accounts_sudo, strict=True):
            self._complete(vals, account_sudo, possible)
            vals |= {
                "case_id": cases_sudo.get(account_sudo.id, False),
                "grace_days": account_sudo.company_id.utility_promise_grace_days,
                "since_move_id": newest,
                "user_id": self.env.uid,
            }
        # Defaults that a caller puts into the context would pass by the terms.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(clean_context(self.env.context))
        promises = super(UtilityPaymentPromise, quiet).create(vals_list)
        promises.sudo()._tell("promise_made")
        for company, mine in promises.sudo().grouped("company_id").items():
            self.env["utility.usage.event"]._log_many(
                [
                    {"event": "collection_action", "contact_mode": mode}
                    for mode in mine.mapped("contact_mode")
                ],
                company,
            )
        # What is protected now is followed: cases wait for it.
        promises.sudo().utility_account_id._debt_changed()
        return promises.with_env(self.env)

    def write(self, vals):
        if not self.env.su:
            for name in vals:
                if not name.startswith(_CHATTER):
                    raise UserError(
                        self.env._(
                            "A promise isn't changed: cancel it, and make a new one of"
                            " what the consumer promises now."
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_promises(self):
        if self:
            raise UserError(
                self.env._(
                    "%(promise)s stays on record: cancel it instead.",
                    promise=self[0].display_name,
                )
            )

    @api.model
    def _account_missing(self):
        """Override: what is made here is a promise."""
        return self.env._("A promise needs a consumer account: choose one.")

    @api.model
    def _read_new(self, vals):
        """The terms of a new promise, of the kinds that they should be."""
        account_sudo = self._find_account(vals)
        promise_sudo = self.sudo().new({"utility_account_id": account_sudo.id})
        result = {"utility_account_id": account_sudo.id}
        if vals.get("amount") is not None:
            result["amount"] = promise_sudo._read_amount(
                vals["amount"], self.env._("Amount")
            )
        if vals.get("date"):
            result["date"] = promise_sudo._read_date(vals["date"])
        if vals.get("contact_mode"):
            result["contact_mode"] = promise_sudo._read_choice(
                self._fields["contact_mode"], vals["contact_mode"]
            )
        result["note"] = read_text(vals.get("note"))[:_NOTE_LIMIT] or False
        return result

    def _complete(self, vals, account_sudo, possible):
        """Complete and check the terms of a promise; the account is locked.

        :param dict possible: of ``_get_promisable``; what it has is taken off
        :raises ValidationError: one clear sentence on what is wrong
        """
        account_id, currency = account_sudo.id, account_sudo.company_id.currency_id
        if "amount" not in vals or "date" not in vals:
            draft = self.sudo().new({"utility_account_id": account_id})
            vals.setdefault("amount", draft.amount)
            vals.setdefault("date", draft.date)
        amount = to_decimal(vals["amount"], currency.decimal_places)
        self._check_date(vals["date"], account_sudo)
        most = max(possible[account_id], 0)
        if not most:
            raise ValidationError(
                self.env._(
                    "Account %(account)s owes nothing that could be promised: plans,"
                    " disputes and other promises have what is open of it.",
                    account=account_sudo.number,
                )
                if account_sudo.payoff_balance > 0
                else self.env._(
                    "Account %(account)s owes nothing: there is nothing to promise.",
                    account=account_sudo.number,
                )
            )
        if amount <= 0:
            raise ValidationError(
                self.env._(
                    "A promise needs an amount above zero: at most %(most)s is"
                    " possible.",
                    most=currency.format(float(most)),
                )
            )
        if amount > most:
            raise ValidationError(
                self.env._(
                    "%(amount)s is more than account %(account)s can promise: at most"
                    " %(most)s is possible.",
                    amount=currency.format(float(amount)),
                    account=account_sudo.number,
                    most=currency.format(float(most)),
                )
            )
        possible[account_id] -= amount

    def _check_date(self, date, account_sudo):
        """From today on, as far ahead as the company takes promises."""
        company = account_sudo.company_id
        today = company._utility_today()
        farthest = today + timedelta(days=company.utility_promise_days)
        if date < today:
            raise ValidationError(
                self.env._(
                    "%(date)s is past: a promise is for today or a later day.",
                    date=format_date(self.env, date),
                )
            )
        if date > today + _FARTHEST:
            raise ValidationError(
                self.env._(
                    "%(date)s is more than a year ahead: agree on an earlier day.",
                    date=format_date(self.env, date),
                )
            )
        if date > farthest and not self._may_go_beyond():
            raise ValidationError(
                self.env._(
                    "%(date)s is too far ahead: promises are taken up to %(last)s;"
                    " a Billing Manager may go beyond.",
                    date=format_date(self.env, date),
                    last=format_date(self.env, farthest),
                )
            )

    @api.model
    def _may_go_beyond(self):
        return self.env.uid == SUPERUSER_ID or self.env.user.has_group(
            "utility_consumers.group_billing_manager"
        )

    @api.model
    def _check_author(self):
        """Raise an AccessError unless the caller's role takes promises."""
        user = self.env.user
        if not self.env.su and not (
            user.has_group("utility_consumers.group_customer_executive")
            or user.has_group("utility_consumers.group_field_collector")
        ):
            raise AccessError(
                self.env._(
                    "Promises need the role Customer Executive or Field Collector: ask"
                    " your administrator for it."
                )
            )

    @api.model
    def _get_newest_move_id(self):
        """The newest entry of all; what an account receives later is above it."""
        self.env["account.move"].flush_model(["id"])
        self.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM account_move")
        return self.env.cr.fetchone()[0]

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_cancel(self, reason=False):
        """Withdraw open promises: their debt isn't protected any more.

        :param str reason: for the record
        :return: True
        :raises UserError: for a promise that was kept, broken or cancelled
        """
        self.check_access("write")
        self._check_author()
        promises_sudo = self.sudo()
        promises_sudo.utility_account_id._lock_accounts()
        promises_sudo.invalidate_recordset()
        for promise_sudo in promises_sudo:
            if promise_sudo.state != "open":
                raise UserError(
                    self.env._(
                        "The promise of %(promise)s isn't open any more: there is"
                        " nothing to cancel.",
                        promise=promise_sudo.display_name,
                    )
                )
        promises_sudo._end("cancelled", read_text(reason)[:_NOTE_LIMIT] or False)
        promises_sudo.utility_account_id._debt_changed()
        return True

    def action_view_consumer(self):
        """Open the consumer's 360° page."""
        self.ensure_one()
        return self.utility_account_id.get_formview_action()

    def _tell(self, kind, reason=False):
        """Write to the timeline of collections what became of these promises."""
        if not self:
            return
        self.company_id._figures_changed()
        self.env["utility.collection.event"]._log(
            kind,
            self,
            notes={
                promise.id: reason or promise.note or promise.display_name
                for promise in self
            },
            amounts={promise.id: promise.amount for promise in self},
        )

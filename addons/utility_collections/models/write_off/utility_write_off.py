from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import clean_context


class UtilityWriteOff(models.Model):
    """A request to give up debt, approved by somebody else (COL-04).

    Documents stay as they are: what is open of them is booked as a bad debt. Money
    that comes in later is income from bad debts recovered, through the one door.
    """

    _name = "utility.write.off"
    _description = "Write-Off"
    _inherit = ["utility.collection.record", "utility.approval"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _draft_fields = frozenset({"utility_account_id", "document_ids", "reason"})
    _author_group = "utility_consumers.group_recovery_executive"
    _subject_field = "utility_account_id"

    document_ids = fields.Many2many(
        comodel_name="account.move",
        string="Bills and Charges",
        compute="_compute_document_ids",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', possible_document_ids)]",
        help="What is open of them is written off. Default: all that is past due.",
    )
    possible_document_ids = fields.Many2many(
        comodel_name="account.move", compute="_compute_possible_document_ids"
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        help="Open of these documents when it was requested; approval goes by it.",
    )
    amount_in_a_year = fields.Monetary(
        string="Within a Year",
        compute="_compute_amount",
        store=True,
        precompute=True,
        help="With what was written off of the account in the year before, so that a"
        " debt that is split into requests needs the same signatures.",
    )
    reason = fields.Text(required=True, tracking=True)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To approve"),
            ("done", "Written off"),
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
    line_ids = fields.One2many(
        comodel_name="utility.write.off.line",
        inverse_name="write_off_id",
        string="Written Off",
        readonly=True,
    )
    move_id = fields.Many2one(
        comodel_name="account.move", string="Entry", readonly=True, copy=False
    )
    written_off_amount = fields.Monetary(compute="_compute_amounts")
    recovered_amount = fields.Monetary(compute="_compute_amounts")

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This number of a write-off exists already.",
    )
    _one_waiting = models.UniqueIndex(
        "(utility_account_id) WHERE state = 'to_approve'",
        "Another write-off of this account waits for approval already.",
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("utility_account_id")
    def _compute_possible_document_ids(self):
        for request in self:
            items_sudo = request.sudo()._find_items()
            request.possible_document_ids = items_sudo.move_id.ids

    @api.depends("utility_account_id")
    def _compute_document_ids(self):
        for request in self:
            request.document_ids = (
                request.sudo()._find_items().move_id.filtered("utility_overdue").ids
            )

    @api.depends("document_ids")
    def _compute_amount(self):
        for request in self:
            items_sudo = request.sudo()._find_items(request.document_ids)
            request.amount = sum(items_sudo.mapped("amount_residual"))
            request.amount_in_a_year = request.amount + request._get_given_up()

    def _get_given_up(self):
        """What other requests gave up of the account within a year, and still is."""
        self.ensure_one()
        company = self.company_id or self.env.company
        lines_sudo = (
            self.env["utility.write.off.line"]
            .sudo()
            .search(
                [
                    (
                        "utility_account_id",
                        "=",
                        self.utility_account_id._origin.id,
                    ),
                    ("write_off_id", "!=", self._origin.id),
                    ("write_off_id.state", "=", "done"),
                    (
                        "write_off_id.move_id.date",
                        ">",
                        company._utility_today() - relativedelta(years=1),
                    ),
                    ("reinstated", "=", False),
                ]
            )
        )
        return sum(lines_sudo.mapped("amount"))

    @api.depends("line_ids.recovered_amount")
    def _compute_amounts(self):
        for request in self:
            request.written_off_amount = sum(request.line_ids.mapped("amount"))
            request.recovered_amount = sum(request.line_ids.mapped("recovered_amount"))

    def _find_items(self, documents=None):
        """What is open on the account and neither in a plan nor disputed.

        :param documents: only of these bills and charges
        """
        self.ensure_one()
        Item = self.env["account.move.line"]
        account = self.utility_account_id._origin
        if not account:
            return Item
        domain = Domain(
            [
                ("utility_account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
                ("move_id.utility_kind", "!=", False),
                ("utility_deferred", "=", False),
            ]
        )
        if documents is not None:
            domain &= Domain("move_id", "in", documents._origin.ids)
        items = Item.search(domain, order="date_maturity, id")
        return items - items._filter_disputed() - items._filter_foreign()

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_author()
        vals_list = [self._keep_draft_fields(vals) for vals in vals_list]
        accounts = self.env["utility.account"].browse(
            vals.get("utility_account_id") for vals in vals_list
        )
        if not all(accounts._ids):
            raise UserError(
                self.env._("A write-off needs an account: open it from the account.")
            )
        accounts.check_access("read")
        role = self._current_role()
        accounts_sudo = accounts.sudo()
        numbers = self.env["ir.sequence"]._utility_draw_each(
            "utility.write_off", (account.company_id for account in accounts_sudo)
        )
        for vals, account_sudo, number in zip(
            vals_list, accounts_sudo, numbers, strict=True
        ):
            case_sudo = account_sudo.case_ids.filtered(lambda c: c.state != "closed")
            vals |= {
                "number": number,
                "requester_role": role,
                "case_id": case_sudo[:1].id,
            }
        # Defaults that a caller puts into the context would pass by the draft fields.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(clean_context(self.env.context))
        requests = super(UtilityWriteOff, quiet).create(vals_list)
        return requests.with_env(self.env)

    def _subject_message(self):
        return self.env._(
            "A write-off stays with its account: cancel it and make a new one from the"
            " other account."
        )

    @api.model
    def _author_message(self):
        return self.env._(
            "Write-offs need the role Recovery Executive or higher: ask one to"
            " request it."
        )

    # -------------------------------------------------------------------------
    # REQUEST
    # -------------------------------------------------------------------------

    def _request_approval(self):
        """Extend: approval goes by what is open now, not when it was drafted."""
        self.sudo()._compute_amount()
        return super()._request_approval()

    def _lock_involved(self):
        """Lock the accounts, before anything is checked."""
        self.utility_account_id._lock_accounts()
        self.env.invalidate_all()

    def _check_request(self):
        """Raise unless these documents may be written off now; superuser."""
        self.ensure_one()
        account = self.utility_account_id
        items = self._find_items(self.document_ids)
        left_out = self.document_ids - items.move_id
        if not self.document_ids:
            raise UserError(
                self.env._(
                    "Nothing of account %(account)s can be written off: choose an open"
                    " bill or charge that is neither disputed nor in a plan.",
                    account=account.number,
                )
            )
        if left_out:
            raise UserError(
                self.env._(
                    "%(document)s can't be written off: it is paid, disputed, in a plan"
                    " or of another account. Take it off the list.",
                    document=left_out[0].name,
                )
            )
        if account.credit_balance > 0:
            raise UserError(
                self.env._(
                    "Account %(account)s has %(credit)s of credit: use it for its debt"
                    " before the rest is written off.",
                    account=account.number,
                    credit=self.currency_id.format(account.credit_balance),
                )
            )
        if account._get_money_in_flight().get(account.id):
            raise UserError(
                self.env._(
                    "An online payment of account %(account)s is on its way: wait for"
                    " its outcome.",
                    account=account.number,
                )
            )

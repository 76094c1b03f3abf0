from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import clean_context, format_date

from ..reader import is_id

# What who plans the work fills in; everything else belongs to doors.
PLANNING_FIELDS = frozenset({"technician_id", "planned_on"})
# Names of chatter and activities, which stay writable.
CHATTER = ("message_", "activity_")
# The crew is on its way, or is to be sent.
WAITING = ("ordered", "dispatched")
# Before supply is cut.
BEFORE = ("draft", *WAITING)
# Done with: the account may get another order.
DONE = ("reconnected", "cancelled")


class UtilityDisconnectionOrder(models.Model):
    """An order to cut off supply, and to restore it (COL-07).

    draft, ordered, dispatched, executed, reconnection ordered, reconnected; cancelled
    from any state before supply is cut. Every step is a door that locks the accounts
    before anything of them is read; whether supply may be cut is decided again at each
    of them, last at the moment of execution.
    """

    _name = "utility.disconnection.order"
    _description = "Disconnection Order"
    _inherit = ["utility.collection.record", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"

    # === FIELDS: WHAT === #

    number = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("ordered", "Ordered"),
            ("dispatched", "Dispatched"),
            ("executed", "Disconnected"),
            ("reconnection", "Reconnection ordered"),
            ("reconnected", "Reconnected"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand="_group_expand_state",
    )
    debt_amount = fields.Monetary(
        string="Debt When Ordered",
        readonly=True,
        copy=False,
        help="Overdue less what was disputed.",
    )
    ordered_by = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    ordered_at = fields.Datetime(readonly=True, copy=False)
    cancelled_by = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    cancelled_by_hand = fields.Boolean(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)

    # === FIELDS: WHO AND WHEN === #

    technician_id = fields.Many2one(
        comodel_name="res.users",
        string="Crew",
        index="btree_not_null",
        copy=False,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who goes there: this user executes the order, and restores supply.",
    )
    planned_on = fields.Date(string="Planned Day", copy=False, tracking=True)
    dispatched_by = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    dispatched_at = fields.Datetime(readonly=True, copy=False)

    # === FIELDS: READ FROM ELSEWHERE === #

    decision_ids = fields.One2many(
        comodel_name="utility.disconnection.decision",
        inverse_name="order_id",
        readonly=True,
    )
    service_address = fields.Char(related="utility_account_id.service_address")
    phone = fields.Char(related="utility_account_id.phone")
    area_id = fields.Many2one(related="utility_account_id.area_id", store=True)
    connection_state = fields.Selection(related="utility_account_id.connection_state")
    special_circumstances = fields.Text(
        related="utility_account_id.special_circumstances"
    )
    overdue_balance = fields.Monetary(related="utility_account_id.overdue_balance")
    is_mine = fields.Boolean(
        compute="_compute_is_mine", help="I may execute it: mine, or I order them."
    )

    _account_open_unique = models.UniqueIndex(
        "(utility_account_id) WHERE state NOT IN ('reconnected', 'cancelled')",
        "There is an order of disconnection for this account already.",
    )
    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This number of an order exists already."
    )
    _planned_idx = models.Index(
        "(company_id, planned_on) WHERE state NOT IN ('reconnected', 'cancelled')"
    )

    def _summarize(self):
        """What is going on, in one sentence for the account's page."""
        self.ensure_one()
        day = self.planned_on and format_date(self.env, self.planned_on)
        sentences = {
            "draft": self.env._("A disconnection is drafted."),
            "ordered": self.env._("Disconnection ordered."),
            "dispatched": self.env._(
                "Disconnection ordered: %(crew)s goes there on %(day)s.",
                crew=self.sudo().technician_id.name,
                day=day,
            ),
            "executed": self.env._(
                "Supply is cut off since %(day)s.",
                day=self.executed_at and format_date(self.env, self.executed_at),
            ),
            "reconnection": self.env._("Reconnection ordered.")
            if self.released_at
            else self.env._("Reconnection waits for the Reconnection Fee."),
        }
        return sentences[self.state]

    def action_open_map(self):
        """Show where the supply is, in a map of the browser."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo().utility_account_id.action_open_map()

    @api.model
    def _group_expand_state(self, values, domain):
        """The board shows what is going on in the order in which it goes on."""
        order = list(dict(self._fields["state"].selection))
        return [state for state in order if state in values or state not in DONE]

    @api.depends("technician_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        orders_all = self._is_author()
        for order in self:
            order.is_mine = orders_all or order.technician_id == self.env.user

    # -------------------------------------------------------------------------
    # CRUD: who plans writes drafts and who goes when, doors the rest
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_author()
        accounts = self._read_accounts(vals_list)
        kept = PLANNING_FIELDS | {"utility_account_id"}
        if self.env.su:
            kept = set(self._fields)
        vals_list = [
            {name: value for name, value in vals.items() if name in kept}
            | self._read_planning(
                vals.get("technician_id"), vals.get("planned_on"), accounts.company_id
            )
            for vals in vals_list
        ]
        numbers = self.env["ir.sequence"]._utility_draw_each(
            "utility.disconnection",
            (
                accounts.browse(vals["utility_account_id"]).company_id
                for vals in vals_list
            ),
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            vals["number"] = number
        # Defaults that a caller puts into the context would pass by these fields.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(clean_context(self.env.context))
        orders = super(UtilityDisconnectionOrder, quiet).create(vals_list)
        orders = orders.with_env(self.env)
        orders._check_technicians()
        return orders

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        for name in vals:
            if name not in PLANNING_FIELDS and not name.startswith(CHATTER):
                field = self._fields.get(name)
                raise UserError(
                    self.env._(
                        "%(field)s of an order isn't written: use the order's buttons.",
                        field=field.get_description(self.env)["string"]
                        if field
                        else name,
                    )
                )
        if PLANNING_FIELDS & set(vals):
            self._check_author()
            for order in self:
                if order.state in DONE:
                    raise UserError(
                        self.env._(
                            "Order %(order)s is done with: nobody goes there any more.",
                            order=order.number,
                        )
                    )
        vals = vals | self._read_planning(
            vals.get("technician_id"), vals.get("planned_on"), self.company_id
        )
        res = super().write(vals)
        if "technician_id" in vals:
            self._check_technicians()
        if PLANNING_FIELDS & set(vals):
            self.sudo()._plan_visits()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ordered(self):
        for order in self:
            if order.state != "draft" or order.decision_ids:
                raise UserError(
                    self.env._(
                        "Order %(order)s stays on record: cancel it instead.",
                        order=order.number,
                    )
                )

    @api.model
    def _read_accounts(self, vals_list):
        """The accounts of new orders, of which the caller may read each.

        :raises UserError: naming what is wrong
        """
        ids = [
            isinstance(vals, dict) and vals.get("utility_account_id")
            for vals in vals_list
        ]
        if not all(is_id(account_id) for account_id in ids):
            raise UserError(
                self.env._("An order of disconnection needs a consumer account.")
            )
        accounts = self.env["utility.account"].browse(sorted(set(ids))).exists()
        if len(accounts) < len(set(ids)):
            raise UserError(
                self.env._("There is no such account: check which one is meant.")
            )
        accounts.check_access("read")
        open_order_sudo = self.sudo().search(
            [("utility_account_id", "in", ids), ("state", "not in", DONE)], limit=1
        )
        if open_order_sudo or len(accounts) < len(ids):
            account_sudo = open_order_sudo.utility_account_id or accounts[:1].sudo()
            raise UserError(
                self.env._(
                    "Account %(account)s has an order of disconnection already:"
                    " %(order)s.",
                    account=account_sudo.number,
                    order=open_order_sudo.number or self.env._("in this list"),
                )
            )
        return accounts

    def _check_technicians(self):
        """Who goes there is staff of the order's company."""
        for order in self.sudo():
            user = order.technician_id
            if user and (user.share or order.company_id not in user.company_ids):
                raise UserError(
                    self.env._(
                        "%(user)s doesn't work for %(company)s: assign a user of that"
                        " company.",
                        user=user.name,
                        company=order.company_id.name,
                    )
                )

    # -------------------------------------------------------------------------
    # CALLERS
    # -------------------------------------------------------------------------

    @api.model
    def _is_author(self):
        return self.env.su or self.env.user.has_group(
            "utility_consumers.group_recovery_executive"
        )

    @api.model
    def _check_author(self):
        """Raise an AccessError unless the caller's role orders disconnections."""
        if not self._is_author():
            raise AccessError(
                self.env._("Ordering a disconnection is for Recovery Executives.")
            )

    def _check_crew(self):
        """Raise an AccessError unless the caller orders them, or goes there."""
        if self._is_author():
            return
        if any(order.technician_id != self.env.user for order in self.sudo()):
            raise AccessError(
                self.env._(
                    "Only the crew that an order is assigned to, or a Recovery"
                    " Executive, carries it out."
                )
            )

    def _begin(self, crew=False):
        """Begin a door: check the caller, lock the accounts, forget what was known.

        A payment that came first makes this transaction fail with a serialization
        error, and Odoo try it again with what is true now.

        :param bool crew: the assigned crew may do it too
        :return: the orders as superuser's
        """
        self.check_access("read")
        if crew:
            self._check_crew()
        else:
            self._check_author()
        orders_sudo = self.sudo()
        orders_sudo.utility_account_id._lock_accounts()
        orders_sudo.invalidate_recordset()
        orders_sudo.utility_account_id.invalidate_recordset()
        if crew:
            # It may have been given to others meanwhile.
            self._check_crew()
        return orders_sudo

    def _refuse_states(self, allowed, sentences):
        """Raise a UserError for the first order that isn't in an allowed state.

        :param dict sentences: {state: what is wrong, with %(order)s and %(reason)s}
        """
        for order in self:
            if order.state in allowed:
                continue
            raise UserError(
                sentences.get(order.state, sentences[False])
                % {
                    "order": order.number,
                    "account": order.account_number,
                    "reason": order.cancel_reason or "",
                }
            )

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import clean_context

# What an author fills in while a plan is a draft; everything else belongs to doors.
DRAFT_FIELDS = frozenset(
    {
        "contact_mode",
        "covered_move_ids",
        "down_payment",
        "first_due_date",
        "frequency",
        "installment_count",
        "installment_ids",
        "previous_id",
        "template_id",
        "user_id",
        "utility_account_id",
    }
)
# What staff may change on a plan whatever its state.
OPEN_FIELDS = frozenset({"user_id"})
# Writing these is agreeing on the terms: limits are those of who did it last.
TERMS_FIELDS = DRAFT_FIELDS - OPEN_FIELDS - {"contact_mode"}
# Names of chatter and activities, which stay writable.
CHATTER = ("message_", "activity_", "website_message_")
# In force: the plan follows the ledger, and its cover belongs to it alone.
IN_FORCE = ("active", "completed")


class UtilityPaymentPlan(models.Model):
    """An agreement to pay open bills and charges in installments (PLN-01 to PLN-06).

    No document is replaced or changed: the plan covers open receivable items
    (``cover_ids``) and says when they are to be paid. What they receive in the ledger
    since then, whichever way, pays installments (see `follow.py`). Amounts are in
    company currency; "today" is the company's.
    """

    _name = "utility.payment.plan"
    _description = "Payment Plan"
    _inherit = [
        "utility.account.record",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "create_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    # === FIELDS: WHAT WAS AGREED === #

    number = fields.Char(readonly=True, copy=False)
    version = fields.Integer(
        readonly=True,
        default=1,
        copy=False,
        help="A change of the terms makes a new version and keeps the old (PLN-02).",
    )
    utility_account_id = fields.Many2one(string="Consumer Account", tracking=True)
    company_id = fields.Many2one(index=True)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("active", "Active"),
            ("completed", "Completed"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    template_id = fields.Many2one(
        comodel_name="utility.payment.plan.template",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Eligibility, limits and compliance rules; none: the company's.",
    )
    covered_move_ids = fields.Many2many(
        comodel_name="account.move",
        relation="utility_payment_plan_move_rel",
        column1="plan_id",
        column2="move_id",
        string="Covered Documents",
        copy=False,
        help="The bills and charges whose open debt the plan covers.",
    )
    cover_ids = fields.One2many(
        comodel_name="utility.payment.plan.cover",
        inverse_name="plan_id",
        readonly=True,
        copy=False,
    )
    down_payment = fields.Monetary(help="Due when the plan is signed.")
    installment_count = fields.Integer(
        string="Installments", default=3, help="Beside the down payment."
    )
    frequency = fields.Selection(
        selection=[
            ("weekly", "Weekly"),
            ("fortnightly", "Every two weeks"),
            ("monthly", "Monthly"),
            ("custom", "Custom"),
        ],
        required=True,
        default="monthly",
    )
    first_due_date = fields.Date(string="First Installment")
    installment_ids = fields.One2many(
        comodel_name="utility.payment.plan.installment",
        inverse_name="plan_id",
        copy=False,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recovery Executive",
        index="btree_not_null",
        tracking=True,
        help="Who is told when an installment is missed.",
    )
    contact_mode = fields.Selection(
        selection=[
            ("counter", "At the counter"),
            ("phone", "By phone"),
            ("field", "At the door"),
            ("portal", "Online"),
        ],
        default="counter",
    )
    requester_role = fields.Selection(
        selection=[
            ("customer_executive", "Customer Executive"),
            ("recovery_executive", "Recovery Executive"),
            ("billing_manager", "Billing Manager"),
        ],
        readonly=True,
        copy=False,
    )
    terms_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Terms By",
        readonly=True,
        copy=False,
        help="Who last wrote the terms: a draft that the consumer signs online becomes"
        " active within this one's limits.",
    )

    # === FIELDS: RULES, those of the template when it was made === #

    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Days",
        readonly=True,
        help="Due dates are moved to its next working day; empty: never moved.",
    )
    minimum_installment = fields.Monetary(readonly=True)
    signature_required = fields.Boolean(readonly=True)
    reminder_days = fields.Integer(readonly=True, help="Days before the due date.")
    grace_days = fields.Integer(
        readonly=True, help="Days after the due date until it counts as missed."
    )
    break_after = fields.Integer(
        readonly=True, help="Missed installments that break the plan; 0: never."
    )

    # === FIELDS: HOW IT STANDS === #

    amount_covered = fields.Monetary(
        string="Covered Debt",
        readonly=True,
        copy=False,
        help="The open debt when the plan was signed: the sum of its installments.",
    )
    amount_paid = fields.Monetary(
        string="Paid", readonly=True, copy=False, help="Since the plan was signed."
    )
    amount_remaining = fields.Monetary(
        string="Remaining", readonly=True, copy=False, help="Covered, less paid."
    )
    amount_late = fields.Monetary(
        string="Past Due",
        readonly=True,
        copy=False,
        help="Unpaid installments past their due date, as of the last daily pass or"
        " payment.",
    )
    next_due_date = fields.Date(readonly=True, copy=False, index="btree_not_null")
    due_count = fields.Integer(
        string="Fallen Due",
        readonly=True,
        copy=False,
        help="Installments whose days of grace are over, or that were paid before.",
    )
    kept_count = fields.Integer(
        string="Kept",
        readonly=True,
        copy=False,
        help="Of these, the ones paid in full by the end of their days of grace.",
    )
    missed_count = fields.Integer(
        string="Missed",
        readonly=True,
        copy=False,
        help="Installments that were not paid when their days of grace were over.",
    )
    compliance_percent = fields.Float(
        string="Compliance (%)",
        readonly=True,
        copy=False,
        digits=(16, 1),
        aggregator="avg",
        help="100 x kept / fallen due; empty while nothing has fallen due.",
    )
    standing = fields.Selection(
        selection=[
            ("on_track", "On track"),
            ("due_soon", "Due this week"),
            ("late", "Late"),
            ("at_risk", "At risk"),
            ("broken", "Broken"),
            ("completed", "Completed"),
        ],
        readonly=True,
        copy=False,
        index="btree_not_null",
        group_expand="_group_expand_standing",
    )
    activated_on = fields.Date(readonly=True, copy=False)
    activated_by = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    ended_on = fields.Date(
        readonly=True, copy=False, help="Completed, broken or cancelled."
    )
    end_reason = fields.Char(
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="For the record: consumers don't read it.",
    )
    previous_id = fields.Many2one(
        comodel_name="utility.payment.plan",
        string="Replaces",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The version whose terms this one changes.",
    )
    next_ids = fields.One2many(
        comodel_name="utility.payment.plan",
        inverse_name="previous_id",
        string="Replaced By",
        readonly=True,
    )

    # === FIELDS: SIGNATURE === #

    signature = fields.Image(max_width=1024, max_height=1024, copy=False, readonly=True)
    signed_by = fields.Char(copy=False, readonly=True)
    signed_at = fields.Datetime(copy=False, readonly=True)

    event_ids = fields.One2many(
        comodel_name="utility.payment.plan.event",
        inverse_name="plan_id",
        string="Timeline",
        readonly=True,
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number, version) WHERE number IS NOT NULL",
        "This version of the plan exists already.",
    )
    _list_idx = models.Index("(create_date DESC, id DESC)")
    _active_idx = models.Index("(company_id, next_due_date) WHERE state = 'active'")

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("number", "version")
    def _compute_display_name(self):
        for plan in self:
            if plan.version > 1:
                plan.display_name = self.env._(
                    "%(number)s version %(version)s",
                    number=plan.number,
                    version=plan.version,
                )
            else:
                plan.display_name = plan.number or self.env._("New plan")

    @api.model
    def _group_expand_standing(self, values, domain):
        """The board shows its columns also while they are empty."""
        return ["due_soon", "late", "at_risk", "broken"]

    # -------------------------------------------------------------------------
    # CRUD: authors write drafts, doors the rest
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_author()
        role = self._current_role()
        vals_list = [self._read_new(vals) for vals in vals_list]
        for vals in vals_list:
            account = (
                self.env["utility.account"].sudo().browse(vals["utility_account_id"])
            )
            previous = self.browse(vals.get("previous_id") or []).sudo()
            vals |= {"requester_role": role, "terms_user_id": self.env.uid}
            vals["user_id"] = vals.get("user_id") or self._default_user_id(account)
            vals |= self._rules_of(vals, account)
            if previous:
                vals |= {"number": previous.number, "version": previous._next_version()}
            else:
                vals["number"] = self.env["ir.sequence"]._utility_draw(
                    "utility.plan", account.company_id, 1
                )[0]
        # Defaults that a caller puts into the context would pass by the draft fields.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(clean_context(self.env.context))
        plans = super(UtilityPaymentPlan, quiet).create(vals_list).with_env(self.env)
        plans.sudo()._refresh_draft()
        plans.sudo()._log_event("created")
        return plans

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._check_written(vals)
        if not DRAFT_FIELDS & set(vals):
            return super().write(vals)
        for plan in self:
            super(UtilityPaymentPlan, plan).write(plan._read_change(vals))
        if set(vals) & (DRAFT_FIELDS - OPEN_FIELDS):
            drafts_sudo = self.sudo()
            if set(vals) & TERMS_FIELDS:
                drafts_sudo._note_author()
            if "template_id" in vals:
                for plan in drafts_sudo:
                    plan.write(
                        self._rules_of(
                            {"template_id": plan.template_id.id},
                            plan.utility_account_id,
                        )
                    )
            drafts_sudo._refresh_draft()
        return True

    def _check_written(self, vals):
        """Refuse what nobody writes, and the terms of what is agreed (PLN-02).

        :raises UserError: naming what is wrong
        """
        for name in vals:
            if name not in DRAFT_FIELDS and not name.startswith(CHATTER):
                field = self._fields.get(name)
                raise UserError(
                    self.env._(
                        "%(field)s follows from the plan and isn't written: use the"
                        " plan's buttons.",
                        field=field.get_description(self.env)["string"]
                        if field
                        else name,
                    )
                )
        if not set(vals) & (DRAFT_FIELDS - OPEN_FIELDS):
            return
        self._check_author()
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "Plan %(plan)s is agreed: its terms don't change. Modify it,"
                        " which makes a new version.",
                        plan=plan.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "Plan %(plan)s was agreed and stays on record: cancel it"
                        " instead.",
                        plan=plan.display_name,
                    )
                )

    @api.model
    def _check_author(self):
        """Raise an AccessError unless the caller's role makes payment plans."""
        if self.env.su or self._is_author():
            return
        raise AccessError(
            self.env._(
                "Payment plans need the role Customer Executive or Field Collector:"
                " ask your administrator for it."
            )
        )

    @api.model
    def _is_author(self):
        """Whether the caller's role makes payment plans."""
        return self.env.uid == SUPERUSER_ID or any(
            self.env.user.has_group(f"utility_consumers.{group}")
            for group in ("group_customer_executive", "group_field_collector")
        )

    def _note_author(self):
        """The caller wrote the terms of these drafts: their limits count; superuser."""
        self.write(
            {"requester_role": self._current_role(), "terms_user_id": self.env.uid}
        )

    @api.model
    def _current_role(self):
        """The caller's highest role; collectors have the limits of the counter."""
        if self.env.uid == SUPERUSER_ID:
            return "billing_manager"
        for role in ("billing_manager", "recovery_executive"):
            if self.env.user.has_group(f"utility_consumers.group_{role}"):
                return role
        return "customer_executive"

    @api.model
    def _default_user_id(self, account):
        """The one who is told of a missed installment."""
        user = self.env.user
        if user.has_group("utility_consumers.group_recovery_executive"):
            return user.id
        return account.company_id.utility_plan_user_id.id or user.id

    @api.model
    def _rules_of(self, vals, account):
        """The rules of a template, else of the company, as values of a plan."""
        company = account.company_id
        template = self.env["utility.payment.plan.template"].sudo()
        template = template.browse(vals.get("template_id") or []).exists()
        if template:
            return template._plan_rules()
        return {
            "calendar_id": False,
            "minimum_installment": 0.0,
            "signature_required": False,
            "activate_on_signing": True,
            "reminder_days": company.utility_plan_reminder_days,
            "grace_days": company.utility_plan_grace_days,
            "break_after": company.utility_plan_break_after,
        }

    def _next_version(self):
        self.ensure_one()
        siblings = self.search(
            [("number", "=", self.number), ("company_id", "=", self.company_id.id)]
        )
        return max(siblings.mapped("version")) + 1

    def _lock_plans(self):
        """Lock the accounts of these plans, before anything of them is read to decide.

        :return: the plans as superuser's, with nothing known of before
        """
        plans_sudo = self.sudo()
        plans_sudo.utility_account_id._lock_accounts()
        plans_sudo.invalidate_recordset()
        return plans_sudo

    # -------------------------------------------------------------------------
    # TERMS OF A DRAFT
    # -------------------------------------------------------------------------

    def action_refresh(self):
        """Draw drafts up anew: for the debt as it is now, from its terms.

        :return: True
        """
        self.check_access("write")
        self._check_author()
        self.sudo()._refresh_draft()
        return True

    def _refresh_draft(self):
        """Check the terms of drafts and draw up their schedules; superuser.

        :raises ValidationError: one clear sentence on what is wrong
        """
        for plan in self.filtered(lambda plan: plan.state == "draft"):
            plan._check_obstacles("account", "debt", "terms")
            plan.amount_covered = plan.amount_remaining = float(plan._get_debt())
            if plan.frequency == "custom":
                plan._arrange_own_rows()
            else:
                plan.installment_ids.unlink()
                plan.installment_ids = [
                    Command.create(vals) for vals in plan._get_schedule_vals()
                ]

    def _arrange_own_rows(self):
        """Number the installments of one's own by date; the down payment is due now."""
        self.ensure_one()
        rows = self._get_own_rows()
        numbers = range(1, len(rows) + 1)
        if rows.mapped("sequence") != list(numbers):
            # In two steps: a number is given once.
            for number, row in zip(numbers, rows, strict=True):
                row.sequence = -number
            rows.flush_recordset(["sequence"])
            for number, row in zip(numbers, rows, strict=True):
                row.sequence = number
        (self.installment_ids - rows).unlink()
        if self.down_payment:
            self.installment_ids = [
                Command.create(
                    {
                        "sequence": 0,
                        "due_date": self.company_id._utility_today(),
                        "amount": self.down_payment,
                    }
                )
            ]
        self.write({"installment_count": len(rows), "first_due_date": rows[0].due_date})

    # -------------------------------------------------------------------------
    # TIMELINE
    # -------------------------------------------------------------------------

    def _log_event(self, kind, **values):
        """Write one row to the timeline of each plan.

        :param str kind: of ``utility.payment.plan.event``
        :param values: other values of the row, such as ``note`` or ``amount``
        """
        return (
            self.env["utility.payment.plan.event"]
            .sudo()
            .create([{"plan_id": plan.id, "kind": kind, **values} for plan in self])
        )

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import clean_context

# What staff may change while a request is open; everything else belongs to doors.
OPEN_FIELDS = frozenset(
    {
        "contact_mode",
        "date_deadline",
        "letter_subject",
        "letter_text",
        "move_ids",
        "note",
        "user_id",
    }
)
# Of this what a collector may change.
FIELD_WORK = frozenset({"contact_mode", "note"})
# What is said when a request is opened.
NEW_FIELDS = OPEN_FIELDS | {"previous_id", "type_id", "utility_account_id"}
# Names of chatter and activities, which stay writable.
CHATTER = ("message_", "activity_", "website_message_")
RESOLVED = ("done", "cancelled")
STAFF = ("group_customer_executive", "group_field_collector")


class UtilityServiceRequest(models.Model):
    """Something to be done for an account, by somebody, by a day (COL-05)."""

    _name = "utility.service.request"
    _description = "Service Request"
    _inherit = [
        "utility.collection.record",
        "mail.thread",
        "mail.activity.mixin",
        "utility.inserting",
    ]
    _order = "date_deadline, id"

    name = fields.Char(string="Number", readonly=True, copy=False)
    type_id = fields.Many2one(
        comodel_name="utility.service.request.type",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    type_code = fields.Char(related="type_id.code")
    category_id = fields.Many2one(
        comodel_name="utility.service.request.category",
        ondelete="restrict",
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("in_progress", "In Progress"),
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="new",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand="_group_expand_state",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        tracking=True,
        help="Who does it.",
    )
    date_deadline = fields.Date(
        string="Due Date",
        compute="_compute_date_deadline",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
    )
    outcome = fields.Selection(
        selection=[
            ("done", "Done as asked"),
            ("reached", "Consumer reached"),
            ("not_reached", "Consumer not reached"),
            ("promised", "Payment promised"),
            ("plan", "Payment plan agreed"),
            ("disputed", "Debt disputed"),
            ("refused", "Consumer refuses to pay"),
            ("corrected", "Contact details corrected"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    contact_mode = fields.Selection(
        selection=[
            ("phone", "By phone"),
            ("email", "By e-mail"),
            ("counter", "At the counter"),
            ("field", "At the door"),
        ],
        string="Contact Made",
        copy=False,
    )
    note = fields.Text(copy=False)
    end_note = fields.Char(
        string="Remark", readonly=True, copy=False, help="Why it ended, or what came."
    )
    origin = fields.Selection(
        selection=[
            ("manual", "By hand"),
            ("ladder", "Collections step"),
            ("schedule", "Schedule"),
        ],
        string="Opened By",
        required=True,
        default="manual",
        readonly=True,
        copy=False,
    )
    schedule_id = fields.Many2one(
        comodel_name="utility.service.request.schedule",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    opened_on = fields.Date(readonly=True, copy=False)
    done_at = fields.Datetime(string="Closed On", readonly=True, copy=False)
    done_by = fields.Many2one(
        comodel_name="res.users", string="Closed By", readonly=True, copy=False
    )
    previous_id = fields.Many2one(
        comodel_name="utility.service.request",
        string="Follows",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    next_ids = fields.One2many(
        comodel_name="utility.service.request",
        inverse_name="previous_id",
        string="Followed By",
        readonly=True,
    )
    step_ids = fields.One2many(
        comodel_name="utility.service.request.step",
        inverse_name="request_id",
        string="Procedure",
        readonly=True,
        copy=False,
    )
    step_count = fields.Integer(string="Steps", compute="_compute_steps")
    step_done_count = fields.Integer(string="Steps Done", compute="_compute_steps")
    next_step = fields.Char(compute="_compute_next_step")
    next_method = fields.Char(
        compute="_compute_next_step", export_string_translation=False
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    account_phone = fields.Char(related="utility_account_id.phone", string="Phone")
    account_email = fields.Char(related="utility_account_id.email", string="E-mail")
    account_address = fields.Char(
        related="utility_account_id.service_address", string="Service Address"
    )
    overdue_balance = fields.Monetary(related="utility_account_id.overdue_balance")

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This number is another service request's.",
    )
    # What machines open, they open once, also when two run at the same time.
    _machine_unique = models.UniqueIndex(
        "(utility_account_id, type_id)"
        " WHERE origin != 'manual' AND state NOT IN ('done', 'cancelled')",
        "This account has such a service request already.",
    )
    _unresolved_idx = models.Index(
        "(company_id, date_deadline, id) WHERE state NOT IN ('done', 'cancelled')"
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("name", "type_id")
    def _compute_display_name(self):
        for request in self:
            request.display_name = (
                f"{request.name} {request.type_id.name}"
                if request.name
                else self.env._("New request")
            )

    @api.depends("utility_account_id", "type_id")
    def _compute_user_id(self):
        for request in self:
            request.user_id = request._get_default_owner()

    @api.depends("utility_account_id", "type_id")
    def _compute_date_deadline(self):
        for request in self:
            company = request.utility_account_id.company_id or self.env.company
            request.date_deadline = fields.Date.add(
                company._utility_today(), days=request.type_id.days
            )

    @api.depends("step_ids.done_at")
    def _compute_steps(self):
        for request in self:
            request.step_count = len(request.step_ids)
            request.step_done_count = len(request.step_ids.filtered("done_at"))

    @api.depends("state", "step_ids.done_at")
    def _compute_next_step(self):
        for request in self:
            step = bool(request._origin) and request._get_next_step()
            request.next_step = step and step["label"]
            request.next_method = step and step["method"]

    @api.depends("state", "date_deadline")
    def _compute_is_overdue(self):
        for request in self:
            request.is_overdue = (
                request.state not in RESOLVED
                and bool(request.date_deadline)
                and request.date_deadline
                < (request.company_id or self.env.company)._utility_today()
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = []
        for company in self.env.companies:
            late += [
                "&",
                ("company_id", "=", company.id),
                ("date_deadline", "<", company._utility_today()),
            ]
        late = ["|"] * (len(self.env.companies) - 1) + late
        late = ["&", ("state", "not in", RESOLVED), *late]
        return late if set(value) == {True} else ["!", *late]

    @api.model
    def _group_expand_state(self, values, domain):
        """The board shows what is open also while it is empty."""
        open_states = [
            value
            for value in self._fields["state"].get_values(self.env)
            if value not in RESOLVED
        ]
        return [*open_states, *(state for state in RESOLVED if state in values)]

    # -------------------------------------------------------------------------
    # OWNER
    # -------------------------------------------------------------------------

    def _get_default_owner(self):
        """Who does it, unless somebody says so: by the type's rule (COL-05)."""
        self.ensure_one()
        account_sudo = self.sudo().utility_account_id
        company = account_sudo.company_id or self.env.company
        wanted = {
            "recovery": account_sudo.recovery_user_id,
            "collector": account_sudo.collector_id,
            "creator": self.env.user,
        }[self.type_id.owner_rule or "recovery"]
        for user in (
            wanted,
            account_sudo.recovery_user_id,
            company.sudo().utility_plan_user_id,
            self.env.user,
        ):
            if user and not self._get_owner_problem(user.sudo(), account_sudo):
                return user
        return self.env["res.users"]

    @api.model
    def _get_owner_problem(self, user, account):
        """Why somebody can't do requests of an account; False if all is well."""
        company = account.company_id or self.env.company
        if not user.active:
            return self.env._(
                "%(user)s is archived: choose another owner.", user=user.name
            )
        if company not in user.company_ids:
            return self.env._(
                "%(user)s doesn't work for %(company)s: choose another owner.",
                user=user.name,
                company=company.name,
            )
        if user.has_group("utility_consumers.group_customer_executive"):
            return False
        if not user.has_group("utility_consumers.group_field_collector"):
            return self.env._(
                "%(user)s has no role that works on service requests: choose another"
                " owner.",
                user=user.name,
            )
        if account and account.collector_id != user:
            return self.env._(
                "%(user)s sees accounts of their own only: assign this account to them"
                " first, or choose another owner.",
                user=user.name,
            )
        return False

    @api.constrains("user_id", "utility_account_id")
    def _check_owner(self):
        for request in self:
            request_sudo = request.sudo()
            if not request_sudo.user_id:
                raise ValidationError(self._get_no_owner_message())
            if problem := self._get_owner_problem(
                request_sudo.user_id, request_sudo.utility_account_id
            ):
                raise ValidationError(problem)

    @api.model
    def _get_no_owner_message(self):
        return self.env._("A service request needs an owner: say who does it.")

    # -------------------------------------------------------------------------
    # CRUD: staff say what is to be done, doors the rest
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        vals_list = [self._read_new(vals) for vals in vals_list]
        # Defaults that a caller puts into the context would pass by what is read.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(
            clean_context(self.env.context), mail_auto_subscribe_no_notify=True
        )
        requests = super(UtilityServiceRequest, quiet).create(vals_list)
        requests = requests.with_env(self.env)
        requests._check_owner()
        requests.sudo()._complete_new()
        requests._follow_opening()
        return requests

    def write(self, vals):
        if not self.env.su:
            self._check_written(vals)
        res = super().write(vals)
        if {"user_id", "date_deadline"} & set(vals):
            self.sudo()._move_activities()
        return res

    @api.model
    def _read_new(self, vals):
        """Return what is created of values that somebody sent.

        :raises UserError: naming what is missing or strange
        """
        vals = self._add_missing_default_values(vals)
        if not self.env.su:
            vals = {
                name: value
                for name, value in vals.items()
                if name in NEW_FIELDS or name.startswith(CHATTER)
            }
        account = self._read_record(
            "utility.account",
            vals.get("utility_account_id"),
            self.env._("A service request is about an account: choose one."),
        )
        request_type = self._read_record(
            "utility.service.request.type",
            vals.get("type_id"),
            self.env._("A service request has a type: choose one."),
        )
        if not request_type.active:
            raise UserError(
                self.env._(
                    "Service requests of the type “%(type)s” aren't opened any more:"
                    " choose another.",
                    type=request_type.name,
                )
            )
        self._check_owner_and_day(vals)
        if "date_deadline" in vals and not vals["date_deadline"]:
            del vals["date_deadline"]
        if vals.get("previous_id"):
            previous = self._read_record(
                self._name,
                vals["previous_id"],
                self.env._("The request that this one follows doesn't exist."),
            )
            if previous.utility_account_id != account:
                raise UserError(
                    self.env._(
                        "%(request)s is about another account: follow it there.",
                        request=previous.name,
                    )
                )
        return vals

    @api.model
    def _read_record(self, model, record_id, message):
        """Return the record of an id that somebody sent, which they may read.

        :raises UserError: with the message, when there is no such record
        """
        record = self.env[model]
        if isinstance(record_id, int) and not isinstance(record_id, bool):
            record = record.browse(record_id).exists()
        if not record:
            raise UserError(message)
        record.check_access("read")
        return record

    def _check_written(self, vals):
        """Refuse what nobody writes, and changes of what is closed.

        :raises UserError: naming what is wrong
        """
        names = {name for name in vals if not name.startswith(CHATTER)}
        allowed = OPEN_FIELDS
        if not self.env.user.has_group("utility_consumers.group_customer_executive"):
            allowed = FIELD_WORK
        for name in sorted(names - allowed):
            field = self._fields.get(name)
            label = field.get_description(self.env)["string"] if field else name
            raise UserError(
                self.env._(
                    "%(field)s isn't changed by hand here: use the buttons of the"
                    " request, or ask the counter.",
                    field=label,
                )
            )
        if names:
            self._check_open()
        self._check_owner_and_day(vals)
        if "date_deadline" in vals and not vals["date_deadline"]:
            raise UserError(
                self.env._("A service request has a due date: say by when it is done.")
            )

    @api.model
    def _check_owner_and_day(self, vals):
        """Refuse an owner or a due date that is none, in values that somebody sent."""
        if "user_id" in vals:
            user_id = vals["user_id"]
            if not user_id:
                raise UserError(self._get_no_owner_message())
            known = isinstance(user_id, int) and not isinstance(user_id, bool)
            if not known or not self.env["res.users"].sudo().browse(user_id).exists():
                raise UserError(
                    self.env._("This owner doesn't exist: choose somebody else.")
                )
        try:
            fields.Date.to_date(vals.get("date_deadline"))
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("The due date isn't a date: write it as 2026-12-31.")
            ) from error

    def _complete_new(self):
        """Give new requests number, category, case and procedure; superuser."""
        cases = self.env["utility.collection.case"].search(
            [
                ("utility_account_id", "in", self.utility_account_id.ids),
                ("state", "!=", "closed"),
            ]
        )
        by_account = cases.grouped("utility_account_id")
        for company, requests in self.grouped("company_id").items():
            numbers = self.env["ir.sequence"]._utility_draw(
                "utility.request", company, len(requests)
            )
            category = company._get_request_category()
            for request, number in zip(requests, numbers, strict=True):
                request.write(
                    {
                        "name": number,
                        "opened_on": company._utility_today(),
                        "category_id": (request.type_id.category_id or category).id,
                        "case_id": request.case_id.id
                        or by_account.get(request.utility_account_id, cases[:0]).id,
                        "step_ids": [
                            Command.create(vals) for vals in request._get_step_vals()
                        ],
                    }
                )

    def _get_step_vals(self):
        """The procedure of the type, in the owner's language."""
        self.ensure_one()
        return [
            {"name": step.name, "kind": step.kind, "sequence": place}
            for place, step in enumerate(
                self.type_id.with_context(lang=self.user_id.lang).procedure_ids, 1
            )
        ]

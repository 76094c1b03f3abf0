from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round, format_date

from ..tools import FREQUENCIES

# The longest plan that the slider offers where no template says; more can be typed.
USUAL_LONGEST = 24
# What makes a simulation: the terms that "Use these" brings back.
TERMS = ("down_payment", "installment_count", "frequency")


class UtilityPlanSetup(models.TransientModel):
    """One screen to agree on a payment plan (PLN-01, PLN-02).

    It keeps no rule of its own: schedule, checks and limits are those of an unsaved
    plan of the same terms (`utility.payment.plan._preview`). No plan is stored before a
    button asks for it.
    """

    _name = "utility.plan.setup"
    _description = "Set Up a Payment Plan"
    _rec_name = "utility_account_id"
    _transient_max_hours = 12.0

    # === FIELDS: WHO === #

    opened_at = fields.Datetime(default=fields.Datetime.now)
    scanned = fields.Char(string="Searched For")
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Consumer"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    account_number = fields.Char(
        related="utility_account_id.number", related_sudo=False, string="Account Number"
    )
    consumer_name = fields.Char(
        related="utility_account_id.consumer_name", related_sudo=False
    )
    service_address = fields.Char(
        related="utility_account_id.service_address", related_sudo=False
    )
    phone = fields.Char(related="utility_account_id.phone", related_sudo=False)
    previous_id = fields.Many2one(
        comodel_name="utility.payment.plan",
        string="Modified Plan",
        help="The version whose terms are changed (PLN-02).",
    )
    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan",
        readonly=True,
        copy=False,
        help="What this screen made; pressed twice, a button makes it once.",
    )
    plan_state = fields.Selection(
        related="plan_id.state", string="Status of the Plan", related_sudo=False
    )

    # === FIELDS: DEBT === #

    debts = fields.Json(compute="_compute_debts", compute_sudo=False)
    covered_move_ids = fields.Many2many(
        comodel_name="account.move",
        string="Debt",
        compute="_compute_covered_move_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    amount_covered = fields.Monetary(
        string="Covered Debt",
        compute="_compute_amount_covered",
        compute_sudo=False,
        store=True,
        readonly=False,
        currency_field="company_currency_id",
        help="What the screen showed: a plan on another amount isn't made.",
    )

    # === FIELDS: TERMS === #

    template_id = fields.Many2one(
        comodel_name="utility.payment.plan.template",
        domain="[('company_id', '=', company_id)]",
    )
    down_payment = fields.Monetary(
        compute="_compute_template_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
        currency_field="company_currency_id",
    )
    frequency = fields.Selection(
        selection=lambda self: self._selection_frequency(),
        compute="_compute_template_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    installment_count = fields.Integer(
        string="Installments",
        compute="_compute_template_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    longest = fields.Integer(compute="_compute_longest")
    first_due_date = fields.Date(
        string="First Installment",
        compute="_compute_first_due_date",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    contact_mode = fields.Selection(
        selection=[
            ("counter", "Counter"),
            ("phone", "Phone"),
            ("field", "At the door"),
        ],
        string="Agreed",
        default=lambda self: self._default_contact_mode(),
    )

    # === FIELDS: SCHEDULE === #

    row_ids = fields.One2many(
        comodel_name="utility.plan.setup.row",
        inverse_name="wizard_id",
        string="Schedule",
        compute="_compute_row_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    total = fields.Monetary(
        compute="_compute_outcome",
        compute_sudo=False,
        currency_field="company_currency_id",
    )
    last_date = fields.Date(
        string="Last Installment", compute="_compute_outcome", compute_sudo=False
    )
    message = fields.Text(
        compute="_compute_outcome",
        compute_sudo=False,
        help="Why no plan can be made of these terms.",
    )
    limit_message = fields.Text(
        compute="_compute_outcome",
        compute_sudo=False,
        help="Why the user can't activate it alone (ROL-01).",
    )
    limit_note = fields.Char(
        compute="_compute_limit_note",
        compute_sudo=False,
        help="What the user may agree on alone, said before anything is typed.",
    )
    effect = fields.Json(compute="_compute_effect", compute_sudo=False)
    summary = fields.Json(compute="_compute_summary", compute_sudo=False)
    simulations = fields.Json(help="Terms that were put aside to be compared.")
    comparison = fields.Json(compute="_compute_comparison", compute_sudo=False)

    # === DEFAULTS AND SELECTIONS === #

    @api.model
    def _default_contact_mode(self):
        user = self.env.user
        is_collector = user.has_group(
            "utility_consumers.group_field_collector"
        ) and not user.has_group("utility_consumers.group_customer_executive")
        return "field" if is_collector else "counter"

    @api.model
    def _selection_frequency(self):
        field = self.env["utility.payment.plan"]._fields["frequency"]
        return field._description_selection(self.env)

    # === COMPUTE METHODS === #

    @api.depends("utility_account_id")
    @api.depends_context("company")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.utility_account_id.company_id or self.env.company

    @api.depends("utility_account_id", "previous_id")
    def _compute_debts(self):
        for wizard in self:
            wizard.debts = wizard._get_debts()

    @api.depends("utility_account_id", "previous_id")
    def _compute_covered_move_ids(self):
        """All that is overdue and free; of a plan that is modified, what remains."""
        for wizard in self:
            wizard.covered_move_ids = [
                Command.set(
                    [debt["id"] for debt in wizard.debts or [] if debt["chosen"]]
                )
            ]

    @api.depends("covered_move_ids")
    def _compute_amount_covered(self):
        for wizard in self:
            chosen = set(wizard.covered_move_ids._origin.ids)
            wizard.amount_covered = wizard.company_currency_id.round(
                sum(
                    debt["amount"]
                    for debt in wizard.debts or []
                    if debt["id"] in chosen
                )
            )

    @api.depends("template_id", "previous_id", "utility_account_id")
    def _compute_template_terms(self):
        """Start from the template, or from the terms that are modified."""
        for wizard in self:
            previous = wizard.previous_id
            is_kept = previous and previous.template_id == wizard.template_id
            source = previous if is_kept else wizard.template_id
            wizard.frequency = source.frequency or "monthly"
            wizard.installment_count = max(source.installment_count or 3, 1)
            percent = wizard.template_id.minimum_down_payment
            # Up: a cent below its share would be refused.
            wizard.down_payment = float_round(
                wizard.amount_covered * percent / 100,
                precision_rounding=wizard.company_currency_id.rounding,
                rounding_method="UP",
            )

    @api.depends("template_id")
    def _compute_longest(self):
        for wizard in self:
            wizard.longest = wizard.template_id.maximum_count or USUAL_LONGEST

    @api.depends("utility_account_id", "frequency")
    def _compute_first_due_date(self):
        """One interval from today, until somebody chose a date."""
        for wizard in self:
            today = wizard.company_id._utility_today()
            month = relativedelta(months=1)
            usual = {today + step for step in FREQUENCIES.values()}
            if not wizard.first_due_date or wizard.first_due_date in usual:
                wizard.first_due_date = today + FREQUENCIES.get(wizard.frequency, month)

    @api.depends(
        "amount_covered",
        "covered_move_ids",
        "down_payment",
        "first_due_date",
        "frequency",
        "installment_count",
        "template_id",
    )
    def _compute_row_ids(self):
        """The schedule of the terms; one of the author's own stays as it is."""
        for wizard in self:
            is_custom = wizard.frequency == "custom"
            own_rows = wizard.row_ids.filtered("position")
            if is_custom and own_rows:
                wizard.row_ids = own_rows
                continue
            wizard.row_ids = [
                Command.clear(),
                *(
                    Command.create(wizard._get_row_vals(vals))
                    for vals in wizard._get_schedule_vals()
                    if vals["sequence"] or not is_custom
                ),
            ]

    @api.depends(
        "amount_covered",
        "covered_move_ids",
        "down_payment",
        "first_due_date",
        "frequency",
        "installment_count",
        "row_ids.amount",
        "row_ids.due_date",
        "template_id",
    )
    def _compute_outcome(self):
        for wizard in self:
            rows = wizard.row_ids
            down = wizard.down_payment if wizard.frequency == "custom" else 0.0
            wizard.total = sum(rows.mapped("amount"), start=down)
            wizard.last_date = max(
                (row.due_date for row in rows if row.due_date), default=False
            )
            plan = wizard._get_preview()
            obstacles = plan._get_obstacles() if plan else []
            by_kind = {True: [], False: []}
            for obstacle in obstacles:
                by_kind[obstacle["kind"] == "limit"].append(obstacle["message"])
            wizard.message = "\n".join(by_kind[False])
            wizard.limit_message = "\n".join(by_kind[True])

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_limit_note(self):
        """PLN-01: the limits of the user's role."""
        Plan = self.env["utility.payment.plan"]
        for wizard in self:
            limits = Plan._get_limits(wizard.company_id)
            wizard.limit_note = bool(limits) and self.env._(
                "Alone you may agree on plans up to %(amount)s and %(count)s"
                " installments.",
                amount=wizard.company_currency_id.format(limits["amount"]),
                count=limits["count"],
            )

    @api.depends("amount_covered", "covered_move_ids")
    def _compute_effect(self):
        for wizard in self:
            wizard.effect = wizard._get_effect()

    @api.depends("row_ids.amount", "row_ids.due_date", "message")
    def _compute_summary(self):
        for wizard in self:
            wizard.summary = wizard._get_summary()

    @api.depends("row_ids.amount", "row_ids.due_date", "previous_id", "message")
    def _compute_comparison(self):
        for wizard in self:
            wizard.comparison = False
            if wizard.previous_id and not wizard.message:
                plan = wizard._get_preview(
                    version=wizard.previous_id.sudo()._next_version(),
                    installment_ids=[
                        Command.create(
                            {
                                "sequence": number,
                                "due_date": row.due_date,
                                "amount": row.amount,
                            }
                        )
                        for number, row in enumerate(
                            wizard.row_ids, start=0 if wizard.down_payment else 1
                        )
                    ],
                )
                wizard.comparison = plan._compare_with_previous()

    # === ACTIONS === #

    def action_activate(self):
        """Make the plan and put it in force, in one transaction.

        :return: an action that opens the plan
        :raises UserError: when terms, debt or the user's role don't allow it
        """
        self.ensure_one()
        if self.plan_id and self.plan_id.state != "draft":
            return self._open_plan()
        plan = self._save_plan()
        now = fields.Datetime.now()
        spent = (now - (self.opened_at or now)).total_seconds()
        plan.with_context(utility_plan_seconds=spent).action_activate()
        return self._open_plan()

    def action_ask_executive(self):
        """Save a draft, and ask someone who may activate it (ROL-01).

        :return: an action that opens the draft
        :raises UserError: when nobody may, or the terms make no plan
        """
        self.ensure_one()
        executive = self._find_executive()
        plan = self._save_plan()
        plan.user_id = executive
        plan.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=executive.id,
            summary=self.env._("Activate payment plan %s", plan.display_name),
            note=self.limit_message or "",
        )
        return self._open_plan()

    def action_save_draft(self):
        """Keep the terms as a draft, to be printed, signed or activated later.

        :return: an action that opens the draft
        """
        self.ensure_one()
        self._save_plan()
        return self._open_plan()

    def action_print_agreement(self):
        """Save a draft, and show its agreement for the consumer to read.

        :return: an action that opens the PDF
        """
        self.ensure_one()
        return self._save_plan().action_print_agreement()

    def action_sign(self):
        """Save a draft, and ask the consumer to sign it on this screen.

        :return: an action that opens the dialog
        """
        self.ensure_one()
        return self._save_plan().action_sign()

    # === BUSINESS METHODS: THE PLAN === #

    @api.model
    def _get_form_action(self, **defaults):
        """The action that opens the screen, with default values."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "utility_collections.utility_plan_setup_action"
        )
        action["context"] = {
            f"default_{name}": value for name, value in defaults.items()
        }
        if defaults.get("previous_id"):
            action["name"] = self.env._("Modify Payment Plan")
        return action

    def _get_plan_vals(self):
        """The terms, as values of a plan."""
        self.ensure_one()
        vals = {
            "utility_account_id": self.utility_account_id.id,
            "previous_id": self.previous_id.id,
            "template_id": self.template_id.id,
            "covered_move_ids": [Command.set(self.covered_move_ids._origin.ids)],
            "down_payment": self.down_payment,
            "frequency": self.frequency,
            "contact_mode": self.contact_mode,
        }
        if self.frequency == "custom":
            return vals | {"installment_ids": self._get_row_commands()}
        return vals | {
            "installment_count": self.installment_count,
            "first_due_date": self.first_due_date,
        }

    def _get_row_vals(self, vals):
        """A row of the screen, of the values of an installment."""
        return {
            "position": vals["sequence"],
            "name": str(vals["sequence"] or self.env._("Down payment")),
            "due_date": vals["due_date"],
            "amount": vals["amount"],
        }

    def _get_row_commands(self):
        """The rows of a schedule of the author's own, as installments of a plan."""
        rows = self.row_ids.filtered("position")
        return [
            Command.create(
                {"sequence": number, "due_date": row.due_date, "amount": row.amount}
            )
            for number, row in enumerate(rows, start=1)
        ]

    def _get_preview(self, **changes):
        """An unsaved plan of these terms; empty while nobody is chosen."""
        self.ensure_one()
        Plan = self.env["utility.payment.plan"]
        if not self.utility_account_id:
            return Plan
        # The preview is a superuser's: it tells of nothing that the caller can't see.
        for records in (
            self.utility_account_id,
            self.previous_id,
            self.template_id,
            self.covered_move_ids,
        ):
            records._origin.check_access("read")
        return Plan._simulate(self._get_plan_vals() | changes)

    def _get_schedule_vals(self):
        """The schedule that the terms make, none where they make none."""
        self.ensure_one()
        # A schedule of one's own starts from the monthly one.
        frequency = "monthly" if self.frequency == "custom" else self.frequency
        plan = self._get_preview(
            frequency=frequency,
            installment_count=self.installment_count,
            first_due_date=self.first_due_date,
        )
        if not plan:
            return []
        try:
            return plan._get_schedule_vals()
        except UserError:
            return []

    def _save_plan(self):
        """Make the draft, or bring the one of this screen up to date.

        :raises UserError: when the debt isn't what the screen showed
        """
        self.ensure_one()
        if not self.utility_account_id:
            raise UserError(self.env._("Choose the consumer who makes the plan."))
        if self.plan_id and self.plan_id.state != "draft":
            raise UserError(
                self.env._(
                    "%(plan)s was made of this screen already: open it instead.",
                    plan=self.plan_id.display_name,
                )
            )
        vals = self._get_plan_vals()
        if self.plan_id:
            if "installment_ids" in vals:
                old = [Command.delete(row.id) for row in self.plan_id.installment_ids]
                vals["installment_ids"] = old + vals["installment_ids"]
            self.plan_id.write(vals)
        else:
            self.plan_id = self.env["utility.payment.plan"].create(vals)
        currency = self.company_currency_id
        if currency.compare_amounts(self.plan_id.amount_covered, self.amount_covered):
            raise UserError(
                self.env._(
                    "The debt is %(now)s now, no longer %(before)s: open the set-up"
                    " anew to see its schedule.",
                    now=currency.format(self.plan_id.amount_covered),
                    before=currency.format(self.amount_covered),
                )
            )
        return self.plan_id

    def _open_plan(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.payment.plan",
            "res_id": self.plan_id.id,
            "views": [(False, "form")],
        }

    def _find_executive(self):
        """Who is asked where the user's role doesn't reach.

        :raises UserError: when nobody has the role
        """
        company = self.company_id.sudo()
        if company.utility_plan_user_id:
            return company.utility_plan_user_id
        group = self.env.ref("utility_consumers.group_recovery_executive").sudo()
        users = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        if not users:
            raise UserError(
                self.env._(
                    "Nobody has the role Recovery Executive yet: ask your"
                    " administrator to give it to someone."
                )
            )
        return users.sorted("id")[0]

    # === BUSINESS METHODS: WHAT THE SCREEN SHOWS === #

    def _get_debts(self):
        """The open documents of the account, oldest due first, with what stops them.

        :return: list of {`id`, `name`, `detail`, `due`, `is_overdue`, `amount`,
            `blocked` (why it can't be chosen, or False), `chosen` (at first)}
        """
        self.ensure_one()
        account = self.utility_account_id
        if not account:
            return []
        today = self.company_id._utility_today()
        moves = account._find_open_moves()
        blocked = self._get_blocked(moves)
        remaining = (
            self.previous_id.sudo().cover_ids.line_id.filtered(
                lambda line: not line.reconciled
            )
        ).move_id
        describe = self.env["utility.record.payment"]._describe_document
        debts = []
        for move in moves:
            overdue = bool(move.invoice_date_due and move.invoice_date_due < today)
            is_old = move in remaining.with_env(self.env)
            debts.append(
                {
                    "id": move.id,
                    "name": move.name,
                    "detail": describe(move),
                    "due": format_date(self.env, move.invoice_date_due),
                    "is_overdue": overdue,
                    "amount": account.currency_id.round(move.amount_residual_signed),
                    "blocked": blocked.get(move.id, False),
                    "chosen": move.id not in blocked
                    and (is_old if self.previous_id else overdue),
                }
            )
        return debts

    def _get_blocked(self, moves):
        """Why documents can't be chosen: covered by another plan, or disputed.

        :return: {document id: sentence}
        """
        lines_sudo = moves.sudo().line_ids.filtered(
            lambda line: line.utility_account_id and not line.reconciled
        )
        blocked = {
            line.move_id.id: self.env._("Disputed, kept out of collections")
            for line in lines_sudo._filter_disputed()
        }
        for cover in lines_sudo._get_covers_in_force():
            if cover.plan_id != self.previous_id.sudo():
                blocked[cover.move_id.id] = self.env._(
                    "In plan %s", cover.plan_id.display_name
                )
        for line in lines_sudo._filter_foreign():
            blocked[line.move_id.id] = self.env._("In %s", line.currency_id.name)
        return blocked

    def _get_effect(self):
        """What the plan does to the balances of CON-04, as texts.

        :return: list of {`label`, `before`, `after`, `is_better`}
        """
        self.ensure_one()
        account = self.utility_account_id
        if not account:
            return []
        currency = self.company_currency_id
        plan = self._get_preview()
        today = self.company_id._utility_today()
        sums = account._execute_balance_query()
        payoff, deferred, late, credit = sums[0][1:] if sums else (0.0,) * 4
        lines = plan._get_lines_to_cover()
        freed, freed_late, due = self._get_freed(today)
        after_deferred = deferred - freed + sum(lines.mapped("amount_residual"))
        after_late = (
            late
            - due
            + freed_late
            - sum(
                line.amount_residual
                for line in lines
                if line.date_maturity and line.date_maturity < today
            )
        )
        figures = [
            (
                self.env._("Overdue"),
                max(late - credit, 0.0),
                max(after_late - credit, 0.0),
            ),
            (
                self.env._("Current balance"),
                payoff - deferred,
                payoff - after_deferred,
            ),
            (self.env._("Deferred by plans"), deferred, after_deferred),
        ]
        return [
            {
                "label": label,
                "before": currency.format(currency.round(before)),
                "after": currency.format(currency.round(after)),
                "changes": bool(currency.compare_amounts(before, after)),
            }
            for label, before, after in figures
        ]

    def _get_freed(self, today):
        """What the modified version gives free when it is replaced.

        :return: (what it defers, of this what is past its own due date, its unpaid
            installments past due)
        """
        previous = self.previous_id.sudo()
        if previous.state != "active":
            return 0.0, 0.0, 0.0
        deferred = [
            (min(line.amount_residual, cover.amount - cover.paid_amount), line)
            for cover in previous.cover_ids
            for line in cover.line_id
            if not line.reconciled
        ]
        return (
            sum(amount for amount, _line in deferred),
            sum(
                amount
                for amount, line in deferred
                if line.date_maturity and line.date_maturity < today
            ),
            sum(
                row.amount - row.paid_amount
                for row in previous.installment_ids
                if row.due_date < today and row.state != "cancelled"
            ),
        )

    def _get_summary(self):
        """The terms in a few lines, to lay simulations side by side.

        :return: {`terms`: values that bring them back, `title`, `figures`}, or False
            while they make no plan
        """
        self.ensure_one()
        rows = self.row_ids
        if not rows or self.message:
            return False
        currency = self.company_currency_id
        regular = rows.filtered(lambda row: row.name != self.env._("Down payment"))
        frequency = dict(self._selection_frequency())[self.frequency]
        figures = [
            (
                self.env._("Installment"),
                currency.format(regular[:1].amount),
            )
        ]
        if self.down_payment and self.frequency != "custom":
            figures.append((self.env._("Today"), currency.format(self.down_payment)))
        figures += [
            (self.env._("First"), format_date(self.env, regular[:1].due_date)),
            (self.env._("Last"), format_date(self.env, self.last_date)),
            (self.env._("Total"), currency.format(self.total)),
        ]
        return {
            "terms": {name: self[name] for name in TERMS}
            | {
                "first_due_date": fields.Date.to_string(self.first_due_date),
                "template_id": self.template_id.id,
            },
            "title": self.env._(
                "%(count)s × %(frequency)s",
                count=len(regular),
                frequency=frequency.lower(),
            ),
            "figures": [{"label": label, "value": value} for label, value in figures],
        }

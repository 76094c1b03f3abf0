from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.date_utils import get_month

from ..tools import check_company_once

# What may change on the posted document of a consumer: nothing that is money, party,
# date or state. Everything else goes through a correction that someone approves.
UNLOCKED_PREFIXES = ("message_", "activity_", "website_message_", "invoice_pdf_report_")
UNLOCKED_FIELDS = frozenset(
    {
        "access_token",
        "attachment_ids",
        "checked",
        "inalterable_hash",
        "is_manually_modified",
        "is_move_sent",
        "secure_sequence_number",
        "sending_data",
    }
)
UTILITY_SEQUENCE_CODES = {"bill": "utility.bill", "service": "utility.charge"}


class AccountMove(models.Model):
    _inherit = "account.move"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Consumer Account",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    utility_kind = fields.Selection(
        selection=[("bill", "Bill"), ("service", "Service charge")],
        string="Document Kind",
        copy=False,
    )
    period_start = fields.Date(string="Period From", copy=False)
    period_end = fields.Date(string="Period To", copy=False)
    service_name = fields.Char(copy=False)
    service_date = fields.Date(copy=False)
    utility_service_address = fields.Char(related="utility_account_id.service_address")
    utility_description = fields.Char(
        string="For",
        compute="_compute_utility_description",
        help="The billing period, or the service that is charged.",
    )
    utility_overdue = fields.Boolean(
        string="Is Overdue", compute="_compute_utility_overdue"
    )

    _utility_name_idx = models.Index(
        "(lower(name) text_pattern_ops) WHERE utility_account_id IS NOT NULL"
    )

    # === COMPUTE METHODS === #

    @api.depends("utility_kind", "period_start", "period_end", "service_name")
    def _compute_utility_description(self):
        for move in self:
            if move.utility_kind == "bill" and move.period_start and move.period_end:
                move.utility_description = self._format_utility_period(
                    move.period_start, move.period_end
                )
            else:
                move.utility_description = move.service_name

    def _format_utility_period(self, start, end):
        """Return a billing period as people say it: a month, or its two ends."""
        if (start, end) == get_month(start):
            return format_date(self.env, start, date_format="MMMM yyyy")
        return self.env._(
            "%(start)s to %(end)s",
            start=format_date(self.env, start, date_format="d MMM yyyy"),
            end=format_date(self.env, end, date_format="d MMM yyyy"),
        )

    @api.depends("invoice_date_due", "payment_state", "state")
    def _compute_utility_overdue(self):
        today = {company: company._utility_today() for company in self.company_id}
        for move in self:
            move.utility_overdue = (
                move.state == "posted"
                and move.payment_state in ("not_paid", "partial")
                and bool(move.invoice_date_due)
                and move.invoice_date_due < today[move.company_id]
            )

    # pylint: disable=missing-return
    def _compute_payments_widget_to_reconcile_info(self):
        """Override of `account`: offer only credits of the same consumer account."""
        super()._compute_payments_widget_to_reconcile_info()
        for move in self:
            widget = move.invoice_outstanding_credits_debits_widget
            if not widget:
                continue
            lines = self.env["account.move.line"].browse(
                values["id"] for values in widget["content"]
            )
            own = lines.filtered_domain(
                [("utility_account_id", "=", move.utility_account_id.id)]
            )
            content = [
                values for values in widget["content"] if values["id"] in own.ids
            ]
            move.invoice_outstanding_credits_debits_widget = (
                {**widget, "content": content} if content else False
            )

    # pylint: disable=missing-return
    def _compute_name(self):
        """Override of `account`: documents of consumers are numbered by num formats."""
        utility_moves = self.filtered("utility_account_id")
        super(AccountMove, self - utility_moves)._compute_name()
        utility_moves._utility_give_names()

    def _compute_made_sequence_gap(self):
        """Override of `account`: a num format has no gaps to report."""
        utility_moves = self.filtered("utility_account_id")
        utility_moves.made_sequence_gap = False
        return super(AccountMove, self - utility_moves)._compute_made_sequence_gap()

    # === CONSTRAINTS === #

    @api.constrains("journal_id", "utility_account_id", "state")
    def _check_utility_bills_journal(self):
        for move in self:
            if (
                move.journal_id.is_utility_bills
                and move.state == "posted"
                and not move.utility_account_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(journal)s takes documents of consumers only; choose a "
                        "consumer account or another journal.",
                        journal=move.journal_id.name,
                    )
                )

    def _check_company(self, fnames=None):
        """Override of `base`: what the records of a batch share is checked once."""
        return check_company_once(
            self,
            fnames,
            lambda records, names: super()._check_company(names),
        )

    # === CRUD METHODS === #

    def write(self, vals):
        self._check_utility_lock(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_utility_documents(self):
        self._check_utility_lock()

    # === ACTIONS === #

    def button_draft(self):
        self._check_utility_lock()
        return super().button_draft()

    def button_cancel(self):
        self._check_utility_lock()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_utility_lock()
        return super()._reverse_moves(default_values_list, cancel)

    @api.model
    def _get_utility_document_action(self, move):
        """Return the action that opens one document of a consumer in our own form."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "views": [
                (self.env.ref("utility_consumers.account_move_view_form").id, "form")
            ],
            "name": move.name,
        }

    def action_open_utility_document(self):
        """Open the document in the form that needs no accounting rights."""
        self.ensure_one()
        return self._get_utility_document_action(self)

    # === LOCK === #

    def _check_utility_lock(self, vals=None):
        """Refuse to change posted documents of consumers, for all below Admin.

        Accounting users too: what is posted changes by a correction that someone else
        approves. The doors of the product check their caller and then pass as
        superuser; no context key does.

        :param dict vals: what would be written; None for any other change
        :raise UserError: naming the first document that is locked
        """
        if vals is not None and all(map(self._is_utility_unlocked, vals)):
            return
        joins = bool(vals) and "utility_account_id" in vals
        for move in self._filter_utility_locked():
            if move.state == "posted" and (move.utility_account_id or joins):
                raise UserError(
                    self.env._(
                        "%(document)s is posted and belongs to a consumer: it can't "
                        "be changed, cancelled or deleted. Ask for a correction "
                        "instead.",
                        document=move.display_name,
                    )
                )

    def _filter_utility_locked(self):
        """Return those of the entries that the lock is closed for; Admin has a key.

        An add-on above may keep some closed for Admin too.
        """
        return self.browse() if self.env.is_system() else self

    def _is_utility_unlocked(self, name):
        """Tell whether a field may be written on a posted document of a consumer."""
        if name in UNLOCKED_FIELDS or name.startswith(UNLOCKED_PREFIXES):
            return True
        # Marks of Odoo's own bookkeeping that never reach the database
        field = self._fields.get(name)
        return bool(field) and not field.store and not field.inverse

    # === SEQUENCE MIXIN === #

    def _sequence_matches_date(self):
        """Override of `account`: the number of a consumer's document is free text."""
        if self.utility_account_id:
            return True
        return super()._sequence_matches_date()

    def _set_next_made_sequence_gap(self, made_gap):
        """Override of `account`: see `_compute_made_sequence_gap`."""
        native = self.filtered(lambda move: not move.utility_account_id)
        return super(AccountMove, native)._set_next_made_sequence_gap(made_gap)

    def _get_last_sequence_domain(self, relaxed=False):
        """Override of `account`: native numbers don't continue those of consumers."""
        native = self.with_context(utility_native_numbers=True)
        where_string, param = super(AccountMove, native)._get_last_sequence_domain(
            relaxed
        )
        return f"{where_string} AND utility_account_id IS NULL", param

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("utility_native_numbers"):
            domain = Domain(domain) & Domain("utility_account_id", "=", False)
        return super()._search(domain, *args, **kwargs)

    def _utility_sequence_code(self):
        """Return the code of the num format that numbers this document."""
        self.ensure_one()
        return UTILITY_SEQUENCE_CODES.get(self.utility_kind, "utility.correction")

    def _utility_give_names(self):
        """Number the posted documents that have no number yet, in batch."""
        unnamed = defaultdict(self.browse)
        for move in self:
            if move.state == "posted" and (not move.name or move.name == "/"):
                unnamed[move._utility_sequence_code(), move.company_id] |= move
            elif not move.name:
                move.name = False
        for (code, company), moves in unnamed.items():
            numbers = self.env["ir.sequence"]._utility_draw(
                code,
                company,
                len(moves),
                date=moves.mapped("date"),
                taken=lambda numbers, company=company: self._utility_taken_names(
                    numbers, company
                ),
            )
            for move, number in zip(moves, numbers, strict=True):
                move.name = number
        self._inverse_name()

    @api.model
    def _utility_taken_names(self, names, company):
        """Return which of these names documents of consumers already carry.

        :param list[str] names: document numbers
        :param company: the `res.company` whose documents count
        :rtype: set[str]
        """
        self.flush_model(["name", "company_id", "utility_account_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT lower(name) FROM account_move"
                " WHERE lower(name) = ANY(%s) AND company_id = %s"
                " AND utility_account_id IS NOT NULL",
                [name.lower() for name in names],
                company.id,
            )
        )
        taken = {name for (name,) in rows}
        return {name for name in names if name.lower() in taken}

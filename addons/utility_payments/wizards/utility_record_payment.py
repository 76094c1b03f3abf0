import uuid
from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

# Refusals that only say that the cashier hasn't come to a field yet: they wait for
# the review, all others are shown while typing.
_NOT_YET = frozenset({"not_positive", "unknown_mode"})


class UtilityRecordPayment(models.TransientModel):
    """The counter's form (REC-01 to REC-18): an adapter of record_collections.

    It keeps no rule of its own: what is refused, and with which words, comes from the
    door. `step` leads from the input (select) over the review to the receipt (done).
    """

    _name = "utility.record.payment"
    _description = "Record Payment"
    _rec_name = "utility_account_id"
    # A page that was left open over lunch can still be finished.
    _transient_max_hours = 12.0

    # === FIELDS: FLOW === #

    step = fields.Selection(
        selection=[("select", "Payment"), ("review", "Review"), ("done", "Done")],
        required=True,
        default="select",
        copy=False,
    )
    idempotency_key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
        help="The same form records once, however often it is sent (REC-13).",
    )

    # === FIELDS: WHO === #

    scanned = fields.Char(
        string="Searched For",
        help="What was typed or scanned to find the account: the number of an open"
        " document ticks that document (REC-01).",
    )
    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Consumer",
        compute="_compute_utility_account_id",
        compute_sudo=False,
        store=True,
        readonly=False,
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
    email = fields.Char(related="utility_account_id.email", related_sudo=False)
    current_balance = fields.Monetary(
        related="utility_account_id.current_balance",
        related_sudo=False,
        currency_field="company_currency_id",
    )
    overdue_balance = fields.Monetary(
        related="utility_account_id.overdue_balance",
        related_sudo=False,
        currency_field="company_currency_id",
    )
    credit_balance = fields.Monetary(
        related="utility_account_id.credit_balance",
        related_sudo=False,
        currency_field="company_currency_id",
    )
    account_state = fields.Selection(
        related="utility_account_id.state", related_sudo=False, string="Account Status"
    )
    connection_state = fields.Selection(
        related="utility_account_id.connection_state", related_sudo=False
    )
    tag_ids = fields.Many2many(related="utility_account_id.tag_ids", related_sudo=False)
    special_circumstances = fields.Text(
        related="utility_account_id.special_circumstances", related_sudo=False
    )
    cash_only = fields.Boolean(
        related="utility_account_id.cash_only", related_sudo=False
    )
    cash_only_reason = fields.Char(
        related="utility_account_id.cash_only_reason", related_sudo=False
    )

    # === FIELDS: WHAT === #

    utility_type = fields.Selection(
        selection="_selection_utility_type",
        string="Payment Type",
        compute="_compute_utility_type",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    type_counts = fields.Json(compute="_compute_type_counts")
    line_ids = fields.One2many(
        comodel_name="utility.record.payment.line",
        inverse_name="wizard_id",
        string="Open Documents",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    # === FIELDS: HOW === #

    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain=[("active", "=", True)],
    )
    has_currencies = fields.Boolean(compute="_compute_has_currencies")
    amount = fields.Monetary(
        compute="_compute_amount", compute_sudo=False, store=True, readonly=False
    )
    mode_id = fields.Many2one(
        comodel_name="utility.payment.mode",
        string="Method",
        compute="_compute_mode_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    reference_required = fields.Boolean(related="mode_id.reference_required")
    gives_change = fields.Boolean(related="mode_id.gives_change")
    mode_kind = fields.Selection(related="mode_id.kind", string="Kind of Method")
    channel_id = fields.Many2one(
        comodel_name="utility.payment.channel",
        default=lambda self: self._default_channel_id(),
        domain="[('company_id', 'in', [company_id, False])]",
    )
    reference = fields.Char()
    tendered = fields.Monetary(
        string="Received",
        help="Cash handed over. Empty: exactly what is to be paid in cash.",
    )
    keep_as_credit = fields.Boolean(
        help="Keep what was received above the amount as credit, give no change."
    )
    date = fields.Date(default=fields.Date.context_today)
    payer_name = fields.Char(
        string="Paid By", help="Only when somebody else than the consumer pays."
    )
    note = fields.Text(string="Notes")
    note_limit = fields.Integer(related="company_id.utility_note_limit")
    recorded_by = fields.Many2one(
        comodel_name="res.users", compute="_compute_recorded_by"
    )

    # === FIELDS: VISIT (several payments together) === #

    tender_ids = fields.One2many(
        comodel_name="utility.record.payment.tender",
        inverse_name="wizard_id",
        string="Also in This Visit",
    )
    cash_due = fields.Monetary(
        compute="_compute_figures",
        help="What is to be paid in cash: this payment and those of the visit before"
        " it for which nothing was said about the money handed over.",
    )

    # === FIELDS: SUMMARY (REC-06) === #

    to_pay = fields.Monetary(
        compute="_compute_figures", currency_field="company_currency_id"
    )
    to_collect = fields.Monetary(
        compute="_compute_figures",
        currency_field="company_currency_id",
        help="What is to pay, less what is settled by other means than money.",
    )
    amount_left = fields.Monetary(
        string="Left Outstanding",
        compute="_compute_figures",
        currency_field="company_currency_id",
    )
    amount_extra = fields.Monetary(
        string="Kept as Credit",
        compute="_compute_figures",
        currency_field="company_currency_id",
    )
    change = fields.Monetary(compute="_compute_figures")
    total_paid = fields.Monetary(string="Total", compute="_compute_figures")
    message = fields.Char(
        compute="_compute_message", help="Why this can't be recorded as it is."
    )
    warnings = fields.Text(readonly=True, copy=False)
    document_names = fields.Char(string="For", compute="_compute_document_names")

    # === FIELDS: DONE === #

    payment_ids = fields.Many2many(
        comodel_name="account.payment", string="Payments", readonly=True, copy=False
    )
    receipt_numbers = fields.Char(compute="_compute_receipt")
    receipt_amount = fields.Monetary(compute="_compute_receipt")
    receipt_change = fields.Monetary(compute="_compute_receipt")
    receipt_credit = fields.Monetary(
        compute="_compute_receipt", currency_field="company_currency_id"
    )
    receipt_currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_receipt"
    )

    # === DEFAULTS AND SELECTIONS === #

    @api.model
    def _default_channel_id(self):
        """REC-02: Walk-in, else the first active channel."""
        Channel = self.env["utility.payment.channel"]
        domain = [("company_id", "in", [self.env.company.id, False])]
        return Channel.search(
            [*domain, ("code", "=", "walk_in")], limit=1
        ) or Channel.search(domain, limit=1)

    @api.model
    def _selection_utility_type(self):
        """The types of payments, those of add-ons above included."""
        field = self.env["account.payment"]._fields["utility_type"]
        return field._description_selection(self.env)

    # === COMPUTE METHODS === #

    @api.depends("scanned")
    def _compute_utility_account_id(self):
        """REC-01: a scanned number finds its account, if it is the only one."""
        for wizard in self:
            if wizard.scanned and not wizard.utility_account_id:
                wizard.utility_account_id = wizard._find_scanned_account()
            else:
                wizard.utility_account_id = wizard.utility_account_id

    @api.depends("utility_account_id")
    @api.depends_context("company")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.utility_account_id.company_id or self.env.company

    @api.depends("utility_account_id", "scanned")
    def _compute_utility_type(self):
        """The type of the scanned document, else the first one with open documents."""
        for wizard in self:
            documents = wizard._get_open_documents()
            types = [code for code, _label in self._selection_utility_type()]
            wizard.utility_type = next(
                (code for code in types if wizard._find_scanned(documents.get(code))),
                next((code for code in types if self._offer(documents.get(code))), None)
                or next((code for code in types if documents.get(code)), types[0]),
            )

    @api.depends("utility_account_id", "tender_ids")
    def _compute_type_counts(self):
        for wizard in self:
            wizard.type_counts = {
                code: len(documents)
                for code, documents in wizard._get_open_documents().items()
            }

    @api.depends("utility_account_id", "utility_type", "scanned", "tender_ids")
    def _compute_line_ids(self):
        """Open documents of the type; the scanned one is ticked, else the oldest."""
        for wizard in self:
            documents = wizard._get_open_documents().get(wizard.utility_type, [])
            chosen = wizard._find_scanned(documents) or self._offer(documents)[:1]
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            **document,
                            "sequence": position,
                            "selected": document in chosen,
                        }
                    )
                    for position, document in enumerate(documents)
                ),
            ]

    @api.depends("utility_account_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.company_id.currency_id

    @api.depends("company_id")
    def _compute_has_currencies(self):
        self.has_currencies = self.env["res.currency"].search_count([], limit=2) > 1

    @api.depends("line_ids.selected", "currency_id")
    def _compute_amount(self):
        """REC-03: the sum of what is ticked, until the cashier says otherwise."""
        for wizard in self:
            ticked = wizard.line_ids.filtered("selected")
            settled = wizard._get_settled_amounts()
            wizard.amount = wizard._from_company_currency(
                wizard.company_currency_id.round(
                    sum(
                        line.outstanding - settled.get(line._get_settled_key(), 0.0)
                        for line in ticked
                    )
                )
            )

    @api.depends("company_id")
    def _compute_mode_id(self):
        for wizard in self:
            if wizard.mode_id.company_id == wizard.company_id and wizard.mode_id:
                continue
            wizard.mode_id = wizard._get_first_mode()

    @api.depends_context("uid")
    def _compute_recorded_by(self):
        self.recorded_by = self.env.user

    @api.depends(
        "line_ids.selected",
        "amount",
        "currency_id",
        "mode_id",
        "tendered",
        "keep_as_credit",
        "tender_ids.amount",
        "date",
    )
    def _compute_figures(self):
        """REC-06: what the input means; without a tick, the oldest are paid first."""
        for wizard in self:
            currency = wizard.currency_id
            ticked = wizard._get_chosen_lines()
            wizard.to_pay = sum(ticked.mapped("outstanding"), start=0.0)
            wizard.to_collect = wizard.company_currency_id.round(
                wizard.to_pay - sum(wizard._get_settled_amounts().values())
            )
            wizard.cash_due = wizard.amount + wizard._get_cash_of_visit()
            over = 0.0
            if wizard.gives_change and wizard.tendered:
                over = max(currency.round(wizard.tendered - wizard.cash_due), 0.0)
            wizard.change = 0.0 if wizard.keep_as_credit else over
            kept = wizard._to_company_currency(
                wizard.amount + (over if wizard.keep_as_credit else 0.0)
            )
            wizard.amount_left = max(wizard.to_collect - kept, 0.0)
            wizard.amount_extra = max(kept - wizard.to_collect, 0.0)
            wizard.total_paid = wizard.amount + sum(
                wizard.tender_ids.filtered(
                    lambda tender, currency=currency: tender.currency_id == currency
                ).mapped("amount")
            )

    @api.depends(
        "utility_account_id",
        "utility_type",
        "line_ids.selected",
        "amount",
        "currency_id",
        "mode_id",
        "channel_id",
        "tendered",
        "keep_as_credit",
        "date",
        "note",
        "step",
    )
    def _compute_message(self):
        """Say at once what the door would refuse."""
        for wizard in self:
            wizard.message = False
            if wizard.step == "done" or not wizard.utility_account_id:
                continue
            requests = wizard._prepare_requests()
            for request in requests:
                # A missing reference would hide what is wrong with the rest.
                request["reference"] = request["reference"] or "..."
            error = wizard._find_refusal(wizard._preview(requests))
            if error and error["code"] not in _NOT_YET:
                wizard.message = error["message"]

    @api.depends("line_ids.selected", "line_ids.name", "utility_type")
    def _compute_document_names(self):
        labels = dict(self._selection_utility_type())
        for wizard in self:
            names = wizard.line_ids.filtered("selected").mapped("name")
            if names:
                wizard.document_names = ", ".join(names)
            elif wizard._get_chosen_lines():
                wizard.document_names = self.env._("Oldest first")
            else:
                wizard.document_names = self.env._(
                    "%(type)s in advance", type=labels.get(wizard.utility_type, "")
                )

    @api.depends("payment_ids")
    def _compute_receipt(self):
        for wizard in self:
            payments = wizard.payment_ids.sorted("id")
            wizard.receipt_numbers = ", ".join(payments.mapped("receipt_number"))
            wizard.receipt_currency_id = payments[:1].currency_id
            same = payments.filtered(
                lambda pay, wizard=wizard: pay.currency_id == wizard.receipt_currency_id
            )
            wizard.receipt_amount = sum(same.mapped("amount"))
            wizard.receipt_change = sum(same.mapped("change_given"))
            wizard.receipt_credit = sum(payments.mapped("amount_excess"))

    # === CONSTRAINTS === #

    @api.constrains("utility_account_id")
    def _check_account_access(self):
        """ROL-01: the form shows an account, so it takes visible ones only."""
        # Constraints run as superuser.
        self.utility_account_id.sudo(False).check_access("read")

    # === ACTIONS: STEPS === #

    def action_review(self):
        """Go to the review when the door would accept everything (REC-11).

        :return: True
        :raises ValidationError: with the message of the door
        """
        self.ensure_one()
        if self.step == "done":
            return True
        self._check_date()
        batch = self._preview(self._prepare_requests())
        self._raise_refusal(self._find_refusal(batch))
        warnings = [warning for item in batch for warning in item.warnings]
        self.write(
            {
                "step": "review",
                "warnings": "\n".join(dict.fromkeys(warnings)) or False,
            }
        )
        return True

    def action_back(self):
        """Return from the review to the input, with the documents as they are now."""
        self.ensure_one()
        if self.step == "review":
            self._refresh_lines()
            self.step = "select"
        return True

    def action_confirm(self):
        """Record the visit, once (REC-12, REC-13).

        :return: True
        :raises ValidationError: with the message of the door; nothing is recorded
        """
        self.ensure_one()
        if self.step == "done":
            return True
        requests = self._prepare_requests()
        self._settle()
        outcomes = self.env["account.payment"].record_collections(requests)
        self._raise_refusal(
            next((outcome["error"] for outcome in outcomes if outcome["error"]), False)
        )
        self.write(
            {
                "step": "done",
                "payment_ids": [
                    Command.set([outcome["payment_id"] for outcome in outcomes])
                ],
            }
        )
        return True

    def action_add_tender(self):
        """Put this payment into the visit and start the next one (REC-17).

        :return: True
        :raises ValidationError: with the message of the door
        """
        self.ensure_one()
        if self.step == "done":
            return True
        self._check_date()
        self._raise_refusal(self._find_refusal(self._preview(self._prepare_requests())))
        self.tender_ids = [Command.create(self._prepare_tender_vals())]
        self.write(
            {
                "step": "select",
                "scanned": False,
                "mode_id": self._get_first_mode().id,
                "reference": False,
                "tendered": 0.0,
                "keep_as_credit": False,
                "note": False,
            }
        )
        return True

    def action_remove_tenders(self):
        """Take the payments of the visit out again; nothing was recorded yet."""
        self.ensure_one()
        if self.step != "done":
            self.tender_ids = [Command.clear()]
        return True

    # === ACTIONS: DONE === #

    def action_download_receipt(self):
        """Download the receipt of the visit as PDF."""
        self.ensure_one()
        return self.payment_ids.action_download_receipt()

    def action_print_receipt(self):
        """Show the receipt in a tab of its own, from where it is printed."""
        self.ensure_one()
        return self.payment_ids.action_print_receipt()

    def action_email_receipt(self):
        """Send the receipt to the consumer (DOC-06)."""
        self.ensure_one()
        return self.payment_ids.action_send_receipt()

    def action_record_another(self):
        """Start over with an empty form."""
        return self._get_form_action()

    def action_dashboard(self):
        """Return to the list of payments."""
        return self.env["ir.actions.actions"]._for_xml_id(
            "utility_payments.account_payment_action"
        )

    # === BUSINESS METHODS: DOCUMENTS === #

    def _get_open_documents(self):
        """Open documents of the account by type, oldest due first (REC-03).

        An add-on above adds those of its own type to the result of super(). What the
        payments of this visit already pay isn't open any more.

        :return: {type: [values of a line, except `selected` and `sequence`]}
        """
        self.ensure_one()
        account = self.utility_account_id
        result = {}
        if not account:
            return result
        moves = account._find_open_moves()
        today = fields.Date.context_today(self)
        planned = self._get_planned_amounts()
        for move in moves:
            outstanding = account.currency_id.round(
                move.amount_residual_signed - planned.get(move.id, 0.0)
            )
            if outstanding <= 0:
                continue
            result.setdefault(move.utility_kind, []).append(
                {
                    "document_id": move.id,
                    "name": move.name,
                    "detail": self._describe_document(move),
                    "date_due": move.invoice_date_due,
                    "is_overdue": bool(
                        move.invoice_date_due and move.invoice_date_due < today
                    ),
                    "outstanding": outstanding,
                }
            )
        return result

    @api.model
    def _describe_document(self, move):
        """The period of a bill, or the service and date of a charge, as text."""
        if move.utility_kind == "service":
            parts = [move.service_name, self._format_date(move.service_date)]
        else:
            parts = [
                self._format_date(move.period_start),
                self._format_date(move.period_end),
            ]
        separator = ", " if move.utility_kind == "service" else " – "
        return separator.join(part for part in parts if part)

    @api.model
    def _format_date(self, date):
        return format_date(self.env, date) if date else ""

    @api.model
    def _offer(self, documents):
        """Of open documents those that are paid without being asked for, as a list."""
        return [doc for doc in documents or [] if not doc.get("is_deferred")]

    def _get_chosen_lines(self):
        """What is ticked, else what the door pays then: all that isn't put off."""
        return self.line_ids.filtered("selected") or self.line_ids.filtered(
            lambda line: not line.is_deferred
        )

    def _get_planned_amounts(self):
        """What the payments of this visit give to documents, what is settled included.

        :return: {document id: amount in company currency}
        """
        planned = defaultdict(float, self.tender_ids._get_settled_amounts())
        for share in self._get_planned_shares():
            planned[share.document_id] += float(share.amount)
        return planned

    def _get_planned_shares(self):
        """What the payments of this visit give to documents, share by share."""
        requests = [tender.request for tender in self.tender_ids if tender.request]
        if not requests:
            return []
        settled = self.tender_ids._get_settled_amounts()
        batch = self._preview_after(settled, requests)
        return [share for item in batch for share in item.shares]

    def _get_settled_amounts(self):
        """What settles the documents of this form before its payment does, not money.

        An add-on above that knows such means adds them to the result of super(), and
        extends `_settle` and the same method of the visit's rows.

        :return: {document id: amount in company currency}
        """
        return {}

    def _get_settled_of_visit(self):
        """What is settled by other means than money, by the form and its visit.

        :return: {document id: amount in company currency}
        """
        settled = defaultdict(float, self.tender_ids._get_settled_amounts())
        for document_id, amount in self._get_settled_amounts().items():
            settled[document_id] += amount
        return settled

    def _settle(self):
        """Settle documents by other means than money, right before the payments.

        A hook for add-ons above. It runs in the transaction of the payments: when one
        of these is refused, nothing of it stays. A form with the same idempotency key
        must not settle twice.
        """

    def _find_scanned(self, documents):
        """The documents among these whose number was scanned, as a list."""
        wanted = (self.scanned or "").strip().lower()
        return [
            document
            for document in documents or []
            if wanted and document["name"].lower() == wanted
        ]

    def _find_scanned_account(self):
        """The account whose document, or whose own number, was scanned, or none."""
        self.ensure_one()
        move = self.env["account.move"].search(
            [
                ("name", "=ilike", self.scanned.strip()),
                ("utility_account_id", "!=", False),
                ("utility_kind", "!=", False),
                ("company_id", "in", self.env.companies.ids),
            ],
            limit=1,
        )
        if move:
            return move.utility_account_id
        Account = self.env["utility.account"]
        found = Account.name_search(self.scanned, limit=2)
        return Account.browse(found[0][0]) if len(found) == 1 else Account

    def _refresh_lines(self):
        """Show the documents as they are now, ticked as before.

        Nothing happens, and an amount typed by hand stays, unless something changed.
        """
        documents = {
            document["document_id"]: document
            for document in self._get_open_documents().get(self.utility_type, [])
        }
        ticked = self.line_ids.filtered("selected").mapped("document_id")
        if {line.document_id: line.outstanding for line in self.line_ids} == {
            key: document["outstanding"] for key, document in documents.items()
        }:
            return
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        **document,
                        "sequence": position,
                        "selected": document["document_id"] in ticked,
                    }
                )
                for position, document in enumerate(documents.values())
            ),
        ]

    # === BUSINESS METHODS: THE DOOR === #

    def _get_first_mode(self):
        """The method that the form offers by itself: the first of the company."""
        self.ensure_one()
        return self.env["utility.payment.mode"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )

    def _prepare_request(self):
        """The payment on the form as a request of `record_collections`."""
        self.ensure_one()
        ticked = self.line_ids.filtered("selected")
        settled = self._get_settled_amounts()
        unsettled = ticked.filtered(
            lambda line: (
                line.company_currency_id.compare_amounts(
                    line.outstanding, settled.get(line._get_settled_key(), 0.0)
                )
                > 0
            )
        )
        request = {
            "account": self.utility_account_id.id,
            "amount": self.amount,
            "type": self.utility_type,
            "mode": self.mode_id.code,
            "channel": self.channel_id.code,
            "date": fields.Date.to_string(self.date),
            # Without any, the door would pay other documents.
            "documents": (unsettled or ticked).mapped("document_id"),
            "currency": self.currency_id.name,
            "reference": self.reference,
            "payer": self.payer_name,
            "note": self.note,
        }
        if self.gives_change and self.tendered:
            # What was handed over for all of the visit's cash, less the cash before.
            request |= {
                "tendered": max(
                    self.currency_id.round(self.tendered - self._get_cash_of_visit()),
                    self.currency_id.rounding,
                ),
                "excess": "credit" if self.keep_as_credit else "change",
            }
        return request

    def _prepare_requests(self):
        """All payments of the visit; several are one group (REC-17)."""
        requests = [
            dict(tender.request) for tender in self.tender_ids if tender.request
        ]
        is_more = requests or self._get_settled_of_visit()
        if not (is_more and self._is_empty_payment()):
            requests.append(self._prepare_request())
        for position, request in enumerate(requests):
            request["idempotency_key"] = f"{self.idempotency_key}/{position}"
            if len(requests) > 1:
                request["group"] = self.idempotency_key
        return requests

    def _is_empty_payment(self):
        """Whether the form holds no payment beyond those added to the visit."""
        return not self.amount and not self.tendered

    def _get_cash_of_visit(self):
        """Cash of the visit's payments for which no received amount was given."""
        return sum(
            tender.amount
            for tender in self.tender_ids
            if tender.mode_id.gives_change
            and tender.currency_id == self.currency_id
            and not (tender.request or {}).get("tendered")
        )

    def _prepare_tender_vals(self):
        """Values of the row that shows the form's payment in the visit."""
        is_settled = self._is_empty_payment() and bool(self._get_settled_amounts())
        return {
            "utility_account_id": self.utility_account_id.id,
            "documents": self.document_names,
            "mode_id": self.mode_id.id,
            "currency_id": self.currency_id.id,
            "amount": self.amount,
            "change": self.change,
            "request": not is_settled and self._prepare_request(),
        }

    def _preview(self, requests):
        """What the door would make of requests, as a list of its collections."""
        return self._preview_after(self._get_settled_of_visit(), requests)

    @api.model
    def _preview_after(self, settled, requests):
        """The same, after these amounts of documents were settled."""
        return self.env["account.payment"]._collect_preview(requests, settled)

    @api.model
    def _find_refusal(self, batch):
        """The first reason of the door, or False; not those that follow from it."""
        errors = [item.error for item in batch if item.error]
        return next(
            (error for error in errors if error["code"] != "group_failed"),
            errors[0] if errors else False,
        )

    def _check_date(self):
        """REC-05: the door takes no date as today, a form must show one."""
        if not self.date:
            raise ValidationError(
                self.env._("The date is missing: give the day of the payment.")
            )

    @api.model
    def _raise_refusal(self, error):
        if error:
            raise ValidationError(error["message"])

    # === HELPERS === #

    def _to_company_currency(self, amount):
        return self._convert(amount, self.currency_id, self.company_id.currency_id)

    def _from_company_currency(self, amount):
        return self._convert(amount, self.company_id.currency_id, self.currency_id)

    def _convert(self, amount, source, target):
        if not source or not target or source == target:
            return amount
        date = self.date or fields.Date.context_today(self)
        return source._convert(amount, target, self.company_id, date)

    @api.model
    def _get_form_action(self, **defaults):
        """The action that opens an empty form, with default values."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "utility_payments.utility_record_payment_action"
        )
        action["context"] = {
            f"default_{name}": value for name, value in defaults.items()
        }
        if defaults:
            action["target"] = "new"
        return action

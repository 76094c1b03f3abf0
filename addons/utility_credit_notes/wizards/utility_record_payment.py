import json

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UtilityRecordPayment(models.TransientModel):
    """Credit at the counter: it settles documents before the money does (CRN-10).

    The plan is made when the cashier says so, and applied as it was reviewed, or not
    at all: what the doors of the notes and of the payments refuse undoes the whole.
    """

    _inherit = "utility.record.payment"

    use_credit = fields.Boolean(
        compute="_compute_use_credit",
        store=True,
        readonly=False,
        help="Off until asked for: the credit is the consumer's, and the sum on the"
        " bill is what a consumer expects to be asked for.",
    )
    usable_credit = fields.Monetary(
        compute="_compute_usable_credit",
        compute_sudo=False,
        currency_field="company_currency_id",
        help="What active credit notes of the account still hold.",
    )
    credit_plan = fields.Json(
        compute="_compute_credit_plan",
        compute_sudo=False,
        store=True,
        copy=False,
        help="What will be applied: credit note, document, amount.",
    )
    credit_used = fields.Monetary(
        compute="_compute_credit_used",
        compute_sudo=True,
        currency_field="company_currency_id",
    )
    credit_of_visit = fields.Monetary(
        string="Credit Used by the Visit",
        compute="_compute_credit_used",
        compute_sudo=True,
        currency_field="company_currency_id",
        help="By this form and those of the visit before it.",
    )
    credit_note_numbers = fields.Char(
        string="From", compute="_compute_credit_used", compute_sudo=True
    )
    credit_pays_all = fields.Boolean(compute="_compute_credit_pays_all")

    # === COMPUTE METHODS === #

    @api.depends("utility_account_id")
    def _compute_use_credit(self):
        """Each consumer is asked anew."""
        self.use_credit = False

    @api.depends("utility_account_id", "tender_ids")
    def _compute_usable_credit(self):
        for wizard in self:
            credit = wizard._get_usable_credit()
            wizard.usable_credit = wizard.company_currency_id.round(
                sum(credit.values())
            )

    @api.depends(
        "use_credit",
        "utility_account_id",
        "line_ids.selected",
        "line_ids.document_id",
        "line_ids.outstanding",
        "tender_ids",
    )
    def _compute_credit_plan(self):
        for wizard in self:
            wizard.credit_plan = wizard._plan_credit()

    @api.depends("credit_plan", "tender_ids.credit_plan")
    def _compute_credit_used(self):
        for wizard in self:
            currency = wizard.company_currency_id
            plan = wizard.credit_plan or []
            whole = wizard._get_plan_of_visit()
            wizard.credit_used = currency.round(sum(amount for *_ids, amount in plan))
            wizard.credit_of_visit = currency.round(
                sum(amount for *_ids, amount in whole)
            )
            note_ids = dict.fromkeys(note_id for note_id, *_rest in whole)
            notes = self.env["utility.credit.note"].browse(note_ids)
            wizard.credit_note_numbers = ", ".join(notes.mapped("number"))

    @api.depends("credit_used", "to_collect", "amount")
    def _compute_credit_pays_all(self):
        for wizard in self:
            wizard.credit_pays_all = (
                wizard.credit_used > 0 and not wizard.to_collect and not wizard.amount
            )

    @api.depends("credit_plan")
    def _compute_amount(self):
        """Extend: what credit pays isn't asked for in money."""
        return super()._compute_amount()

    @api.depends("credit_plan")
    def _compute_figures(self):
        return super()._compute_figures()

    @api.depends("credit_plan")
    def _compute_message(self):
        return super()._compute_message()

    @api.onchange("use_credit", "line_ids")
    def _onchange_credit_pays_all(self):
        """No money is handed over when nothing is left to pay with it."""
        if self.credit_pays_all:
            self.tendered = 0.0
            self.keep_as_credit = False

    # === ACTIONS === #

    def action_back(self):
        """Extend: plan anew with the credit that there is now."""
        res = super().action_back()
        plan = self._plan_credit()
        if self.step == "select" and plan != (self.credit_plan or []):
            self.credit_plan = plan
        return res

    def action_add_tender(self):
        """Extend: the credit of the next payment is a question of its own."""
        res = super().action_add_tender()
        if self.step == "select":
            self.use_credit = False
        return res

    # === BUSINESS METHODS === #

    def _get_usable_credit(self):
        """Credit that the caller may use for the account, oldest first.

        :return: {note, as superuser: amount}, less what the visit plans to use
        """
        self.ensure_one()
        account = self.utility_account_id
        if not account or not self.env.user.has_group(
            "utility_consumers.group_customer_executive"
        ):
            return {}
        notes = self.env["utility.credit.note"].search(
            [("utility_account_id", "=", account.id), ("state", "=", "active")],
            order="create_date, id",
        )
        result = {
            note: note.remaining_amount
            for note in notes.sudo()
            if not note._is_past_expiry()
        }
        for tender in self.tender_ids:
            for note_id, _document_id, amount in tender.credit_plan or []:
                note = notes.sudo().browse(note_id)
                if note in result:
                    result[note] = note.currency_id.round(result[note] - amount)
        return {note: amount for note, amount in result.items() if amount > 0}

    def _plan_credit(self):
        """Share the credit among the ticked documents, else among all, in order.

        :return: [[note id, document, amount]], documents as `apply_to` takes them
        """
        self.ensure_one()
        if not self.use_credit or not self._takes_credit():
            return []
        lines = self._get_chosen_lines()
        documents = self._find_creditable(lines.mapped("document_id"))
        left = {line: line.outstanding for line in lines}
        plan = []
        for note, credit in self._get_usable_credit().items():
            for line in lines:
                account = documents.get(line.document_id)
                part = min(credit, left[line])
                if part <= 0 or account != note.credit_line_id.account_id:
                    continue
                plan.append([note.id, line._get_settled_key(), part])
                left[line] = note.currency_id.round(left[line] - part)
                credit = note.currency_id.round(credit - part)
        return plan

    def _takes_credit(self):
        """Whether credit pays what the form shows; of an add-on above it may."""
        kinds = self.env["account.move"]._fields["utility_kind"].get_values(self.env)
        return self.utility_type in kinds

    def _find_creditable(self, document_ids):
        """The documents that credit can pay: those in company currency.

        :return: {document id: its receivable account}
        """
        documents_sudo = self.env["account.move"].sudo().browse(document_ids).exists()
        return {
            document.id: document.line_ids.account_id.filtered(
                lambda account: account.account_type == "asset_receivable"
            )
            for document in documents_sudo
            if document.currency_id == document.company_id.currency_id
        }

    def _get_plan_of_visit(self):
        """The plans of the rows of the visit and of the form, one after the other."""
        return [
            entry
            for record in (*self.tender_ids, self)
            for entry in record.credit_plan or []
        ]

    def _get_settled_amounts(self):
        """Extend by what is planned to be paid with credit."""
        settled = super()._get_settled_amounts()
        for _note_id, document_id, amount in self.credit_plan or []:
            settled[document_id] = settled.get(document_id, 0.0) + amount
        return settled

    def _settle(self):
        """Extend: apply the credit as planned, once (REC-13)."""
        res = super()._settle()
        plan = self._get_plan_of_visit()
        if not plan:
            return res
        claim = (self.company_id.id, f"{self.idempotency_key}/credit")
        digest = json.dumps(plan)
        taken = self.env["utility.payment.key"].sudo()._claim([(*claim, digest)])
        if claim in taken:
            if taken[claim].digest != digest:
                raise ValidationError(
                    self.env._(
                        "This form has used other credit already: start a new one."
                    )
                )
            return res
        accounts = self.utility_account_id | self.tender_ids.utility_account_id
        accounts.sudo()._lock_accounts()
        Note = self.env["utility.credit.note"]
        for note_id, document_id, amount in plan:
            Note.browse(note_id).apply_to([document_id], amount)
        return res

    def _prepare_tender_vals(self):
        """Extend: the row remembers the credit that it uses."""
        return {**super()._prepare_tender_vals(), "credit_plan": self.credit_plan}

from odoo import Command, api, fields, models


class UtilityCreditNoteApply(models.TransientModel):
    """Choose the bills and charges that credit pays (CRN-10)."""

    _name = "utility.credit.note.apply"
    _description = "Apply a Credit Note"

    note_id = fields.Many2one(
        comodel_name="utility.credit.note", required=True, readonly=True
    )
    company_currency_id = fields.Many2one(
        related="note_id.currency_id", string="Company Currency"
    )
    consumer_name = fields.Char(related="note_id.consumer_name")
    account_number = fields.Char(related="note_id.account_number")
    available = fields.Monetary(
        related="note_id.remaining_amount", currency_field="company_currency_id"
    )
    line_ids = fields.One2many(
        comodel_name="utility.credit.note.apply.line",
        inverse_name="wizard_id",
        string="Open Documents",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    is_empty = fields.Boolean(compute="_compute_is_empty")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        currency_field="company_currency_id",
    )
    amount_owed = fields.Monetary(
        string="Chosen Documents",
        compute="_compute_figures",
        currency_field="company_currency_id",
    )
    credit_left = fields.Monetary(
        compute="_compute_figures", currency_field="company_currency_id"
    )
    still_owed = fields.Monetary(
        string="Still Due",
        compute="_compute_figures",
        currency_field="company_currency_id",
    )
    problem = fields.Char(compute="_compute_figures")

    @api.depends("note_id")
    def _compute_line_ids(self):
        """Open documents, oldest due first; ticked until the credit is used up."""
        for wizard in self:
            commands = [Command.clear()]
            left = wizard.available
            for position, move in enumerate(wizard._find_documents()):
                owed = move.amount_residual_signed
                commands.append(
                    Command.create(
                        {
                            "sequence": position,
                            "selected": wizard.company_currency_id.compare_amounts(
                                left, 0
                            )
                            > 0,
                            "document_id": move.id,
                            "name": move.name,
                            "detail": move.utility_description,
                            "date_due": move.invoice_date_due,
                            "is_overdue": move.utility_overdue,
                            "outstanding": owed,
                        }
                    )
                )
                left -= owed
            wizard.line_ids = commands

    def _find_documents(self):
        """The open bills and charges of the account, in company currency."""
        self.ensure_one()
        account = self.note_id.utility_account_id
        return account.open_document_ids.filtered(
            lambda move: (
                move.currency_id == self.company_currency_id
                and move.amount_residual_signed > 0
            )
        )

    @api.depends("line_ids")
    def _compute_is_empty(self):
        for wizard in self:
            wizard.is_empty = not wizard.line_ids

    @api.depends("line_ids.selected", "available")
    def _compute_amount(self):
        """All that fits, until somebody says less."""
        for wizard in self:
            ticked = wizard.line_ids.filtered("selected")
            wizard.amount = min(wizard.available, sum(ticked.mapped("outstanding")))

    @api.depends("line_ids.selected", "amount", "available")
    def _compute_figures(self):
        for wizard in self:
            currency = wizard.company_currency_id
            owed = sum(wizard.line_ids.filtered("selected").mapped("outstanding"))
            wizard.amount_owed = owed
            wizard.credit_left = currency.round(wizard.available - wizard.amount)
            wizard.still_owed = currency.round(owed - wizard.amount)
            wizard.problem = wizard._find_problem(owed)

    def _find_problem(self, owed):
        """The first thing that is missing or wrong, as one sentence; or False."""
        self.ensure_one()
        currency = self.company_currency_id
        if not owed:
            return self.env._("Tick the bills and charges that the credit shall pay.")
        if currency.compare_amounts(self.amount, 0) <= 0:
            return self.env._("Enter an amount above zero.")
        most = min(self.available, owed)
        if currency.compare_amounts(self.amount, most) > 0:
            return self.env._(
                "Lower the amount: at most %s can be applied here.",
                currency.format(most),
            )
        return False

    def action_apply(self):
        """Pay the ticked documents, oldest due first.

        :return: an action that closes the dialog
        :raises UserError: when the credit or a document can't be used any more
        """
        self.ensure_one()
        ticked = self.line_ids.filtered("selected").sorted("sequence")
        self.note_id.apply_to(ticked.mapped("document_id"), self.amount)
        return {"type": "ir.actions.act_window_close"}

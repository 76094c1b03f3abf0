from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.date_utils import get_month

# A PDF of more pages takes a printer hours, and the browser gives up waiting.
ACCOUNT_LIMIT = 500
MAIL_LIMIT = 100


class UtilityStatement(models.TransientModel):
    """Ask for statements of account: which accounts, which period (DOC-05)."""

    _name = "utility.statement"
    _description = "Consumer Statement"
    # A tab that shows the statement can still be reloaded after lunch.
    _transient_max_hours = 12.0

    account_ids = fields.Many2many(
        comodel_name="utility.account", string="Accounts", required=True
    )
    account_count = fields.Integer(compute="_compute_account_count")
    period = fields.Selection(
        selection=[
            ("this_month", "This month"),
            ("last_month", "Last month"),
            ("this_year", "This year"),
            ("custom", "Custom"),
        ],
        required=True,
        default="this_month",
    )
    date_from = fields.Date(
        string="From",
        compute="_compute_dates",
        store=True,
        readonly=False,
    )
    date_to = fields.Date(
        string="To",
        compute="_compute_dates",
        store=True,
        readonly=False,
    )

    # -------------------------------------------------------------------------
    # COMPUTE, CONSTRAINTS
    # -------------------------------------------------------------------------

    @api.depends("account_ids")
    def _compute_account_count(self):
        for statement in self:
            statement.account_count = len(statement.account_ids)

    @api.depends("period", "account_ids")
    def _compute_dates(self):
        for statement in self:
            today = statement._statement_today()
            if statement.period == "this_month":
                dates = today.replace(day=1), today
            elif statement.period == "last_month":
                first = fields.Date.subtract(today.replace(day=1), months=1)
                dates = get_month(first)
            elif statement.period == "this_year":
                dates = today.replace(month=1, day=1), today
            else:
                dates = (
                    statement.date_from or today.replace(day=1),
                    statement.date_to or today,
                )
            statement.date_from, statement.date_to = dates

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for statement in self:
            if not (statement.date_from and statement.date_to):
                raise ValidationError(
                    self.env._("A statement needs a first and a last day.")
                )
            first, last = (
                format_date(self.env, day)
                for day in (statement.date_from, statement.date_to)
            )
            if statement.date_to < statement.date_from:
                raise ValidationError(
                    self.env._(
                        "The statement would end on %(last)s, before it begins on"
                        " %(first)s: choose a later last day.",
                        first=first,
                        last=last,
                    )
                )
            if statement.date_to > statement._statement_today():
                raise ValidationError(
                    self.env._(
                        "The statement would end on %(last)s: it can't tell what"
                        " happens after today.",
                        last=last,
                    )
                )

    def _statement_today(self):
        company = self.account_ids[:1].company_id or self.env.company
        return company._utility_today()

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_print(self):
        """Open the statements as one PDF in a new tab of the browser.

        :return: an action that opens a URL
        """
        self._issue_documents()
        return self._statement_report()._document_action(self, "print")

    def action_download(self):
        """Download the statements as one PDF.

        :return: a report action
        """
        self._issue_documents()
        return self._statement_report()._document_action(self, "download")

    def action_view(self):
        """Show the statements on screen.

        :return: a report action that shows HTML
        """
        self._readable_accounts()
        return self._statement_report()._document_action(self, "view")

    def action_send(self):
        """E-mail each consumer the own statement, in the own language (DOC-06).

        Of many accounts, those without an address are left out and named. The
        messages wait in the mail queue, which sends them after the commit.

        :return: a notification that says to whom
        :raises UserError: when nobody has an e-mail address
        """
        self.ensure_one()
        accounts = self._readable_accounts()
        self._statement_report()._check_may_issue(accounts)
        accounts_sudo = accounts.sudo()
        without = accounts_sudo.filtered(lambda account: not account.email)
        todo_sudo = accounts_sudo - without
        if not todo_sudo:
            raise UserError(
                self.env._(
                    "%(consumers)s has no e-mail address: enter one on the consumer's"
                    " page, or print the statement.",
                    consumers=", ".join(without.mapped("display_name")),
                )
            )
        if len(todo_sudo) > MAIL_LIMIT:
            raise UserError(
                self.env._(
                    "At most %(limit)s statements are e-mailed at once: choose fewer"
                    " than %(count)s accounts.",
                    limit=MAIL_LIMIT,
                    count=len(todo_sudo),
                )
            )
        for account_sudo in todo_sudo:
            self._send_statement(account_sudo)
        message = self.env._(
            "The statement is on its way to %(recipients)s.",
            recipients=", ".join(todo_sudo.mapped("email")),
        )
        if without:
            message += " " + self.env._(
                "Without an e-mail address, so not sent: %(consumers)s.",
                consumers=", ".join(without.mapped("display_name")),
            )
        action = self._statement_report()._document_sent_action(message)
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def _send_statement(self, account_sudo):
        """Queue the mail of one account."""
        lang = account_sudo._document_lang()
        own = self.create(
            {
                "account_ids": [Command.set(account_sudo.ids)],
                "period": "custom",
                "date_from": self.date_from,
                "date_to": self.date_to,
            }
        )
        content, _kind = self._statement_report()._render_qweb_pdf(
            "utility_payments.report_statement", own.ids
        )
        template_sudo = self.env.ref("utility_payments.mail_template_statement").sudo()
        mail_id = template_sudo.with_context(
            statement_from=self.date_from, statement_to=self.date_to
        ).send_mail(account_sudo.id, force_send=False)
        mail_sudo = self.env["mail.mail"].sudo().browse(mail_id)
        mail_sudo.attachment_ids = [
            Command.create(
                {
                    "name": f"{own.with_context(lang=lang)._statement_file_name()}.pdf",
                    "raw": content,
                    "res_model": "mail.message",
                    "res_id": mail_sudo.mail_message_id.id,
                }
            )
        ]

    # -------------------------------------------------------------------------
    # DOCUMENT
    # -------------------------------------------------------------------------

    @api.model
    def _statement_report(self):
        return self.env.ref("utility_payments.action_report_statement").sudo()

    def _readable_accounts(self):
        """The accounts, all of them, if the caller may read them.

        :raises AccessError: for an account of others; the rules would only hide it
        :raises UserError: for none or too many
        """
        self.check_access("read")
        accounts = self.sudo().account_ids.with_env(self.env)
        accounts.check_access("read")
        if not accounts:
            raise UserError(self.env._("Choose at least one account."))
        if len(accounts) > ACCOUNT_LIMIT:
            raise UserError(
                self.env._(
                    "At most %(limit)s accounts fit in one file: choose fewer than"
                    " %(count)s.",
                    limit=ACCOUNT_LIMIT,
                    count=len(accounts),
                )
            )
        return accounts

    def _issue_documents(self):
        """Check that the caller may hand these out; see `ir.actions.report`."""
        for statement in self:
            self._statement_report()._check_may_issue(statement._readable_accounts())
        return self

    def _statement_file_name(self):
        """Name of the PDF, without its ending."""
        self.ensure_one()
        numbers = self.sudo().account_ids.mapped("number")
        return self.env._(
            "Statement %(account)s %(date)s",
            account=numbers[0] if len(numbers) == 1 else len(numbers),
            date=fields.Date.to_string(self.date_to),
        )

    def _statement_values(self, preview):
        """What the papers of this request show, besides fields of the accounts.

        :param bool preview: True on screen
        :return: a dict for each account, records with superuser rights
        """
        self.ensure_one()
        accounts_sudo = self._readable_accounts().sudo().sorted("number")
        statements = accounts_sudo._get_statements(self.date_from, self.date_to)
        papers = []
        for account_sudo in accounts_sudo:
            lang = account_sudo._document_lang()
            account_sudo = account_sudo.with_context(lang=lang)
            currency = account_sudo.company_id.currency_id
            papers.append(
                {
                    "account": account_sudo,
                    "lang": lang,
                    "money": lambda amount, c=currency: c.format(float(amount)),
                    "date_from": self.date_from,
                    "date_to": self.date_to,
                    "preview": preview,
                    "printed_at": fields.Datetime.now(),
                    "printed_by": self.env.user.name,
                    **statements[account_sudo.id],
                }
            )
        return papers

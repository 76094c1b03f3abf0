import operator
from collections import defaultdict
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import search_document

BALANCE_OPERATORS = {
    "in": (SQL("IN"), lambda balance, values: balance in values),
    "<": (SQL("<"), operator.lt),
    "<=": (SQL("<="), operator.le),
    ">": (SQL(">"), operator.gt),
    ">=": (SQL(">="), operator.ge),
}
BALANCE_SQL = {
    "payoff": SQL("payoff"),
    "overdue": SQL("GREATEST(late - credit, 0)"),
    "credit": SQL("credit"),
}
DEFAULTED_FIELDS = frozenset(
    {"category", "company_id", "connection_state", "date_opened", "state"}
)
BALANCE_FIELDS = ("payoff", "deferred", "current", "overdue", "credit")
# What follows from other fields, or is the machine's own: no user writes it.
FOLLOWING_FIELDS = frozenset({"commercial_partner_id", "lock_version", "search_text"})


class UtilityAccount(models.Model):
    _name = "utility.account"
    _description = "Consumer Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "number, id"
    _check_company_auto = True

    # === FIELDS: WHO AND WHERE === #

    number = fields.Char(
        string="Account Number",
        required=True,
        copy=False,
        tracking=True,
        default=False,
        help="Given by the num format when left empty.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Consumer",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
        ondelete="restrict",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Commercial Entity",
        store=True,
        index=True,
    )
    consumer_name = fields.Char(
        related="partner_id.name",
        string="Consumer Name",
        store=True,
        readonly=False,
    )
    avatar = fields.Image(related="partner_id.avatar_128")
    phone = fields.Char(related="partner_id.phone", store=True, readonly=False)
    email = fields.Char(related="partner_id.email", store=True, readonly=False)
    service_address = fields.Char(
        compute="_compute_service_address",
        precompute=True,
        store=True,
        readonly=False,
        tracking=True,
        help="Where the service is supplied; the contact's address unless changed.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    area_id = fields.Many2one(
        comodel_name="utility.area",
        check_company=True,
        index="btree_not_null",
        tracking=True,
    )
    collector_id = fields.Many2one(
        comodel_name="res.users",
        index="btree_not_null",
        tracking=True,
        help="The field collector who sees this account and collects from it.",
    )

    # === FIELDS: SUPPLY === #

    category = fields.Selection(
        selection=[
            ("residential", "Residential"),
            ("commercial", "Commercial"),
            ("industrial", "Industrial"),
            ("agricultural", "Agricultural"),
            ("institutional", "Institutional"),
        ],
        required=True,
        default="residential",
        tracking=True,
    )
    service_ids = fields.Many2many(comodel_name="utility.service", string="Services")
    connection_state = fields.Selection(
        selection=[
            ("connected", "Connected"),
            ("pending_disconnection", "Disconnection pending"),
            ("disconnected", "Disconnected"),
            ("pending_reconnection", "Reconnection pending"),
        ],
        string="Connection",
        required=True,
        default="connected",
        copy=False,
        tracking=True,
    )
    state = fields.Selection(
        selection=[("active", "Active"), ("closed", "Closed")],
        string="Status",
        required=True,
        default="active",
        copy=False,
        tracking=True,
    )
    date_opened = fields.Date(
        string="Opened On",
        default=lambda self: self.env.company._utility_today(),
        copy=False,
    )
    date_closed = fields.Date(string="Closed On", readonly=True, copy=False)
    payment_preferences = fields.Text()
    special_circumstances = fields.Text()
    tag_ids = fields.Many2many(
        comodel_name="utility.account.tag", string="Circumstances"
    )

    # === FIELDS: BALANCES, never stored (CON-04) === #

    payoff_balance = fields.Monetary(
        compute="_compute_balances",
        search="_search_payoff_balance",
        help="All open bills and service charges, less unapplied credits.",
    )
    deferred_balance = fields.Monetary(
        compute="_compute_balances",
        help="Unpaid debt that an active payment plan covers.",
    )
    current_balance = fields.Monetary(
        compute="_compute_balances",
        help="Payoff balance less what is deferred by plans.",
    )
    overdue_balance = fields.Monetary(
        compute="_compute_balances",
        search="_search_overdue_balance",
        help="What is past its due date, less unapplied credits; never below zero.",
    )
    credit_balance = fields.Monetary(
        compute="_compute_balances",
        search="_search_credit_balance",
        help="Credits that are not applied to a document yet.",
    )
    receivable_line_ids = fields.One2many(
        comodel_name="account.move.line",
        inverse_name="utility_account_id",
        string="Receivable Items",
        readonly=True,
    )

    duplicate_account_ids = fields.Many2many(
        comodel_name="utility.account",
        string="Possible Duplicates",
        compute="_compute_duplicate_account_ids",
        help="Active accounts of the same consumer at the same address.",
    )
    open_document_ids = fields.Many2many(
        comodel_name="account.move",
        string="Open Items",
        compute="_compute_open_document_ids",
        help="Bills and charges that are not paid in full, oldest due first.",
    )
    open_bill_count = fields.Integer(
        string="Open Bills and Charges", compute="_compute_open_document_ids"
    )
    document_count = fields.Integer(
        string="Bills and Charges", compute="_compute_document_count"
    )

    # === FIELDS: TECHNICAL === #

    lock_version = fields.Integer(readonly=True, copy=False, default=0)
    search_text = fields.Char(
        string="Search", compute="_compute_search_text", store=True, copy=False
    )

    _number_company_unique = models.UniqueIndex(
        "(lower(number), company_id)",
        "An account with this number already exists in this company.",
    )
    # The list's own order: its first page without sorting all accounts
    _number_order_idx = models.Index("(number, id)")
    _search_text_trigram = models.Index("USING gin (search_text gin_trgm_ops)")

    # === COMPUTE METHODS === #

    @api.depends("number", "consumer_name", "service_address")
    @api.depends_context("formatted_display_name")
    def _compute_display_name(self):
        formatted = self.env.context.get("formatted_display_name")
        for account in self:
            name, number = account.consumer_name or "", account.number or ""
            if formatted:
                details = " · ".join(filter(None, [number, account.service_address]))
                account.display_name = f"{name} \t --{details}--"
            else:
                account.display_name = f"{name} ({number})" if number else name

    @api.depends("partner_id")
    def _compute_service_address(self):
        for account in self:
            if not account.service_address:
                account.service_address = account.partner_id._utility_address()

    @api.depends("number", "consumer_name", "phone", "email", "service_address")
    def _compute_search_text(self):
        for account in self:
            account.search_text = search_document(
                account.number,
                account.consumer_name,
                account.phone,
                account.email,
                account.service_address,
            )

    @api.depends("service_address", "commercial_partner_id", "state")
    def _compute_duplicate_account_ids(self):
        self.flush_model(
            ["service_address", "commercial_partner_id", "company_id", "state"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id, ARRAY_AGG(other.id)
                  FROM utility_account account
                  JOIN utility_account other
                    ON other.commercial_partner_id = account.commercial_partner_id
                   AND other.company_id = account.company_id
                   AND lower(other.service_address) = lower(account.service_address)
                   AND other.id != account.id
                   AND other.state = 'active'
                 WHERE account.id = ANY(%s) AND account.state = 'active'
              GROUP BY account.id
                """,
                self._origin.ids,
            )
        )
        duplicates = dict(rows)
        for account in self:
            account.duplicate_account_ids = self.browse(
                duplicates.get(account._origin.id, [])
            )

    @api.depends("receivable_line_ids.amount_residual")
    def _compute_balances(self):
        balances = self._origin._get_balances()
        nothing = dict.fromkeys(BALANCE_FIELDS, 0.0)
        for account in self:
            values = balances.get(account._origin.id, nothing)
            for name in BALANCE_FIELDS:
                account[f"{name}_balance"] = values[name]

    @api.depends("receivable_line_ids.amount_residual")
    def _compute_open_document_ids(self):
        moves = self.env["account.move"].search_fetch(
            [
                ("utility_account_id", "in", self._origin.ids),
                ("utility_kind", "!=", False),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
            ],
            ["utility_account_id"],
            order="invoice_date_due, id",
        )
        by_account = moves.grouped("utility_account_id")
        for account in self:
            open_moves = by_account.get(account._origin, moves.browse())
            account.open_document_ids = open_moves
            account.open_bill_count = len(open_moves)

    def _compute_document_count(self):
        counts = dict(
            self.env["account.move"]._read_group(
                [
                    ("utility_account_id", "in", self._origin.ids),
                    ("utility_kind", "!=", False),
                    ("state", "=", "posted"),
                ],
                ["utility_account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.document_count = counts.get(account._origin, 0)

    # === SEARCH METHODS === #

    def _search_payoff_balance(self, comparison, value):
        return self._search_balance("payoff", comparison, value)

    def _search_overdue_balance(self, comparison, value):
        return self._search_balance("overdue", comparison, value)

    def _search_credit_balance(self, comparison, value):
        return self._search_balance("credit", comparison, value)

    def _search_balance(self, name, comparison, value):
        """Search a balance in the ledger, by one grouped query over the open items."""
        sql_operator, matches = BALANCE_OPERATORS.get(comparison, (None, None))
        if not sql_operator or isinstance(value, str):
            return NotImplemented
        values = [float(number) for number in value] if comparison == "in" else value
        if comparison == "in":
            condition = SQL("%s = ANY(%s::numeric[])", BALANCE_SQL[name], values)
        else:
            condition = SQL("%s %s %s", BALANCE_SQL[name], sql_operator, values)
        # Accounts without open items have no row, and a balance of zero
        zero_matches = matches(0.0, values)
        balances = SQL(" UNION ALL ").join(
            self._get_balance_select(
                SQL("line.company_id = %s", company.id), company._utility_today()
            )
            for company in self.env["res.company"].sudo().search([])
        )
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s %s (SELECT utility_account_id FROM (%s) balance WHERE %s)",
                SQL.identifier(alias, "id"),
                SQL("NOT IN") if zero_matches else SQL("IN"),
                balances,
                SQL("NOT (%s)", condition) if zero_matches else condition,
            )
        )

    # === CONSTRAINTS === #

    @api.constrains("number")
    def _check_number(self):
        for account in self:
            if not account.number.strip() or account.number != account.number.strip():
                raise ValidationError(
                    self.env._(
                        "An account number can't be empty or start or end with a blank."
                    )
                )

    @api.constrains("date_opened", "date_closed")
    def _check_dates(self):
        for account in self:
            opened, closed = account.date_opened, account.date_closed
            if opened and closed and closed < opened:
                raise ValidationError(
                    self.env._(
                        "%(account)s can't be closed before it was opened.",
                        account=account.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # A blank cell of an import means the default
        vals_list = [
            {
                name: value
                for name, value in vals.items()
                if (value or name not in DEFAULTED_FIELDS)
                and (self.env.su or name not in FOLLOWING_FIELDS)
            }
            for vals in vals_list
        ]
        self._draw_numbers(vals_list)
        self._create_missing_partners(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if {"partner_id", "company_id"} & set(vals):
            self._check_party_change(vals)
        if not self.env.su:
            vals = {name: vals[name] for name in vals if name not in FOLLOWING_FIELDS}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_documents(self):
        if used := self._filter_with_documents()[:1]:
            raise UserError(
                self.env._(
                    "%(account)s has documents and can't be deleted; close it instead.",
                    account=used.display_name,
                )
            )

    def _filter_with_documents(self):
        """Return the accounts that have any document in the ledger."""
        Move_sudo = self.env["account.move"].sudo()
        groups = Move_sudo._read_group(
            [("utility_account_id", "in", self.ids)], ["utility_account_id"]
        )
        return self.browse(account.id for (account,) in groups)

    def _check_party_change(self, vals):
        """Refuse to hand over an account whose documents name another debtor."""
        changed = self.filtered(
            lambda account: any(
                name in vals and account[name].id != vals[name]
                for name in ("partner_id", "company_id")
            )
        )
        if used := changed._filter_with_documents()[:1]:
            raise UserError(
                self.env._(
                    "%(account)s has documents on its consumer; close it and open a "
                    "new account for the next one.",
                    account=used.display_name,
                )
            )

    def _draw_numbers(self, vals_list):
        """Give the values that lack an account number one of the num format."""
        unnumbered = defaultdict(list)
        for vals in vals_list:
            number = (vals.get("number") or "").strip()
            if number:
                vals["number"] = number
            else:
                company_id = vals.get("company_id") or self.env.company.id
                unnumbered[company_id].append(vals)
        for company_id, todo in unnumbered.items():
            company = self.env["res.company"].browse(company_id)
            numbers = self.env["ir.sequence"]._utility_draw(
                "utility.account",
                company,
                len(todo),
                taken=lambda numbers, company=company: set(
                    self.sudo()._find_by_numbers(numbers, company)
                ),
            )
            for vals, number in zip(todo, numbers, strict=True):
                vals["number"] = number

    def _create_missing_partners(self, vals_list):
        """Make the contact of an account that comes with a name but no contact.

        An import of consumers so needs no second file. Name, phone and e-mail of a
        contact that exists are changed on purpose only, never emptied by a blank cell.
        """
        missing = [vals for vals in vals_list if not vals.get("partner_id")]
        if not all(vals.get("consumer_name") for vals in missing):
            raise ValidationError(
                self.env._(
                    "An account needs a consumer: choose a contact, or give a name."
                )
            )
        partners = self.env["res.partner"].create(
            [
                {
                    "name": vals["consumer_name"],
                    "phone": vals.get("phone"),
                    "email": vals.get("email"),
                    "street": vals.get("service_address"),
                }
                for vals in missing
            ]
        )
        for vals, partner in zip(missing, partners, strict=True):
            vals["partner_id"] = partner.id
            vals.pop("phone", None)
            vals.pop("email", None)
        for vals in vals_list:
            vals.pop("consumer_name", None)
            for name in ("phone", "email"):
                if not vals.get(name):
                    vals.pop(name, None)

    # === ACTIONS === #

    def action_close(self):
        """Close the accounts as of today; open items stay due and can be paid."""
        for company, accounts in self.grouped("company_id").items():
            accounts.write({"state": "closed", "date_closed": company._utility_today()})
        return True

    def action_reopen(self):
        """Make closed accounts active again."""
        self.write({"state": "active", "date_closed": False})
        return True

    def action_open_map(self):
        """Show where the service is supplied, in a map of the browser."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": "https://www.openstreetmap.org/search?"
            + urlencode({"query": self.service_address or ""}),
            "target": "new",
        }

    def action_open_documents(self):
        """Open the bills and service charges of the account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_consumers.account_move_bills_action"
        )
        action["domain"] = [
            ("utility_account_id", "=", self.id),
            ("utility_kind", "!=", False),
        ]
        action["context"] = {"default_account_id": self.id}
        return action

    def action_new_document(self):
        """Open the form of a bill or a service charge for this account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_consumers.utility_bill_entry_action"
        )
        action["context"] = {
            "default_account_id": self.id,
            "default_kind": self.env.context.get("utility_kind", "bill"),
        }
        return action

    def action_open_duplicates(self):
        """Open this account and those that look like it, side by side."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_consumers.utility_account_action"
        )
        action["domain"] = [("id", "in", (self | self.duplicate_account_ids).ids)]
        return action

    @api.model
    def get_import_templates(self):
        """Override of `base_import`: the files to start from (CFG-04)."""
        return [
            {
                "label": self.env._("Consumers (XLSX)"),
                "template": "/utility_consumers/static/xls/consumers.xlsx",
            },
            {
                "label": self.env._("Consumers (CSV)"),
                "template": "/utility_consumers/static/xls/consumers.csv",
            },
        ]

    # === BUSINESS METHODS === #

    def _lock_accounts(self):
        """Make transactions on the same accounts wait for each other, in id order.

        Call it before a balance or a limit is read. The update lets a transaction that
        waited fail with a serialization error, which Odoo retries with fresh data.
        """
        if not self:
            return
        ids = sorted(set(self.ids))
        self.env.cr.execute(
            SQL(
                "SELECT id FROM utility_account WHERE id = ANY(%s)"
                " ORDER BY id FOR NO KEY UPDATE",
                ids,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE utility_account SET lock_version = lock_version + 1"
                " WHERE id = ANY(%s)",
                ids,
            )
        )
        self.invalidate_recordset(["lock_version"], flush=False)

    def _get_receivable_account(self):
        """Return the general ledger account that holds what this consumer owes."""
        self.ensure_one()
        partner = self.commercial_partner_id.with_company(self.company_id)
        return partner.property_account_receivable_id

    def _get_balances(self):
        """Return the balances of accounts from the ledger, with one query (CON-04).

        :return: for each account id a dict of `payoff`, `deferred`, `current`,
            `overdue`, `credit`, floats in the currency of the account's company
        :rtype: dict[int, dict[str, float]]
        """
        result = {}
        sums = {account_id: sums for account_id, *sums in self._execute_balance_query()}
        for account in self:
            payoff, deferred, late, credit = sums.get(account.id, (0.0,) * 4)
            currency = account.company_id.currency_id
            result[account.id] = {
                "payoff": currency.round(payoff),
                "deferred": currency.round(deferred),
                "current": currency.round(payoff - deferred),
                "overdue": currency.round(max(late - credit, 0.0)),
                "credit": currency.round(credit),
            }
        return result

    def _execute_balance_query(self):
        """Return (account id, payoff, deferred, past due, credit) of open items."""
        if not self.ids:
            return []
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                self._get_balance_select(
                    SQL("line.utility_account_id = ANY(%s)", accounts.ids),
                    company._utility_today(),
                )
                for company, accounts in self.grouped("company_id").items()
            )
        )
        return [(account_id, *map(float, sums)) for account_id, *sums in rows]

    def _get_balance_select(self, condition, today):
        """Return the SQL that sums the open items of each account (CON-04).

        Its columns: account, payoff, deferred, past due, credit. Here nothing is
        deferred; an add-on above that defers debt extends this and
        `_get_late_shift_select`.

        :param SQL condition: which items, on `utility_account_id` and `company_id` of
            the alias `line`
        :param today: the date of today where the company is
        """
        self.env["account.move.line"].flush_model(
            [
                "amount_residual",
                "company_id",
                "date_maturity",
                "parent_state",
                "reconciled",
                "utility_account_id",
            ]
        )
        return SQL(
            """
            SELECT line.utility_account_id,
                   SUM(line.amount_residual) AS payoff,
                   0::numeric AS deferred,
                   COALESCE(SUM(line.amount_residual) FILTER (
                       WHERE line.amount_residual > 0
                         AND line.date_maturity < %(today)s
                   ), 0) AS late,
                   COALESCE(-SUM(line.amount_residual) FILTER (
                       WHERE line.amount_residual < 0
                   ), 0) AS credit
              FROM account_move_line line
             WHERE %(condition)s
               AND line.utility_account_id IS NOT NULL
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
          GROUP BY line.utility_account_id
            """,
            today=today,
            condition=condition,
        )

    @api.model
    def _get_total_balances(self, companies):
        """Return what all consumers of companies owe and have, with one query (CON-04).

        As the sum of `_get_balance_select` would, which takes five times as long: only
        the few accounts that have credit, or debt that an add-on above defers, are
        looked at one by one.

        :return: ``owed`` (before credits), ``debts`` (number of items), ``overdue`` and
            ``overdue_count`` (net of credits, account by account), ``credit`` and
            ``credit_count``; amounts in company currency, as Decimal
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(" UNION ALL ").join(
                self._get_total_select(company, company._utility_today())
                for company in companies
            )
        )
        return {name: sum(row[name] for row in rows) for name in rows[0]}

    @api.model
    def _get_total_select(self, company, today):
        items = SQL(
            """
            account_move_line line
            WHERE line.company_id = %s
              AND line.utility_account_id IS NOT NULL
              AND line.parent_state = 'posted'
              AND line.reconciled IS NOT TRUE
            """,
            company.id,
        )
        return SQL(
            """
            (
            WITH credit AS MATERIALIZED (
                SELECT line.utility_account_id AS account_id,
                       -SUM(line.amount_residual) AS amount
                  FROM %(items)s AND line.amount_residual < 0
              GROUP BY line.utility_account_id
            ), shift AS MATERIALIZED (
                %(shift)s
            ), item AS (
                -- As an array, they are looked up in the index, however many.
                SELECT line.utility_account_id AS account_id,
                       SUM(line.amount_residual) AS amount
                  FROM %(items)s
                   AND line.utility_account_id = ANY(ARRAY(
                        SELECT account_id FROM credit
                         UNION
                        SELECT account_id FROM shift
                       ))
                   AND line.amount_residual > 0
                   AND line.date_maturity < %(today)s
              GROUP BY line.utility_account_id
            ), late AS (
                -- Joins would be nested loops: PostgreSQL expects few accounts.
                SELECT COALESCE(SUM(credit), 0) AS credit,
                       COALESCE(SUM(shift), 0) AS shift,
                       COALESCE(SUM(items), 0) AS items
                  FROM (
                        SELECT account_id, amount AS credit, 0 AS shift, 0 AS items
                          FROM credit
                     UNION ALL
                        SELECT account_id, 0, amount, 0 FROM shift
                     UNION ALL
                        SELECT account_id, 0, 0, amount FROM item
                       ) AS part
              GROUP BY account_id
            ), net AS (
                -- What is past due by its items, and what of it is overdue.
                SELECT items, GREATEST(items + shift - credit, 0) AS overdue
                  FROM late
            ), nets AS (
                SELECT COALESCE(SUM(overdue - items), 0) AS amount,
                       COUNT(*) FILTER (WHERE overdue > 0)
                       - COUNT(*) FILTER (WHERE items > 0) AS accounts
                  FROM net
            ), credits AS (
                SELECT COALESCE(SUM(amount), 0) AS amount, COUNT(*) AS accounts
                  FROM credit
            ), debt AS (
                SELECT COALESCE(SUM(line.amount_residual), 0) AS amount,
                       COUNT(*) AS items,
                       COALESCE(SUM(line.amount_residual) FILTER (
                           WHERE line.date_maturity < %(today)s
                       ), 0) AS late
                  FROM %(items)s AND line.amount_residual > 0
            ), debtor AS (
                SELECT COUNT(*) AS late
                  FROM (
                        SELECT
                          FROM %(items)s AND line.amount_residual > 0
                           AND line.date_maturity < %(today)s
                      GROUP BY line.utility_account_id
                  ) AS account
            )
            SELECT debt.amount AS owed,
                   debt.items AS debts,
                   debt.late + nets.amount AS overdue,
                   debtor.late + nets.accounts AS overdue_count,
                   credits.amount AS credit,
                   credits.accounts AS credit_count
              FROM debt, debtor, credits, nets
            )
            """,
            items=items,
            today=today,
            shift=self._get_late_shift_select(
                SQL("line.company_id = %s", company.id), today
            ),
        )

    def _get_late_shift_select(self, condition, today):
        """Return the SQL of what is past due otherwise than by the dates of items.

        Its columns: account_id, amount; one row an account. Here there is none; an
        add-on above that defers debt takes away what isn't due yet, and adds what is.

        :param SQL condition: as of `_get_balance_select`
        """
        return SQL("SELECT NULL::integer AS account_id, 0::numeric AS amount LIMIT 0")

    @api.model
    def _find_by_numbers(self, numbers, company):
        """Return the accounts of a company that carry these numbers, with one query.

        Upper and lower case are the same (CON-02). The user's record rules apply.

        :param list[str] numbers: account numbers
        :param company: the `res.company` they belong to
        :return: the account of each number that was found
        :rtype: dict[str, Model<utility.account>]
        """
        wanted = defaultdict(list)
        for number in numbers:
            wanted[str(number).strip().lower()].append(number)
        self.flush_model(["number", "company_id"])
        query = self._search([("company_id", "=", company.id)])
        query.add_where(SQL("lower(utility_account.number) = ANY(%s)", list(wanted)))
        rows = self.env.execute_query(
            query.select("utility_account.id", "lower(utility_account.number)")
        )
        # Read together later, whoever asks for the first
        accounts = self.browse(account_id for account_id, _key in rows)
        return {
            number: account
            for account, (_account_id, key) in zip(accounts, rows, strict=True)
            for number in wanted[key]
        }

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import search_document

BALANCE_FIELDS = ("payoff", "deferred", "current", "overdue", "credit")


class UtilityAccount(models.Model):
    _name = "utility.account"
    _description = "Consumer Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "number, id"
    _rec_names_search = ["number", "consumer_name", "search_text"]
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
        string="Area / Route",
        check_company=True,
        index="btree_not_null",
        tracking=True,
    )
    collector_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
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
        help="What is past its due date, less unapplied credits; never below zero.",
    )
    credit_balance = fields.Monetary(
        compute="_compute_balances",
        help="Credits that are not applied to a document yet.",
    )
    receivable_line_ids = fields.One2many(
        comodel_name="account.move.line",
        inverse_name="utility_account_id",
        string="Receivable Items",
        readonly=True,
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
    _search_text_trigram = models.Index("USING gin (search_text gin_trgm_ops)")

    # === COMPUTE METHODS === #

    @api.depends("number", "consumer_name")
    def _compute_display_name(self):
        for account in self:
            name, number = account.consumer_name or "", account.number or ""
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

    @api.depends("receivable_line_ids.amount_residual")
    def _compute_balances(self):
        balances = self._origin._get_balances()
        nothing = dict.fromkeys(BALANCE_FIELDS, 0.0)
        for account in self:
            values = balances.get(account._origin.id, nothing)
            for name in BALANCE_FIELDS:
                account[f"{name}_balance"] = values[name]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        self._draw_numbers(vals_list)
        self._create_missing_partners(vals_list)
        return super().create(vals_list)

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
        missing = [
            vals
            for vals in vals_list
            if not vals.get("partner_id") and vals.get("consumer_name")
        ]
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

    def _get_balances(self):
        """Return the balances of accounts from the ledger, with one query (CON-04).

        :return: for each account id a dict of `payoff`, `deferred`, `current`,
            `overdue`, `credit`, floats in the currency of the account's company
        :rtype: dict[int, dict[str, float]]
        """
        deferred_balances = self._get_deferred_balances()
        result = {}
        sums = {account_id: sums for account_id, *sums in self._execute_balance_query()}
        for account in self:
            payoff, late, credit = sums.get(account.id, (0.0, 0.0, 0.0))
            currency = account.company_id.currency_id
            deferred = deferred_balances.get(account.id, 0.0)
            result[account.id] = {
                "payoff": currency.round(payoff),
                "deferred": currency.round(deferred),
                "current": currency.round(payoff - deferred),
                "overdue": currency.round(max(late - credit, 0.0)),
                "credit": currency.round(credit),
            }
        return result

    def _execute_balance_query(self):
        """Return (account id, payoff, past due, credit) where items are open."""
        if not self.ids:
            return []
        today_by_account = [
            (company._utility_today(), accounts.ids)
            for company, accounts in self.grouped("company_id").items()
        ]
        self.env["account.move.line"].flush_model(
            [
                "amount_residual",
                "date_maturity",
                "parent_state",
                "reconciled",
                "utility_account_id",
            ]
        )
        query = SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT line.utility_account_id,
                       SUM(line.amount_residual),
                       COALESCE(SUM(line.amount_residual) FILTER (
                           WHERE line.amount_residual > 0
                             AND line.date_maturity < %(today)s
                       ), 0),
                       COALESCE(-SUM(line.amount_residual) FILTER (
                           WHERE line.amount_residual < 0
                       ), 0)
                  FROM account_move_line line
                 WHERE line.utility_account_id = ANY(%(ids)s)
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
              GROUP BY line.utility_account_id
                """,
                today=today,
                ids=ids,
            )
            for today, ids in today_by_account
        )
        self.env.cr.execute(query)
        return [
            (row[0], float(row[1]), float(row[2]), float(row[3]))
            for row in self.env.cr.fetchall()
        ]

    def _get_deferred_balances(self):
        """Return what payment plans defer, by account id; a hook for add-ons above.

        :return: amounts in company currency, only of accounts that have any
        :rtype: dict[int, float]
        """
        return {}

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
        return {
            number: self.browse(account_id)
            for account_id, key in rows
            for number in wanted[key]
        }

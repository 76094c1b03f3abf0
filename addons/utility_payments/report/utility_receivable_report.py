from odoo import fields, models
from odoo.tools import SQL

# Of an open `item`: `amount_residual`, and how many days ago it was due (`late`)
KIND = SQL(
    "CASE WHEN item.amount_residual < 0 THEN 'credit'"
    " ELSE COALESCE(move.utility_kind, 'other') END"
)
BUCKET = SQL(
    "CASE WHEN item.amount_residual < 0 THEN 'credit'"
    " WHEN item.late > 90 THEN '91_over'"
    " WHEN item.late > 60 THEN '61_90'"
    " WHEN item.late > 30 THEN '31_60'"
    " WHEN item.late > 0 THEN '01_30'"
    " ELSE '00_not_due' END"
)
DAYS_OVERDUE = SQL(
    "CASE WHEN item.amount_residual > 0 THEN GREATEST(item.late, 0) ELSE 0 END"
)
OVERDUE = SQL(
    "CASE WHEN item.amount_residual > 0 AND item.late > 0"
    " THEN item.amount_residual ELSE 0 END"
)


class UtilityReceivableReport(models.Model):
    """Open items of consumers by age: debts in buckets, credits beside them (KPI-07).

    "Today" is the company's, as in balances (CON-04).
    """

    _name = "utility.receivable.report"
    _description = "Receivables"
    _inherit = "utility.report.mixin"
    _auto = False
    _order = "due_on, id"
    _rec_name = "document"
    _depends = {
        "account.move": ["invoice_date", "name", "origin_payment_id", "utility_kind"],
        "account.move.line": [
            "amount_residual",
            "balance",
            "company_id",
            "date",
            "date_maturity",
            "move_id",
            "parent_state",
            "reconciled",
            "utility_account_id",
        ],
        "account.payment": ["receipt_number"],
        "utility.account": ["area_id", "category", "partner_id"],
    }

    line_id = fields.Many2one(
        comodel_name="account.move.line", string="Item", readonly=True
    )
    document = fields.Char(
        readonly=True, help="Number of the document, or the receipt of the payment."
    )
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Consumer Account", readonly=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Consumer", readonly=True
    )
    area_id = fields.Many2one(comodel_name="utility.area", readonly=True)
    kind = fields.Selection(
        selection=[
            ("bill", "Bill"),
            ("service", "Service charge"),
            ("other", "Other debt"),
            ("credit", "Credit"),
        ],
        readonly=True,
    )
    # The codes sort as the buckets stand
    bucket = fields.Selection(
        selection=[
            ("00_not_due", "Not due"),
            ("01_30", "1-30 days"),
            ("31_60", "31-60 days"),
            ("61_90", "61-90 days"),
            ("91_over", "Over 90 days"),
            ("credit", "Credit"),
        ],
        string="Age",
        readonly=True,
    )
    date = fields.Date(string="Document Date", readonly=True)
    due_on = fields.Date(string="Due", readonly=True)
    days_overdue = fields.Integer(aggregator="max", readonly=True)
    original_amount = fields.Monetary(string="Original", readonly=True)
    open_amount = fields.Monetary(
        string="Open", readonly=True, help="Credits are below zero."
    )
    overdue_amount = fields.Monetary(
        string="Overdue",
        readonly=True,
        help="Debt that is past its due date, before credits.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.id,
                   item.id AS line_id,
                   COALESCE(pay.receipt_number, move.name) AS document,
                   item.company_id,
                   company.currency_id,
                   item.utility_account_id,
                   %(account_columns)s,
                   %(kind)s AS kind,
                   %(bucket)s AS bucket,
                   item.date,
                   item.date_maturity AS due_on,
                   %(days_overdue)s AS days_overdue,
                   item.balance AS original_amount,
                   item.amount_residual AS open_amount,
                   %(overdue)s AS overdue_amount
              FROM (
                SELECT line.*, today.day - line.date_maturity AS late
                  FROM account_move_line line
                  JOIN (%(today)s) AS today (company_id, day)
                    ON today.company_id = line.company_id
                 WHERE line.utility_account_id IS NOT NULL
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual != 0
                   AND %(chosen)s
              ) item
         LEFT JOIN account_move move ON move.id = item.move_id
         LEFT JOIN account_payment pay ON pay.id = move.origin_payment_id
         LEFT JOIN utility_account account ON account.id = item.utility_account_id
         LEFT JOIN res_company company ON company.id = item.company_id
            """,
            account_columns=SQL(", ").join(
                SQL.identifier("account", name) for name in self._get_account_columns()
            ),
            chosen=self._get_accounts_condition(
                SQL.identifier("line", "utility_account_id")
            ),
            kind=KIND,
            bucket=BUCKET,
            days_overdue=DAYS_OVERDUE,
            overdue=OVERDUE,
            today=self._get_today_values(),
        )

    def _get_accounts_condition(self, _account_id):
        """Return the SQL of which accounts are read.

        :param SQL _account_id: the column that names the account
        """
        return SQL("TRUE")

    def _get_account_columns(self):
        """Columns of accounts that are columns of the report; for add-ons to extend."""
        return ["partner_id", "category", "area_id"]

    def action_view_details(self):
        """Open the document or the payment behind this item.

        :return: an action on its form
        """
        self.ensure_one()
        return self.line_id.action_open_utility_item()

from odoo import fields, models
from odoo.tools import SQL


class UtilityCollectionAccountReport(models.Model):
    """The accounts in collections, each with what ends them (COL-02, COL-04).

    Read from the ledger as it is now, as `utility.account._get_debts` reads it.
    """

    _name = "utility.collection.account.report"
    _description = "Accounts in Collections"
    _inherit = "utility.report.mixin"
    _auto = False
    _order = "amount_in_collections desc, id desc"
    _rec_name = "utility_account_id"
    _depends = {
        "account.move.line": [
            "amount_residual",
            "date_maturity",
            "parent_state",
            "reconciled",
            "utility_account_id",
        ],
        "account.payment": ["date", "payment_type", "utility_state"],
        "utility.account": [
            "area_id",
            "behaviour",
            "category",
            "credit_rating",
            "number",
            "partner_id",
            "recovery_user_id",
        ],
        "utility.collection.case": [
            "opened_on",
            "process_id",
            "state",
            "step_id",
            "stepped_on",
            "user_id",
            "utility_account_id",
        ],
        "utility.payment.promise": ["amount", "date", "state", "utility_account_id"],
    }

    case_id = fields.Many2one(comodel_name="utility.collection.case", readonly=True)
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Account", readonly=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Consumer", readonly=True
    )
    area_id = fields.Many2one(comodel_name="utility.area", readonly=True)
    process_id = fields.Many2one(
        comodel_name="utility.collection.process", readonly=True
    )
    step_id = fields.Many2one(
        comodel_name="utility.collection.step", string="Last Step", readonly=True
    )
    state = fields.Selection(
        selection=lambda self: self._selection_of("utility.collection.case", "state"),
        string="Status",
        readonly=True,
    )
    opened_on = fields.Date(readonly=True)
    stepped_on = fields.Date(string="Step Taken", readonly=True)
    amount_in_collections = fields.Monetary(
        readonly=True, help="Overdue less what is disputed (COL-02)."
    )
    minimum_due = fields.Monetary(readonly=True, help="What ends collections (COL-02).")
    overdue_amount = fields.Monetary(string="Overdue", readonly=True)
    disputed_amount = fields.Monetary(string="Disputed", readonly=True)
    days_overdue = fields.Integer(aggregator="max", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Recovery Executive", readonly=True
    )
    credit_rating = fields.Selection(
        selection=lambda self: self._selection_of("utility.account", "credit_rating"),
        readonly=True,
    )
    behaviour = fields.Selection(
        selection=lambda self: self._selection_of("utility.account", "behaviour"),
        readonly=True,
    )
    last_payment_date = fields.Date(string="Last Paid", readonly=True)
    last_payment_amount = fields.Monetary(string="Last Payment", readonly=True)
    promise_date = fields.Date(string="Promised For", readonly=True)
    promise_amount = fields.Monetary(string="Promised", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT running.id,
                   running.id AS case_id,
                   running.company_id,
                   company.currency_id,
                   running.utility_account_id,
                   account.partner_id,
                   account.category,
                   account.area_id,
                   running.process_id,
                   running.step_id,
                   running.state,
                   running.opened_on,
                   running.stepped_on,
                   GREATEST(
                       COALESCE(debt.late - debt.credit - debt.disputed, 0), 0
                   ) AS amount_in_collections,
                   COALESCE(debt.minimum_due, 0) AS minimum_due,
                   GREATEST(COALESCE(debt.late - debt.credit, 0), 0) AS overdue_amount,
                   COALESCE(debt.disputed, 0) AS disputed_amount,
                   COALESCE(debt.today - debt.oldest_due, 0) AS days_overdue,
                   COALESCE(running.user_id, account.recovery_user_id) AS user_id,
                   account.credit_rating,
                   account.behaviour,
                   paid.date AS last_payment_date,
                   paid.amount AS last_payment_amount,
                   promise.date AS promise_date,
                   promise.amount AS promise_amount
              FROM utility_collection_case running
              JOIN utility_account account ON account.id = running.utility_account_id
         LEFT JOIN res_company company ON company.id = running.company_id
         LEFT JOIN (%(debts)s) debt ON debt.account_id = running.utility_account_id
         LEFT JOIN LATERAL (
                SELECT pay.date, pay.amount_company_currency_signed AS amount
                  FROM account_payment pay
                 WHERE pay.utility_account_id = running.utility_account_id
                   AND pay.payment_type = 'inbound'
                   AND pay.utility_state = 'posted'
              ORDER BY pay.date DESC, pay.id DESC
                 LIMIT 1
              ) paid ON TRUE
         LEFT JOIN LATERAL (
                SELECT next.date, next.amount
                  FROM utility_payment_promise next
                 WHERE next.utility_account_id = running.utility_account_id
                   AND next.state = 'open'
              ORDER BY next.date, next.id
                 LIMIT 1
              ) promise ON TRUE
             WHERE running.state != 'closed'
            """,
            debts=self._get_debts_query(),
        )

    def _get_debts_query(self):
        """Return the SQL of the debt of all accounts in collections."""
        companies = (
            self.env["res.company"].sudo().search([("active", "in", [True, False])])
        )
        Account = self.env["utility.account"]
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT debt.*, %s::date AS today FROM (%s) debt",
                company._utility_today(),
                Account._get_debt_select(
                    SQL(
                        "line.company_id = %s AND line.utility_account_id IN ("
                        " SELECT utility_account_id FROM utility_collection_case"
                        " WHERE state != 'closed')",
                        company.id,
                    ),
                    company._utility_today(),
                ),
            )
            for company in companies
        )

    def action_view_details(self):
        """Open the account.

        :return: an action on its form
        """
        return self._open_form(self.utility_account_id)

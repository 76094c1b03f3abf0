from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

# What the rows of a day are told apart by
_KEYS = (
    "company_id",
    "currency_id",
    "category",
    "area_id",
    "recovery_user_id",
    "credit_rating",
    "age",
)


class UtilityDebtDay(models.Model):
    """What was owed at the end of each day, by age and by who owes it.

    Of a past day nothing can be recounted from the ledger as it is now: the daily run
    keeps sums of the ageing report. The last run of a day is the one that stays.
    """

    _name = "utility.debt.day"
    _description = "Ageing by Day"
    _order = "date desc, id"
    _rec_name = "date"

    date = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    category = fields.Selection(
        selection=lambda self: self._selection_of("utility.account", "category"),
        readonly=True,
    )
    area_id = fields.Many2one(
        comodel_name="utility.area",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    recovery_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recovery Executive",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    credit_rating = fields.Selection(
        selection=lambda self: self._selection_of("utility.account", "credit_rating"),
        readonly=True,
    )
    age = fields.Selection(
        selection=lambda self: self._selection_of("utility.receivable.report", "age"),
        readonly=True,
    )
    amount = fields.Monetary(
        string="Open", readonly=True, help="Credits are below zero."
    )
    overdue_amount = fields.Monetary(string="Overdue", readonly=True)
    items = fields.Integer(readonly=True)
    accounts = fields.Integer(
        readonly=True,
        help="Accounts with such an item; one with items of several ages counts in"
        " each.",
    )

    _date_idx = models.Index("(company_id, date)")

    @api.model
    def _selection_of(self, model, name):
        return self.env["utility.report.mixin"]._selection_of(model, name)

    @api.model
    def _cron_keep_day(self):
        """Keep the ageing as it is now as that of today, and forget what is too old."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            self._keep_day(company)
            self._forget(company)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _keep_day(self, company):
        """Count today of a company anew, in place of what was kept of it before."""
        self.env.flush_all()
        today = company._utility_today()
        Report = self.env["utility.receivable.report"].sudo()
        keys = SQL(", ").join(SQL.identifier("debt", name) for name in _KEYS)
        # Two runs at a time would keep the day twice.
        self.env.cr.execute(
            SQL(
                "SELECT pg_advisory_xact_lock(hashtext('utility_debt_day'), %s)",
                company.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM utility_debt_day WHERE company_id = %s AND date = %s",
                company.id,
                today,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO utility_debt_day (
                    date, %(names)s, amount, overdue_amount, items, accounts,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT %(today)s, %(keys)s, SUM(debt.open_amount),
                       SUM(debt.overdue_amount), COUNT(*),
                       COUNT(DISTINCT debt.utility_account_id),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(debt)s) debt
                 WHERE debt.company_id = %(company)s
              GROUP BY %(keys)s
                """,
                names=SQL(", ").join(SQL.identifier(name) for name in _KEYS),
                keys=keys,
                debt=Report._table_query,
                company=company.id,
                today=today,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model()

    @api.model
    def _forget(self, company):
        """Remove days that are older than the company keeps them."""
        if months := company.utility_debt_day_months:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM utility_debt_day WHERE company_id = %s AND date < %s",
                    company.id,
                    company._utility_today() - relativedelta(months=months),
                )
            )
            self.invalidate_model()

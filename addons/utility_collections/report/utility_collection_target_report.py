from odoo import fields, models
from odoo.tools import SQL


class UtilityCollectionTargetReport(models.Model):
    """Targets of collections beside what was reached (KPI-07)."""

    _name = "utility.collection.target.report"
    _description = "Collections Targets and What Was Reached"
    _inherit = "utility.report.mixin"
    _ratios = {
        "overdue_share:avg": ("overdue_amount", "open_amount", 100),
        "promises_kept_share:avg": ("kept_count", "promise_count", 100),
        "cured_share:avg": ("cured_amount", "amount_to_cure", 100),
    }
    # What was cured where nothing was set to cure reaches no target.
    _ratios_need_whole = True
    _auto = False
    _order = "month desc, id"
    _rec_name = "target_id"
    _depends = {
        "utility.account": ["area_id", "recovery_user_id"],
        "utility.collection.case": ["close_reason", "closed_on", "state"],
        "utility.collection.target": [
            "amount_to_cure",
            "area_id",
            "company_id",
            "month",
            "overdue_share_max",
            "promises_kept_min",
            "user_id",
        ],
        "utility.debt.day": ["age", "amount", "date", "overdue_amount"],
        "utility.payment.promise": ["date", "state", "utility_account_id"],
    }

    target_id = fields.Many2one(comodel_name="utility.collection.target", readonly=True)
    month = fields.Date(readonly=True)
    area_id = fields.Many2one(comodel_name="utility.area", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Recovery Executive", readonly=True
    )
    seen_on = fields.Date(
        string="As Of",
        readonly=True,
        help="The last day of the month whose ageing was kept.",
    )
    open_amount = fields.Monetary(string="Owed", readonly=True)
    overdue_amount = fields.Monetary(string="Overdue", readonly=True)
    overdue_share = fields.Float(
        string="Overdue (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Of what was owed on that day, before credits.",
    )
    overdue_share_max = fields.Float(
        string="Overdue at Most (%)", digits=(16, 1), aggregator="avg", readonly=True
    )
    amount_to_cure = fields.Monetary(readonly=True)
    cured_amount = fields.Monetary(
        string="Amount Cured",
        readonly=True,
        help="Paid in cases that ended cured in the month.",
    )
    cured_share = fields.Float(
        string="Cured (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Of the amount to cure.",
    )
    kept_count = fields.Integer(string="Promises Kept", readonly=True)
    promise_count = fields.Integer(
        string="Promises", readonly=True, help="For a day of the month, kept or broken."
    )
    promises_kept_share = fields.Float(
        string="Promises Kept (%)", digits=(16, 1), aggregator="avg", readonly=True
    )
    promises_kept_min = fields.Float(
        string="Promises Kept at Least (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH cured AS (
                SELECT running.company_id, running.area_id, running.user_id,
                       DATE_TRUNC('month', running.closed_on)::date AS month,
                       SUM(running.cured_amount) AS amount
                  FROM (%(cases)s) running
                 WHERE running.cured_count = 1
                   AND running.closed_on >= (
                       SELECT MIN(month) FROM utility_collection_target
                   )
              GROUP BY 1, 2, 3, 4
            ), promise AS (
                SELECT promise.company_id, account.area_id,
                       account.recovery_user_id AS user_id,
                       DATE_TRUNC('month', promise.date)::date AS month,
                       COUNT(*) AS count,
                       COUNT(*) FILTER (WHERE promise.state = 'kept') AS kept
                  FROM utility_payment_promise promise
                  JOIN utility_account account
                    ON account.id = promise.utility_account_id
                 WHERE promise.state IN ('kept', 'broken')
                   AND promise.date >= (
                       SELECT MIN(month) FROM utility_collection_target
                   )
              GROUP BY 1, 2, 3, 4
            )
            SELECT target.id,
                   target.id AS target_id,
                   target.company_id,
                   company.currency_id,
                   NULL::varchar AS category,
                   target.month,
                   target.area_id,
                   target.user_id,
                   last.day AS seen_on,
                   COALESCE(debt.open, 0) AS open_amount,
                   COALESCE(debt.overdue, 0) AS overdue_amount,
                   100.0 * debt.overdue / NULLIF(debt.open, 0) AS overdue_share,
                   target.overdue_share_max,
                   target.amount_to_cure,
                   COALESCE(cured.amount, 0) AS cured_amount,
                   100.0 * COALESCE(cured.amount, 0) / NULLIF(target.amount_to_cure, 0)
                       AS cured_share,
                   COALESCE(promise.kept, 0)::int AS kept_count,
                   COALESCE(promise.count, 0)::int AS promise_count,
                   100.0 * promise.kept / NULLIF(promise.count, 0)
                       AS promises_kept_share,
                   target.promises_kept_min
              FROM utility_collection_target target
              JOIN res_company company ON company.id = target.company_id
         LEFT JOIN LATERAL (
                SELECT MAX(kept.date) AS day
                  FROM utility_debt_day kept
                 WHERE kept.company_id = target.company_id
                   AND kept.date >= target.month
                   AND kept.date < target.month + INTERVAL '1 month'
              ) last ON TRUE
         LEFT JOIN LATERAL (
                SELECT SUM(kept.amount) FILTER (WHERE kept.age != 'credit') AS open,
                       SUM(kept.overdue_amount) AS overdue
                  FROM utility_debt_day kept
                 WHERE kept.company_id = target.company_id
                   AND kept.date = last.day
                   AND (target.area_id IS NULL OR kept.area_id = target.area_id)
                   AND (target.user_id IS NULL
                        OR kept.recovery_user_id = target.user_id)
              ) debt ON TRUE
         LEFT JOIN LATERAL (
                SELECT SUM(cured.amount) AS amount
                  FROM cured
                 WHERE %(cured_is_its)s
              ) cured ON TRUE
         LEFT JOIN LATERAL (
                SELECT SUM(promise.kept) AS kept, SUM(promise.count) AS count
                  FROM promise
                 WHERE %(promise_is_its)s
              ) promise ON TRUE
            """,
            cases=self.env["utility.collection.case.report"]._table_query,
            cured_is_its=self._get_own_condition("cured"),
            promise_is_its=self._get_own_condition("promise"),
        )

    def _get_own_condition(self, alias):
        """Return the SQL condition by which rows of an alias are those of a target."""
        return SQL(
            "%(alias)s.company_id = target.company_id"
            " AND %(alias)s.month = target.month"
            " AND (target.area_id IS NULL OR %(alias)s.area_id = target.area_id)"
            " AND (target.user_id IS NULL OR %(alias)s.user_id = target.user_id)",
            alias=SQL.identifier(alias),
        )

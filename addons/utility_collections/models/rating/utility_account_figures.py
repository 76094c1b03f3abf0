from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.rating import DORMANT_MONTHS
from .rules import get_behaviour_sql, get_points_sql, get_rating_sql

# What of a row of figures is written where it changed
_COLUMNS = (
    "due_count",
    "on_time_count",
    "paid_count",
    "partial_count",
    "average_days",
    "returned_count",
    "broken_plan_count",
    "broken_promise_count",
    "channel_id",
    "mode_id",
    "last_payment_id",
    "months_history",
    "behaviour",
    "points",
    "rating",
)


class UtilityAccount(models.Model):
    """Behaviour figures of accounts, by SQL for as many as there are (CON-07)."""

    _inherit = "utility.account"

    def _refresh_behaviour(self):
        """Bring figures, label and rating of these accounts up to date.

        Rows are written where they changed, nothing else. Superuser only.
        """
        self.env.flush_all()
        for company, accounts in self.grouped("company_id").items():
            self.env.cr.execute(accounts._get_behaviour_upsert(company))
            self.env.cr.execute(accounts._get_label_update())
        self.env["utility.account.behaviour"].invalidate_model()
        self.invalidate_recordset()

    def _get_label_update(self):
        """Return the SQL that gives accounts the label and the rating of their row.

        A rating that a Billing Manager gave stays.
        """
        return SQL(
            """
            UPDATE utility_account account
               SET behaviour = figures.behaviour,
                   credit_rating = COALESCE(account.rating_override, figures.rating)
              FROM utility_account_behaviour figures
             WHERE figures.utility_account_id = account.id
               AND account.id = ANY(%s)
               AND (account.behaviour, account.credit_rating) IS DISTINCT FROM (
                   figures.behaviour, COALESCE(account.rating_override, figures.rating)
               )
            """,
            self.ids,
        )

    def _get_behaviour_upsert(self, company):
        """Return the SQL that makes and updates the rows of figures."""
        columns = [SQL.identifier(name) for name in _COLUMNS]
        return SQL(
            """
            INSERT INTO utility_account_behaviour AS known (
                utility_account_id, company_id, create_uid, create_date, write_uid,
                write_date, %(columns)s
            )
            SELECT rated.account_id, %(company)s, %(uid)s, %(now)s, %(uid)s, %(now)s,
                   %(rated)s
              FROM (
                SELECT figures.*, %(rating)s AS rating
                  FROM (
                    SELECT figures.*, %(behaviour)s AS behaviour, %(points)s AS points
                      FROM (%(figures)s) figures
                  ) figures
              ) rated
                ON CONFLICT (utility_account_id) DO UPDATE
               SET (%(columns)s) = ROW (%(excluded)s),
                   write_uid = excluded.write_uid,
                   write_date = excluded.write_date
             WHERE (%(known)s) IS DISTINCT FROM (%(excluded)s)
            """,
            columns=SQL(", ").join(columns),
            rated=SQL(", ").join(SQL.identifier("rated", name) for name in _COLUMNS),
            excluded=SQL(", ").join(
                SQL.identifier("excluded", name) for name in _COLUMNS
            ),
            known=SQL(", ").join(SQL.identifier("known", name) for name in _COLUMNS),
            company=company.id,
            uid=self.env.uid,
            now=self.env.cr.now(),
            behaviour=get_behaviour_sql(),
            points=get_points_sql(),
            rating=get_rating_sql(SQL("figures.points")),
            figures=self._get_figures_select(company),
        )

    def _get_figures_select(self, company):
        """Return the SQL of what decides (`tools.rating.Figures`), account by account.

        Each account is looked up through indexes, so that time grows with the number
        of accounts, whatever statistics the database has. Accounts without any entry
        have no row.
        """
        today = company._utility_today()
        since = today - relativedelta(months=company.utility_behaviour_months)
        return SQL(
            """
            SELECT account.id AS account_id,
                   document.due_count::int,
                   document.on_time_count::int,
                   paid.paid_count::int,
                   paid.partial_count::int,
                   paid.average_days,
                   payment.returned_count::int,
                   plan.count::int AS broken_plan_count,
                   promise.count::int AS broken_promise_count,
                   payment.channel_id,
                   payment.mode_id,
                   last_payment.id AS last_payment_id,
                   history.months_history,
                   history.dormant
              FROM unnest(%(ids)s) AS account (id)
        CROSS JOIN LATERAL (%(history)s) history
        CROSS JOIN LATERAL (%(documents)s) document
        CROSS JOIN LATERAL (%(payments)s) payment
        CROSS JOIN LATERAL (%(paid)s) paid
         LEFT JOIN LATERAL (
                SELECT pay.id
                  FROM account_payment pay
                 WHERE pay.utility_account_id = account.id
                   AND pay.payment_type = 'inbound'
                   AND pay.utility_state = 'posted'
              ORDER BY pay.date DESC, pay.id DESC
                 LIMIT 1
              ) last_payment ON TRUE
        CROSS JOIN LATERAL (
                SELECT COUNT(*) AS count
                  FROM utility_payment_plan
                 WHERE utility_account_id = account.id
                   AND state = 'broken'
                   AND ended_on >= %(since)s
              ) plan
        CROSS JOIN LATERAL (
                SELECT COUNT(*) AS count
                  FROM utility_payment_promise
                 WHERE utility_account_id = account.id
                   AND state = 'broken'
                   AND date >= %(since)s
              ) promise
             WHERE history.months_history IS NOT NULL
            """,
            history=self._get_history_select(today),
            documents=self._get_documents_select(since, today),
            payments=self._get_payments_select(since),
            paid=self._get_paid_select(since),
            ids=self.ids,
            since=since,
        )

    @api.model
    def _get_history_select(self, today):
        """Return the SQL of since when there are entries, and whether they ceased."""
        return SQL(
            """
            SELECT (12 * (EXTRACT(YEAR FROM %(today)s::date)
                          - EXTRACT(YEAR FROM MIN(line.date)))
                    + EXTRACT(MONTH FROM %(today)s::date)
                    - EXTRACT(MONTH FROM MIN(line.date))
                    - (EXTRACT(DAY FROM %(today)s::date)
                       < EXTRACT(DAY FROM MIN(line.date)))::int)::int AS months_history,
                   MAX(line.date) < %(dormant)s AS dormant
              FROM account_move_line line
             WHERE line.utility_account_id = account.id
               AND line.parent_state = 'posted'
            """,
            today=today,
            dormant=today - relativedelta(months=DORMANT_MONTHS),
        )

    @api.model
    def _get_documents_select(self, since, today):
        """Return the SQL of documents due, and of those paid by their due date."""
        return SQL(
            """
            SELECT COUNT(*) AS due_count,
                   COUNT(*) FILTER (WHERE due.on_time) AS on_time_count
              FROM (%s) due
            """,
            self._get_document_rows(since, today),
        )

    @api.model
    def _get_document_rows(self, since, today):
        """Return the SQL of documents due: the day, and whether it was met.

        Of bills and charges; what a credit note took back altogether says nothing.
        """
        return SQL(
            """
            SELECT line.date_maturity AS day,
                   line.reconciled AND matched.day <= line.date_maturity AS on_time
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
         LEFT JOIN LATERAL (
                SELECT MAX(partial.max_date) AS day
                  FROM account_partial_reconcile partial
                 WHERE partial.debit_move_id = line.id
              ) matched ON TRUE
             WHERE line.utility_account_id = account.id
               AND line.parent_state = 'posted'
               AND line.balance > 0
               AND line.date_maturity >= %(since)s
               AND (line.date_maturity < %(today)s OR line.reconciled)
               AND move.move_type = 'out_invoice'
               AND move.utility_kind IS NOT NULL
               AND move.payment_state != 'reversed'
            """,
            since=since,
            today=today,
        )

    @api.model
    def _get_paid_select(self, since):
        """Return the SQL of what was paid of documents, and how soon (KPI-04)."""
        return SQL(
            """
            SELECT COUNT(*) AS paid_count,
                   COUNT(*) FILTER (
                       WHERE paid.difference_kind = 'under'
                   ) AS partial_count,
                   ROUND(SUM(paid.amount * paid.days) / SUM(paid.amount), 1)
                       AS average_days
              FROM (%s) paid
            """,
            self._get_paid_rows(since),
        )

    @api.model
    def _get_paid_rows(self, since):
        """Return the SQL of what still stands of payments of documents."""
        return SQL(
            """
            SELECT pay.date AS day,
                   allocation.amount_standing AS amount,
                   allocation.collection_days AS days,
                   allocation.difference_kind
              FROM account_payment pay
              JOIN utility_payment_allocation allocation
                ON allocation.payment_id = pay.id
             WHERE %(condition)s
               AND allocation.amount_standing > 0
            """,
            condition=self._get_payments_condition(since),
        )

    @api.model
    def _get_payments_select(self, since):
        """Return the SQL of how payments came: the most frequent way, then the last."""
        return SQL(
            """
            SELECT COALESCE(SUM(way.returned), 0) AS returned_count,
                   (ARRAY_AGG(way.channel_id ORDER BY way.channel_count DESC,
                        way.channel_last DESC, way.channel_id)
                       FILTER (WHERE way.channel_id IS NOT NULL))[1] AS channel_id,
                   (ARRAY_AGG(way.mode_id ORDER BY way.mode_count DESC,
                        way.mode_last DESC, way.mode_id)
                       FILTER (WHERE way.mode_id IS NOT NULL))[1] AS mode_id
              FROM (
                SELECT pay.channel_id,
                       pay.mode_id,
                       COUNT(*) FILTER (
                           WHERE pay.utility_state = 'returned'
                       ) AS returned,
                       SUM(COUNT(*)) OVER channel AS channel_count,
                       MAX(MAX(pay.id)) OVER channel AS channel_last,
                       SUM(COUNT(*)) OVER mode AS mode_count,
                       MAX(MAX(pay.id)) OVER mode AS mode_last
                  FROM account_payment pay
                 WHERE %(condition)s
              GROUP BY pay.channel_id, pay.mode_id
                WINDOW channel AS (PARTITION BY pay.channel_id),
                       mode AS (PARTITION BY pay.mode_id)
              ) way
            """,
            condition=self._get_payments_condition(since),
        )

    @api.model
    def _get_payments_condition(self, since):
        """Payments of the period, those returned since too."""
        return SQL(
            "pay.utility_account_id = account.id AND pay.date >= %s"
            " AND pay.payment_type = 'inbound'"
            " AND pay.utility_state IN ('posted', 'returned')",
            since,
        )

from odoo import api, models
from odoo.tools import SQL


class UtilityAccount(models.Model):
    """Which process runs on which account, for very many at once (COL-04, COL-12)."""

    _inherit = "utility.account"

    @api.model
    def _get_assignment_select(self, condition):
        """Return the SQL of the process that applies to each account.

        Its columns: account_id, process_id (NULL: none applies). To extend by what
        assigns accounts in another way; what has a case keeps the case's process.

        :param SQL condition: which accounts, on `utility_account_id` and `company_id`
            of the alias `line`; of one company
        """
        self.env["utility.collection.process"].flush_model()
        self.env["utility.collection.step"].flush_model()
        self.flush_model(["category", "company_id", "credit_rating"])
        return SQL(
            """
            SELECT line.utility_account_id AS account_id,
                   match.process_id
              FROM (
                   SELECT id AS utility_account_id, company_id, category, credit_rating
                     FROM utility_account
                   ) line
         LEFT JOIN LATERAL (
                   SELECT process.id AS process_id
                     FROM utility_collection_process process
                    WHERE process.active
                      AND process.challenger IS NOT TRUE
                      AND process.company_id = line.company_id
                      AND (process.category IS NULL
                           OR process.category = line.category)
                      AND (process.credit_rating IS NULL
                           OR process.credit_rating = line.credit_rating)
                      AND EXISTS (
                          SELECT FROM utility_collection_step step
                           WHERE step.process_id = process.id AND step.active
                          )
                 ORDER BY process.sequence, process.id
                    LIMIT 1
                   ) match ON TRUE
             WHERE %s
            """,
            condition,
        )

    @api.model
    def _get_process_select(self, condition):
        """Return the SQL of the process of each account: its case's, else as assigned.

        Its columns: account_id, process_id, days (those of its first step; 0 for a case
        that was opened by hand).

        :param SQL condition: as of `_get_assignment_select`
        """
        self.env["utility.collection.case"].flush_model()
        return SQL(
            """
            SELECT assigned.account_id,
                   COALESCE(current.process_id, assigned.process_id) AS process_id,
                   CASE WHEN current.by_hand THEN 0 ELSE first.days END AS days
              FROM (%s) assigned
         LEFT JOIN utility_collection_case current
                ON current.utility_account_id = assigned.account_id
               AND current.state != 'closed'
              JOIN (
                   SELECT process_id,
                          COALESCE(
                              MIN(days_overdue) FILTER (WHERE active), MIN(days_overdue)
                          ) AS days
                     FROM utility_collection_step
                 GROUP BY process_id
                   ) first
                ON first.process_id
                   = COALESCE(current.process_id, assigned.process_id)
            """,
            self._get_assignment_select(condition),
        )

    @api.model
    def _get_first_days_select(self, condition):
        """Override: where the ladder of the account's process begins (COL-02)."""
        return SQL(
            "SELECT account_id, days FROM (%s) process",
            self._get_process_select(condition),
        )

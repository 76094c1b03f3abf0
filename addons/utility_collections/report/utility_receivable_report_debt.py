from odoo import api, fields, models
from odoo.tools import SQL

# The items that a page of the list shows
_SHOWN = "utility_receivables_shown"

AGE = SQL(
    "CASE WHEN debt.bucket != '91_over' THEN debt.bucket"
    " WHEN debt.days_overdue > 180 THEN '92_over'"
    " ELSE '91_180' END"
)


class UtilityReceivableReport(models.Model):
    """The ageing of debt as collections ask for it: finer, and by who owes it.

    Each part that isn't asked for costs nothing: PostgreSQL leaves out outer joins of
    which nothing is read, as all these match a row at most once.
    """

    _inherit = "utility.receivable.report"
    _depends = {
        "utility.account": ["behaviour", "credit_rating", "recovery_user_id"],
        "utility.collection.case": ["state", "utility_account_id"],
        "utility.dispute": ["amount", "move_id", "state", "utility_account_id"],
        "utility.service": ["name"],
    }

    # The codes sort as the buckets stand
    age = fields.Selection(
        selection=[
            ("00_not_due", "Not due"),
            ("01_30", "1-30 days"),
            ("31_60", "31-60 days"),
            ("61_90", "61-90 days"),
            ("91_180", "91-180 days"),
            ("92_over", "Over 180 days"),
            ("95_plan", "In a payment plan"),
            ("credit", "Credit"),
        ],
        string="Age in Detail",
        readonly=True,
    )
    services = fields.Char(readonly=True, help="Supplied to the consumer, as of today.")
    credit_rating = fields.Selection(
        selection=lambda self: self._selection_of("utility.account", "credit_rating"),
        readonly=True,
        help="Of the consumer, as it is today.",
    )
    behaviour = fields.Selection(
        selection=lambda self: self._selection_of("utility.account", "behaviour"),
        readonly=True,
        help="How the consumer pays, as of the last daily run.",
    )
    recovery_user_id = fields.Many2one(
        comodel_name="res.users", string="Recovery Executive", readonly=True
    )
    disputed_amount = fields.Monetary(
        string="Disputed",
        readonly=True,
        help="Of what is open, what open disputes hold; without a document the oldest.",
    )
    in_collections = fields.Boolean(
        readonly=True, help="The account has a case of collections."
    )
    case_amount = fields.Monetary(
        string="Overdue in Collections",
        readonly=True,
        help="Overdue less disputed of accounts in collections, before credits.",
    )

    def _get_account_columns(self):
        """Extend by what collections know of an account."""
        return super()._get_account_columns() + [
            "credit_rating",
            "behaviour",
            "recovery_user_id",
        ]

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT debt.*,
                   %(age)s AS age,
                   supply.services,
                   COALESCE(dispute.amount, 0) AS disputed_amount,
                   running.id IS NOT NULL AS in_collections,
                   CASE WHEN running.id IS NULL THEN 0
                        ELSE GREATEST(
                            debt.overdue_amount - COALESCE(dispute.amount, 0), 0
                        ) END AS case_amount
              FROM (%(debt)s) debt
         LEFT JOIN (%(services)s) supply
                ON supply.utility_account_id = debt.utility_account_id
         LEFT JOIN (%(disputed)s) dispute ON dispute.line_id = debt.line_id
         LEFT JOIN utility_collection_case running
                ON running.utility_account_id = debt.utility_account_id
               AND running.state != 'closed'
            """,
            age=AGE,
            debt=super()._table_query,
            services=self._get_services_query(),
            disputed=self._get_disputed_query(),
        )

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Override of `base`: a page is found first, and told of its rows alone.

        What describes a row costs as much for all items as the page itself for a few.
        """
        if limit is None or not field_names:
            return super().search_fetch(domain, field_names, offset, limit, order)
        rows = super().search_fetch(domain, [], offset, limit, order)
        rows.with_context(**{_SHOWN: rows._ids}).fetch(field_names)
        return rows

    def _get_accounts_condition(self, account_id):
        """Extend: of a page of items only their accounts."""
        condition = super()._get_accounts_condition(account_id)
        shown = self.env.context.get(_SHOWN)
        if shown is None:
            return condition
        return SQL(
            "%s AND %s IN (SELECT shown.utility_account_id"
            " FROM account_move_line shown WHERE shown.id = ANY(%s))",
            condition,
            account_id,
            list(shown),
        )

    def _get_services_query(self):
        """Return the SQL of the names of what is supplied, in one text an account."""
        field = self.env["utility.account"]._fields["service_ids"]
        service = self.env["utility.service"].sudo()
        name = service._field_to_sql("service", "name")
        return SQL(
            """
            SELECT supplied.%(account)s AS utility_account_id,
                   STRING_AGG(%(name)s, ', ' ORDER BY %(name)s) AS services
              FROM %(relation)s supplied
              JOIN utility_service service ON service.id = supplied.%(service)s
             WHERE %(chosen)s
          GROUP BY supplied.%(account)s
            """,
            account=SQL.identifier(field.column1),
            chosen=self._get_accounts_condition(
                SQL.identifier("supplied", field.column1)
            ),
            service=SQL.identifier(field.column2),
            relation=SQL.identifier(field.relation),
            name=name,
        )

    def _get_disputed_query(self):
        """Return the SQL of what open disputes hold of each open item.

        Of the document that a dispute names, the part due first; what names none is
        taken of the oldest debt of the account.
        """
        return SQL(
            """
            WITH dispute AS MATERIALIZED (
                %(disputes)s
            )
            SELECT item.line_id,
                   MAX(item.named + LEAST(
                       item.open - item.named, GREATEST(item.hold - item.before, 0)
                   )) AS amount
              FROM (
                SELECT part.*,
                       COALESCE(hold.amount, 0) AS hold,
                       COALESCE(SUM(part.open - part.named) OVER (
                           PARTITION BY part.account_id
                           ORDER BY part.date_maturity, part.line_id
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ), 0) AS before
                  FROM (
                    SELECT line.id AS line_id,
                           line.utility_account_id AS account_id,
                           line.date_maturity,
                           line.amount_residual AS open,
                           LEAST(line.amount_residual, GREATEST(
                               COALESCE(held.amount, 0)
                               - COALESCE(SUM(line.amount_residual) OVER (
                                   PARTITION BY line.move_id
                                   ORDER BY line.date_maturity, line.id
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                               ), 0), 0
                           )) AS named
                      FROM account_move_line line
                 LEFT JOIN (
                        SELECT move_id, SUM(amount) AS amount
                          FROM dispute
                         WHERE move_id IS NOT NULL
                      GROUP BY move_id
                      ) held ON held.move_id = line.move_id
                     WHERE line.utility_account_id IN (SELECT account_id FROM dispute)
                       AND line.parent_state = 'posted'
                       AND line.reconciled IS NOT TRUE
                       AND line.amount_residual > 0
                  ) part
             LEFT JOIN (
                    SELECT account_id, SUM(amount) AS amount
                      FROM dispute
                     WHERE move_id IS NULL
                  GROUP BY account_id
                  ) hold ON hold.account_id = part.account_id
              ) item
          GROUP BY item.line_id
            """,
            disputes=self.env["utility.account"]._get_dispute_select(SQL("TRUE")),
        )

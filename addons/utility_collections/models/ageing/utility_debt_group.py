from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.utility_payments.report.utility_receivable_report import KIND

MEASURES = ("items", "open_amount", "original_amount")
# Columns of accounts that sums are told apart by
ACCOUNT_KEYS = (
    "category",
    "area_id",
    "credit_rating",
    "behaviour",
    "recovery_user_id",
)
KEYS = (
    "company_id",
    "due_on",
    "kind",
    *ACCOUNT_KEYS,
    "service_keys",
    "in_collections",
)
# Accounts that are summed up anew between two commits
CHUNK = 20000


class UtilityDebtGroup(models.Model):
    """Sums of open items by due day and by what reports tell consumers apart by.

    The ageing report reads them in the place of millions of items. What changed since
    they were counted is named by `utility.debt.change` and read from the items
    themselves, so what a report says is the ledger's at any moment; a scheduled action
    counts these accounts anew. By its due day a sum moves to the next age by itself.

    `utility_debt_group_account` has the part of each account in each sum, to take it
    out again when the account changed.
    """

    _name = "utility.debt.group"
    _description = "Sums of Open Debt"
    _log_access = False
    _order = "due_on, id"

    key = fields.Char(readonly=True, help="All that tells sums apart, in one text.")
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    due_on = fields.Date(string="Due", readonly=True)
    kind = fields.Char(readonly=True)
    category = fields.Char(readonly=True)
    area_id = fields.Integer(string="Area ID", readonly=True)
    credit_rating = fields.Char(readonly=True)
    behaviour = fields.Char(readonly=True)
    recovery_user_id = fields.Integer(string="Recovery Executive ID", readonly=True)
    service_keys = fields.Char(readonly=True, help="IDs of what is supplied.")
    in_collections = fields.Boolean(readonly=True)
    items = fields.Integer(readonly=True)
    open_amount = fields.Monetary(string="Open", readonly=True)
    original_amount = fields.Monetary(string="Original", readonly=True)

    _key_unique = models.UniqueIndex("(key)")

    # -------------------------------------------------------------------------
    # DATABASE
    # -------------------------------------------------------------------------

    def init(self):
        # Its rows are never records: no ids, no references to check one by one
        self.env.cr.execute(
            """
            CREATE TABLE IF NOT EXISTS utility_debt_group_account (
                utility_account_id integer NOT NULL,
                group_id integer NOT NULL,
                items integer NOT NULL,
                open_amount numeric NOT NULL,
                original_amount numeric NOT NULL
            );
            CREATE INDEX IF NOT EXISTS utility_debt_group_account_idx
                ON utility_debt_group_account (utility_account_id)
            """
        )
        # When the columns of all models are there
        self.pool.post_init(self._start_counting)

    @api.model
    def _start_counting(self):
        """Create the triggers; at the first time, count what is there already."""
        self.env["utility.debt.change"]._create_triggers()
        if not self.search_count([], limit=1):
            self._recount()

    @api.model
    def _drop_database(self):
        """Remove what no model has, before the tables of models go."""
        self.env["utility.debt.change"]._drop_triggers()
        self.env.cr.execute("DROP TABLE IF EXISTS utility_debt_group_account")

    # -------------------------------------------------------------------------
    # COUNTING
    # -------------------------------------------------------------------------

    @api.model
    def _facts_query(self, accounts=None):
        """The sums of each account, from the ledger.

        :param SQL accounts: ids of the accounts, as rows; default all
        """
        field = self.env["utility.account"]._fields["service_ids"]
        chosen = (
            SQL("item.utility_account_id IN (%s)", accounts)
            if accounts
            else SQL("TRUE")
        )
        supplied = (
            SQL("supplied.%s IN (%s)", SQL.identifier(field.column1), accounts)
            if accounts
            else SQL("TRUE")
        )
        names = list(map(SQL.identifier, KEYS))
        return SQL(
            """
            SELECT utility_account_id, CONCAT_WS('|', %(texts)s) AS key, %(keys)s,
                   COUNT(*)::integer AS items, SUM(amount_residual) AS open_amount,
                   SUM(balance) AS original_amount
              FROM (
                SELECT item.utility_account_id, item.amount_residual, item.balance,
                       item.company_id, item.date_maturity AS due_on, %(columns)s,
                       %(kind)s AS kind,
                       supply.keys AS service_keys,
                       running.id IS NOT NULL AS in_collections
                  FROM account_move_line item
             LEFT JOIN account_move move ON move.id = item.move_id
             LEFT JOIN utility_account account ON account.id = item.utility_account_id
             LEFT JOIN (
                    SELECT supplied.%(account)s AS account_id,
                           STRING_AGG(supplied.%(service)s::varchar, ','
                               ORDER BY supplied.%(service)s) AS keys
                      FROM %(relation)s supplied
                     WHERE %(supplied)s
                  GROUP BY supplied.%(account)s
                  ) supply ON supply.account_id = item.utility_account_id
             LEFT JOIN utility_collection_case running
                    ON running.utility_account_id = item.utility_account_id
                   AND running.state != 'closed'
                 WHERE item.utility_account_id IS NOT NULL
                   AND item.parent_state = 'posted'
                   AND item.reconciled IS NOT TRUE
                   AND item.amount_residual != 0
                   AND %(chosen)s
              ) part
          GROUP BY utility_account_id, %(keys)s
            """,
            texts=SQL(", ").join(
                SQL("COALESCE(%s::varchar, '')", name) for name in names
            ),
            keys=SQL(", ").join(names),
            columns=SQL(", ").join(
                SQL.identifier("account", name) for name in ACCOUNT_KEYS
            ),
            kind=KIND,
            account=SQL.identifier(field.column1),
            service=SQL.identifier(field.column2),
            relation=SQL.identifier(field.relation),
            supplied=supplied,
            chosen=chosen,
        )

    @api.model
    def _add(self, accounts=None):
        """Add the parts of accounts, which are in no sum.

        :param SQL accounts: see `_facts_query`
        """
        self.env.cr.execute(
            SQL(
                """
                WITH fact AS MATERIALIZED (%(facts)s),
                total AS (
                    INSERT INTO utility_debt_group AS total (key, %(keys)s, %(names)s)
                    SELECT key, %(keys)s, %(sums)s FROM fact GROUP BY key, %(keys)s
                        ON CONFLICT (key) DO UPDATE SET %(added)s
                 RETURNING id, key
                )
                INSERT INTO utility_debt_group_account (
                    utility_account_id, group_id, %(names)s
                )
                SELECT fact.utility_account_id, total.id, %(names)s
                  FROM fact
                  JOIN total ON total.key = fact.key
                """,
                facts=self._facts_query(accounts),
                keys=SQL(", ").join(map(SQL.identifier, KEYS)),
                names=SQL(", ").join(map(SQL.identifier, MEASURES)),
                sums=self._measures("SUM(%(name)s)"),
                added=self._measures("%(name)s = total.%(name)s + excluded.%(name)s"),
            )
        )

    @api.model
    def _measures(self, expression):
        return SQL(", ").join(
            SQL(expression, name=SQL.identifier(name)) for name in MEASURES
        )

    @api.model
    def _recount(self):
        """Count all anew: after data came in beside triggers, or what tells sums apart
        changed. Nobody waits for it: all is of one snapshot, as in `_fold`."""
        self.env.flush_all()
        self._lock()
        self.env.cr.execute("DELETE FROM utility_debt_change")
        self.env.cr.execute("DELETE FROM utility_debt_group_account")
        self.env.cr.execute("DELETE FROM utility_debt_group")
        self._add()
        self.env.cr.execute("ANALYZE utility_debt_group")
        self.env.cr.execute("ANALYZE utility_debt_group_account")
        self.invalidate_model()

    @api.model
    def _lock(self):
        """Have sums written by one transaction at a time."""
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(hashtext('utility_debt_group'))"
        )

    @api.model
    def _fold(self, account_ids):
        """Count accounts anew, and forget that they changed.

        A change that is committed meanwhile isn't seen here, nor is its row.
        """
        self._lock()
        accounts = SQL("SELECT UNNEST(%s::integer[])", account_ids)
        self.env.cr.execute(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM utility_debt_group_account
                     WHERE utility_account_id IN (%(accounts)s)
                 RETURNING group_id, %(names)s
                )
                UPDATE utility_debt_group total SET %(less)s
                  FROM (SELECT group_id, %(sums)s FROM gone GROUP BY group_id) gone
                 WHERE gone.group_id = total.id
                """,
                accounts=accounts,
                names=SQL(", ").join(map(SQL.identifier, MEASURES)),
                sums=self._measures("SUM(%(name)s) AS %(name)s"),
                less=self._measures("%(name)s = total.%(name)s - gone.%(name)s"),
            )
        )
        self._add(accounts)
        self.env.cr.execute("DELETE FROM utility_debt_group WHERE items = 0")
        self.env.cr.execute(
            SQL(
                "DELETE FROM utility_debt_change WHERE utility_account_id IN (%s)",
                accounts,
            )
        )
        self.invalidate_model()

    @api.model
    def _cron_fold(self, limit=CHUNK):
        """Count anew the accounts that changed.

        :param int limit: accounts between two commits
        """
        cron = self.env["ir.cron"]
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT utility_account_id FROM utility_debt_change")
        )
        ids = sorted(account_id for (account_id,) in rows)
        cron._commit_progress(remaining=len(ids))
        for start in range(0, len(ids), limit):
            chunk = ids[start : start + limit]
            self._fold(chunk)
            if not cron._commit_progress(len(chunk)):
                return

    # -------------------------------------------------------------------------
    # CHECKING
    # -------------------------------------------------------------------------

    @api.model
    def _find_differences(self, companies):
        """Compare sums with the ledger, but for accounts that changed since.

        :return: list of (name of the company, due day, stored, counted)
        """
        self.env.flush_all()
        unchanged = SQL(
            "utility_account_id NOT IN (SELECT utility_account_id"
            " FROM utility_debt_change)"
        )
        return self.env.execute_query(
            SQL(
                """
                WITH part AS (
                    SELECT total.key, total.company_id, total.due_on, %(parts)s
                      FROM utility_debt_group_account part
                      JOIN utility_debt_group total ON total.id = part.group_id
                     WHERE %(unchanged)s
                  GROUP BY total.id
                ), fact AS (
                    SELECT key, company_id, due_on, %(sums)s
                      FROM (%(facts)s) fact
                     WHERE %(unchanged)s
                  GROUP BY key, company_id, due_on
                ), whole AS (
                    SELECT group_id, %(sums)s FROM utility_debt_group_account
                  GROUP BY group_id
                )
                SELECT company.name, pair.due_on, pair.stored, pair.counted
                  FROM (
                    SELECT COALESCE(part.company_id, fact.company_id) AS company_id,
                           COALESCE(part.due_on, fact.due_on) AS due_on,
                           part.open_amount AS stored, fact.open_amount AS counted
                      FROM part
                 FULL JOIN fact ON fact.key = part.key
                     WHERE (part.items, part.open_amount, part.original_amount)
                        IS DISTINCT FROM
                           (fact.items, fact.open_amount, fact.original_amount)
                 UNION ALL
                    SELECT total.company_id, total.due_on, total.open_amount,
                           whole.open_amount
                      FROM utility_debt_group total
                 LEFT JOIN whole ON whole.group_id = total.id
                     WHERE (total.items, total.open_amount, total.original_amount)
                        IS DISTINCT FROM
                           (whole.items, whole.open_amount, whole.original_amount)
                  ) pair
                  JOIN res_company company ON company.id = pair.company_id
                 WHERE company.id = ANY(%(companies)s)
              ORDER BY company.name, pair.due_on
                """,
                parts=self._measures("SUM(part.%(name)s) AS %(name)s"),
                sums=self._measures("SUM(%(name)s) AS %(name)s"),
                facts=self._facts_query(),
                unchanged=unchanged,
                companies=companies.ids,
            )
        )

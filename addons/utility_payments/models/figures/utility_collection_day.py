from odoo import api, fields, models
from odoo.tools import SQL

_KEYS = ("company_id", "date", "channel_id", "mode_id", "utility_type", "category")
# Table: (columns that a fact looks at, column of the facts that names a row of it)
_WATCHED = {
    "account_payment": (
        (
            "amount_company_currency_signed",
            "channel_id",
            "company_id",
            "date",
            "mode_id",
            "payment_type",
            "processing_days",
            "returned_on",
            "settlement_state",
            "utility_account_id",
            "utility_state",
            "utility_type",
        ),
        "payment_id",
    ),
    "utility_payment_allocation": (
        ("amount_standing", "collection_days", "move_id", "payment_id"),
        "allocation_id",
    ),
    "account_move": (
        (
            "amount_total_signed",
            "company_id",
            "invoice_date_due",
            "move_type",
            "state",
            "utility_account_id",
            "utility_kind",
        ),
        "move_id",
    ),
    "utility_account": (("category",), "account_id"),
}
# What falls due has no channel: a scope of channels counts it whole.
_WITHOUT_CHANNEL = ("documents", "due_amount")
# Rows that are nothing to us don't even call the function.
_CONCERNS = {
    "account_payment": "%s.utility_account_id IS NOT NULL",
    "account_move": "%s.utility_kind IS NOT NULL",
}


class UtilityCollectionDay(models.Model):
    """Sums of what was collected and what fell due, by day: what figures are read from.

    Triggers of the database add a row with the difference for each change of a
    payment, an allocation, a document, or a consumer's category, in the transaction
    that makes the change, whoever makes it. So the sums equal a full recount at any
    moment, and two cashiers never wait for each other, because rows are only added; a
    scheduled action folds those of one key into one, and adds them to the sums of the
    month (`utility.collection.month`), of which long periods are read.

    The facts, and so the definitions of the figures (docs/figures.md), are in `_facts`.
    """

    _name = "utility.collection.day"
    _description = "Collection by Day"
    _log_access = False
    _order = "date desc, id"

    # While anything is counted of a key, that keeps it; then its rows add up to 0.
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, ondelete="cascade"
    )
    date = fields.Date(readonly=True)
    channel_id = fields.Many2one(
        comodel_name="utility.payment.channel", readonly=True, ondelete="cascade"
    )
    mode_id = fields.Many2one(
        comodel_name="utility.payment.mode", readonly=True, ondelete="cascade"
    )
    utility_type = fields.Char(readonly=True, help="Of the payment, or the document.")
    category = fields.Char(readonly=True, help="Of the consumer, as it is today.")
    payments = fields.Integer(readonly=True)
    amount = fields.Monetary(string="Collected", readonly=True)
    bounced = fields.Integer(
        readonly=True, help="Of these payments, those returned since."
    )
    settled = fields.Integer(readonly=True)
    settlement_days = fields.Float(digits=(16, 1), readonly=True)
    failed = fields.Integer(readonly=True)
    returns = fields.Integer(readonly=True, help="By the day of the return.")
    returned_amount = fields.Monetary(readonly=True)
    refunds = fields.Integer(readonly=True)
    refunded_amount = fields.Monetary(readonly=True)
    allocations = fields.Integer(readonly=True)
    collection_days = fields.Integer(readonly=True)
    documents = fields.Integer(readonly=True, help="By the day they are due.")
    due_amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    folded = fields.Boolean(
        readonly=True, help="Whether it is part of the sums of its month."
    )

    _day_idx = models.Index("(company_id, date)")
    _fresh_idx = models.Index("(company_id, date) WHERE folded IS NOT TRUE")

    # -------------------------------------------------------------------------
    # DEFINITIONS
    # -------------------------------------------------------------------------

    @api.model
    def _measures(self):
        """Names of the sums."""
        return (
            "payments",
            "amount",
            "bounced",
            "settled",
            "settlement_days",
            "failed",
            "returns",
            "returned_amount",
            "refunds",
            "refunded_amount",
            "allocations",
            "collection_days",
            "documents",
            "due_amount",
        )

    @api.model
    def _facts(self):
        """What counts, and for which day (KPI-01 to KPI-04).

        To extend by add-ons that count more.

        :return: SELECTs, each a FROM clause, the expressions of the columns that name
            the row and the keys, and those of the measures that aren't 0
        :rtype: list[tuple[str, dict[str, str], dict[str, str]]]
        """
        payment = {
            "payment_id": "pay.id",
            "account_id": "pay.utility_account_id",
            "company_id": "pay.company_id",
            "date": "pay.date",
            "channel_id": "pay.channel_id",
            "mode_id": "pay.mode_id",
            "utility_type": "pay.utility_type",
            "category": "account.category",
        }
        from_payment = (
            "account_payment pay"
            " JOIN utility_account account ON account.id = pay.utility_account_id"
        )
        counts = (
            "pay.payment_type = 'inbound'"
            " AND pay.utility_state IN ('posted', 'returned')"
        )
        return [
            (
                f"{from_payment} WHERE pay.amount_company_currency_signed IS NOT NULL"
                " AND pay.utility_state IN ('posted', 'returned', 'failed')",
                payment,
                {
                    "payments": f"({counts})::int",
                    "amount": "CASE WHEN pay.payment_type = 'inbound'"
                    " AND pay.utility_state != 'failed'"
                    " THEN pay.amount_company_currency_signed ELSE 0 END",
                    "bounced": "(pay.payment_type = 'inbound'"
                    " AND pay.utility_state = 'returned')::int",
                    "settled": f"({counts} AND pay.settlement_state = 'settled')::int",
                    "settlement_days": f"CASE WHEN {counts}"
                    " AND pay.settlement_state = 'settled'"
                    " THEN COALESCE(pay.processing_days, 0) ELSE 0 END",
                    "failed": "(pay.payment_type = 'inbound'"
                    " AND pay.utility_state = 'failed')::int",
                    "refunds": "(pay.payment_type = 'outbound'"
                    " AND pay.utility_state = 'posted')::int",
                    "refunded_amount": "CASE WHEN pay.payment_type = 'outbound'"
                    " AND pay.utility_state = 'posted'"
                    " THEN -pay.amount_company_currency_signed ELSE 0 END",
                },
            ),
            (
                f"{from_payment} WHERE pay.payment_type = 'inbound'"
                " AND pay.utility_state = 'returned' AND pay.returned_on IS NOT NULL",
                payment | {"date": "pay.returned_on"},
                {
                    "returns": "1",
                    "returned_amount": "pay.amount_company_currency_signed",
                },
            ),
            (
                "utility_payment_allocation allocation"
                " JOIN account_payment pay ON pay.id = allocation.payment_id"
                " JOIN utility_account account ON account.id = pay.utility_account_id"
                f" WHERE allocation.amount_standing > 0 AND {counts}",
                payment | {"allocation_id": "allocation.id"},
                {"allocations": "1", "collection_days": "allocation.collection_days"},
            ),
            (
                "account_move move"
                " JOIN utility_account account ON account.id = move.utility_account_id"
                " WHERE move.state = 'posted' AND move.move_type = 'out_invoice'"
                " AND move.utility_kind IN ('bill', 'service')",
                {
                    "move_id": "move.id",
                    "account_id": "move.utility_account_id",
                    "company_id": "move.company_id",
                    "date": "move.invoice_date_due",
                    "utility_type": "move.utility_kind",
                    "category": "account.category",
                },
                {"documents": "1", "due_amount": "move.amount_total_signed"},
            ),
        ]

    @api.model
    def _facts_query(self):
        """One SELECT over all facts, with the columns that name their rows."""
        names = ["payment_id", "allocation_id", "move_id", "account_id", *_KEYS]
        types = {"date": "date", "utility_type": "varchar", "category": "varchar"}
        return "\nUNION ALL\n".join(
            "SELECT "
            + ", ".join(
                f"{columns.get(name, 'NULL')}::{types.get(name, 'int')} AS {name}"
                for name in names
            )
            + ", "
            + ", ".join(
                f"({measures.get(name, '0')})::numeric AS {name}"
                for name in self._measures()
            )
            + f" FROM {source}"
            for source, columns, measures in self._facts()
        )

    # -------------------------------------------------------------------------
    # DATABASE: triggers that keep the sums
    # -------------------------------------------------------------------------

    def init(self):
        # When the columns of all models are there
        self.pool.post_init(self._start_counting)

    @api.model
    def _start_counting(self):
        """Create the triggers; at the first time, count what is there already."""
        self._create_triggers()
        if not self.search_count([], limit=1):
            self._recount()

    @api.model
    def _create_triggers(self):
        """Create the functions and triggers, or replace them."""
        keys = ", ".join(_KEYS)
        measures = ", ".join(self._measures())
        signed = ", ".join(f"factor * SUM(fact.{name})" for name in self._measures())
        for table, (columns, id_column) in _WATCHED.items():
            function = f"utility_collection_day_{table}"
            # Only names and expressions of this file: nothing to escape
            # pylint: disable-next=sql-injection
            self.env.cr.execute(
                f"""
                CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
                LANGUAGE plpgsql AS $function$
                DECLARE
                    row_id integer;
                    factor integer;
                BEGIN
                    IF TG_WHEN = 'BEFORE' THEN
                        row_id := OLD.id;
                        factor := -1;
                    ELSE
                        row_id := NEW.id;
                        factor := 1;
                    END IF;
                    INSERT INTO utility_collection_day ({keys}, {measures})
                    SELECT {keys}, {signed}
                      FROM ({self._facts_query()}) AS fact
                     WHERE fact.{id_column} = row_id
                     GROUP BY {keys};
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    RETURN NEW;
                END $function$
                """
            )
            self._create_table_triggers(table, columns, function)

    @api.model
    def _create_table_triggers(self, table, columns, function):
        listed = ", ".join(columns)
        old, new = (
            ", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW")
        )
        changed = f"({old}) IS DISTINCT FROM ({new})"
        concern = _CONCERNS.get(table, "TRUE")
        events = {
            "insert": ("AFTER INSERT", concern.replace("%s", "NEW")),
            "delete": ("BEFORE DELETE", concern.replace("%s", "OLD")),
            "before": (
                f"BEFORE UPDATE OF {listed}",
                f"{concern.replace('%s', 'OLD')} AND {changed}",
            ),
            "after": (
                f"AFTER UPDATE OF {listed}",
                f"{concern.replace('%s', 'NEW')} AND {changed}",
            ),
        }
        if table == "utility_account":
            # Before it has documents and after, an account counts nothing.
            del events["insert"], events["delete"]
        for name, (event, condition) in events.items():
            trigger = f"{function}_{name}"
            # PostgreSQL 13, which Odoo still takes, can't replace one
            self.env.cr.execute(
                SQL(
                    "DROP TRIGGER IF EXISTS %s ON %s",
                    SQL.identifier(trigger),
                    SQL.identifier(table),
                )
            )
            # pylint: disable-next=sql-injection
            self.env.cr.execute(
                f"""
                CREATE TRIGGER {trigger} {event} ON {table}
                FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {function}()
                """
            )

    @api.model
    def _drop_triggers(self):
        """Remove what `_create_triggers` made, before the table goes."""
        for table in _WATCHED:
            name = SQL.identifier(f"utility_collection_day_{table}")
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", name))

    @api.model
    def _recount(self):
        """Count anew: after facts changed, or data came in beside triggers.

        Exact while payments are recorded, and nobody waits: what is deleted and what is
        counted is of one snapshot, and the rows of later transactions stay.
        """
        self.env.flush_all()
        parts = self._parts()
        for table in ("day", "month"):
            # pylint: disable-next=sql-injection
            self.env.cr.execute(f"DELETE FROM utility_collection_{table}")
        # Only names and expressions of this file: nothing to escape
        # pylint: disable-next=sql-injection
        self.env.cr.execute(
            """
            INSERT INTO utility_collection_day ({keys}, {measures}, folded)
            SELECT {keys}, {sums}, TRUE FROM ({facts}) AS fact GROUP BY {keys}
            """.format(facts=self._facts_query(), **parts)
        )
        # pylint: disable-next=sql-injection
        self.env.cr.execute(
            """
            INSERT INTO utility_collection_month ({keys}, {measures})
            SELECT {months}, {sums} FROM utility_collection_day WHERE folded
             GROUP BY {months}
            """.format(**parts)
        )
        self.env["utility.collection.month"].invalidate_model()
        self.invalidate_model()

    @api.model
    def _parts(self):
        """What statements over all sums are made of."""
        measures = self._measures()
        return {
            "keys": ", ".join(_KEYS),
            # The date of a month is its first day
            "months": ", ".join(_KEYS).replace(
                " date,", " date_trunc('month', date)::date,"
            ),
            "measures": ", ".join(measures),
            "sums": ", ".join(f"SUM({name})" for name in measures),
            "zeros": ", ".join("0" for _name in measures),
        }

    @api.model
    def _find_differences(self, companies):
        """Compare the sums with a full recount.

        Those of days with what is counted, those of months with their folded days.

        :return: list of (name of the company, day, measure, stored, counted)
        """
        self.env.flush_all()
        days = SQL("SELECT * FROM utility_collection_day")
        facts = SQL(self._facts_query())
        months = SQL("SELECT * FROM utility_collection_month")
        folded = SQL(
            "SELECT %s, %s FROM utility_collection_day WHERE folded",
            SQL(self._parts()["months"].replace("::date", "::date AS date")),
            SQL(self._parts()["measures"]),
        )
        return [
            *self._find_differences_between(companies, days, facts),
            *self._find_differences_between(companies, months, folded),
        ]

    @api.model
    def _find_differences_between(self, companies, stored, counted):
        """See `_find_differences`.

        :param SQL stored, counted: what gives the keys and measures
        """
        keys = SQL(", ").join(map(SQL.identifier, _KEYS))
        sums = SQL(", ").join(
            SQL("SUM(%(name)s) AS %(name)s", name=SQL.identifier(name))
            for name in self._measures()
        )
        values = SQL(", ").join(
            SQL("(%s, %s)", name, SQL.identifier(name)) for name in self._measures()
        )
        return self.env.execute_query(
            SQL(
                """
                WITH total AS (
                    SELECT TRUE AS stored, %(keys)s, %(sums)s
                      FROM (%(stored)s) AS row GROUP BY %(keys)s
                 UNION ALL
                    SELECT FALSE, %(keys)s, %(sums)s
                      FROM (%(counted)s) AS row GROUP BY %(keys)s
                ), pair AS (
                    SELECT %(keys)s, name,
                           COALESCE(SUM(value) FILTER (WHERE stored), 0) AS stored,
                           COALESCE(SUM(value) FILTER (WHERE NOT stored), 0) AS counted
                      FROM total
                CROSS JOIN LATERAL (VALUES %(values)s) AS measure(name, value)
                     GROUP BY %(keys)s, name
                )
                SELECT company.name, pair.date, pair.name, pair.stored, pair.counted
                  FROM pair
                  JOIN res_company company ON company.id = pair.company_id
                 WHERE pair.stored != pair.counted AND company.id = ANY(%(companies)s)
                 ORDER BY pair.date, pair.name
                """,
                keys=keys,
                sums=sums,
                values=values,
                stored=stored,
                counted=counted,
                companies=companies.ids,
            )
        )

    @api.model
    def _cron_fold(self, limit=200):
        """Fold the rows of each key into one, a number of days at a time.

        :param int limit: days of a company that are folded between two commits
        """
        days = self.env.execute_query(
            SQL(
                """
                SELECT company_id, date
                  FROM utility_collection_day
                 WHERE folded IS NOT TRUE
                   AND date IS NOT NULL
                 GROUP BY company_id, date
                 ORDER BY date DESC
                """
            )
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(days))
        for start in range(0, len(days), limit):
            chunk = days[start : start + limit]
            months = {(company, day.replace(day=1)) for company, day in chunk}
            # pylint: disable-next=sql-injection
            self.env.cr.execute(
                """
                WITH day AS (
                    DELETE FROM utility_collection_day
                     WHERE (company_id, date) IN %s
                 RETURNING *
                ), month AS (
                    DELETE FROM utility_collection_month
                     WHERE (company_id, date) IN %s
                 RETURNING *
                ), folded AS (
                    INSERT INTO utility_collection_day ({keys}, {measures}, folded)
                    SELECT {keys}, {sums}, TRUE FROM day GROUP BY {keys}
                    HAVING ({sums}) IS DISTINCT FROM ({zeros})
                )
                INSERT INTO utility_collection_month ({keys}, {measures})
                SELECT {keys}, {sums}
                  FROM (
                        SELECT {keys}, {measures} FROM month
                         UNION ALL
                        SELECT {months}, {measures} FROM day WHERE folded IS NOT TRUE
                  ) AS row
                 GROUP BY {keys}
                HAVING ({sums}) IS DISTINCT FROM ({zeros})
                """.format(**self._parts()),
                [tuple(chunk), tuple(months)],
            )
            cron._commit_progress(len(chunk))

    # -------------------------------------------------------------------------
    # READING
    # -------------------------------------------------------------------------

    @api.model
    def _read_sums(self, scope, measures, groupby=(), periods=None):
        """Sum measures over periods, with one query.

        :param FigureScope scope: the companies, and the channels where any are chosen;
            what falls due has no channel and is always counted
        :param measures: names of `_measures`
        :param groupby: keys; 'date' or 'month' groups by time
        :param periods: list of Period; default that of the scope and the one it is
            compared with
        :return: for each group (a tuple of its values; one empty tuple without groups)
            a list with a dict of the measures for each period, Decimals and ints
        :rtype: dict[tuple, list[dict]]
        """
        return self._read_groupings(scope, measures, [groupby], periods)[0]

    @api.model
    def _read_groupings(self, scope, measures, groupings, periods=None):
        """Sum measures by several groupings at once, with one query.

        :param list groupings: of what `_read_sums` takes as `groupby`
        :return: for each grouping what `_read_sums` returns
        :rtype: list[dict[tuple, list[dict]]]
        """
        self.env.flush_all()
        periods = periods or [scope.period, scope.compared]
        groupings = [tuple(groupby) for groupby in groupings]
        names = list(dict.fromkeys(name for keys in groupings for name in keys))
        expressions = {
            name: SQL("date_trunc('month', date)::date")
            if name == "month"
            else SQL.identifier(name)
            for name in names
        }
        by = list(expressions.values())
        sums = [
            SQL(
                "COALESCE(SUM(%s) FILTER (WHERE period = %s), 0)",
                SQL.identifier(name),
                number,
            )
            for number in range(len(periods))
            for name in measures
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM (%s) AS day GROUP BY GROUPING SETS (%s)",
                SQL(", ").join(
                    [
                        SQL("GROUPING(%s)", SQL(", ").join(by)) if by else SQL("0"),
                        *by,
                        *sums,
                    ]
                ),
                self._read_from(scope, periods, by_date="date" in names),
                SQL(", ").join(
                    SQL("(%s)", SQL(", ").join(expressions[name] for name in keys))
                    for keys in dict.fromkeys(groupings)
                ),
            )
        )
        # GROUPING tells by a bit for each expression whether a row isn't grouped by it.
        results = {
            sum(
                1 << place
                for place, name in enumerate(reversed(names))
                if name not in keys
            ): (keys, {})
            for keys in groupings
        }
        size = len(measures)
        for mask, *row in rows:
            keys, result = results[mask]
            values = row[len(by) :]
            result[tuple(row[names.index(name)] for name in keys)] = [
                dict(zip(measures, values[start : start + size], strict=True))
                for start in range(0, len(values), size)
            ]
        found = dict(results.values())
        return [found[keys] for keys in groupings]

    @api.model
    def _read_from(self, scope, periods, by_date=False):
        """The rows that sums of periods are read from.

        Whole months come from the sums by month, with what isn't folded into them yet.

        :param bool by_date: whether the days are told apart
        :return: SELECT of the keys, the measures, and the number of the `period`
        :rtype: SQL
        """
        selects = []
        for number, period in enumerate(periods):
            whole = None if by_date else period.whole_months
            if whole:
                months = SQL("date BETWEEN %s AND %s", whole.first, whole.last)
                selects += [
                    ("month", number, months),
                    ("day", number, SQL("%s AND folded IS NOT TRUE", months)),
                ]
                selects += [
                    (
                        "day",
                        number,
                        SQL("date BETWEEN %s AND %s", rest.first, rest.last),
                    )
                    for rest in period.without(whole)
                ]
            else:
                days = SQL("date BETWEEN %s AND %s", period.first, period.last)
                selects.append(("day", number, days))
        columns, restriction = self._read_channels(scope.channels)
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s AS period, %s FROM %s WHERE company_id = ANY(%s) AND %s%s",
                number,
                columns,
                SQL.identifier(f"utility_collection_{table}"),
                scope.companies.ids,
                condition,
                restriction,
            )
            for table, number, condition in selects
        )

    @api.model
    def _read_channels(self, channels):
        """What is read of channels, or of all: keys and measures, and which rows.

        :return: the columns, and what to add to the conditions
        :rtype: tuple[SQL, SQL]
        """
        columns = [*_KEYS, *self._measures()]
        if not channels:
            return SQL(", ").join(map(SQL.identifier, columns)), SQL()
        chosen = SQL("channel_id = ANY(%s)", channels.ids)
        whole = {*_KEYS, *_WITHOUT_CHANNEL}
        return (
            SQL(", ").join(
                SQL.identifier(name)
                if name in whole
                # The row of what falls due may count payments without a channel, too
                else SQL(
                    "CASE WHEN %(chosen)s THEN %(name)s END AS %(name)s",
                    chosen=chosen,
                    name=SQL.identifier(name),
                )
                for name in columns
            ),
            SQL(" AND (%s OR documents != 0)", chosen),
        )

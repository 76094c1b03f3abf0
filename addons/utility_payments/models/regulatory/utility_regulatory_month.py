from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.amounts import to_decimal
from ..utility_account_statement import AGEING

# Records that a screen is asked to show by their ids
_SHOWN = 1000


class UtilityRegulatoryMonth(models.AbstractModel):
    """The content of the monthly regulatory report (KPI-07).

    Screen, PDF and XLSX show the same sections. The movements are sums of journal items
    of consumers by the date of their entries; what was collected is read from the
    payments as well, by the one definition of the figures (docs/figures.md), and the
    checks compare the two, so that neither can be wrong unseen.

    The caller has checked who asks; this runs as superuser, on one company.
    """

    _name = "utility.regulatory.month"
    _description = "Content of the Monthly Report"

    @api.model
    def _read(self, company, period):
        """All sections of the report.

        :param company: the `res.company`
        :param Period period: a month
        :return: list of dicts with `key`, `number`, `title`, `note`, `columns` (list of
            `label`, `type`) and `rows` (list of `label`, `values`, `types`, `style`,
            `open`); a value is of the type of its column, or of `types`, and False
            where there is none; `style` is one of '', 'total', 'good', 'bad', 'note';
            `open` is False or model, domain, name
        :rtype: list[dict]
        """
        self = self.sudo().with_company(company)
        self.env.flush_all()
        data = self._read_data(company, period)
        sections = [
            getattr(self, f"_section_{name}")(data) for name in self._section_names()
        ]
        return [
            section | {"number": number}
            for number, section in enumerate(sections, start=1)
        ]

    @api.model
    def _section_names(self):
        """Names of the sections, in order; an add-on above adds its own."""
        return [
            "receivables",
            "channels",
            "methods",
            "performance",
            "categories",
            "aging",
            "checks",
        ]

    # -------------------------------------------------------------------------
    # READING
    # -------------------------------------------------------------------------

    @api.model
    def _read_data(self, company, period):
        """What the sections are made from, read once.

        :return: dict of `company`, `period`, `currency`, `opening`, `closing` (sums of
            items), `sums` ({class: (entries, amount)}), `by_channel`, `by_mode` (of
            what was collected: [(id, entries, amount)]), `by_category` ({(class,
            category): (entries, amount)}), `accounts_billed` ({category: number}),
            `figures`, `due` ({category: amount}), `aging`
        """
        days = self.env["utility.collection.day"]
        scope = self.env["utility.figure"]._resolve_scope(
            period.first, period.last, {"company_ids": company.ids}
        )
        due = days._read_sums(scope, ["due_amount"], ["category"], [period])
        data = {
            "company": company,
            "period": period,
            "currency": company.currency_id,
            "figures": self.env["account.payment"].collection_figures(
                period.first,
                period.last,
                {
                    "company_ids": company.ids,
                    "figures": [
                        "total_collected",
                        "returns",
                        "refunds",
                        "net_collected",
                        "collection_rate",
                        "average_collection_time",
                    ],
                },
            ),
            "due": {
                category: self._exact(company, sums[0]["due_amount"])
                for (category,), sums in due.items()
            },
            "aging": self._read_aging(company, period),
        }
        data |= self._read_movements(company, period)
        data["opening"], data["closing"] = self._read_balances(company, period)
        data["checks"] = self._run_checks(data)
        return data

    @api.model
    def _read_balances(self, company, period):
        """Receivables of consumers before the month, and at its end."""
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(balance) FILTER (WHERE date < %s), 0),
                       COALESCE(SUM(balance), 0)
                  FROM account_move_line
                 WHERE utility_account_id IS NOT NULL AND company_id = %s
                   AND parent_state = 'posted' AND date <= %s
                """,
                period.first,
                company.id,
                period.last,
            )
        )
        return [self._exact(company, amount) for amount in row]

    @api.model
    def _exact(self, company, amount):
        """The decimal that a sum of the ledger stands for."""
        return to_decimal(float(amount), company.currency_id.decimal_places)

    @api.model
    def _read_movements(self, company, period):
        """Sums of the month's items by class, with one query."""
        expression, joins = self.env["account.move.line"]._movement_sql()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT GROUPING(channel_id, mode_id, category), class, channel_id,
                       mode_id, category, COUNT(DISTINCT move_id), SUM(balance)
                  FROM (
                        SELECT %(expression)s AS class, payment.channel_id,
                               payment.mode_id, account.category, line.move_id,
                               line.balance
                          FROM account_move move
                          JOIN account_move_line line ON line.move_id = move.id
                          JOIN utility_account account
                            ON account.id = line.utility_account_id
                          %(joins)s
                         WHERE move.company_id = %(company)s AND move.state = 'posted'
                           AND move.date BETWEEN %(first)s AND %(last)s
                       ) AS item
                 GROUP BY GROUPING SETS (
                       (class), (class, channel_id), (class, mode_id), (class, category)
                       )
                """,
                expression=expression,
                joins=joins,
                company=company.id,
                first=period.first,
                last=period.last,
            )
        )
        by_channel, by_mode = [], []
        sums, by_category = {}, {}
        for grouping, movement, channel_id, mode_id, category, count, summed in rows:
            amount = self._exact(company, summed)
            if grouping == 0b111:
                sums[movement] = count, amount
            elif grouping == 0b011 and movement == "collected":
                by_channel.append((channel_id, count, amount))
            elif grouping == 0b101 and movement == "collected":
                by_mode.append((mode_id, count, amount))
            elif grouping == 0b110:
                by_category[movement, category] = count, amount
        billed = self.env.execute_query(
            SQL(
                """
                SELECT account.category, COUNT(DISTINCT account.id)
                  FROM account_move move
                  JOIN utility_account account ON account.id = move.utility_account_id
                 WHERE move.company_id = %s AND move.state = 'posted'
                   AND move.date BETWEEN %s AND %s
                   AND move.move_type = 'out_invoice' AND move.utility_kind IS NOT NULL
                 GROUP BY account.category
                """,
                company.id,
                period.first,
                period.last,
            )
        )
        return {
            "sums": sums,
            "by_channel": by_channel,
            "by_mode": by_mode,
            "by_category": by_category,
            "accounts_billed": dict(billed),
        }

    @api.model
    def _aging_items(self, company, period):
        """SQL of the items that were open at the end of the month, and how much.

        What is open now, and what was matched since.
        """
        return SQL(
            """
            SELECT item.id, item.due, item.balance,
                   SUM(item.residual) AS residual
              FROM (
                    SELECT id, COALESCE(date_maturity, date) AS due, balance,
                           amount_residual AS residual
                      FROM account_move_line
                     WHERE utility_account_id IS NOT NULL AND company_id = %(company)s
                       AND parent_state = 'posted' AND date <= %(last)s
                       AND reconciled IS NOT TRUE
                     UNION ALL
                    SELECT line.id, COALESCE(line.date_maturity, line.date),
                           line.balance,
                           CASE line.id WHEN part.debit_move_id THEN part.amount
                                ELSE -part.amount END
                      FROM account_partial_reconcile part
                      JOIN account_move_line line
                        ON line.id IN (part.debit_move_id, part.credit_move_id)
                     WHERE part.max_date > %(last)s AND part.company_id = %(company)s
                       AND line.utility_account_id IS NOT NULL
                       AND line.parent_state = 'posted' AND line.date <= %(last)s
                   ) AS item
             GROUP BY item.id, item.due, item.balance
            HAVING SUM(item.residual) != 0
            """,
            company=company.id,
            last=period.last,
        )

    @api.model
    def _read_aging(self, company, period):
        """Open items at the end of the month: {bucket: (items, amount)}.

        Buckets are those of a statement, and 'credit' for what consumers have to get.
        """
        days = SQL("(%s - due)", period.last)
        whens = SQL(" ").join(
            SQL("WHEN %s <= %s THEN %s", days, top, name)
            for top, name in AGEING
            if top is not None
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT CASE WHEN residual < 0 THEN 'credit' %s ELSE 'older' END,"
                " COUNT(*), SUM(residual) FROM (%s) AS open_item GROUP BY 1",
                whens,
                self._aging_items(company, period),
            )
        )
        aging = dict.fromkeys(
            [name for _top, name in AGEING] + ["credit"], (0, Decimal(0))
        )
        return aging | {
            name: (count, self._exact(company, amount)) for name, count, amount in rows
        }

    # -------------------------------------------------------------------------
    # CHECKS
    # -------------------------------------------------------------------------

    @api.model
    def _run_checks(self, data):
        """Compare what is told with what the ledger says.

        A check is sound when both sides are equal and no record contradicts: two
        errors that make up for each other don't hide.

        :return: list of dicts with `label`, `told`, `ledger`, `difference` (Decimals),
            `model`, `ids` (of records that contradict)
        """
        return [
            getattr(self, f"_check_{name}")(data)
            for name in (
                "roll",
                "collected",
                "returned",
                "refunded",
                "billed",
                "aging",
                "balanced",
            )
        ]

    @api.model
    def _check(self, data, label, told, ledger, model, query):
        """One check.

        :param query: function of whether there is a difference, which returns the SQL
            of the ids of records that contradict: where there is none, it looks only
            at what a month's report can afford to look at
        """
        told, ledger = (self._exact(data["company"], side) for side in (told, ledger))
        found = self.env.execute_query(
            SQL("%s LIMIT %s", query(told != ledger), _SHOWN)
        )
        return {
            "label": label,
            "told": told,
            "ledger": ledger,
            "difference": told - ledger,
            "model": model,
            "ids": [record_id for (record_id,) in found],
        }

    @api.model
    def _check_roll(self, data):
        """Opening + movements = closing: by entries, and by the items themselves."""
        moved = sum((amount for _count, amount in data["sums"].values()), Decimal(0))
        return self._check(
            data,
            self.env._("Opening + movements = closing"),
            data["opening"] + moved,
            data["closing"],
            "account.move.line",
            lambda different: SQL(
                """
                SELECT line.id FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.utility_account_id IS NOT NULL
                   AND line.company_id = %(company)s
                   AND (line.date != move.date OR line.parent_state != move.state
                        OR move.company_id != line.company_id)
                   AND (line.parent_state = 'posted' OR move.state = 'posted')
                   AND (line.date BETWEEN %(first)s AND %(last)s
                        OR move.date BETWEEN %(first)s AND %(last)s)
                """,
                company=data["company"].id,
                first=date.min if different else data["period"].first,
                last=data["period"].last,
            ),
        )

    @api.model
    def _check_payments(self, data, label, figure, movement, condition, entry, day):
        """A figure of payments, and what their entries did to the consumers' items."""
        sign = -1 if movement == "collected" else 1
        period = data["period"]
        return self._check(
            data,
            label,
            data["figures"][figure]["value"],
            sign * data["sums"].get(movement, (0, 0))[1],
            "account.payment",
            lambda _different: SQL(
                """
                SELECT payment.id FROM account_payment payment
             LEFT JOIN account_move move
                    ON %(entry)s AND move.state = 'posted'
             LEFT JOIN LATERAL (
                        SELECT SUM(line.balance) AS amount FROM account_move_line line
                         WHERE line.move_id = move.id
                           AND line.utility_account_id = payment.utility_account_id
                       ) AS item ON TRUE
                 WHERE payment.utility_account_id IS NOT NULL
                   AND payment.company_id = %(company)s AND %(condition)s
                   AND (%(day)s BETWEEN %(first)s AND %(last)s
                        OR move.date BETWEEN %(first)s AND %(last)s)
                   AND (%(day)s IS DISTINCT FROM move.date
                        OR ABS(COALESCE(item.amount, 0))
                           != ABS(payment.amount_company_currency_signed))
                """,
                entry=entry,
                company=data["company"].id,
                condition=condition,
                day=day,
                first=period.first,
                last=period.last,
            ),
        )

    @api.model
    def _check_collected(self, data):
        """What was collected by payments = what their entries credited (KPI-01)."""
        return self._check_payments(
            data,
            self.env._("Collected = credited by the payments' entries"),
            "total_collected",
            "collected",
            SQL(
                "payment.payment_type = 'inbound'"
                " AND payment.utility_state IN ('posted', 'returned')"
            ),
            SQL("move.id = payment.move_id AND move.origin_payment_id = payment.id"),
            SQL("payment.date"),
        )

    @api.model
    def _check_returned(self, data):
        return self._check_payments(
            data,
            self.env._("Returned = debited by the entries of returns"),
            "returns",
            "returned",
            SQL(
                "payment.payment_type = 'inbound'"
                " AND payment.utility_state = 'returned'"
            ),
            SQL("move.reversed_entry_id = payment.move_id"),
            SQL("payment.returned_on"),
        )

    @api.model
    def _check_refunded(self, data):
        return self._check_payments(
            data,
            self.env._("Refunded = debited by the refunds' entries"),
            "refunds",
            "refund",
            SQL(
                "payment.payment_type = 'outbound' AND payment.utility_state = 'posted'"
            ),
            SQL("move.id = payment.move_id AND move.origin_payment_id = payment.id"),
            SQL("payment.date"),
        )

    @api.model
    def _check_billed(self, data):
        """Totals of the documents = what they debited."""
        period = data["period"]
        condition = SQL(
            "move.company_id = %s AND move.state = 'posted'"
            " AND move.move_type = 'out_invoice' AND move.utility_kind IS NOT NULL"
            " AND move.date BETWEEN %s AND %s",
            data["company"].id,
            period.first,
            period.last,
        )
        [(told,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(amount_total_signed), 0) FROM account_move move"
                " WHERE %s",
                condition,
            )
        )
        sums = data["sums"]
        return self._check(
            data,
            self.env._("Totals of bills and charges = debited by them"),
            told,
            sum(sums.get(kind, (0, 0))[1] for kind in ("bill", "service")),
            "account.move",
            lambda _different: SQL(
                """
                SELECT move.id FROM account_move move
             LEFT JOIN LATERAL (
                        SELECT SUM(line.balance) AS amount FROM account_move_line line
                         WHERE line.move_id = move.id
                           AND line.utility_account_id = move.utility_account_id
                       ) AS item ON TRUE
                 WHERE %s AND COALESCE(item.amount, 0) != move.amount_total_signed
                """,
                condition,
            ),
        )

    @api.model
    def _check_aging(self, data):
        """What was open at the end of the month = closing."""
        opened = sum((amount for _count, amount in data["aging"].values()), Decimal(0))
        return self._check(
            data,
            self.env._("Open items by age, less credits = closing"),
            opened,
            data["closing"],
            "account.move.line",
            lambda different: SQL(
                """
                SELECT line.id FROM account_move_line line
             LEFT JOIN (
                        SELECT line_id, SUM(amount) AS amount FROM (
                            SELECT debit_move_id AS line_id, amount
                              FROM account_partial_reconcile
                             WHERE company_id = %(company)s
                             UNION ALL
                            SELECT credit_move_id, -amount
                              FROM account_partial_reconcile
                             WHERE company_id = %(company)s
                        ) AS part GROUP BY line_id
                       ) AS matched ON matched.line_id = line.id
                 WHERE %(different)s AND line.utility_account_id IS NOT NULL
                   AND line.company_id = %(company)s AND line.parent_state = 'posted'
                   AND line.date <= %(last)s
                   AND (line.amount_residual
                        != line.balance - COALESCE(matched.amount, 0)
                        OR (line.reconciled AND line.amount_residual != 0))
                """,
                different=different,
                company=data["company"].id,
                last=data["period"].last,
            ),
        )

    @api.model
    def _check_balanced(self, data):
        """Debits = credits of every entry that moved a consumer's debt this month."""
        period = data["period"]
        condition = SQL(
            "move.company_id = %s AND move.state = 'posted'"
            " AND move.date BETWEEN %s AND %s AND EXISTS ("
            "SELECT FROM account_move_line item WHERE item.move_id = move.id"
            " AND item.utility_account_id IS NOT NULL)",
            data["company"].id,
            period.first,
            period.last,
        )
        [(debits, credits_)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(line.balance) FILTER (WHERE line.balance > 0), 0),
                       COALESCE(-SUM(line.balance) FILTER (WHERE line.balance < 0), 0)
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                 WHERE %s
                """,
                condition,
            )
        )
        return self._check(
            data,
            self.env._("Debits = credits of the month's entries"),
            debits,
            credits_,
            "account.move",
            lambda _different: SQL(
                """
                SELECT move.id FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                 WHERE %s GROUP BY move.id HAVING SUM(line.balance) != 0
                """,
                condition,
            ),
        )

    # -------------------------------------------------------------------------
    # SECTIONS
    # -------------------------------------------------------------------------

    @api.model
    def _section(self, key, title, columns, rows, note=""):
        return {
            "key": key,
            "title": title,
            "note": note,
            "columns": [
                {"label": label, "type": kind} for label, kind in columns.items()
            ],
            "rows": rows,
        }

    @api.model
    def _row(self, label, values, style="", records=None, types=None):
        """A row of a section; amounts become floats, for they go to the browser.

        :param records: None, or what `utility.figure.open_records` takes
        """
        return {
            "label": label,
            "values": [
                float(value) if isinstance(value, Decimal) else value
                for value in values
            ],
            "types": types or [],
            "style": style,
            "open": records
            and {
                "model": records[0],
                "domain": list(records[1]),
                "name": records[2],
            },
        }

    @api.model
    def _nothing(self, label):
        return self._row(label, [], "note")

    @api.model
    def _section_receivables(self, data):
        Line = self.env["account.move.line"]
        period = data["period"]
        before = fields.Date.subtract(period.first, days=1)
        rows = [
            self._row(
                self.env._("Receivables on %(date)s", date=self._day(before)),
                [False, data["opening"]],
                "total",
            )
        ]
        labels = dict(Line._selection_utility_movement())
        for key, label in labels.items():
            # The rest of the movements is told even where there is none
            count, amount = data["sums"].get(key, (0, Decimal(0)))
            if not count and key not in self._movements_always_told():
                continue
            rows.append(
                self._row(
                    label,
                    [count, amount],
                    records=count
                    and (
                        "account.move.line",
                        self._movement_domain(data, key),
                        label,
                    ),
                )
            )
        roll = data["checks"][0]
        rows += [
            self._row(
                self.env._("Receivables on %(date)s", date=self._day(period.last)),
                [sum(count for count, _ in data["sums"].values()), data["closing"]],
                "total",
            ),
            self._check_row(
                roll,
                self.env._("Check: opening + movements - closing"),
                [False, roll["difference"]],
            ),
        ]
        return self._section(
            "receivables",
            self.env._("Receivables of consumers"),
            {
                self.env._("Movement"): "text",
                self.env._("Entries"): "count",
                self.env._("Amount"): "money",
            },
            rows,
            self.env._(
                "Sums of the consumers' journal items, by the date of their entries:"
                " what is owed, less what consumers have as credit."
            ),
        )

    @api.model
    def _movements_always_told(self):
        return {"bill", "service", "collected", "returned", "refund", "revenue_credit"}

    @api.model
    def _movement_domain(self, data, key):
        """Exactly the items of a class of movements."""
        return Domain(
            [
                ("utility_account_id", "!=", False),
                ("company_id", "=", data["company"].id),
                ("move_id.state", "=", "posted"),
                ("utility_movement", "=", key),
            ]
        ) & self._between("move_id.date", data["period"])

    @api.model
    def _between(self, name, period):
        return self.env["utility.figure"]._between(name, period)

    @api.model
    def _day(self, day):
        return format_date(self.env, day, date_format="long")

    @api.model
    def _section_channels(self, data):
        return self._collected_section(
            data,
            "channels",
            self.env._("Collected, by channel"),
            self.env._("Channel"),
            "channel_id",
            data["by_channel"],
        )

    @api.model
    def _section_methods(self, data):
        return self._collected_section(
            data,
            "methods",
            self.env._("Collected, by method"),
            self.env._("Method"),
            "mode_id",
            data["by_mode"],
        )

    @api.model
    def _collected_section(self, data, key, title, heading, name, groups):
        """Payments and amounts of a month, by something that payments have."""
        comodel = self.env["account.payment"]._fields[name].comodel_name
        records = self.env[comodel].browse([row[0] for row in groups if row[0]])
        names = {record.id: record.display_name for record in records}
        _count, total = data["sums"].get("collected", (0, Decimal(0)))
        figure = data["figures"]["total_collected"]
        rows = []
        for record_id, count, amount in sorted(groups, key=lambda row: row[2]):
            label = names.get(record_id, self.env._("None"))
            rows.append(
                self._row(
                    label,
                    [count, -amount, 100 * amount / total if total else False],
                    records=(
                        figure["model"],
                        Domain(figure["domain"])
                        & Domain(name, "=", record_id or False),
                        label,
                    ),
                )
            )
        if rows:
            rows.append(
                self._row(
                    self.env._("Collected"),
                    [_count, -total, 100.0 if total else False],
                    "total",
                    (figure["model"], figure["domain"], title),
                )
            )
        else:
            rows = [self._nothing(self.env._("No payment in this month."))]
        return self._section(
            key,
            title,
            {
                heading: "text",
                self.env._("Payments"): "count",
                self.env._("Amount"): "money",
                self.env._("Share"): "percent",
            },
            rows,
        )

    @api.model
    def _section_performance(self, data):
        figures = data["figures"]
        due = sum(data["due"].values(), Decimal(0))

        def row(label, value, kind, figure=None, style=""):
            source = figures.get(figure)
            return self._row(
                label,
                [value],
                style,
                source
                and source["count"]
                and (source["model"], source["domain"], label),
                types=[kind],
            )

        def told(label, figure, kind, style=""):
            return row(label, figures[figure]["value"], kind, figure, style)

        return self._section(
            "performance",
            self.env._("Collection"),
            {self.env._("Measure"): "text", self.env._("Value"): "money"},
            [
                told(self.env._("Collected"), "total_collected", "money"),
                told(self.env._("Returned payments"), "returns", "money"),
                told(self.env._("Refunds"), "refunds", "money"),
                told(
                    self.env._("Net collected"), "net_collected", "money", style="total"
                ),
                row(
                    self.env._("Bills and charges due in the month"),
                    due,
                    "money",
                    "collection_rate",
                ),
                told(self.env._("Collection rate"), "collection_rate", "percent"),
                told(
                    self.env._("Average collection time"),
                    "average_collection_time",
                    "days",
                ),
            ],
            self.env._(
                "The rate is what was collected, of what fell due in the month. The"
                " time is from the date of a bill to that of its payment."
            ),
        )

    @api.model
    def _section_categories(self, data):
        Account = self.env["utility.account"]
        labels = dict(Account._fields["category"]._description_selection(self.env))
        sums = data["by_category"]
        kinds = ("bill", "service")
        told = {
            category for kind, category in sums if kind in kinds or kind == "collected"
        } | {category for category, due in data["due"].items() if due}
        total = defaultdict(Decimal)
        rows = []
        for category in [key for key in [*labels, None] if key in told]:
            values = {
                "accounts": data["accounts_billed"].get(category, 0),
                "documents": sum(sums.get((k, category), (0, 0))[0] for k in kinds),
                "billed": sum(
                    (sums.get((k, category), (0, 0))[1] for k in kinds), Decimal(0)
                ),
                "due": data["due"].get(category, Decimal(0)),
                "collected": -sums.get(("collected", category), (0, Decimal(0)))[1],
            }
            for name, value in values.items():
                total[name] += value
            label = labels.get(category) or self.env._("None")
            rows.append(
                self._category_row(
                    label,
                    values,
                    records=values["documents"]
                    and (
                        "account.move",
                        self._billed_domain(data)
                        & Domain("utility_account_id.category", "=", category or False),
                        label,
                    ),
                )
            )
        if rows:
            rows.append(
                self._category_row(
                    self.env._("All"),
                    total,
                    "total",
                    ("account.move", self._billed_domain(data), self.env._("Billed")),
                )
            )
        else:
            rows = [self._nothing(self.env._("Nothing was billed or collected."))]
        return self._section(
            "categories",
            self.env._("Billed and collected, by category"),
            {
                self.env._("Category"): "text",
                self.env._("Accounts billed"): "count",
                self.env._("Bills and charges"): "count",
                self.env._("Billed"): "money",
                self.env._("Fell due"): "money",
                self.env._("Collected"): "money",
                self.env._("Rate"): "percent",
            },
            rows,
        )

    @api.model
    def _category_row(self, label, values, style="", records=None):
        due = values["due"]
        return self._row(
            label,
            [
                int(values["accounts"]),
                int(values["documents"]),
                values["billed"],
                due,
                values["collected"],
                100 * values["collected"] / due if due else False,
            ],
            style,
            records,
        )

    @api.model
    def _billed_domain(self, data):
        return Domain(
            [
                ("company_id", "=", data["company"].id),
                ("utility_kind", "!=", False),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        ) & self._between("date", data["period"])

    @api.model
    def _section_aging(self, data):
        aging = data["aging"]
        labels = {
            "not_due": self.env._("Not due"),
            "to_30": self.env._("1 to 30 days late"),
            "to_60": self.env._("31 to 60 days late"),
            "to_90": self.env._("61 to 90 days late"),
            "older": self.env._("More than 90 days late"),
        }
        owed = [sum(aging[name][part] for name in labels) for part in (0, 1)]
        return self._section(
            "aging",
            self.env._(
                "Open items on %(date)s, by age", date=self._day(data["period"].last)
            ),
            {
                self.env._("Age"): "text",
                self.env._("Items"): "count",
                self.env._("Amount"): "money",
            },
            [
                *(self._row(label, aging[name]) for name, label in labels.items()),
                self._row(self.env._("Owed"), owed, "total"),
                self._row(self.env._("Credits of consumers"), aging["credit"]),
                self._row(
                    self.env._("Receivables"),
                    [
                        sum(count for count, _ in aging.values()),
                        owed[1] + aging["credit"][1],
                    ],
                    "total",
                ),
            ],
            self.env._("As the ledger has the matches of payments now."),
        )

    @api.model
    def _section_checks(self, data):
        return self._section(
            "checks",
            self.env._("Checks against the ledger"),
            {
                self.env._("Check"): "text",
                self.env._("Report"): "money",
                self.env._("Ledger"): "money",
                self.env._("Difference"): "money",
            },
            [
                self._check_row(
                    check,
                    check["label"],
                    [check["told"], check["ledger"], check["difference"]],
                )
                for check in data["checks"]
            ],
            self.env._(
                "Each compares two ways of counting. A difference, or a single record"
                " that contradicts its entry, is shown in red with its records."
            ),
        )

    @api.model
    def _check_row(self, check, label, values):
        wrong = bool(check["difference"] or check["ids"])
        count = len(check["ids"])
        if count:
            label = self.env._(
                "%(check)s: %(count)s records contradict",
                check=label,
                count=f"{count}+" if count == _SHOWN else count,
            )
        return self._row(
            label,
            values,
            "bad" if wrong else "good",
            count and (check["model"], [("id", "in", check["ids"])], check["label"]),
        )

from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ...tools.amounts import to_decimal
from ..utility_account_statement import AGEING


class UtilityRegulatoryMonth(models.AbstractModel):
    """The content of the monthly regulatory report (KPI-07).

    Screen, PDF and XLSX show the same sections. The movements are sums of journal items
    of consumers by the date of their entries; what was collected is read from the
    payments as well, by the one definition of the figures (docs/figures.md), and the
    checks compare the two, so that neither can be wrong unseen.

    The caller has checked who asks; this runs as superuser, on one company. Here it is
    read; checks and sections are extensions of their own.
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

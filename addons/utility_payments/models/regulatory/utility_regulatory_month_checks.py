from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

# Records that a screen is asked to show by their ids
SHOWN = 1000


class UtilityRegulatoryMonth(models.AbstractModel):
    """The checks of the monthly report against the ledger (KPI-07)."""

    _inherit = "utility.regulatory.month"

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
        found = self.env.execute_query(SQL("%s LIMIT %s", query(told != ledger), SHOWN))
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

from odoo import models
from odoo.tools import SQL


class ResCompany(models.Model):
    """Checks of the ledger invariants (design.md), on any database, read-only.

    They recount from the rows themselves, not through the ORM whose work they check.
    """

    _inherit = "res.company"

    def _utility_check_ledger(self):
        """Check the invariants of the ledger for these companies, or for all.

        :return: list of ``{"level": "error" | "info", "check", "message"}``; no error
            means that the books of the consumers are sound. Unused numbers are told
            as info, because a rolled back transaction may leave them.
        """
        self.env.flush_all()
        # pylint: disable-next=no-search-all
        companies = self or self.env["res.company"].sudo().search([])
        findings = []
        for check in self._utility_ledger_checks():
            for level, message in getattr(self, f"_check_ledger_{check}")(companies):
                findings.append({"level": level, "check": check, "message": message})
        return findings

    def _utility_ledger_checks(self):
        """Names of the checks; an add-on above adds its own and their methods."""
        return [
            "trial_balance",
            "residuals",
            "payments",
            "allocations",
            "taken_back",
            "accounts_apart",
            "drafts",
            "numbers",
        ]

    def _check_ledger_trial_balance(self, companies):
        """Invariant 7: debits equal credits, per company and per entry."""
        for name, difference in self.env.execute_query(
            SQL(
                """
                SELECT move.name, SUM(line.balance)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE move.state = 'posted' AND move.company_id = ANY(%s)
                 GROUP BY move.id
                HAVING ABS(SUM(line.balance)) >= 0.000001
                """,
                companies.ids,
            )
        ):
            yield "error", f"Entry {name} is out of balance by {difference}."

    def _check_ledger_residuals(self, companies):
        """Invariant 1: what is open on a consumer's item is its amount less matches."""
        for number, entry, stored, counted in self.env.execute_query(
            SQL(
                """
                WITH paid AS (
                    SELECT line_id, SUM(amount) AS amount
                      FROM (
                        SELECT debit_move_id AS line_id, amount
                          FROM account_partial_reconcile
                         UNION ALL
                        SELECT credit_move_id, -amount FROM account_partial_reconcile
                      ) AS partial
                     GROUP BY line_id
                )
                SELECT account.number, move.name, line.amount_residual,
                       line.balance - COALESCE(paid.amount, 0)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN utility_account account ON account.id = line.utility_account_id
             LEFT JOIN paid ON paid.line_id = line.id
                 WHERE line.parent_state = 'posted' AND line.company_id = ANY(%s)
                   AND ABS(line.amount_residual
                           - (line.balance - COALESCE(paid.amount, 0))) >= 0.005
                """,
                companies.ids,
            )
        ):
            yield (
                "error",
                f"Account {number}, entry {entry}: {stored} is stored as open, but"
                f" {counted} is left after its matches.",
            )

    def _check_ledger_payments(self, companies):
        """A posted payment has its numbers and a posted entry that says the same."""
        for row in self.env.execute_query(
            SQL(
                """
                SELECT pay.id, pay.payment_number, pay.amount, liquidity.amount,
                       pay.date, move.date, pay.partner_id, move.partner_id,
                       move.state, pay.utility_account_id, move.utility_account_id,
                       pay.transaction_number,
                       pay.receipt_number IS NOT NULL OR pay.payment_type = 'outbound'
                  FROM account_payment pay
             LEFT JOIN account_move move ON move.id = pay.move_id
             LEFT JOIN LATERAL (
                    SELECT SUM(line.amount_currency) AS amount
                      FROM account_move_line line
                     WHERE line.move_id = move.id AND line.amount_currency > 0
                  ) AS liquidity ON TRUE
                 WHERE pay.utility_account_id IS NOT NULL
                   AND (
                        pay.utility_state IN ('posted', 'returned')
                     -- An online attempt that was cancelled never had an entry.
                     OR (pay.utility_state = 'cancelled'
                         AND COALESCE(pay.payment_number, move.name) IS NOT NULL)
                   )
                   AND pay.company_id = ANY(%s)
                   AND (
                        move.id IS NULL
                     OR move.state != 'posted'
                     OR ABS(pay.amount - COALESCE(liquidity.amount, 0)) >= 0.0005
                     OR pay.date != move.date
                     OR pay.partner_id IS DISTINCT FROM move.partner_id
                     OR pay.utility_account_id
                        IS DISTINCT FROM move.utility_account_id
                     OR pay.payment_number IS NULL
                     OR pay.transaction_number IS NULL
                     -- What is paid back to a consumer has no receipt of ours.
                     OR (pay.receipt_number IS NULL AND pay.payment_type = 'inbound')
                   )
                """,
                companies.ids,
            )
        ):
            (
                payment_id,
                number,
                amount,
                booked,
                date,
                booked_date,
                partner_id,
                booked_partner_id,
                state,
                account_id,
                booked_account_id,
                transaction,
                receipt,
            ) = row
            name = number or f"with id {payment_id}"
            if state != "posted":
                yield "error", f"Payment {name} has no posted entry."
                continue
            if abs(float(amount) - float(booked or 0)) >= 0.0005:
                yield (
                    "error",
                    f"Payment {name} says {amount}, its entry says {booked or 0}.",
                )
            if date != booked_date:
                yield (
                    "error",
                    f"Payment {name} is dated {date}, its entry {booked_date}.",
                )
            if partner_id != booked_partner_id or account_id != booked_account_id:
                yield (
                    "error",
                    f"Payment {name} and its entry name different consumers.",
                )
            if not (number and transaction and receipt):
                yield "error", f"Payment {name} is posted without all its numbers."

    def _check_ledger_allocations(self, companies):
        """Invariant 2: a payment is what its documents got and what is on account.

        Money that was freed from its documents is on account, too.
        """
        for number, kept, applied, excess in self.env.execute_query(
            SQL(
                """
                SELECT pay.payment_number, pay.amount_company_currency_signed,
                       COALESCE(share.amount, 0),
                       COALESCE(pay.amount_excess, 0) + COALESCE(freed.amount, 0)
                  FROM account_payment pay
             LEFT JOIN (
                    SELECT payment_id,
                           SUM(amount_applied - COALESCE(reversed_amount, 0)) AS amount
                      FROM utility_payment_allocation
                     GROUP BY payment_id
                  ) AS share ON share.payment_id = pay.id
             LEFT JOIN (%s) AS freed ON freed.payment_id = pay.id
                 WHERE pay.utility_account_id IS NOT NULL
                   AND pay.utility_state = 'posted'
                   AND pay.payment_type = 'inbound'
                   AND pay.company_id = ANY(%s)
                   AND ABS(pay.amount_company_currency_signed
                           - COALESCE(share.amount, 0)
                           - COALESCE(pay.amount_excess, 0)
                           - COALESCE(freed.amount, 0)) >= 0.005
                """,
                self._ledger_freed_query(),
                companies.ids,
            )
        ):
            yield (
                "error",
                f"Payment {number} is {kept}, but its documents got {applied} and"
                f" {excess} is on account.",
            )

    def _ledger_freed_query(self):
        """SQL of what was freed from the documents of payments and kept as credit.

        As the ledger tells it, so that it holds as well when the add-on above that let
        credit be kept is no longer installed.

        :return: a query with the columns ``payment_id`` and ``amount``
        """
        return SQL(
            """
            SELECT payment.id AS payment_id, SUM(partial.amount) AS amount
              FROM account_partial_reconcile partial
              JOIN account_move_line debit ON debit.id = partial.debit_move_id
              JOIN account_move entry ON entry.id = debit.move_id
              JOIN res_company company
                ON company.utility_correction_journal_id = entry.journal_id
              JOIN account_move_line credit ON credit.id = partial.credit_move_id
              JOIN account_payment payment ON payment.move_id = credit.move_id
             WHERE payment.utility_account_id IS NOT NULL
                   -- An entry that an allocation names is a document.
               AND NOT EXISTS (
                        SELECT FROM utility_payment_allocation share
                         WHERE share.payment_id = payment.id
                           AND share.move_id = entry.id
                    )
                   -- The last item is what was paid too much: it is on account already.
               AND (COALESCE(payment.amount_excess, 0) = 0
                    OR EXISTS (
                        SELECT FROM account_move_line later
                         WHERE later.move_id = credit.move_id
                           AND later.account_id = credit.account_id
                           AND later.id > credit.id
                    ))
             GROUP BY payment.id
            """
        )

    def _check_ledger_taken_back(self, companies):
        """Invariant 2: documents have nothing of a payment that was taken back.

        Neither by its allocations nor in the ledger, and no credit of it is left.
        """
        for number, applied, matched, left in self.env.execute_query(
            SQL(
                """
                SELECT pay.payment_number, COALESCE(share.amount, 0),
                       COALESCE(item.matched, 0), COALESCE(item.residual, 0)
                  FROM account_payment pay
             LEFT JOIN LATERAL (
                    SELECT SUM(amount_applied - COALESCE(reversed_amount, 0)) AS amount
                      FROM utility_payment_allocation
                     WHERE payment_id = pay.id
                  ) AS share ON TRUE
             LEFT JOIN LATERAL (
                    SELECT SUM(-line.amount_residual) AS residual,
                           SUM((
                             SELECT SUM(partial.amount)
                               FROM account_partial_reconcile partial
                               JOIN account_move_line debit
                                 ON debit.id = partial.debit_move_id
                               JOIN account_move document
                                 ON document.id = debit.move_id
                              WHERE partial.credit_move_id = line.id
                                AND document.utility_kind IS NOT NULL
                           )) AS matched
                      FROM account_move_line line
                     WHERE line.move_id = pay.move_id
                       AND line.utility_account_id IS NOT NULL
                  ) AS item ON TRUE
                 WHERE pay.utility_account_id IS NOT NULL
                   AND pay.utility_state IN ('returned', 'cancelled')
                   AND pay.payment_type = 'inbound'
                   AND pay.company_id = ANY(%s)
                   AND (ABS(COALESCE(share.amount, 0)) >= 0.005
                        OR COALESCE(item.matched, 0) >= 0.005
                        OR ABS(COALESCE(item.residual, 0)) >= 0.005)
                """,
                companies.ids,
            )
        ):
            yield (
                "error",
                f"Payment {number} was taken back, but its documents have {applied} of"
                f" it by their allocations and {matched} in the ledger, and {left} of"
                " it is open.",
            )

    def _check_ledger_accounts_apart(self, companies):
        """The money of one account never pays another's documents."""
        for debit, credit in self.env.execute_query(
            SQL(
                """
                SELECT debit.move_name, credit.move_name
                  FROM account_partial_reconcile partial
                  JOIN account_move_line debit ON debit.id = partial.debit_move_id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                 WHERE debit.utility_account_id
                       IS DISTINCT FROM credit.utility_account_id
                   AND debit.company_id = ANY(%s)
                """,
                companies.ids,
            )
        ):
            yield "error", f"{debit} and {credit} are matched across accounts."

    def _check_ledger_drafts(self, companies):
        """Invariant 7: no process leaves a draft payment entry behind."""
        for (number,) in self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(pay.payment_number, pay.id::varchar)
                  FROM account_payment pay
                  JOIN account_move move ON move.id = pay.move_id
                 WHERE pay.utility_account_id IS NOT NULL
                   AND move.state = 'draft' AND pay.company_id = ANY(%s)
                """,
                companies.ids,
            )
        ):
            yield "error", f"The entry of payment {number} is still a draft."

    def _check_ledger_numbers(self, companies):
        """Invariant 6: numbers that were drawn and are on no payment."""
        for company in companies:
            for column, code in (
                ("payment_number", "utility.payment"),
                ("transaction_number", "utility.transaction"),
                ("receipt_number", "utility.receipt"),
            ):
                for first, last in self._unused_numbers(
                    company, "account_payment", column
                ):
                    span = f"{first}" if first == last else f"{first} to {last}"
                    yield (
                        "info",
                        f"{company.name}, {code}: number {span} was given to no payment"
                        " (its transaction was rolled back, or the next number was"
                        " raised).",
                    )

    def _unused_numbers(self, company, table, column):
        """Gaps in the running part of the numbers of a company.

        :return: list of (first, last) of each gap
        """
        return self.env.execute_query(
            SQL(
                """
                WITH used AS (
                    SELECT substring(%(column)s FROM '(\\d+)\\D*$')::bigint AS number
                      FROM %(table)s
                     WHERE company_id = %(company)s AND %(column)s IS NOT NULL
                ), pair AS (
                    SELECT number,
                           lead(number) OVER (ORDER BY number) AS following
                      FROM used
                )
                SELECT number + 1, following - 1 FROM pair
                 WHERE following > number + 1
                 ORDER BY number
                """,
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                company=company.id,
            )
        )

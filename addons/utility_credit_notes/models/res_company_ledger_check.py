from odoo import models
from odoo.tools import SQL


class ResCompany(models.Model):
    """Checks of credit notes against the ledger (design.md, invariants 2 to 4, 6)."""

    _inherit = "res.company"

    def _utility_ledger_checks(self):
        return [*super()._utility_ledger_checks(), "credit_notes", "credit_caps"]

    def _check_ledger_credit_notes(self, companies):
        """Invariants 3 and 4: one open item a note, and every cent of it told."""
        for (
            number,
            state,
            amount,
            remaining,
            line_id,
            account_ok,
            residual,
            applied,
            refunded,
            expired,
            stored_used,
        ) in self.env.execute_query(
            SQL(
                """
                SELECT note.number, note.state, note.amount, note.remaining_amount,
                       line.id, line.utility_account_id = note.utility_account_id,
                       -COALESCE(line.amount_residual, 0),
                       COALESCE(used.applied, 0), COALESCE(used.refunded, 0),
                       COALESCE(used.expired, 0),
                       note.applied_amount + note.refunded_amount + note.expired_amount
                  FROM utility_credit_note note
             LEFT JOIN account_move_line line ON line.id = note.credit_line_id
                       AND line.parent_state = 'posted'
             LEFT JOIN (
                    SELECT note_id,
                           SUM(amount) FILTER (WHERE kind = 'applied') AS applied,
                           SUM(amount) FILTER (WHERE kind = 'refunded') AS refunded,
                           SUM(amount) FILTER (WHERE kind = 'expired') AS expired
                      FROM utility_credit_application
                     WHERE reversed_at IS NULL
                     GROUP BY note_id
                  ) AS used ON used.note_id = note.id
                 WHERE note.state IN ('active', 'applied', 'expired')
                   AND note.company_id = ANY(%s)
                 ORDER BY note.id
                """,
                companies.ids,
            )
        ):
            if not line_id:
                yield "error", f"Credit note {number} is {state} without its item."
                continue
            if not account_ok:
                yield "error", f"Credit note {number}: its item is another account's."
            if abs(remaining - residual) >= 0.005:
                yield (
                    "error",
                    f"Credit note {number} says {remaining} remains, its item says"
                    f" {residual}.",
                )
            used = applied + refunded + expired
            if abs(stored_used - used) >= 0.005:
                yield (
                    "error",
                    f"Credit note {number} says {stored_used} was used, its uses say"
                    f" {used}.",
                )
            if abs(amount - used - residual) >= 0.005:
                yield (
                    "error",
                    f"Credit note {number} of {amount}: {applied} applied, {refunded}"
                    f" refunded, {expired} expired and {residual} remaining don't add"
                    " up.",
                )
            if (state == "active") != (residual >= 0.005):
                yield "error", f"Credit note {number} is {state} with {residual} left."

    def _check_ledger_credit_caps(self, companies):
        """CRN-02: all notes of a payment together never exceed it."""
        for number, amount, credited in self.env.execute_query(
            SQL(
                """
                SELECT pay.payment_number, pay.amount_company_currency_signed,
                       SUM(note.amount)
                  FROM utility_credit_note note
                  JOIN account_payment pay ON pay.id = note.payment_id
                 WHERE note.state != 'cancelled' AND note.company_id = ANY(%s)
                 GROUP BY pay.id
                HAVING SUM(note.amount) - pay.amount_company_currency_signed >= 0.005
                """,
                companies.ids,
            )
        ):
            yield "error", f"Payment {number} of {amount} is credited with {credited}."

    def _check_ledger_numbers(self, companies):
        """Extend by numbers that were drawn and are on no credit note (invariant 6)."""
        yield from super()._check_ledger_numbers(companies)
        for company in companies:
            for first, last in self._unused_numbers(
                company, "utility_credit_note", "number"
            ):
                span = f"{first}" if first == last else f"{first} to {last}"
                yield (
                    "info",
                    f"{company.name}, utility.credit_note: number {span} was given to"
                    " no credit note (its transaction was rolled back, or the next"
                    " number was raised).",
                )

from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal


class UtilityPaymentPromise(models.Model):
    """What accounts received since promises were made."""

    _inherit = "utility.payment.promise"

    def _read_receipts(self):
        """Read the money that keeps these promises, oldest first.

        A payment counts less what of it was given back; none that was returned or
        reversed. One that corrects another on the same account counts as that one did:
        its money isn't new. Beside money, credit for what was charged wrongly counts
        once it pays documents; credit of a payment doesn't, the payment did.

        :return: {account id: [(entry id, day, Decimal)]}
        """
        for model in (
            "account.payment",
            "utility.payment.adjustment",
            "utility.credit.note",
            "utility.credit.application",
        ):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE origin AS (
                    SELECT payment.id, payment.utility_account_id,
                           payment.id AS first_id, payment.move_id
                      FROM account_payment payment
                     WHERE payment.utility_account_id = ANY(%(accounts)s)
                       AND payment.payment_type = 'inbound'
                       AND payment.utility_state = 'posted'
                       AND payment.move_id > %(since)s
                 UNION ALL
                    SELECT origin.id, origin.utility_account_id,
                           former.id, former.move_id
                      FROM origin
                      JOIN utility_payment_adjustment adjustment
                        ON adjustment.replacement_payment_id = origin.first_id
                      JOIN account_payment former
                        ON former.id = adjustment.payment_id
                       AND former.utility_account_id = origin.utility_account_id
                )
                SELECT payment.utility_account_id, first.move_id, payment.date,
                       payment.amount_company_currency_signed - COALESCE((
                           SELECT SUM(used.amount)
                             FROM utility_credit_application used
                             JOIN utility_credit_note note ON note.id = used.note_id
                            WHERE note.payment_id = payment.id
                              AND note.treatment = 'return_money'
                              AND used.kind = 'refunded'
                              AND used.reversed_at IS NULL
                       ), 0) AS amount
                  FROM (
                       SELECT id, MIN(move_id) AS move_id FROM origin GROUP BY id
                       ) first
                  JOIN account_payment payment ON payment.id = first.id
             UNION ALL
                SELECT note.utility_account_id, note.move_id, used.date,
                       SUM(used.amount)
                  FROM utility_credit_note note
                  JOIN utility_credit_application used ON used.note_id = note.id
                 WHERE note.utility_account_id = ANY(%(accounts)s)
                   AND note.move_id > %(since)s
                   AND note.treatment = 'adjust_revenue'
                   AND used.kind = 'applied'
                   AND used.reversed_at IS NULL
              GROUP BY note.id, used.date
              ORDER BY 2, 3
                """,
                accounts=self.utility_account_id.ids,
                since=min(self.mapped("since_move_id"), default=0),
            )
        )
        receipts = defaultdict(list)
        decimals = max(self.company_id.currency_id.mapped("decimal_places"), default=2)
        for account_id, entry_id, day, amount in rows:
            amount = to_decimal(float(amount), decimals)
            if amount > Decimal(0):
                receipts[account_id].append((entry_id, day, amount))
        return receipts

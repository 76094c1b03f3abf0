from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

# Days after which an online payment that nobody answers for isn't waited for.
_FLIGHT_DAYS = 14


class UtilityAccount(models.Model):
    """What is to be paid beyond credit and payments on their way (COL-11)."""

    _inherit = "utility.account"

    def _get_uncovered_overdue(self, in_flight):
        """What is overdue beyond credit and payments on their way (COL-11).

        :param dict in_flight: of ``_get_money_in_flight``
        :return: {account id: Decimal}, below zero where there is more of these
        """
        sums = {row[0]: row for row in self._execute_balance_query()}
        result = {}
        for account in self:
            _id, _payoff, _deferred, late, credit = sums.get(account.id, (0.0,) * 5)
            decimals = account.company_id.currency_id.decimal_places
            result[account.id] = (
                to_decimal(late, decimals)
                - to_decimal(credit, decimals)
                - in_flight.get(account.id, Decimal(0))
            )
        return result

    def _get_money_in_flight(self):
        """Online payments that the consumer made and that aren't recorded yet.

        What a bank doesn't answer for long is no payment any more. An add-on whose
        transactions name no documents extends this.

        :return: {account id: Decimal} in company currency
        """
        Transaction = self.env["payment.transaction"]
        Transaction.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT move.utility_account_id, tx.id
                  FROM account_move move
                  JOIN account_invoice_transaction_rel rel ON rel.invoice_id = move.id
                  JOIN payment_transaction tx ON tx.id = rel.transaction_id
                 WHERE move.utility_account_id = ANY(%s)
                   AND tx.last_state_change > %s
                   AND (tx.state IN ('pending', 'authorized')
                        OR tx.state = 'done' AND tx.payment_id IS NULL
                           AND tx.is_post_processed IS NOT TRUE)
                """,
                self.ids,
                fields.Datetime.subtract(fields.Datetime.now(), days=_FLIGHT_DAYS),
            )
        )
        result = defaultdict(Decimal)
        for account_id, transaction_id in rows:
            transaction = Transaction.sudo().browse(transaction_id)
            company = self.browse(account_id).company_id
            amount = transaction.currency_id._convert(
                transaction.amount, company.currency_id, company
            )
            result[account_id] += to_decimal(amount, company.currency_id.decimal_places)
        return result

from collections import defaultdict
from decimal import Decimal

from odoo import models

from odoo.addons.utility_payments.tools.amounts import to_decimal


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    def _get_money_in_flight(self):
        """Extend: charges that were sent and aren't recorded yet (COL-11)."""
        result = defaultdict(Decimal, super()._get_money_in_flight())
        Transaction = self.env["payment.transaction"].sudo()
        mine = ("utility_installment_id.utility_account_id", "in", self.ids)
        charges = Transaction.search([mine, ("state", "in", ("pending", "authorized"))])
        charges |= Transaction.search(
            [
                mine,
                ("state", "=", "done"),
                ("payment_id", "=", False),
                ("is_post_processed", "=", False),
            ]
        )
        for charge in charges:
            account = charge.utility_installment_id.utility_account_id
            decimals = account.company_id.currency_id.decimal_places
            result[account.id] += to_decimal(charge.amount, decimals)
        return result

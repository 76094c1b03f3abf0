from collections import defaultdict

from odoo import models
from odoo.tools import SQL


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_matched_amounts(self):
        """Return what these items are matched with, in company currency.

        :return: {item id: {credit item id as text: amount}}
        """
        self.env["account.partial.reconcile"].flush_model()
        matched = defaultdict(dict)
        for line_id, credit_id, amount in self.env.execute_query(
            SQL(
                "SELECT debit_move_id, credit_move_id, SUM(amount)"
                " FROM account_partial_reconcile WHERE debit_move_id = ANY(%s)"
                " GROUP BY debit_move_id, credit_move_id",
                self.ids,
            )
        ):
            matched[line_id][str(credit_id)] = float(amount)
        return matched

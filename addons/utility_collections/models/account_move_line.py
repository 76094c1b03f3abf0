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

    def _filter_disputed(self):
        """Return the items that are kept out of collections (PLN-01).

        To extend by add-ons that know disputes. Odoo leaves all items of general
        journals out of follow-up, which says nothing of them.
        """
        return self.filtered(
            lambda line: line.no_followup and line.journal_id.type != "general"
        )

    def _filter_foreign(self):
        """Return the items in another currency than their company's.

        What an amount pays of them depends on the rate of the day, so that no
        installment could be agreed on.
        """
        return self.filtered(lambda line: line.currency_id != line.company_currency_id)

    def _get_covers_in_force(self):
        """Return what active plans cover of these items (PLN-04)."""
        return self._get_covers("active")

    def _get_covers(self, state):
        """Return what plans in a state cover of these items, and still follow."""
        return (
            self.env["utility.payment.plan.cover"]
            .sudo()
            .search(
                [
                    ("line_id", "in", self.ids),
                    ("in_force", "=", True),
                    ("plan_id.state", "=", state),
                ]
            )
        )

    def _release_completed_covers(self):
        """Let completed plans that cover these items follow their debt no longer."""
        covers = self._get_covers("completed").plan_id.cover_ids
        covers.in_force = False
        covers.flush_recordset(["in_force"])

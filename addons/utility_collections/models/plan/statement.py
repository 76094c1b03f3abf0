from datetime import timedelta

from odoo import models

from ...tools import spread


class UtilityPaymentPlan(models.Model):
    """What a consumer's statement says of a plan (DOC-05)."""

    _inherit = "utility.payment.plan"

    def _statement_installments(self, unpaid, date_to):
        """The unpaid installments of a plan at the end of a day, oldest first.

        :param Decimal unpaid: what was open of the covered debt on that day
        :return: a list of dicts of ``row``, ``unpaid`` and ``days`` past due
        """
        self.ensure_one()
        rows = self.installment_ids.sorted(lambda row: (row.due_date, row.sequence))
        if unpaid == self._money(self.amount_remaining):
            paid = {row.id: self._money(row.paid_amount) for row in rows}
        else:
            paid = spread(
                self._money(self.amount_covered) - unpaid,
                [(row.id, self._money(row.amount)) for row in rows],
                {},
            )
        return [
            {
                "row": row,
                "unpaid": self._money(row.amount) - paid[row.id],
                "days": max((date_to - row.due_date) // timedelta(days=1), 0),
            }
            for row in rows
            if paid[row.id] < self._money(row.amount)
        ]

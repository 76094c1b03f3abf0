from odoo import api, models
from odoo.tools import SQL


class UtilityAccount(models.Model):
    """An open promise lets collections wait; loaded after the ladder it extends."""

    _inherit = "utility.account"

    @api.model
    def _get_pause_select(self, condition, today):
        """Extend: what is still to come of open promises, until their day is over."""
        self.env["utility.payment.promise"].flush_model()
        return SQL(
            """
            %(select)s
         UNION ALL
            SELECT line.utility_account_id, 'promise', line.amount - line.paid_amount
              FROM utility_payment_promise line
             WHERE line.state = 'open'
               AND line.last_day >= %(today)s
               AND %(condition)s
            """,
            select=SQL("(%s)", super()._get_pause_select(condition, today)),
            today=today,
            condition=condition,
        )

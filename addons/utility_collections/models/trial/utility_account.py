from odoo import api, models
from odoo.tools import SQL


class UtilityAccount(models.Model):
    """Accounts are drawn for the processes of a trial by chance (COL-12).

    The draw is a hash of the trial's seed and the account, so that an account stays
    where it was drawn, however often it is asked and whoever asks, and nothing is kept
    for the accounts that never fall behind.
    """

    _inherit = "utility.account"

    @api.model
    def _get_assignment_select(self, condition):
        """Extend: of the accounts of a champion, shares go to its challengers."""
        assigned = super()._get_assignment_select(condition)
        arms = self.env["utility.collection.trial"].sudo()._get_running_arms()
        if not arms:
            return assigned
        return SQL(
            """
            SELECT assigned.account_id,
                   COALESCE(arm.process_id, assigned.process_id) AS process_id
              FROM (%(assigned)s) assigned
         LEFT JOIN (VALUES %(arms)s)
                AS arm(champion_id, process_id, seed, low, high)
                ON arm.champion_id = assigned.process_id
               AND %(draw)s >= arm.low
               AND %(draw)s < arm.high
            """,
            assigned=assigned,
            arms=SQL(", ").join(SQL("(%s, %s, %s, %s, %s)", *arm) for arm in arms),
            draw=SQL(
                "('x' || SUBSTR(MD5(arm.seed || ':' || assigned.account_id), 1, 8))"
                "::bit(32)::bigint %% 10000"
            ),
        )

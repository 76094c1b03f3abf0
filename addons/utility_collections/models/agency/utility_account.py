from odoo import api, models
from odoo.tools import SQL


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    @api.model
    def _get_pause_select(self, condition, today):
        """Extend: what an agency collects, nobody else does."""
        self.env["utility.agency.placement"].flush_model()
        return SQL(
            """
            (%s)
         UNION ALL
            SELECT line.utility_account_id, 'agency', NULL::numeric
              FROM utility_agency_placement line
             WHERE line.state = 'placed' AND %s
            """,
            super()._get_pause_select(condition, today),
            condition,
        )

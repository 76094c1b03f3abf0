from odoo import api, models
from odoo.tools import SQL

# Cases whose accounts are locked by one transaction of the daily retry.
_CHUNK = 100


class UtilityCollectionCase(models.Model):
    """Whose supply couldn't be cut off yet is tried again each day (COL-07)."""

    _name = "utility.collection.case"
    _inherit = ["utility.collection.case", "utility.chunks"]

    @api.model
    def _cron_retry_disconnection(self):
        """Order what the rules forbade when the step of disconnection was taken.

        Before it, look at what was ordered: time alone may have changed it.
        """
        Order = self.env["utility.disconnection.order"]
        # pylint: disable-next=no-search-all
        for company in self.env["res.company"].search([]):
            if not (
                Order._keep_in_chunks(company, "_find_waiting", "_review_daily", _CHUNK)
                and self._keep_in_chunks(
                    company, "_find_not_disconnected", "_retry_disconnection", _CHUNK
                )
            ):
                return

    @api.model
    def _find_not_disconnected(self, company, last_id, limit):
        """Open cases at a step of disconnection whose accounts have no order.

        Not those whose order somebody has called off: that is meant to last.
        """
        for model in ("utility.disconnection.order", "utility.account", self._name):
            self.env[model].flush_model()
        return self._read_ids(
            SQL(
                """
                SELECT collection.id
                  FROM utility_collection_case collection
                  JOIN utility_collection_step step ON step.id = collection.step_id
                  JOIN utility_account account
                    ON account.id = collection.utility_account_id
                 WHERE collection.state = 'open'
                   AND collection.company_id = %(company)s
                   AND collection.id > %(last_id)s
                   AND step.action = 'disconnection'
                   AND account.connection_state = 'connected'
                   AND account.state = 'active'
                   AND NOT EXISTS (
                       SELECT FROM utility_disconnection_order disconnection
                        WHERE disconnection.utility_account_id = account.id
                          AND disconnection.state NOT IN ('reconnected', 'cancelled'))
                   AND NOT EXISTS (
                       SELECT FROM utility_disconnection_order disconnection
                        WHERE disconnection.case_id = collection.id
                          AND disconnection.state = 'cancelled'
                          AND disconnection.cancelled_by_hand)
              ORDER BY collection.id
                 LIMIT %(limit)s
                """,
                company=company.id,
                last_id=last_id,
                limit=limit,
            )
        )

    def _retry_disconnection(self):
        for step, cases in self.grouped("step_id").items():
            step._take_disconnection(cases)

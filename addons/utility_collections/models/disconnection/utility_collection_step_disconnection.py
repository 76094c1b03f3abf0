from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from .utility_disconnection_order import DONE


class UtilityCollectionStep(models.Model):
    """The step that cuts off supply: an order for each that may be (COL-04)."""

    _inherit = "utility.collection.step"

    def _take_disconnection(self, cases):
        """Order disconnections of cases, all with one decision.

        Who may not be cut off now keeps the reason on the timeline, once for the same
        reason, and is tried again with the next run.

        :return: `utility.disconnection.order`, those that were ordered
        """
        Order = self.env["utility.disconnection.order"]
        accounts = cases.utility_account_id
        accounts._lock_accounts()
        accounts.invalidate_recordset()
        has_order = Order.search(
            [("utility_account_id", "in", accounts.ids), ("state", "not in", DONE)]
        ).utility_account_id
        todo = (accounts - has_order).filtered(
            lambda account: account.connection_state == "connected"
        )
        if not todo:
            return Order
        decisions = todo._decide_disconnection("order")
        may = decisions.filtered("eligible")
        case_of = {case.utility_account_id: case for case in cases}
        quiet = Order.with_context(tracking_disable=True)
        orders = quiet.create(
            [
                {
                    "utility_account_id": decision.utility_account_id.id,
                    "case_id": case_of[decision.utility_account_id].id,
                    "technician_id": False,
                }
                for decision in may
            ]
        )
        may._link(orders)
        orders._put_in_force()
        self._keep_refusals(decisions - may, case_of)
        return orders.with_env(self.env)

    def _keep_refusals(self, decisions, case_of):
        """Say on the timeline of cases why nobody was cut off; not daily the same."""
        if not decisions:
            return
        Event = self.env["utility.collection.event"]
        Event.flush_model()
        said = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (case_id) case_id, note
                      FROM utility_collection_event
                     WHERE case_id = ANY(%s)
                       AND kind = 'disconnection_refused'
                  ORDER BY case_id, id DESC
                    """,
                    [case_of[account].id for account in decisions.utility_account_id],
                )
            )
        )
        rows = defaultdict(list)
        for decision in decisions:
            account = decision.utility_account_id
            # Collectors read the timeline: it tells nobody's illness.
            case_id = case_of[account].id
            reason = decision._say_to_crew(decision.reasons)
            if said.get(case_id) != reason:
                rows[account.company_id].append((account.id, case_id, 0, reason))
        for company, mine in rows.items():
            Event._insert("disconnection_refused", company, mine)

from odoo import models
from odoo.tools import SQL

# Reasons that lie in the debt itself: once one of these holds, an order that waits is
# cancelled (COL-07). All others, such as hours, weather, a certificate or a warning
# that is missing, only put it off.
STOPPING_CODES = frozenset(
    {
        "below_minimum",
        "closed",
        "dispute",
        "in_flight",
        "nothing_counts",
        "nothing_overdue",
        "plan",
        "promise",
        "too_early",
    }
)


class UtilityDisconnectionDecision(models.Model):
    """What orders make of decisions."""

    _inherit = "utility.disconnection.decision"

    def _filter_stopping(self):
        """The decisions after which an order is given up, not only put off.

        What is paid, promised, planned, disputed or on its way isn't cut off for; what
        only hours, weather or notice forbid is tried again.
        """
        return self.filtered(
            lambda decision: any(
                reason["code"] in STOPPING_CODES for reason in decision.reasons or ()
            )
        )

    def _say_why_not(self):
        """The reasons of a decision as sentences in one line."""
        self.ensure_one()
        return " ".join((self.reason or "").split("\n"))

    def _link(self, orders):
        """Name the orders that were made because of these decisions, one each.

        Decisions never change; that there wasn't an order yet is no part of them.
        """
        self.flush_model()
        for decision, order in zip(self, orders, strict=True):
            self.env.cr.execute(
                SQL(
                    "UPDATE utility_disconnection_decision SET order_id = %s"
                    " WHERE id = %s AND order_id IS NULL",
                    order.id,
                    decision.id,
                )
            )
        self.invalidate_recordset(["order_id"], flush=False)

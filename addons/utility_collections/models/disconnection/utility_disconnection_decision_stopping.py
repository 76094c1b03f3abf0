from odoo import models
from odoo.tools import SQL

# Reasons that lie in the debt itself: once one of these holds, an order that waits is
# cancelled (COL-07). All others only put it off: money on its way, which may still
# fail, hours, weather, a certificate, a warning that is missing.
STOPPING_CODES = frozenset(
    {
        "below_minimum",
        "closed",
        "dispute",
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

        What is paid, promised, planned or disputed isn't cut off for; what only hours,
        weather, notice or money on its way forbid is tried again.
        """
        return self.filtered(lambda decision: decision._get_stopping())

    def _get_stopping(self):
        """The reasons of a decision after which its order is given up."""
        self.ensure_one()
        return [r for r in self.reasons or () if r["code"] in STOPPING_CODES]

    def _say_why_not(self):
        """The reasons of a decision as sentences in one line."""
        self.ensure_one()
        return " ".join((self.reason or "").split("\n"))

    def _say_to_crew(self, reasons):
        """These reasons in one line, as anybody may know them who is sent there."""
        return " ".join(self._say_reason(reason, full=False) for reason in reasons)

    def _say_why_to_stop(self):
        return self._say_to_crew(self._get_stopping())

    def _say_why_to_hold(self):
        """What is against it beside the moment, which may be right later."""
        return self._say_to_crew(r for r in self.reasons if not r["timing"])

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

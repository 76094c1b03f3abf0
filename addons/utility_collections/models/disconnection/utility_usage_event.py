from odoo import api, models

ACTIONS = frozenset(
    {
        "disconnection_ordered",
        "disconnection_dispatched",
        "disconnection_held",
        "disconnection_resumed",
        "disconnection_stopped",
        "disconnected",
        "reconnection_ordered",
        "reconnected",
    }
)


class UtilityUsageEvent(models.Model):
    _inherit = "utility.usage.event"

    @api.model
    def _property_rules(self):
        """Extend: the steps of orders of disconnection (USE-01)."""
        rules = super()._property_rules()
        return rules | {"action": rules.get("action", frozenset()) | ACTIONS}

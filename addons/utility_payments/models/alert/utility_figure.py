from odoo import api, models
from odoo.fields import Domain


class UtilityFigure(models.AbstractModel):
    """What alerts need to know of figures, and the figure of open alerts (KPI-08)."""

    _inherit = "utility.figure"

    @api.model
    def _figures(self):
        return super()._figures() | {"open_alerts": "_figure_open_alerts"}

    @api.model
    def _record_actions(self):
        return super()._record_actions() | {
            "utility.alert": "utility_payments.utility_alert_action"
        }

    @api.model
    def _figure_open_alerts(self, scope):
        """KPI-08: alerts that nobody has resolved or put off; those one may see."""
        domain = self._scope_domain(scope, channel=False) & Domain("state", "=", "open")
        return self._figure_waiting(
            "utility.alert", domain & self.env["utility.alert"]._visible_domain()
        )

    @api.model
    def _shares(self):
        """Figures that are a part of something: never above 100 %."""
        return {"failed_share", "returned_share"}

    @api.model
    def _unknown_reasons(self):
        """Why a figure that can't be computed can't: what an alert rule says.

        :rtype: dict[str, str]
        """
        return {
            "collection_rate": self.env._("nothing fell due"),
            "average_collection_time": self.env._("nothing was paid"),
            "failed_share": self.env._("nobody tried to pay"),
            "returned_share": self.env._("nothing was collected"),
        }

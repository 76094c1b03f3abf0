"""Alerts of the demonstration, some of which somebody has taken up (KPI-08)."""

from odoo import api, models

MANAGER = "billing_manager"


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_raise_alerts(self):
        """Evaluate the rules that are shipped; the manager has one in hand."""
        company = self.env.ref("base.main_company")
        rules = self.env["utility.alert.rule"].search([("company_id", "=", company.id)])
        for batch in rules._batches():
            batch._evaluate()
        taken = self.env["utility.alert"].search(
            [("rule_id.code", "=", "returned_share"), ("state", "=", "open")]
        )
        self._demo_as(MANAGER, taken._name).browse(taken.ids).action_assign_to_me()

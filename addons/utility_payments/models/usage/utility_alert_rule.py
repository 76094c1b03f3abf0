from odoo import api, models


class UtilityAlertRule(models.Model):
    """Counts which figures are watched (USE-01)."""

    _inherit = "utility.alert.rule"

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        if not self.env.context.get("install_mode"):
            for rule in rules:
                self.env["utility.usage.event"]._log(
                    "alert_configured", subject=rule.figure, company=rule.company_id
                )
        return rules

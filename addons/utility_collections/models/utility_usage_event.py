from odoo import api, models


class UtilityUsageEvent(models.Model):
    _inherit = "utility.usage.event"

    @api.model
    def _property_rules(self):
        """Extend: the terms of payment plans (USE-01)."""
        frequency = self.env["utility.payment.plan"]._fields["frequency"]
        return super()._property_rules() | {
            "frequency": frozenset(frequency.get_values(self.env)),
            "new_version": frozenset({True, False}),
        }

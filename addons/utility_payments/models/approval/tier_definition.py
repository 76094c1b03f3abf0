from odoo import api, models


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    @api.model
    def _get_tier_validation_model_names(self):
        """Override of `base_tier_validation`: offer our requests in the form."""
        names = super()._get_tier_validation_model_names()
        own = self.env["utility.approval"]._approval_models()
        return [*names, *own]

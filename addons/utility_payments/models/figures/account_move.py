from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def record_bills(self, requests):
        """Override of `utility_consumers`: what is owed and due has changed."""
        outcomes = super().record_bills(requests)
        if any(outcome["status"] == "posted" for outcome in outcomes):
            self.env.company._figures_changed()
        return outcomes

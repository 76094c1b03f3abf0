from odoo import models


class UtilityAccount(models.Model):
    """Payment plans are set up from the consumer's page (PLN-01)."""

    _inherit = "utility.account"

    def action_set_up_plan(self):
        """Open the set-up of a payment plan on this account.

        :return: an action for the web client
        """
        self.ensure_one()
        return self.env["utility.plan.setup"]._get_form_action(
            utility_account_id=self.id
        )

from odoo import models


class UtilityPaymentPlan(models.Model):
    """Who is told that a card will be charged isn't asked to pay (PLN-05, PLN-06)."""

    _inherit = "utility.payment.plan"

    def _remind(self):
        """Extend: plans that a card pays announce their charges instead."""
        told = self.filtered(
            lambda plan: (
                plan.automatic_state == "on"
                and plan.company_id.utility_automatic_notice_days >= 0
            )
        )
        plans = self - told
        return super(UtilityPaymentPlan, plans)._remind() if plans else None

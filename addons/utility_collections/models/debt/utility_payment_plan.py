from odoo import models


class UtilityPaymentPlan(models.Model):
    """A plan that begins or ends changes what is overdue (PLN-04)."""

    _inherit = "utility.payment.plan"

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self.utility_account_id._debt_changed()
        return res

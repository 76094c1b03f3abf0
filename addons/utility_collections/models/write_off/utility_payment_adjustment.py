from odoo import models


class UtilityPaymentAdjustment(models.Model):
    """Corrections of payments that recovered written-off debt."""

    _inherit = "utility.payment.adjustment"

    def _replacement_request(self):
        """Extend: a recovery goes with its payment, so the new one names none.

        Written-off debt is paid behind all other debt only, so a payment that recovered
        some had named no document either.
        """
        request = super()._replacement_request()
        if self.kind == "correct" and any(
            row.amount > row.returned_amount for row in self.payment_id._recoveries()
        ):
            request |= {"documents": [], "type": self.payment_id.utility_type}
        return request

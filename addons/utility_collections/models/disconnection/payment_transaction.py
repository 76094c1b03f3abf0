from odoo import models

# What says whether an online payment is on its way.
_FLIGHT_FIELDS = frozenset({"is_post_processed", "payment_id", "state"})


class PaymentTransaction(models.Model):
    """Who pays online at this moment isn't visited; who failed to is again (COL-07)."""

    _inherit = "payment.transaction"

    def write(self, vals):
        res = super().write(vals)
        if _FLIGHT_FIELDS & set(vals):
            transactions_sudo = self.sudo()
            accounts_sudo = (
                transactions_sudo.invoice_ids.utility_account_id
                | transactions_sudo.utility_installment_id.utility_account_id
            )
            if accounts_sudo:
                accounts_sudo._review_orders()
        return res

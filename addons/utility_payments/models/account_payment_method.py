from odoo import api, models


class AccountPaymentMethod(models.Model):
    _inherit = "account.payment.method"

    @api.model
    def _get_payment_method_information(self):
        """Override of `account` for the method of our payment modes: a line a mode."""
        information = super()._get_payment_method_information()
        information["utility"] = {"mode": "multi", "type": ("bank", "cash", "credit")}
        return information

    def _auto_link_payment_methods(self, payment_methods, methods_info):
        """Override of `account`: only payment modes give journals a line of ours."""
        linked = payment_methods.filtered(lambda method: method.code != "utility")
        super()._auto_link_payment_methods(linked, methods_info)
        return payment_methods

from odoo import fields, models


class UtilityPaymentAllocation(models.Model):
    """What the list of allocations shows (KPI-05)."""

    _inherit = "utility.payment.allocation"

    payment_date = fields.Date(related="payment_id.date")
    utility_account_id = fields.Many2one(related="payment_id.utility_account_id")

    def action_view_payment(self):
        """Open the payment.

        :return: an action on its details
        """
        self.ensure_one()
        return self.payment_id.action_view_details()

    def action_view_document(self):
        """Open the bill or charge that was paid.

        :return: an action on the document
        """
        self.ensure_one()
        return self.move_id.action_open_utility_document()

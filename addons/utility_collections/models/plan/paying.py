from odoo import models


class UtilityPaymentPlan(models.Model):
    """From a plan to the Record Payment form (PLN-03, REC-01)."""

    _inherit = "utility.payment.plan"

    def action_pay(self):
        """Open Record Payment with the oldest unpaid installment ticked.

        :return: an action on the form
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["utility.record.payment"]._get_form_action(
            utility_account_id=self.utility_account_id.id,
            scanned=self.number,
        )

    def action_pay_off(self):
        """Open Record Payment with all that is unpaid ticked, due or not (PLN-03).

        :return: an action on the form
        """
        action = self.action_pay()
        action["context"]["utility_pay_off"] = True
        return action

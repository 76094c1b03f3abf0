from odoo import fields, models


class UtilityPaymentPlanReactivate(models.TransientModel):
    """Why a broken plan goes on (PLN-05)."""

    _name = "utility.payment.plan.reactivate"
    _description = "Reactivate a Payment Plan"

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_reactivate(self):
        """Put the plan in force again for the reason.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.plan_id.action_reactivate(self.reason)
        return {"type": "ir.actions.act_window_close"}

from odoo import api, fields, models


class UtilityPaymentPlanReactivate(models.TransientModel):
    """Why a broken plan goes on (PLN-05)."""

    _name = "utility.payment.plan.reactivate"
    _description = "Reactivate a Payment Plan"

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    amount_open = fields.Monetary(compute="_compute_amount_open", compute_sudo=True)
    reason = fields.Char(required=True)

    @api.depends("plan_id")
    def _compute_amount_open(self):
        """What is open now of the debt: it may have been paid since the plan broke."""
        for wizard in self:
            wizard.amount_open = (
                wizard.plan_id and wizard.plan_id._get_open_cover_amount()
            )

    def action_reactivate(self):
        """Put the plan in force again for the reason.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.plan_id.action_reactivate(self.reason)
        return {"type": "ir.actions.act_window_close"}

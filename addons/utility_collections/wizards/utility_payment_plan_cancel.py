from odoo import fields, models


class UtilityPaymentPlanCancel(models.TransientModel):
    """Why a plan ends before it is paid (PLN-02)."""

    _name = "utility.payment.plan.cancel"
    _description = "Cancel a Payment Plan"

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan", required=True, readonly=True
    )
    # Read with the caller's rights: another's plan shows nothing here either.
    currency_id = fields.Many2one(related="plan_id.currency_id", related_sudo=False)
    state = fields.Selection(related="plan_id.state", related_sudo=False)
    amount_remaining = fields.Monetary(
        related="plan_id.amount_remaining", related_sudo=False
    )
    reason = fields.Char(required=True)

    def action_cancel(self):
        """Cancel the plan, or withdraw the draft, for the reason.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.plan_id.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}

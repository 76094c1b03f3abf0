from odoo import fields, models


class UtilityPaymentPromiseCancel(models.TransientModel):
    """Why a promise is withdrawn (COL-06)."""

    _name = "utility.payment.promise.cancel"
    _description = "Cancel a Promise to Pay"

    promise_id = fields.Many2one(
        comodel_name="utility.payment.promise", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_cancel(self):
        """Cancel the promise for the reason.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.promise_id.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}

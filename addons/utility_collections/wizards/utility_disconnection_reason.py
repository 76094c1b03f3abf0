from odoo import fields, models


class UtilityDisconnectionReason(models.TransientModel):
    """Why an order is called off, or supply restored though debt is left (COL-07)."""

    _name = "utility.disconnection.reason"
    _description = "Reason on a Disconnection Order"

    order_id = fields.Many2one(
        comodel_name="utility.disconnection.order", required=True, readonly=True
    )
    act = fields.Selection(
        selection=[("cancel", "Cancel"), ("reconnect", "Order reconnection")],
        required=True,
        readonly=True,
    )
    # Read with the caller's rights: another company's order shows nothing here either.
    account_number = fields.Char(
        string="Account", related="order_id.account_number", related_sudo=False
    )
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Cancel the order or order the reconnection, for the reason.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        if self.act == "cancel":
            self.order_id.action_cancel(self.reason)
        else:
            self.order_id.action_order_reconnection(self.reason)
        return {"type": "ir.actions.act_window_close"}

from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityDisconnectionDispatch(models.TransientModel):
    """Who goes to these consumers, and when (COL-07)."""

    _name = "utility.disconnection.dispatch"
    _description = "Dispatch Disconnections"

    order_ids = fields.Many2many(
        comodel_name="utility.disconnection.order", readonly=True, required=True
    )
    order_count = fields.Integer(compute="_compute_order_count", compute_sudo=False)
    technician_id = fields.Many2one(
        comodel_name="res.users",
        string="Crew",
        domain="[('share', '=', False)]",
        help="Empty: who is assigned to each order already.",
    )
    planned_on = fields.Date(
        string="Planned Day",
        default=lambda self: self.env.company._utility_today(),
        required=True,
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        orders = self.env["utility.disconnection.order"].browse(
            self.env.context.get("active_ids")
        )
        if "order_ids" in fields and not values.get("order_ids"):
            values["order_ids"] = orders.ids
        if len(orders.technician_id) == 1:
            values.setdefault("technician_id", orders.technician_id.id)
        return values

    @api.depends("order_ids")
    def _compute_order_count(self):
        for wizard in self:
            wizard.order_count = len(wizard.order_ids)

    def action_dispatch(self):
        """Send the crew.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        if not self.order_ids:
            raise UserError(self.env._("Choose the orders that a crew is sent to."))
        self.order_ids.action_dispatch(self.technician_id.id, self.planned_on)
        return {"type": "ir.actions.act_window_close"}

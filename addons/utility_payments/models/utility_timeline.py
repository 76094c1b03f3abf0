from odoo import SUPERUSER_ID, api, fields, models


class UtilityTimeline(models.AbstractModel):
    """What happened to a record, by whom and when (ROL-05).

    Rows are only added, by doors, never by a user. A model that inherits this has a
    field ``kind``; the client's registry `utility_payment_timeline` gives each kind its
    icon and colour.
    """

    _name = "utility.timeline"
    _description = "Timeline"
    _order = "happened_at, id"

    happened_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        default=lambda self: self.env.user,
    )
    user_label = fields.Char(string="By", compute="_compute_user_label")
    note = fields.Char(readonly=True)

    @api.depends("user_id")
    def _compute_user_label(self):
        for event in self:
            user_sudo = event.sudo().user_id
            event.user_label = (
                self.env._("System")
                if not user_sudo or user_sudo.id == SUPERUSER_ID
                else user_sudo.name
            )

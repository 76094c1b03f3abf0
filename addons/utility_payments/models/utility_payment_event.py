from odoo import SUPERUSER_ID, api, fields, models


class UtilityPaymentEvent(models.Model):
    """What happened to a payment, by whom and when (PAY-10, ROL-05).

    Rows are only added: by the doors of this and other add-ons, never by a user.
    """

    _name = "utility.payment.event"
    _description = "Payment Timeline Event"
    _order = "happened_at, id"

    payment_id = fields.Many2one(
        comodel_name="account.payment",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        related="payment_id.company_id",
        store=True,
        # Stored for the record rule.
        precompute=True,
    )
    kind = fields.Selection(
        selection=[
            ("recorded", "Recorded"),
            ("posted", "Posted"),
            ("printed", "Receipt printed"),
            ("sent", "Receipt sent"),
            ("verified", "Verified"),
            ("adjusted", "Adjusted"),
            ("returned", "Returned"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
    )
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

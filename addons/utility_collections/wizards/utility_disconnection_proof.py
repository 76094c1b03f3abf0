from odoo import api, fields, models


class UtilityDisconnectionProof(models.TransientModel):
    """What a crew saw when it cut off or restored supply (COL-07)."""

    _name = "utility.disconnection.proof"
    _description = "Proof of a Disconnection"

    order_id = fields.Many2one(
        comodel_name="utility.disconnection.order", required=True, readonly=True
    )
    act = fields.Selection(
        selection=[("execute", "Disconnect"), ("reconnect", "Reconnect")],
        required=True,
        readonly=True,
    )
    # Read with the caller's rights: another's order shows nothing here either.
    account_number = fields.Char(
        string="Account", related="order_id.account_number", related_sudo=False
    )
    consumer_name = fields.Char(
        string="Consumer", related="order_id.consumer_name", related_sudo=False
    )
    service_address = fields.Char(
        string="Address", related="order_id.service_address", related_sudo=False
    )
    is_needed = fields.Boolean(compute="_compute_is_needed", compute_sudo=False)
    # Text: nothing and zero are two things.
    reading = fields.Char(string="Meter Reading")
    note = fields.Char()
    latitude = fields.Float(digits=(10, 7))
    longitude = fields.Float(digits=(10, 7))
    photo_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="utility_disconnection_proof_photo_rel",
        string="Photos",
    )

    @api.depends("order_id")
    def _compute_is_needed(self):
        for wizard in self:
            company_sudo = wizard.order_id.sudo().company_id
            wizard.is_needed = company_sudo.utility_disconnection_proof

    def action_confirm(self):
        """Cut off or restore supply now, with this proof.

        :return: an action that closes the dialog
        :raises UserError: when that isn't allowed now: the sentence names the reason
        """
        self.ensure_one()
        proof = {
            "note": self.note,
            "reading": self._read_reading(),
            "photos": [
                {"name": photo.name, "data": photo.datas} for photo in self.photo_ids
            ],
        }
        if self.latitude or self.longitude:
            proof |= {"latitude": self.latitude, "longitude": self.longitude}
        if self.act == "execute":
            self.order_id.action_execute(proof)
        else:
            self.order_id.action_reconnect(proof)
        return {"type": "ir.actions.act_window_close"}

    def _read_reading(self):
        """The number that was typed, with a comma or a point; else what was typed."""
        text = (self.reading or "").strip().replace(",", ".")
        try:
            return float(text) if text else False
        except ValueError:
            # The door says what is wrong with it.
            return text

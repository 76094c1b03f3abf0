from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

NAMES = ("phone", "email", "service_address")


class UtilityVerifyContact(models.TransientModel):
    """How a consumer is reached: confirmed, or corrected (COL-05)."""

    _name = "utility.verify.contact"
    _description = "Verify Contact Details"

    request_id = fields.Many2one(
        comodel_name="utility.service.request", required=True, readonly=True
    )
    phone = fields.Char(compute="_compute_details", store=True, readonly=False)
    email = fields.Char(
        string="E-mail", compute="_compute_details", store=True, readonly=False
    )
    service_address = fields.Char(
        compute="_compute_details", store=True, readonly=False
    )

    @api.depends("request_id")
    def _compute_details(self):
        for dialog in self:
            account = dialog.request_id.utility_account_id
            for name in NAMES:
                dialog[name] = account[name]

    def action_confirm(self):
        """Write what is right now, and keep in both histories what changed.

        :return: an action that closes the dialog
        :raises UserError: for an address that no mail can reach
        """
        self.ensure_one()
        request_sudo = self.request_id._check_open()
        if self.email and not email_normalize(self.email):
            raise UserError(
                self.env._(
                    "“%(email)s” is no e-mail address: correct it, or leave it empty.",
                    email=self.email,
                )
            )
        account_sudo = request_sudo.utility_account_id
        labels = {name: self._fields[name].string for name in NAMES}
        changes = []
        values = {}
        for name in NAMES:
            old, new = account_sudo[name] or "", (self[name] or "").strip()
            if old != new:
                values[name] = new or False
                changes.append(
                    self.env._(
                        "%(field)s: %(old)s → %(new)s",
                        field=labels[name],
                        old=old or "-",
                        new=new or "-",
                    )
                )
        account_sudo.write(values)
        text = (
            self.env._("Contact details corrected. %s", "; ".join(changes))
            if changes
            else self.env._("Contact details confirmed.")
        )
        for record_sudo in (account_sudo, request_sudo):
            record_sudo.message_post(body=text, author_id=self.env.user.partner_id.id)
        self.request_id._tick_steps("verify")
        return {"type": "ir.actions.act_window_close"}

from odoo import fields, models

from ..tools import TrialSmsApi


class ResCompany(models.Model):
    """Whether reminders leave by SMS, and how (COL-11)."""

    _inherit = "res.company"

    utility_sms_gateway = fields.Selection(
        selection=[
            ("off", "Off: no SMS is sent"),
            ("on", "Odoo's SMS gateway"),
            ("trial", "Trial: messages are written, and none leaves"),
        ],
        string="Reminders by SMS",
        required=True,
        default="off",
        help="Odoo's gateway is its own service or Twilio, as Odoo's settings say.",
    )

    def _get_sms_api_class(self):
        """Extend: a company on trial reaches nobody."""
        self.ensure_one()
        if self.utility_sms_gateway == "trial":
            return TrialSmsApi
        return super()._get_sms_api_class()

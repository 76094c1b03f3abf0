from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Extend: a notice whose mail comes back told nobody (COL-11)."""
        res = super()._routing_handle_bounce(email_message, message_dict)
        if message := message_dict.get("bounced_message"):
            self.env["utility.collection.notice"].sudo()._came_back(message)
        return res

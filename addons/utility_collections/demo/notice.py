"""What the demonstration's consumers in collections were told, and when (COL-11)."""

from datetime import datetime, time

from odoo import api, models

from odoo.addons.utility_payments.demo.utility_demo_adjustments import RECOVERY

# Letters are printed once a week: those of the last days wait.
WEEK = 7


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_tell(self, accounts, day):
        """Send what waits on a day, and print letters on some days."""
        waiting = self.env["utility.collection.notice"].search(
            [("state", "=", "to_send"), ("utility_account_id", "in", accounts.ids)]
        )
        if not waiting:
            return
        letters = waiting.filtered(lambda notice: notice.channel == "letter")
        mails = (waiting - letters)._send().filtered("mail_id")
        # Nobody's mailbox is reached from a demonstration.
        mails.mail_id.state = "sent"
        mails._mark_sent()
        ago = (waiting[0].company_id._utility_today() - day).days
        if letters and ago and not ago % WEEK:
            self._demo_as(RECOVERY, letters._name).action_print_letters(letters.ids)
            letters.batch_id.date = day
            # The last ones lie on the table still.
            letters.batch_id.posted_on = ago > WEEK and day
        for notice in waiting.filtered(lambda notice: notice.state == "sent"):
            notice.sent_on = day
            notice.sent_at = datetime.combine(day, time(7))
            if notice.kind == "disconnection_warning":
                notice.disconnect_from = notice._get_disconnect_from(day)

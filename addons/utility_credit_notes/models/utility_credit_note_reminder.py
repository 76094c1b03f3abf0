from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# Days before the last day of a credit on which its consumer is reminded.
REMINDER_DAYS = (30, 7)
# Reminders of one transaction.
_CHUNK = 100


class UtilityCreditNote(models.Model):
    """Consumers are told before their credit expires (CRN-11)."""

    _inherit = "utility.credit.note"

    reminded_days = fields.Integer(
        readonly=True,
        copy=False,
        help="The last reminder was that of so many days before the last day; 0: none"
        " for this last day yet.",
    )

    def write(self, vals):
        """Extend: with another last day, reminders begin anew."""
        if "expiry_date" in vals:
            vals = {**vals, "reminded_days": 0}
        return super().write(vals)

    @api.model
    def _cron_remind(self):
        """E-mail who has credit that expires soon, once for each of the days.

        A day that was missed is caught up on, with the latest reminder only. Each
        chunk is a transaction of its own and marks its notes, so that the action may
        be stopped at any time and goes on where it was.
        """
        for (company,) in self._read_group([("state", "=", "active")], ["company_id"]):
            today = company._utility_today()
            last = -1
            for days in sorted(REMINDER_DAYS):
                domain = self._reminder_domain(
                    company, days, today + timedelta(last), today + timedelta(days)
                )
                last = days
                while notes := self.search(domain, order="id", limit=_CHUNK):
                    notes._remind(days)
                    left = self.search_count(domain)
                    if not self.env["ir.cron"]._commit_progress(
                        len(notes), remaining=left
                    ):
                        return
                    self.env.invalidate_all()

    @api.model
    def _reminder_domain(self, company, days, after, until):
        """Notes whose last day is near, and that lack the reminder of so many days."""
        return Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("remaining_amount", ">", 0),
                ("expiry_date", ">", after),
                ("expiry_date", "<=", until),
                ("utility_account_id.email", "not in", (False, "")),
            ]
        ) & (Domain("reminded_days", "=", 0) | Domain("reminded_days", ">", days))

    def _remind(self, days):
        """Queue the mails; they show in the history of each note."""
        template = self.env.ref("utility_credit_notes.mail_template_credit_reminder")
        template.send_mail_batch(self.ids, force_send=False)
        self.reminded_days = days

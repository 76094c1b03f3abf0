"""Notices of the demonstration: sent, printed, waiting, and not sent (COL-11)."""

from odoo import api, models

from odoo.addons.utility_payments.demo.utility_demo_adjustments import RECOVERY

# Channel, kind, and whether it waits still
NOTICES = (
    ("email", "reminder", False),
    ("letter", "reminder", False),
    ("letter", "disconnection_warning", False),
    ("email", "reminder", False),
    ("sms", "reminder", False),
    ("letter", "reminder", False),
    ("letter", "reminder", True),
    ("letter", "disconnection_warning", True),
    ("letter", "reminder", True),
)


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_notices(self):
        """Tell consumers who are behind; print some letters, let others wait."""
        company = self.env.ref("base.main_company")
        company._utility_setup()
        company.utility_how_to_pay = self.env._(
            "Pay at our counter, Monday to Friday from 8 to 17, to our collector, or"
            " online at our portal."
        )
        accounts = self._demo_notice_accounts(company)
        notices = self.env["utility.collection.notice"].create(
            [
                {
                    "utility_account_id": account.id,
                    "kind": kind,
                    "channel": channel,
                }
                for account, (channel, kind, _waits) in zip(
                    accounts, NOTICES, strict=False
                )
            ]
        )
        told = notices.browse(
            notice.id
            for notice, (_channel, _kind, waits) in zip(notices, NOTICES, strict=False)
            if not waits
        )
        letters = told.filtered(lambda notice: notice.channel == "letter")
        mails = (told - letters)._send().filtered("mail_id")
        # Nobody's mailbox is reached from a demonstration.
        mails.mail_id.state = "sent"
        mails._mark_sent()
        self._demo_as(RECOVERY, notices._name).action_print_letters(letters.ids)

    @api.model
    def _demo_notice_accounts(self, company):
        """Accounts that are behind, spread over the list; John Doe isn't one."""
        accounts = self.env["utility.account"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("overdue_balance", ">", 0),
                ("number", "!=", "WU-10001"),
                ("id", "not in", self._demo_taken_accounts().ids),
            ],
            order="id",
        )
        return accounts[3::4]

from odoo import fields, models
from odoo.tools import plaintext2html

# Failures that no later try would cure.
_BAD_NUMBER = (
    "sms_number_missing",
    "sms_number_format",
    "sms_country_not_supported",
    "sms_blacklist",
    "sms_optout",
)


class UtilityCollectionNotice(models.Model):
    """Notices by SMS, through Odoo's gateway (COL-11)."""

    _inherit = "utility.collection.notice"

    sms_id = fields.Many2one(
        comodel_name="sms.sms",
        readonly=True,
        index="btree_not_null",
        copy=False,
        groups="base.group_system",
    )

    def _get_gateway_problem(self):
        """Override: a gateway is installed; is it switched on, and the number one?"""
        self.ensure_one()
        if self.company_id.utility_sms_gateway == "off":
            return self.env._("SMS are switched off in the settings.")
        if not self._get_sms_number():
            return self.env._(
                "%(number)s is no phone number.", number=self.utility_account_id.phone
            )
        return False

    def _get_sms_number(self):
        account = self.utility_account_id
        return account.partner_id._phone_format(
            number=account.phone,
            country=account.partner_id.country_id or self.company_id.country_id,
        )

    def _queue_sms(self):
        """Write the messages; they leave by Odoo's queue."""
        for notice in self:
            text = notice._get_sms_text()
            message = self.env["mail.message"].create(
                {
                    "model": "utility.account",
                    "res_id": notice.utility_account_id.id,
                    "record_company_id": notice.company_id.id,
                    "message_type": "sms",
                    "body": plaintext2html(text),
                    "author_id": self.env.ref("base.partner_root").id,
                }
            )
            notice.sms_id = self.env["sms.sms"].create(
                {
                    "number": notice._get_sms_number(),
                    "body": text,
                    "partner_id": notice.utility_account_id.partner_id.id,
                    "mail_message_id": message.id,
                }
            )
        self.state = "queued"

    def _withdraw(self, reason):
        """Extend: an SMS that waits is taken back as well."""
        if self.channel != "sms":
            return super()._withdraw(reason)
        return self.sms_id.action_set_canceled()

    def _messages_left(self):
        """Follow what the gateway said of the messages of these notices."""
        failures = dict(
            self.env["sms.sms"]._fields["failure_type"]._description_selection(self.env)
        )
        sent = self.filtered(
            lambda notice: notice.sms_id.state in ("process", "pending", "sent")
        )
        if sent:
            sent._mark_sent()
        for failure, notices in (
            self.filtered(lambda notice: notice.sms_id.state == "error")
            .grouped(lambda notice: notice.sms_id.failure_type)
            .items()
        ):
            notices._refuse(
                dict.fromkeys(
                    notices.ids,
                    self.env._(
                        "The SMS gateway refused it: %(reason)s.",
                        reason=failures.get(failure, failure),
                    ),
                ),
                unreachable=failure in _BAD_NUMBER,
            )

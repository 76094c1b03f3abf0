from odoo import models


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _split_by_api(self):
        """Extend: messages of a company on trial go to its own gateway."""
        rest = self
        for company, messages in self.grouped(
            lambda message: message._get_sms_company()
        ).items():
            if company.utility_sms_gateway == "trial":
                rest -= messages
                yield company._get_sms_api_class()(self.env), messages
        if rest:
            yield from super(SmsSms, rest)._split_by_api()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Extend: notices are judged as they leave, and followed (COL-11)."""
        notices = (
            self.env["utility.collection.notice"]
            .sudo()
            .search([("sms_id", "in", self.ids), ("state", "=", "queued")])
        )
        may_leave, due = notices.browse(), self
        for notice in notices:
            # One that is written anew has another message afterwards.
            message = notice.sms_id.with_env(self.env)
            if notice._may_leave():
                may_leave |= notice
            else:
                due -= message
        res = None
        for messages in due._group_for_gateways():
            res = super(SmsSms, messages)._send(
                unlink_failed=unlink_failed,
                unlink_sent=unlink_sent,
                raise_exception=raise_exception,
            )
        may_leave._messages_left()
        return res

    def _group_for_gateways(self):
        """Odoo's queue takes messages of several companies at once: one by one."""
        if not self:
            return []
        if self.env.context.get("sms_api"):
            return [self]
        return list(self.grouped(lambda message: message._get_sms_company()).values())

from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def send(self, *args, **kwargs):
        """Extend: what a mail says of a plan is true when it leaves (COL-11)."""
        stale = self.env["utility.payment.plan.event"].sudo()._withdraw_stale(self)
        return super(MailMail, self - stale).send(*args, **kwargs)

    def _send(self, auto_commit=False, **kwargs):
        """Extend: notices are judged one by one, each as it leaves (COL-11).

        In a run that commits each mail, each is judged on the data of its moment.
        """
        notices = (
            self.env["utility.collection.notice"]
            .sudo()
            .search([("mail_id", "in", self.ids)])
        )
        # Told, or decided not to tell: a mail that somebody queues again says neither.
        over = notices.filtered(
            lambda notice: (
                notice.state != "queued" and notice.mail_id.state == "outgoing"
            )
        )
        over._drop_mails()
        if over and kwargs.get("post_send_callback"):
            kwargs["post_send_callback"](over.mail_id.ids)
        others = self - notices.mail_id
        res = True
        if others:
            res = super(MailMail, others)._send(auto_commit=auto_commit, **kwargs)
        for notice in notices.filtered(lambda notice: notice.state == "queued"):
            if auto_commit is True:
                self.env["ir.cron"]._commit_progress()
                notice.invalidate_recordset()
            mail = notice.mail_id.with_env(self.env)
            if notice._may_leave():
                super(MailMail, mail)._send(auto_commit=auto_commit, **kwargs)
            elif kwargs.get("post_send_callback"):
                # The run counts it as done with.
                kwargs["post_send_callback"](mail.ids)
        return res

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Extend: a notice is sent when its mail is."""
        self.env["utility.collection.notice"].sudo()._mails_left(
            self, failure_type, failure_reason
        )
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

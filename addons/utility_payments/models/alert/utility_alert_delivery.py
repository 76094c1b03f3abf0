import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .utility_alert import ACTIVITY_TYPE

_logger = logging.getLogger(__name__)

# New alerts of one run that get an activity each; of more, the first stands for all.
_MOST_ACTIVITIES = 5
_STAFF = "utility_consumers.group_customer_executive"


class UtilityAlertRule(models.Model):
    """Whom a rule tells of its alerts, and how: once for each run that raises any."""

    _inherit = "utility.alert.rule"

    # -------------------------------------------------------------------------
    # WHO
    # -------------------------------------------------------------------------

    def _can_be_told(self, user, company):
        """Alerts are for staff of the office, in their own companies."""
        return (
            user.active
            and not user.share
            and company in user.sudo().company_ids
            and user.has_group(_STAFF)
        )

    def _recipients(self):
        """Users to tell, of those and the groups that were chosen."""
        self.ensure_one()
        chosen_sudo = self.sudo()
        users = (
            chosen_sudo.user_ids._origin | chosen_sudo.group_ids._origin.all_user_ids
        )
        return users.filtered(lambda user: self._can_be_told(user, self.company_id))

    @api.depends(
        "user_ids", "group_ids", "by_activity", "by_inbox", "by_email", "company_id"
    )
    def _compute_recipient_note(self):
        for rule in self:
            rule.recipient_note = "\n".join(rule._delivery_problems()) or False

    def _delivery_problems(self):
        """Why somebody is told nothing, a sentence each."""
        self.ensure_one()
        recipients = self._recipients()
        chosen_sudo = self.sudo()
        problems = []
        for user in chosen_sudo.user_ids._origin - recipients:
            problems.append(
                self.env._(
                    "%(user)s is told nothing: not staff of the office of %(company)s.",
                    user=user.name,
                    company=self.company_id.name,
                )
            )
        if not recipients:
            problems.append(
                self.env._(
                    "Nobody is told: Billing Managers find its alerts in the list."
                )
            )
        elif not (self.by_activity or self.by_inbox or self.by_email):
            problems.append(
                self.env._(
                    "Nobody is told, as no way is ticked: recipients find its alerts in"
                    " the list."
                )
            )
        mailed = recipients if self.by_email else recipients.browse()
        if self.by_inbox:
            mailed |= recipients.filtered(lambda u: u.notification_type == "email")
        for user in mailed.filtered(lambda user: not user.email):
            problems.append(
                self.env._(
                    "%(user)s gets no e-mail, as none is known: enter the address in"
                    " the user's profile.",
                    user=user.name,
                )
            )
        return problems

    # -------------------------------------------------------------------------
    # HOW
    # -------------------------------------------------------------------------

    def _deliver(self, alerts):
        """Tell the recipients of new alerts, by each way that is ticked.

        One notice, however many alerts: a bad day is no storm of mails. A way that
        fails is said on the rule; the others are used all the same.
        """
        self.ensure_one()
        problems = self._delivery_problems()
        ways = {}
        if self.by_activity:
            ways[self.env._("Activity")] = self._deliver_activity
        problems += self._tell(alerts, self._recipients(), ways | self._messages())
        self.delivery_problem = "\n".join(problems) or False

    def _messages(self):
        """The ways to tell by a message that are ticked, by name."""
        ways = {}
        if self.by_inbox:
            ways[self.env._("Inbox")] = self._deliver_inbox
        if self.by_email:
            ways[self.env._("E-mail")] = self._deliver_email
        return ways

    def _tell(self, alerts, recipients, ways):
        """Tell recipients of alerts by each way.

        :return: what failed, a sentence each
        """
        problems = []
        for name, deliver in ways.items() if recipients else ():
            try:
                with self.env.cr.savepoint():
                    deliver(alerts, recipients)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:
                _logger.warning(
                    "Alerts %s not told: %s", alerts.ids, name, exc_info=True
                )
                problems.append(
                    self.env._("%(way)s failed: %(error)s", way=name, error=error)
                )
        return problems

    def _remind(self, alerts):
        """Tell of alerts whose snooze is over: who has them, else all recipients."""
        self.ensure_one()
        for user, mine in alerts.grouped("user_id").items():
            recipients = user or mine.recipient_ids
            recipients = recipients.filtered(
                lambda user: self._can_be_told(user, self.company_id)
            )
            if problems := self._tell(mine, recipients, self._messages()):
                self.delivery_problem = "\n".join(problems)

    def _deliver_activity(self, alerts, recipients):
        if len(alerts) > _MOST_ACTIVITIES:
            alerts = alerts[:1]
        for alert in alerts:
            self._create_activities(alert, recipients)

    def _create_activities(self, alert, users):
        """An activity for each user, without the mail that Odoo would send."""
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("utility.alert"),
                    "res_id": alert.id,
                    "activity_type_id": self.env.ref(ACTIVITY_TYPE).id,
                    "summary": alert.with_context(lang=user.lang)._sentence(),
                    "user_id": user.id,
                    "date_deadline": alert.snoozed_until
                    or fields.Date.context_today(self),
                    "automated": True,
                }
                for user in users
            ]
        )

    def _deliver_inbox(self, alerts, recipients):
        # Who handles notifications by e-mail gets the e-mail instead, not both.
        if self.by_email:
            recipients = recipients.filtered(lambda u: u.notification_type == "inbox")
        recipients = recipients.filtered(
            lambda user: user.notification_type == "inbox" or user.email
        )
        for lang, users in recipients.grouped("lang").items():
            spoken = alerts.with_context(lang=lang)
            sentences = [alert._sentence() for alert in spoken]
            spoken[0].message_notify(
                subject=sentences[0],
                body=Markup("<p>%s</p>") % Markup("<br/>").join(sentences),
                partner_ids=users.partner_id.ids,
                author_id=self.env.ref("base.partner_root").id,
            )

    def _deliver_email(self, alerts, recipients):
        template = self.env.ref("utility_payments.mail_template_alert")
        for lang, users in recipients.filtered("email").grouped("lang").items():
            spoken = alerts.with_context(lang=lang)
            template.with_context(
                alert_lang=lang,
                alert_sentences=[alert._sentence() for alert in spoken],
            ).send_mail(
                alerts[0].id,
                email_values={
                    "email_to": False,
                    "recipient_ids": [(6, 0, users.partner_id.ids)],
                },
            )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

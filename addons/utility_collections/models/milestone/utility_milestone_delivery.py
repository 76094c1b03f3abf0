import logging

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

# Of a digest, the events that are named.
_NAMED = 20
# The most events of one message; more are told by the next one.
_MOST = 5000
ACTIVITY_TYPE = "utility_collections.mail_activity_type_milestone"


class UtilityMilestoneDelivery(models.Model):
    """An event that a person is told of, once (COL-10).

    All of one kind that a person is told of in a run is one message: a bad day is no
    storm. Messages are written in the transaction that marks them as told.
    """

    _name = "utility.milestone.delivery"
    _description = "Milestone Delivery"
    _order = "id"

    rule_id = fields.Many2one(
        comodel_name="utility.milestone.rule",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    event_id = fields.Many2one(
        comodel_name="utility.collection.event",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="event_id.company_id", store=True, precompute=True
    )
    utility_account_id = fields.Many2one(related="event_id.utility_account_id")
    kind = fields.Selection(related="event_id.kind", store=True, precompute=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Told To",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="Empty: the consumer.",
    )
    way = fields.Selection(
        selection=[("activity", "Activity"), ("inbox", "Inbox"), ("email", "E-mail")],
        required=True,
        readonly=True,
    )
    told_at = fields.Datetime(readonly=True)
    problem = fields.Char(readonly=True, help="Why nobody was told.")

    _event_once = models.UniqueIndex(
        "(event_id, way, COALESCE(user_id, 0))",
        "Everybody is told of an event once.",
    )
    _waiting_idx = models.Index("(user_id, way, kind, id) WHERE told_at IS NULL")

    @api.model
    def _tell_all(self):
        """Tell what waits: a transaction for each person, way and kind."""
        while first := self.search([("told_at", "=", False)], limit=1):
            if first.user_id:
                deliveries = self.search(
                    [
                        ("told_at", "=", False),
                        ("user_id", "=", first.user_id.id),
                        ("way", "=", first.way),
                        ("kind", "=", first.kind),
                        ("company_id", "=", first.company_id.id),
                    ],
                    limit=_MOST,
                )
            else:
                deliveries = first
            deliveries._tell_or_say()
            deliveries.told_at = fields.Datetime.now()
            if not self.env["ir.cron"]._commit_progress(len(deliveries)):
                return
            self.env.invalidate_all()

    def _tell_or_say(self):
        """Tell one person; what goes wrong with it keeps nobody else waiting."""
        first = self[0]
        try:
            with self.env.cr.savepoint():
                if first.user_id:
                    getattr(self, f"_tell_{first.way}")(first.user_id)
                else:
                    first._tell_consumer()
        except OperationalError:
            raise
        except Exception:  # pylint: disable=broad-except
            _logger.exception("Milestone deliveries with ids %s failed", self.ids)
            self.problem = self.env._(
                "Something went wrong; the server's log tells more."
            )

    def _get_words(self, user):
        """Subject and body of one message of all of these, in the user's language."""
        spoken = self.with_context(lang=user.lang)
        env = spoken.env
        if len(spoken) == 1:
            sentence = spoken.event_id._get_sentence()
            return sentence, Markup("<p>%s</p>") % sentence
        kinds = dict(spoken.event_id._fields["kind"]._description_selection(env))
        subject = env._(
            "%(milestone)s: %(count)s accounts",
            milestone=kinds[spoken[0].kind],
            count=len(spoken.event_id.utility_account_id),
        )
        lines = [event._get_sentence() for event in spoken[:_NAMED].event_id]
        if len(spoken) > _NAMED:
            lines.append(env._("and %(count)s more", count=len(spoken) - _NAMED))
        return subject, Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li>%s</li>") % line for line in lines
        )

    def _tell_activity(self, user):
        subject, body = self._get_words(user)
        # Without the mail that Odoo would send for each of them.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            {
                "res_model_id": self.env["ir.model"]._get_id("utility.account"),
                "res_id": self[0].utility_account_id.id,
                "activity_type_id": self.env.ref(ACTIVITY_TYPE).id,
                "summary": subject,
                "note": body if len(self) > 1 else False,
                "user_id": user.id,
                "date_deadline": self[0].company_id._utility_today(),
                "automated": True,
            }
        )

    def _tell_inbox(self, user):
        if user.notification_type == "email" and not user.email:
            self.problem = self.env._("No e-mail address is known.")
            return
        subject, body = self._get_words(user)
        self[0].utility_account_id.message_notify(
            subject=subject,
            body=body,
            partner_ids=user.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
        )

    def _tell_email(self, user):
        subject, body = self._get_words(user)
        self._queue_mail(user.email, subject, body)

    def _tell_consumer(self):
        account = self.utility_account_id
        event = self.event_id.with_context(lang=account._document_lang())
        sentence = event._get_consumer_sentence()
        company = self.company_id.name
        self._queue_mail(
            account.email,
            f"{company}: {sentence}",
            Markup("<p>%s</p><p>%s</p><p>%s</p>")
            % (
                event.env._("Dear %(name)s,", name=account.consumer_name),
                sentence,
                company,
            ),
        )

    def _queue_mail(self, email, subject, body):
        """Let a mail wait in Odoo's queue, or keep why there is none."""
        if not email:
            self.problem = self.env._("No e-mail address is known.")
            return
        company = self.company_id
        self.env["mail.mail"].create(
            {
                "subject": subject,
                "body_html": body,
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "email_to": email,
                "auto_delete": False,
                "model": "utility.account",
                "res_id": self[0].utility_account_id.id,
            }
        )

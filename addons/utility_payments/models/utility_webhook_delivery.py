import json
import logging
import time
import uuid
from datetime import timedelta

import requests

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.signature import sign

_logger = logging.getLogger(__name__)

# Minutes to wait after each failure; after the last one a message is given up.
_BACK_OFF = (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60)
_TIMEOUT = 10
_KEEP_DAYS = 30


class UtilityWebhookDelivery(models.Model):
    """A message on its way to another program.

    It is written in the transaction of what it tells, so that none is sent of what was
    rolled back and none is lost; the scheduled action sends it after the commit.
    """

    _name = "utility.webhook.delivery"
    _description = "Webhook Message"
    _order = "id desc"
    _rec_name = "uid"

    webhook_id = fields.Many2one(
        comodel_name="utility.webhook",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="webhook_id.company_id", store=True, index=True, precompute=True
    )
    uid = fields.Char(
        string="Event ID",
        required=True,
        readonly=True,
        help="The same at each attempt: the receiver recognises repeats by it.",
    )
    event = fields.Char(required=True, readonly=True)
    payment_id = fields.Many2one(
        comodel_name="account.payment",
        index="btree_not_null",
        readonly=True,
        ondelete="cascade",
    )
    body = fields.Text(required=True, readonly=True)
    state = fields.Selection(
        selection=[("pending", "Pending"), ("sent", "Sent"), ("failed", "Given up")],
        required=True,
        default="pending",
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_attempt = fields.Datetime(readonly=True, default=fields.Datetime.now)
    sent_at = fields.Datetime(readonly=True)
    answer = fields.Char(
        readonly=True, help="What the receiver answered to the last attempt."
    )

    _pending_idx = models.Index("(next_attempt, id) WHERE state = 'pending'")

    @api.model
    def _queue(self, messages):
        """Write down messages and wake the scheduled action after the commit.

        :param messages: list of (webhook, event, payment or False, data as a dict)
        """
        if not messages:
            return
        now = int(time.time())
        vals_list = []
        for webhook, event, payment, data in messages:
            uid = f"evt_{uuid.uuid4().hex}"
            content = {"id": uid, "type": event, "created": now, "data": data}
            vals_list.append(
                {
                    "webhook_id": webhook.id,
                    "uid": uid,
                    "event": event,
                    "payment_id": payment.id if payment else False,
                    "body": json.dumps(content),
                }
            )
        self.sudo().create(vals_list)
        self.env.ref("utility_payments.cron_send_webhooks").sudo()._trigger()

    def action_send_again(self):
        """Put messages that were given up, or are waiting, first in the queue.

        :return: True
        """
        self.check_access("read")
        self.env["utility.webhook"].check_access("write")
        self.sudo().filtered(lambda message: message.state != "sent").write(
            {
                "state": "pending",
                "attempts": 0,
                "next_attempt": fields.Datetime.now(),
            }
        )
        self.env.ref("utility_payments.cron_send_webhooks").sudo()._trigger()
        return True

    @api.model
    def _cron_send(self, limit=200):
        """Send what is due, each message in a transaction of its own.

        A receiver that fails gets nothing more in this run: others don't wait for it.
        """
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self._count_due())
        silent = set()
        for _turn in range(limit):
            message = self._lock_next(silent)
            if not message:
                break
            if not message._send():
                silent.add(message.webhook_id.id)
            if not Cron._commit_progress(1):
                break

    @api.model
    def _count_due(self):
        return self.search_count(
            [("state", "=", "pending"), ("next_attempt", "<=", fields.Datetime.now())]
        )

    @api.model
    def _lock_next(self, silent):
        """The next message that is due and that no other process is sending."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message.id
                  FROM utility_webhook_delivery message
                  JOIN utility_webhook webhook ON webhook.id = message.webhook_id
                 WHERE message.state = 'pending'
                   AND message.next_attempt <= %s
                   AND webhook.active
                   AND NOT message.webhook_id = ANY(%s)
                 ORDER BY message.next_attempt, message.id
                 LIMIT 1
                   FOR UPDATE OF message SKIP LOCKED
                """,
                fields.Datetime.now(),
                list(silent),
            )
        )
        return self.browse(rows[0]) if rows else self.browse()

    def _send(self):
        """Send one message; write down what came of it.

        :return: whether the receiver took it
        """
        self.ensure_one()
        body = self.body.encode()
        webhook_sudo = self.webhook_id.sudo()
        try:
            answer = requests.post(
                webhook_sudo.url,
                data=body,
                headers={
                    "Content-Type": "application/json",
                    "Utility-Event": self.event,
                    "Utility-Signature": sign(
                        webhook_sudo.secret, body, int(time.time())
                    ),
                },
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
            taken, words = 200 <= answer.status_code < 300, str(answer.status_code)
        except requests.RequestException as error:
            taken, words = False, type(error).__name__
        now = fields.Datetime.now()
        vals = {"attempts": self.attempts + 1, "answer": words}
        if taken:
            vals |= {"state": "sent", "sent_at": now}
        elif self.attempts < len(_BACK_OFF):
            wait = timedelta(minutes=_BACK_OFF[self.attempts])
            vals["next_attempt"] = now + wait
        else:
            vals["state"] = "failed"
            _logger.info("Webhook message %s is given up: %s", self.uid, words)
        self.write(vals)
        return taken

    @api.autovacuum
    def _gc_sent(self):
        """Forget messages that arrived a month ago."""
        limit = fields.Datetime.now() - timedelta(days=_KEEP_DAYS)
        self.search([("state", "=", "sent"), ("sent_at", "<", limit)]).unlink()

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import PaymentsCommon


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it receives, and answers what the test wants."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args):
        """Stay silent."""


@tagged("post_install", "-at_install")
class TestWebhooks(PaymentsCommon):
    """CFG-03: other programs hear of payments, signed, and never hold one up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receiver = HTTPServer(("127.0.0.1", 0), Receiver)
        cls.receiver.received = []
        cls.receiver.status = 200
        thread = threading.Thread(target=cls.receiver.serve_forever, daemon=True)
        thread.start()
        cls.addClassCleanup(cls.receiver.server_close)
        cls.addClassCleanup(cls.receiver.shutdown)
        cls.webhook = (
            cls.env["utility.webhook"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "Billing system",
                    "url": f"http://127.0.0.1:{cls.receiver.server_port}/payments",
                }
            )
        )
        cls.make_bill(145.50, number="BS-1")

    def setUp(self):
        super().setUp()
        self.receiver.received.clear()
        self.receiver.status = 200

    def send(self):
        """Run the scheduled action without its commits."""
        Cron = type(self.env["ir.cron"])
        with patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 60):
            self.env["utility.webhook.delivery"].sudo()._cron_send()

    def messages(self):
        return self.env["utility.webhook.delivery"].sudo().search([], order="id")

    def test_posted_payment_is_told_once_and_signed(self):
        """CFG-03: the message carries numbers and amounts, and a valid signature."""
        _outcome, payment = self.record_one(145.50, idempotency_key="k1")
        self.record(self.request(145.50, idempotency_key="k1"))
        self.assertFalse(self.receiver.received)
        self.send()
        self.send()
        ((headers, body),) = self.receiver.received
        content = json.loads(body)
        self.assertEqual(content["type"], "payment.posted")
        self.assertEqual(content["id"], self.messages().uid)
        self.assertEqual(content["data"]["receipt_number"], payment.receipt_number)
        self.assertEqual(content["data"]["account"], self.account.number)
        self.assertEqual(content["data"]["amount"], 145.5)
        self.assertEqual(
            content["data"]["documents"], [{"number": "BS-1", "applied": 145.5}]
        )
        stamp, signature = (
            part.split("=", 1)[1] for part in headers["Utility-Signature"].split(",")
        )
        expected = hmac.new(
            self.webhook.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256
        ).hexdigest()
        self.assertEqual(signature, expected)
        self.assertEqual(self.messages().state, "sent")

    def test_rejected_request_tells_nothing(self):
        """CFG-03: what wasn't recorded isn't told."""
        self.record(self.request(-1))
        self.assertFalse(self.messages())

    def test_receiver_fails_then_recovers(self):
        """CFG-03: attempts go on with growing pauses; the payment doesn't wait."""
        self.receiver.status = 503
        self.record_one(145.50)
        now = fields.Datetime.now()
        for minutes in (1, 5, 15):
            with freeze_time(now):
                self.send()
                message = self.messages()
                self.assertEqual((message.state, message.answer), ("pending", "503"))
                wait = message.next_attempt - fields.Datetime.now()
                self.assertEqual(wait, timedelta(minutes=minutes))
                self.send()
            now += timedelta(minutes=minutes, seconds=1)
        self.assertEqual(len(self.receiver.received), 3)
        self.receiver.status = 204
        with freeze_time(now):
            self.send()
        self.assertEqual((message.state, message.attempts), ("sent", 4))
        events = {json.loads(body)["id"] for _headers, body in self.receiver.received}
        self.assertEqual(len(events), 1)

    def test_given_up_and_sent_again(self):
        """CFG-03: after the last attempt it waits for a person to send it again."""
        self.webhook.url = "http://127.0.0.1:9/nobody"
        self.record_one(145.50)
        message = self.messages()
        for _attempt in range(9):
            message.next_attempt = fields.Datetime.now()
            self.send()
        self.assertEqual((message.state, message.attempts), ("failed", 9))
        self.webhook.url = f"http://127.0.0.1:{self.receiver.server_port}/payments"
        message.with_user(self.manager).action_send_again()
        self.send()
        self.assertEqual(message.state, "sent")

    def test_failing_receiver_does_not_hold_up_others(self):
        """CFG-03: one dead receiver costs one attempt in a run, not one a payment."""
        self.webhook.copy({"url": "http://127.0.0.1:9/nobody"})
        self.make_bill(50.0)
        self.record_one(100)
        self.record_one(50)
        self.send()
        self.assertEqual(len(self.receiver.received), 2)
        pending = self.messages().filtered(lambda message: message.state == "pending")
        self.assertEqual(sorted(pending.mapped("attempts")), [0, 1])

    def test_only_wanted_events_of_the_own_company(self):
        """CFG-03, ROL-04: events that weren't asked for, and companies, stay apart."""
        self.webhook.on_posted = False
        self.webhook.sudo().copy({"company_id": self.env.ref("base.main_company").id})
        self.record_one(145.50)
        self.assertFalse(self.messages())

    def test_changes_count_at_once(self):
        """CFG-03: switched off, on, added, archived, deleted: known at once."""
        self.make_bill(500.0)

        def told():
            before = self.messages()
            self.record_one(10)
            return (self.messages() - before).webhook_id

        self.assertEqual(told(), self.webhook)
        self.webhook.on_posted = False
        self.assertFalse(told())
        other = self.webhook.copy({"on_posted": True})
        self.assertEqual(told(), other)
        self.webhook.on_posted = True
        self.assertEqual(told(), self.webhook + other)
        other.active = False
        self.assertEqual(told(), self.webhook)
        self.webhook.unlink()
        self.assertFalse(told())

    def test_rights(self):
        """ROL-01: webhooks and their secrets are for Billing Managers."""
        for user in (self.clerk, self.collector):
            with self.assertRaises(AccessError):
                self.webhook.with_user(user).read(["url"])
            with self.assertRaises(AccessError):
                self.messages().browse().with_user(user).search([])

    def test_unencrypted_address_is_refused(self):
        """CFG-03: payments aren't sent in the clear."""
        with self.assertRaisesRegex(ValidationError, "https://"):
            self.webhook.url = "http://billing.example.com/payments"

    def test_test_message(self):
        """CFG-03: a message without a payment tries the receiver."""
        self.webhook.action_send_test()
        self.send()
        ((_headers, body),) = self.receiver.received
        self.assertEqual(json.loads(body)["type"], "ping")

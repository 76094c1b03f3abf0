from odoo import Command

from odoo.addons.mail.tests.common import MockEmail

from .common import PlansCommon


class NoticeCommon(MockEmail, PlansCommon):
    """A consumer in collections, and a step that tells of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Notice = cls.env["utility.collection.notice"].sudo()
        cls.process = (
            cls.env["utility.collection.process"]
            .sudo()
            .create(
                {
                    "name": "Ladder",
                    "company_id": cls.company.id,
                    "step_ids": [
                        Command.create(
                            {"name": name, "days_overdue": days, "action": action}
                        )
                        for name, days, action in (
                            ("Mail", 7, "email"),
                            ("Message", 10, "sms"),
                            ("Letter", 14, "letter"),
                            ("Warning", 30, "disconnection_warning"),
                        )
                    ],
                }
            )
        )
        cls.mail_step, cls.sms_step, cls.letter_step, cls.warning_step = (
            cls.process.step_ids.sorted("days_overdue")
        )
        cls.account.email = "john@example.com"
        cls.account.partner_id.write(
            {"street": "1 Main Street", "zip": "10001", "city": "Compass"}
        )
        cls.bill = cls.make_bill(145.50)

    @classmethod
    def make_case(cls, account=None):
        account = account or cls.account
        return (
            cls.env["utility.collection.case"]
            .sudo()
            .create(
                {
                    "utility_account_id": account.id,
                    "process_id": cls.process.id,
                    "opened_on": cls.today,
                }
            )
        )

    @classmethod
    def take(cls, step, account=None):
        """The step is taken on an account: the notice that waits."""
        case = cls.env["utility.collection.case"].sudo().search(
            [
                ("utility_account_id", "=", (account or cls.account).id),
                ("state", "!=", "closed"),
            ]
        ) or cls.make_case(account)
        return step._take(case)

    def promise(self, amount, days=5):
        """What the counter notes when the consumer promises to pay."""
        return (
            self.env["utility.payment.promise"]
            .with_user(self.clerk)
            .create(
                {
                    "utility_account_id": self.account.id,
                    "amount": amount,
                    "date": self.days(days),
                }
            )
        )

    def dispute(self, amount=None):
        """The consumer disputes the bill, or a part of it."""
        return (
            self.env["utility.dispute"]
            .with_user(self.clerk)
            .create(
                {
                    "move_id": self.bill.id,
                    "category_id": self.env.ref(
                        "utility_collections.dispute_wrong_amount"
                    ).id,
                    "amount": self.bill.amount_residual if amount is None else amount,
                }
            )
        )

    def run_cron(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"utility_collections.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def send(self):
        """The scheduled action runs."""
        self.run_cron("ir_cron_send_notices")

    def leave(self, notices):
        """The mail queue runs; return the mails that left."""
        waiting = notices.mail_id.filtered(lambda mail: mail.state == "outgoing")
        with self.mock_mail_gateway(mail_unlink_sent=False):
            waiting.send()
            self.env.flush_all()
            left = len(self._mails)
        self.env.invalidate_all()
        sent = waiting.filtered(lambda mail: mail.state == "sent")
        self.assertEqual(len(sent), left)
        return sent

    def told(self, account=None):
        """Kinds and notes on the timeline."""
        events = (
            self.env["utility.collection.event"]
            .sudo()
            .search(
                [
                    ("utility_account_id", "=", (account or self.account).id),
                    ("kind", "in", ("notice_sent", "notice_not_sent")),
                ]
            )
        )
        return [(event.kind, event.note) for event in events.sorted("id")]

    def assertNotSent(self, notice, text):
        notice.invalidate_recordset()
        self.assertEqual(notice.state, "not_sent")
        self.assertIn(text, notice.reason)
        kind, note = self.told(notice.utility_account_id)[-1]
        self.assertEqual(kind, "notice_not_sent")
        self.assertIn(text, note)

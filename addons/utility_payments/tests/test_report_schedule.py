import io
from datetime import timedelta
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .adjustment_common import AdjustmentsCommon


@tagged("post_install", "-at_install")
class TestReportSchedule(AdjustmentsCommon, HttpCase):
    """A favourite that is e-mailed as a workbook (KPI-07)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.email = "manager@example.com"
        cls.manager.tz = "America/New_York"
        cls.make_bill(500)
        cls.Payment.record_collections(
            [
                cls.request(100),
                cls.request(50.25, mode="cheque", reference="C-1"),
                cls.request(30, channel="bank", mode="bank_transfer", reference="B-1"),
            ]
        )
        cls.payments = cls.env["account.payment"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.action = cls.env.ref("utility_payments.account_payment_action")
        cls.recipient = cls.env["res.partner"].create(
            {"name": "Regulator", "email": "regulator@example.com"}
        )
        cls.pivot = cls.make_favourite(
            context={
                "pivot_row_groupby": ["channel_id"],
                "pivot_column_groupby": ["mode_id"],
                "pivot_measures": ["amount_company_currency_signed", "__count"],
            }
        )

    @classmethod
    def make_favourite(cls, name="By channel", domain="[]", context=None, **values):
        return cls.env["ir.filters"].create(
            {
                "name": name,
                "model_id": "account.payment",
                "domain": domain,
                "context": repr(context or {}),
                "action_id": cls.action.id,
                "user_ids": [],
                **values,
            }
        )

    def make_schedule(self, favourite=None, user=None, **values):
        Schedule = self.env["utility.report.schedule"].with_user(user or self.manager)
        return Schedule.create(
            {
                "filter_id": (favourite or self.pivot).id,
                "company_id": self.company.id,
                "user_ids": [Command.set(self.manager.ids)],
                **values,
            }
        )

    def run_cron(self):
        self.env.flush_all()
        cron = self.env.ref("utility_payments.cron_send_reports")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def send(self, schedule):
        """Send now; return the delivery."""
        schedule.action_send_now()
        self.run_cron()
        return schedule.delivery_ids[0]

    def read_file(self, delivery):
        self.assertEqual(delivery.state, "done", delivery.message)
        content = io.BytesIO(delivery.sudo().attachment_id.raw)
        return openpyxl.load_workbook(content)

    def read_rows(self, favourite, **values):
        book = self.read_file(self.send(self.make_schedule(favourite, **values)))
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]

    # --- what is in the file ------------------------------------------------------

    def test_pivot_is_the_read_group(self):
        """KPI-07: rows, columns, measures and totals are those of the pivot."""
        rows = self.read_rows(self.pivot)
        Payment = self.env["account.payment"].with_user(self.manager)
        domain = [("company_id", "=", self.company.id)]
        aggregates = ["amount_company_currency_signed:sum", "__count"]
        cells = {
            (channel.display_name, mode.display_name): values
            for channel, mode, *values in Payment._read_group(
                domain, ["channel_id", "mode_id"], aggregates
            )
        }
        modes = [
            mode.display_name
            for (mode,) in Payment._read_group(domain, ["mode_id"], [])
        ]
        self.assertEqual(len(modes), 3)
        label = Payment._fields["amount_company_currency_signed"].string
        self.assertEqual(
            rows[0],
            ["Channel"]
            + [f"{m}: {measure}" for m in modes for measure in (label, "Count")]
            + [f"Total: {label}", "Total: Count"],
        )
        for row in rows[1:-1]:
            for place, mode in enumerate(modes):
                expected = cells.get((row[0], mode), [None, None])
                self.assertEqual(row[1 + 2 * place : 3 + 2 * place], expected)
            self.assertEqual(
                row[-2:],
                [sum(v[i] for k, v in cells.items() if k[0] == row[0]) for i in (0, 1)],
            )
        self.assertEqual({row[0] for row in rows[1:-1]}, {key[0] for key in cells})
        self.assertEqual(rows[-1][0], "Total")
        self.assertEqual(rows[-1][-2:], [180.25, 3])

    def test_graph_and_grouped_list(self):
        """KPI-07: a chart by its own groups, a grouped list by those of the search."""
        rows = self.read_rows(
            self.make_favourite(
                context={
                    "graph_groupbys": ["date:month", "mode_id"],
                    "graph_measure": "amount",
                }
            )
        )
        self.assertEqual(rows[0][:2], ["Date (month)", "Payment Mode"])
        self.assertEqual(rows[1][0], self.today.strftime("%B %Y"))
        self.assertEqual(rows[-1], ["Total", None, 180.25])
        rows = self.read_rows(self.make_favourite(context={"group_by": ["mode_id"]}))
        self.assertEqual(rows[0][:2], ["Payment Mode", "Count"])
        self.assertEqual(rows[-1][:2], ["Total", 3])

    def test_list(self):
        """KPI-07: a list has the columns of the screen, its filter, its order."""
        rows = self.read_rows(
            self.make_favourite(
                domain="[('mode_id.code', '!=', 'cheque'),"
                " ('date', '=', context_today().strftime('%Y-%m-%d'))]",
                sort='["amount desc"]',
            )
        )
        head, *lines = rows
        amounts = [row[head.index("Amount")] for row in lines]
        self.assertEqual(amounts, [100, 30])
        self.assertEqual(
            [row[0] for row in lines],
            [
                payment.receipt_number
                for payment in self.payments.sorted("amount", reverse=True)
                if payment.mode_id.code != "cheque"
            ],
        )
        date = lines[0][head.index("Date")]
        self.assertEqual(date.date(), self.payments[0].date)

    def test_text_is_no_formula(self):
        """KPI-07: a text that looks like a formula stays a text."""
        self.account.partner_id.name = '=HYPERLINK("http://x")\x07'
        favourite = self.make_favourite(context={"group_by": ["partner_id"]})
        book = self.read_file(self.send(self.make_schedule(favourite)))
        cell = book.worksheets[0]["A2"]
        self.assertEqual(cell.data_type, "s")
        self.assertEqual(cell.value, '=HYPERLINK("http://x")')

    def test_row_limit(self):
        """KPI-07: what is too long is cut, and that is told in file and mail."""
        self.env["ir.config_parameter"].set_param(
            "utility_payments.report_row_limit", "2"
        )
        delivery = self.send(self.make_schedule(self.make_favourite()))
        self.assertEqual(delivery.rows, 2)
        self.assertIn("first 2 of 3 rows", delivery.message)
        self.assertIn("first 2 of 3 rows", delivery.sudo().mail_id.body_html)
        about = self.read_file(delivery).worksheets[1]
        notes = [row[1] for row in about.iter_rows(values_only=True)]
        self.assertTrue(any("first 2 of 3 rows" in str(note) for note in notes))

    def test_rights_of_the_owner(self):
        """ROL-04: another company's payments aren't in it, whoever runs the action."""
        second = self.setup_other_company()["company"]
        second._utility_setup()
        (self.manager | self.env.user).company_ids |= second
        there = self.make_schedule(company_id=second.id)
        rows = [
            list(row)
            for row in self.read_file(self.send(there))
            .worksheets[0]
            .iter_rows(values_only=True)
        ]
        self.assertEqual([row[0] for row in rows], ["Channel", "Total"])
        # And the schedule is of the companies that its owner works in
        self.assertFalse(
            self.env["utility.report.schedule"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=self.company.ids)
            .search([("id", "=", there.id)])
        )

    # --- when ---------------------------------------------------------------------

    def test_times(self):
        """KPI-07: in the time zone of the owner; a missed time is caught up on once."""
        with freeze_time("2026-11-22 07:00:00"):
            schedule = self.make_schedule(frequency="daily", hour=8.5)
            self.assertEqual(str(schedule.next_run), "2026-11-22 13:30:00")
            self.run_cron()
            self.assertFalse(schedule.delivery_ids)
        with freeze_time("2026-11-25 14:00:00"):
            self.run_cron()
            self.assertEqual(schedule.delivery_ids.mapped("state"), ["done"])
            self.assertEqual(str(schedule.next_run), "2026-11-26 13:30:00")
            self.run_cron()
            self.assertEqual(len(schedule.delivery_ids), 1)
            self.assertFalse(
                self.env["ir.cron.trigger"].search(
                    [
                        (
                            "cron_id",
                            "=",
                            self.env.ref("utility_payments.cron_send_reports").id,
                        ),
                        ("call_at", "<=", fields.Datetime.now()),
                    ]
                ),
                "The action would call itself again and again.",
            )
            schedule.write({"frequency": "monthly", "monthday": 31})
            self.assertEqual(str(schedule.next_run), "2026-11-30 13:30:00")
            self.manager.tz = "Europe/Berlin"
            self.assertEqual(str(schedule.next_run), "2026-11-30 07:30:00")
        for values in ({"hour": 24}, {"hour": -1}, {"monthday": 0}, {"monthday": 32}):
            with self.assertRefused(ValidationError, "Choose a"):
                schedule.write(values)

    # --- recipients and mail ------------------------------------------------------

    def test_mail(self):
        """KPI-07: one mail to all, with the file; the history says so."""
        schedule = self.make_schedule(partner_ids=[Command.set(self.recipient.ids)])
        delivery = self.send(schedule)
        mail = delivery.sudo().mail_id
        self.assertEqual(mail.recipient_ids, self.manager.partner_id | self.recipient)
        self.assertEqual(mail.attachment_ids, delivery.sudo().attachment_id)
        self.assertIn("regulator@example.com", delivery.recipients)
        # Whoever is added reads what the owner sees: that is on record
        self.env.cr.precommit.run()
        schedule.with_context(
            tracking_disable=False, mail_notrack=False
        ).partner_ids = False
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = schedule.message_ids.sudo().tracking_value_ids
        self.assertIn("Regulator", tracked.mapped("old_value_char"))
        self.assertEqual(
            (delivery.progress, delivery.rows, delivery.attempts), (100, 2, 1)
        )
        self.authenticate(self.manager.login, self.manager.login)
        action = delivery.with_user(self.manager).action_download()
        self.assertEqual(
            self.url_open(action["url"]).content, delivery.sudo().attachment_id.raw
        )
        self.authenticate(self.clerk.login, self.clerk.login)
        self.assertEqual(self.url_open(action["url"]).status_code, 404)

    def test_without_email(self):
        """KPI-07: who has no address is named and left out; nobody left is failed."""
        nobody = self.env["res.partner"].create({"name": "No Mail"})
        schedule = self.make_schedule(partner_ids=[Command.set(nobody.ids)])
        self.assertIn("No Mail", schedule.without_email)
        delivery = self.send(schedule)
        self.assertEqual(delivery.sudo().mail_id.recipient_ids, self.manager.partner_id)
        self.assertIn("No Mail has no e-mail address.", delivery.message)
        schedule.user_ids = False
        delivery = self.send(schedule)
        self.assertEqual(delivery.state, "failed")
        self.assertIn("Nobody is left to send it to.", delivery.message)
        self.assertFalse(delivery.sudo().mail_id)
        with self.assertRefused(ValidationError, "at least one recipient"):
            schedule.partner_ids = False

    # --- what goes wrong ----------------------------------------------------------

    def test_failing_favourite(self):
        """KPI-07: a field that is gone is told, and the next report is sent."""
        bad = [
            self.make_favourite("Field", context={"group_by": ["gone_id"]}),
            self.make_favourite("Measure", context={"pivot_measures": ["gone"]}),
            self.make_favourite("Domain", domain="[('gone', '=', 1)]"),
            self.make_favourite("Words", domain="[('date', '=', tomorrow())]"),
            self.make_favourite("Broken", domain="[("),
        ]
        schedules = [self.make_schedule(favourite) for favourite in bad]
        good = self.make_schedule()
        for schedule in [*schedules, good]:
            schedule.action_send_now()
        self.run_cron()
        for schedule in schedules:
            delivery = schedule.delivery_ids
            self.assertEqual(delivery.state, "failed", schedule.name)
            self.assertTrue(delivery.message.endswith("."), delivery.message)
            self.assertNotIn("Traceback", delivery.message)
            # Its owner is told
            self.assertIn(delivery.message[:30], schedule.message_ids[0].body)
        self.assertEqual(good.delivery_ids.state, "done")
        self.pivot.sudo().unlink()
        delivery = self.send(good)
        self.assertIn("favourite was deleted", delivery.message)

    def _break(self, error, times=1):
        """Let the making of files fail a number of times."""
        Table = type(self.env["utility.report.table"])
        real = Table._write_table
        left = [times]

        def fail(table, *args, **kwargs):
            if left[0]:
                left[0] -= 1
                raise error
            return real(table, *args, **kwargs)

        return patch.object(Table, "_write_table", fail)

    def test_retries(self):
        """KPI-07: tried again after pauses, then given up; no mail of any of them."""
        schedule = self.make_schedule()
        with self._break(SerializationFailure(), times=99):
            delivery = self.send(schedule)
            self.assertEqual((delivery.state, delivery.attempts), ("queued", 1))
            self.assertGreater(delivery.next_attempt, fields.Datetime.now())
            self.run_cron()
            self.assertEqual(delivery.attempts, 1)
            for attempt in (2, 3, 4):
                delivery.sudo().next_attempt = fields.Datetime.now()
                self.run_cron()
                self.assertEqual(delivery.attempts, attempt)
        self.assertEqual(delivery.state, "failed")
        self.assertIn("busy", delivery.message)
        delivery.with_user(self.manager).action_retry()
        self.run_cron()
        self.assertEqual(delivery.state, "done")
        self.assertEqual(len(self._mails(schedule)), 1)

    def test_unexpected_error(self):
        """KPI-07: an error of the program is a sentence here, a trace in the log."""
        schedule = self.make_schedule()
        with (
            self._break(RuntimeError("secret detail")),
            self.assertLogs(
                "odoo.addons.utility_payments.models.schedule.utility_report_delivery",
                "WARNING",
            ),
        ):
            delivery = self.send(schedule)
        self.assertEqual(delivery.state, "queued")
        self.assertNotIn("secret", delivery.message)
        delivery.sudo().next_attempt = fields.Datetime.now()
        self.run_cron()
        self.assertEqual(delivery.state, "done")

    def _mails(self, schedule):
        """Those with a file; others tell the owner what failed."""
        mails = self.env["mail.mail"].search(
            [("subject", "=like", f"{schedule.name}%")]
        )
        return mails.filtered("attachment_ids")

    def test_crash_before_the_mail(self):
        """KPI-07: what a dead process left running is sent by the next run, once."""
        schedule = self.make_schedule()
        schedule.action_send_now()
        delivery = schedule.delivery_ids
        delivery.sudo().write({"state": "running", "attempts": 1, "progress": 40})
        self.run_cron()
        self.assertEqual((delivery.state, delivery.attempts), ("queued", 1))
        self.assertIn("stopped in the middle", delivery.message)
        self.assertFalse(self._mails(schedule))
        delivery.sudo().next_attempt = fields.Datetime.now()
        self.run_cron()
        self.assertEqual((delivery.state, delivery.attempts), ("done", 2))
        self.assertEqual(len(self._mails(schedule)), 1)

    def test_crash_with_the_mail(self):
        """KPI-07: mail and "sent" are one transaction: neither without the other."""
        schedule = self.make_schedule()
        Delivery = type(self.env["utility.report.delivery"])
        real = Delivery._send

        def die(delivery, *args):
            real(delivery, *args)
            delivery.env.flush_all()
            raise SerializationFailure()

        with patch.object(Delivery, "_send", die):
            delivery = self.send(schedule)
        self.assertEqual(delivery.state, "queued")
        self.assertFalse(self._mails(schedule))
        self.assertFalse(delivery.sudo().attachment_id)
        delivery.sudo().next_attempt = fields.Datetime.now()
        self.run_cron()
        self.run_cron()
        self.assertEqual(delivery.state, "done")
        self.assertEqual(len(self._mails(schedule)), 1)

    # --- rights -------------------------------------------------------------------

    def test_owner_lost_the_role(self):
        """KPI-07: archived, without the role, out of the company: stopped, and told."""
        group = self.env.ref("utility_consumers.group_billing_manager")
        other = self.env.ref("base.main_company")
        for change, undo, words in (
            ({"active": False}, {"active": True}, "is archived"),
            (
                {"group_ids": [Command.unlink(group.id)]},
                {"group_ids": [Command.link(group.id)]},
                "no Billing Manager any more",
            ),
            (
                {"company_ids": [Command.set(other.ids)], "company_id": other.id},
                {
                    "company_ids": [Command.set(self.company.ids)],
                    "company_id": self.company.id,
                },
                "doesn't belong to",
            ),
        ):
            schedule = self.make_schedule().sudo()
            schedule.partner_ids = self.recipient
            self.manager.write(change)
            delivery = self.send(schedule)
            self.assertEqual((delivery.state, schedule.state), ("failed", "stopped"))
            self.assertIn(words, schedule.stop_reason)
            self.assertFalse(delivery.mail_id)
            with self.assertRefused(text=words):
                schedule.action_resume()
            schedule.next_run = fields.Datetime.now() - timedelta(days=1)
            self.run_cron()
            self.assertEqual(len(schedule.delivery_ids), 1)
            self.manager.write(undo)
            schedule.action_resume()
            self.assertEqual(schedule.state, "on")
            self.assertGreater(schedule.next_run, fields.Datetime.now())

    def test_rights(self):
        """ROL-01: one's own schedules only; nobody works with another's rights."""
        for user in (self.clerk, self.recovery, self.collector):
            with self.assertRaises(AccessError):
                self.make_schedule(user=user, user_id=user.id)
        schedule = self.make_schedule()
        delivery = self.send(schedule)
        other = schedule.with_user(self.other_manager)
        self.assertFalse(other.search([("id", "=", schedule.id)]))
        for refused in (
            lambda: other.action_send_now(),
            lambda: other.write({"partner_ids": [Command.set(self.recipient.ids)]}),
            lambda: delivery.with_user(self.other_manager).read(["message"]),
            lambda: delivery.with_user(self.manager).write({"state": "queued"}),
            lambda: delivery.with_user(self.manager).create(
                {"schedule_id": schedule.id, "name": "x"}
            ),
        ):
            with self.assertRaises(AccessError):
                refused()
        with self.assertRefused(ValidationError, "the owner yourself"):
            self.make_schedule(user_id=self.other_manager.id)
        with self.assertRefused(ValidationError, "the owner yourself"):
            schedule.user_id = self.other_manager
        private = self.make_favourite(user_ids=[Command.set(self.other_manager.ids)])
        with self.assertRefused(ValidationError, "somebody else's"):
            self.make_schedule(private)

    def test_favourite_changed_by_others(self):
        """ROL-01: who may change a shared favourite can't read with its users' rights.

        Odoo lets every user change a favourite that is shared with all.
        """
        schedule = self.make_schedule(partner_ids=[Command.set(self.recipient.ids)])
        self.assertEqual(self.send(schedule).state, "done")
        self.pivot.with_user(self.clerk).context = "{'group_by': ['received_by']}"
        delivery = self.send(schedule)
        self.assertEqual((delivery.state, schedule.state), ("failed", "stopped"))
        self.assertIn(f"was changed by {self.clerk.name}", schedule.stop_reason)
        self.assertFalse(delivery.sudo().attachment_id)
        bodies = "".join(schedule.message_ids.mapped("body"))
        self.assertIn("was changed by", bodies)
        # The owner looked at it, or changed it
        schedule.action_resume()
        self.assertEqual(self.send(schedule).state, "done")
        self.pivot.with_user(self.manager).context = "{}"
        self.assertEqual(self.send(schedule).state, "done")

    def test_favourite_is_no_program(self):
        """KPI-07: what a favourite may compute ends soon; the rest is refused."""
        for domain in (
            "[('date', '=', time.sleep(9))]",
            "[('amount', '=', 9 ** 9 ** 9)]",
            "[('memo', '=', 'x' * 10 ** 12)]",
            "[('memo', '=', 'x'.ljust(10000000000))]",
            "[('memo', '=', 'xx'.replace('x', 'xx'))]",
            "[('memo', '=', '%99999999999d' % 1)]",
            "[('id', 'in', [a for a in [1] for b in [1]])]",
            "[('id', 'in', (lambda: [1])())]",
        ):
            delivery = self.send(self.make_schedule(self.make_favourite(domain=domain)))
            self.assertEqual(delivery.state, "failed", domain)
            self.assertIn("may not stand in a favourite", delivery.message)
        rows = self.read_rows(
            self.make_favourite(
                domain="[('date', '>=', (context_today().replace(day=1)"
                " - relativedelta(months=1)).strftime('%Y-%m-%d')),"
                " ('company_id', 'in', allowed_company_ids)]"
            )
        )
        self.assertEqual(len(rows), 4)

    def test_history_of_a_new_owner(self):
        """ROL-04: what is made with new rights isn't in the old owner's history."""
        schedule = self.make_schedule()
        schedule.filter_id.with_user(self.manager).domain = "[("
        delivery = self.send(schedule)
        self.assertEqual(delivery.state, "failed")
        schedule.filter_id.with_user(self.manager).domain = "[]"
        schedule.with_user(self.env.ref("base.user_root")).user_id = self.other_manager
        delivery.with_user(self.other_manager).sudo().action_retry()
        self.run_cron()
        self.assertEqual(delivery.sudo().user_id, self.other_manager)
        with self.assertRaises(AccessError):
            delivery.with_user(self.manager).read(["name"])

    # --- screens ------------------------------------------------------------------

    def test_form(self):
        """KPI-07: from a favourite to a schedule, and twice isn't sent at once."""
        Schedule = self.env["utility.report.schedule"].with_user(self.manager)
        action = Schedule.action_of_favourite(self.pivot.id)
        with Form(Schedule.with_context(**action["context"])) as form:
            self.assertFalse(form.without_email)
            self.assertEqual(form.name, "By channel")
            self.assertEqual(form.user_ids.ids, self.manager.ids)
            form.frequency = "monthly"
            form.monthday = 31
        schedule = form.record
        schedule.action_send_now()
        with self.assertRefused(UserError, "on its way already"):
            schedule.action_send_now()
        self.assertEqual(
            schedule.action_open_deliveries()["domain"],
            [("schedule_id", "=", schedule.id)],
        )
        gone_id = self.pivot.id
        self.pivot.unlink()
        with self.assertRefused(UserError, "save it anew"):
            Schedule.action_of_favourite(gone_id)

    def test_all_shipped_favourites(self):
        """KPI-07: each favourite of the product can be sent."""
        shipped = self.env["ir.model.data"].search(
            [("model", "=", "ir.filters"), ("module", "=like", "utility%")]
        )
        reader = self.env["utility.report.table"].with_user(self.manager)
        for data in shipped:
            favourite = self.env["ir.filters"].browse(data.res_id)
            table = reader._read_favourite(favourite, 100)
            self.assertEqual(len(list(table.rows)), table.count, data.name)
        self.assertTrue(shipped)

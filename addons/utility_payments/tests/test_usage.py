import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Request, _generate_routing_rules
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import safe_eval

from .adjustment_common import AdjustmentsCommon
from .alert_common import AlertsCommon
from .common import PaymentsCommon

# What must never be found in the tables of usage.
_SECRETS = (
    "John Doe",
    "john_doe",
    "john.doe@example.com",
    "15550100199",
    "WU-10001",
    "4711081547110815",
)


class UsageCommon(PaymentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.utility_usage = True
        cls.Event = cls.env["utility.usage.event"].sudo()
        cls.Event.search([]).unlink()

    def log(self, *events, user=None):
        return self.Event.with_user(user or self.clerk).log(list(events))

    def events(self, name=None):
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id)]
        return self.Event.search(domain + ([("event", "=", name)] if name else []))

    def stored_text(self):
        """All that the tables of usage hold, as the database has it."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT to_jsonb(event)::text FROM utility_usage_event AS event
             UNION ALL
            SELECT to_jsonb(subject)::text FROM utility_usage_subject AS subject
            """
        )
        return "\n".join(text for (text,) in self.env.cr.fetchall())

    def record_in_form(self, user=None, seconds=0, amount=50, channel=None):
        """Record one payment in the form, as somebody who took so many seconds."""
        form = Form(self.env["utility.record.payment"].with_user(user or self.clerk))
        form.utility_account_id = self.account
        form.amount = amount
        if channel:
            form.channel_id = channel
        wizard = form.save()
        wizard.opened_at -= timedelta(seconds=seconds)
        wizard.action_review()
        wizard.action_confirm()
        return wizard


@tagged("post_install", "-at_install")
class TestUsage(UsageCommon):
    # === WHAT IS COUNTED === #

    def test_browser_event(self):
        """USE-01: who did it is a role, when is an hour, about what is a subject."""
        counted = self.log(
            {
                "event": "drill_down",
                "subject": "total_collected",
                "duration": 12.34,
                "properties": {"period": "month", "tiles": 4, "charts": True},
            },
            user=self.manager,
        )
        self.assertEqual(counted, 1)
        event = self.events()
        self.assertRecordValues(
            event,
            [
                {
                    "event": "drill_down",
                    "role": "billing_manager",
                    "duration": 12.3,
                    "properties": {"period": "month", "tiles": 4, "charts": True},
                }
            ],
        )
        self.assertEqual(event.subject_id.kind, "figure")
        self.assertEqual(event.subject_id.key, "total_collected")
        tile = self.env["utility.tile"].search([("figure", "=", "total_collected")])
        self.assertEqual(event.subject_id.display_name, tile.name)
        self.assertFalse(event.happened_at.minute or event.happened_at.second)

    def test_roles(self):
        """USE-01: the highest role counts; who isn't staff isn't counted."""
        Usage = self.Event
        for user, role in (
            (self.clerk, "customer_executive"),
            (self.recovery, "recovery_executive"),
            (self.manager, "billing_manager"),
            (self.collector, "field_collector"),
        ):
            Usage.search([]).unlink()
            self.log({"event": "dashboard_viewed"}, user=user)
            self.assertEqual(self.events().role, role)
        Usage.search([]).unlink()
        for group in ("base.group_user", "base.group_portal", "base.group_public"):
            user = new_test_user(
                self.env,
                f"no_staff_{group}",
                groups=group,
                company_id=self.company.id,
            )
            self.assertEqual(self.log({"event": "dashboard_viewed"}, user=user), 0)
        self.assertFalse(self.events())

    def test_off(self):
        """USE-01: off, nothing is written, by no way."""
        self.company.utility_usage = False
        self.make_bill()
        self.assertEqual(self.log({"event": "dashboard_viewed"}), 0)
        self.assertEqual(
            self.Event.with_user(self.clerk)._log("report_generated", subject="x"), 0
        )
        self.assertEqual(self.record_in_form().step, "done")
        self.assertFalse(self.Event.search([]))

    def test_settings(self):
        """USE-01: the settings switch it, and want a day or more to keep."""
        Settings = self.env["res.config.settings"].with_company(self.company)
        with Form(Settings) as settings:
            settings.utility_usage_days = 30
            settings.utility_usage = False
        settings.save().execute()
        self.assertFalse(self.company.utility_usage)
        self.assertEqual(self.company.utility_usage_days, 30)
        fresh = self.env["res.company"].create({"name": "Water of the North"})
        self.assertFalse(fresh.utility_usage, "nobody is counted without being asked")

    # === PRIVACY === #

    def test_nobody_is_kept(self):
        """USE-01: no column can hold a user, not even those of Odoo."""
        users = [
            name
            for name, field in self.Event._fields.items()
            if field.comodel_name in ("res.users", "res.partner", "utility.account")
        ]
        self.assertEqual(users, [])
        self.env.cr.execute(
            """
            SELECT column_name FROM information_schema.columns
             WHERE table_name = 'utility_usage_event'
               AND column_name IN ('create_uid', 'write_uid', 'create_date')
            """
        )
        self.assertEqual(self.env.cr.fetchall(), [])

    def test_smuggle(self):
        """USE-01: no data of a consumer gets in, through no slot of an event."""
        slots = (
            lambda secret: {"event": secret},
            lambda secret: {"event": "drill_down", "subject": secret},
            lambda secret: {"event": "history_opened", "subject": f"utility.{secret}"},
            lambda secret: {
                "event": "search_filtered",
                "subject": f"account.payment/{secret}",
            },
            lambda secret: {"event": "search_filtered", "subject": f"{secret}/date"},
            lambda secret: {"event": "dashboard_viewed", "contact_mode": secret},
            lambda secret: {"event": "dashboard_viewed", "inquiry_category": secret},
            lambda secret: {"event": "dashboard_viewed", "duration": secret},
            lambda secret: {"event": "dashboard_viewed", "visit": secret},
            lambda secret: {"event": "dashboard_viewed", "role": secret},
            lambda secret: {"event": "dashboard_viewed", secret: 1},
            lambda secret: {"event": "dashboard_viewed", "properties": secret},
            lambda secret: {"event": "dashboard_viewed", "properties": {secret: 1}},
            lambda secret: {
                "event": "dashboard_viewed",
                "properties": {"note": secret},
            },
            *(
                lambda secret, key=key: {
                    "event": "dashboard_viewed",
                    "properties": {key: secret},
                }
                for key in self.Event._property_rules()
            ),
            lambda secret: {
                "event": "dashboard_viewed",
                "properties": {"period": [secret], "tiles": {"of": secret}},
            },
        )
        for secret in _SECRETS:
            self.log(*(slot(secret) for slot in slots))
            for slot in slots:
                values = slot(secret)
                properties = values.pop("properties", {})
                if isinstance(properties, dict):
                    self.Event.with_user(self.clerk)._log(**(properties | values))
        # A number of a card, a phone or an id is out of every range
        for key in self.Event._property_rules():
            self.log(
                {"event": "dashboard_viewed", "properties": {key: 4711081547110815}}
            )
        self.log({"event": "dashboard_viewed", "duration": 4711081547110815})
        stored = self.stored_text()
        self.assertIn("dashboard_viewed", stored, "the harmless part is kept")
        for secret in (*_SECRETS, self.clerk.login, self.account.number):
            self.assertNotIn(secret, stored)

    def test_garbage(self):
        """USE-01: statistics never raise; what is no event is dropped."""
        Log = self.Event.with_user(self.clerk).log
        wrong = (None, False, True, 0, -1, 1.5, "", "x" * 100000, [], {}, [[]], "\x00")
        for value in wrong:
            self.assertEqual(Log(value), 0)
            self.assertEqual(Log([value]), 0)
            self.assertEqual(Log([{"event": value}]), 0)
            self.assertEqual(Log([{value: "x"}] if isinstance(value, str) else []), 0)
            for slot in ("subject", "duration", "contact_mode", "properties"):
                Log([{"event": "dashboard_viewed", slot: value}])
            for key in self.Event._property_rules():
                Log([{"event": "dashboard_viewed", "properties": {key: value}}])
        self.Event.search([]).unlink()
        for duration in (float("nan"), float("inf"), -1, 10**400):
            Log([{"event": "dashboard_viewed", "duration": duration}])
        self.assertEqual(self.events().mapped("duration"), [0, 0, 0, 0])

    def test_only_the_server_tells_of_work(self):
        """USE-01: a browser can't make payments, approvals or reports up."""
        allowed = self.Event._events_from_browser()
        for event, _label in self.Event._fields["event"].selection:
            self.assertEqual(self.log({"event": event}), int(event in allowed), event)
        self.assertFalse(self.events("payment_recorded"))

    def test_too_many(self):
        """USE-01: a call has a limit, and so has an hour of a company."""
        self.assertEqual(self.log(*[{"event": "dashboard_viewed"}] * 1000), 50)
        self.env.cr.execute(
            """
            INSERT INTO utility_usage_event (event, happened_at, role, company_id)
            SELECT 'dashboard_viewed', %s, 'customer_executive', %s
              FROM generate_series(1, 20000)
            """,
            [self.Event._this_hour(), self.company.id],
        )
        self.assertEqual(self.log({"event": "dashboard_viewed"}), 0)

    # === WHAT THE SERVER COUNTS === #

    def test_recording(self):
        """USE-01: how long a recording takes, by method, channel, role and contact."""
        self.make_bill()
        phone = self.env.ref("utility_payments.channel_phone")
        self.record_in_form(seconds=75)
        self.record_in_form(seconds=40, user=self.recovery, channel=phone)
        self.record_in_form(seconds=7200)
        walk_in, by_phone, forgotten = self.events("payment_recorded").sorted("id")
        self.assertAlmostEqual(walk_in.duration, 75, delta=30)
        self.assertAlmostEqual(by_phone.duration, 40, delta=30)
        self.assertFalse(forgotten.duration, "left open over lunch: no time of work")
        self.assertRecordValues(
            walk_in | by_phone,
            [
                {
                    "role": "customer_executive",
                    "contact_mode": "counter",
                    "channel_id": self.env.ref("utility_payments.channel_walk_in").id,
                    "properties": {"payments": 1},
                },
                {
                    "role": "recovery_executive",
                    "contact_mode": "phone",
                    "channel_id": phone.id,
                    "properties": {"payments": 1},
                },
            ],
        )
        self.assertEqual(walk_in.mode_id.code, "cash")

    def test_recording_once(self):
        """USE-01, REC-13: a second Confirm is no second recording."""
        self.make_bill()
        wizard = self.record_in_form()
        wizard.action_confirm()
        self.assertEqual(len(self.events("payment_recorded")), 1)

    def test_recording_costs_one_insert(self):
        """USE-01: counting a recording costs the form one statement."""
        self.make_bill(1000)

        def statements():
            form = Form(self.env["utility.record.payment"].with_user(self.clerk))
            form.utility_account_id = self.account
            form.amount = 10
            wizard = form.save()
            wizard.action_review()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            wizard.action_confirm()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        statements()
        on = statements()
        self.company.utility_usage = False
        self.env.flush_all()
        off = statements()
        self.assertLessEqual(on - off, 1)

    def test_door_is_not_counted(self):
        """USE-01: programs that record payments are no staff at a counter."""
        self.make_bill()
        self.record_one()
        self.assertFalse(self.events())

    def test_document(self):
        """USE-01: a receipt that is printed is counted, not whose it is."""
        self.make_bill()
        _outcome, payment = self.record_one()
        report = self.env["ir.actions.report"].with_user(self.clerk)
        report.with_context(force_report_rendering=True)._render_qweb_pdf(
            "utility_payments.report_receipt", payment.ids
        )
        event = self.events("document_printed")
        self.assertEqual(event.subject_id.key, "utility_payments.report_receipt")
        self.assertEqual(event.role, "customer_executive")
        self.assertNotIn(payment.receipt_number, self.stored_text())

    def test_regulatory_report(self):
        """USE-01: a report that is drawn as PDF or XLSX was generated."""
        Wizard = self.env["utility.regulatory.report"].with_user(self.manager)
        report = Wizard.create({"company_id": self.company.id})
        Report = self.env["ir.actions.report"].with_user(self.manager)
        Report.with_context(force_report_rendering=True)._render_qweb_pdf(
            "utility_payments.report_regulatory", report.ids
        )
        Report._render_xlsx("utility_payments.report_regulatory_xlsx", report.ids, {})
        found = self.events("report_generated")
        self.assertEqual(found.subject_id.key, "utility.regulatory.report")
        self.assertEqual(
            sorted(event.properties["format"] for event in found), ["pdf", "xlsx"]
        )

    # === RETENTION === #

    def test_retention(self):
        """USE-01: each company keeps its own as long as it says, then deletes."""
        other = self.env["res.company"].create({"name": "Water of the North"})
        self.company.utility_usage_days = 30
        other.utility_usage_days = 90
        now = fields.Datetime.now()
        self.Event.create(
            [
                {
                    "event": "dashboard_viewed",
                    "role": "billing_manager",
                    "company_id": company.id,
                    "happened_at": now - timedelta(days=days),
                }
                for company in (self.company, other)
                for days in (1, 29, 31, 60, 89, 91, 400)
            ]
        )
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.Event.with_env(self.Event.env(cr=cr))._cron_delete_old(chunk=2)
        self.env.invalidate_all()
        kept = {
            company: sorted(
                (now - event.happened_at).days
                for event in self.Event.search([("company_id", "=", company.id)])
            )
            for company in (self.company, other)
        }
        self.assertEqual(kept, {self.company: [1, 29], other: [1, 29, 31, 60, 89]})

    def test_scheduled_action(self):
        """USE-01: the scheduled action does it, in pieces that it commits."""
        self.Event.create(
            {
                "event": "dashboard_viewed",
                "role": "billing_manager",
                "company_id": self.company.id,
                "happened_at": fields.Datetime.now() - timedelta(days=4000),
            }
        )
        with self.enter_registry_test_mode():
            self.env.ref(
                "utility_payments.ir_cron_delete_usage_events"
            ).method_direct_trigger()
        self.assertFalse(self.events())

    # === RIGHTS === #

    def test_rights(self):
        """USE-01, ROL-01: Billing Managers read it; nobody writes it."""
        event = self.Event.create(
            {
                "event": "dashboard_viewed",
                "role": "billing_manager",
                "company_id": self.company.id,
                "happened_at": fields.Datetime.now(),
            }
        )
        nobody = new_test_user(self.env, "usage_nobody", groups="base.group_user")
        for model in ("utility.usage.event", "utility.usage.subject"):
            for user in (self.clerk, self.recovery, self.collector, nobody):
                self.assertFalse(self.env[model].with_user(user).has_access("read"))
            Model = self.env[model].with_user(self.manager)
            self.assertTrue(Model.has_access("read"))
            for operation in ("create", "write", "unlink"):
                self.assertFalse(Model.has_access(operation), (model, operation))
        with self.assertRaises(AccessError):
            event.with_user(self.clerk).read(["event"])
        with self.assertRaises(AccessError):
            event.with_user(self.manager).unlink()

    def test_companies(self):
        """ROL-04: a manager reads what was counted in their companies."""
        other = self.env["res.company"].create(
            {"name": "Water of the North", "utility_usage": True}
        )
        self.Event.create(
            {
                "event": "dashboard_viewed",
                "role": "billing_manager",
                "company_id": other.id,
                "happened_at": fields.Datetime.now(),
            }
        )
        self.log({"event": "dashboard_viewed"})
        seen = self.Event.with_user(self.manager).search([])
        self.assertEqual(seen.company_id, self.company)

    # === REPORTS === #

    def _answer(self, name):
        """What a Billing Manager reads from a shipped favourite."""
        favourite = self.env.ref(f"utility_payments.ir_filters_usage_{name}")
        self.assertFalse(favourite.user_ids, "it is for all who may open the report")
        self.assertEqual(
            favourite.action_id.id,
            self.env.ref("utility_payments.utility_usage_event_action").id,
        )
        context = json.loads(favourite.context)
        groups = context["pivot_row_groupby"] + context["pivot_column_groupby"]
        measures = [
            measure if measure == "__count" else f"{measure}:avg"
            for measure in context["pivot_measures"]
        ]
        return self.Event.with_user(self.manager).formatted_read_group(
            safe_eval.safe_eval(favourite.domain), groups, measures
        )

    def test_favourites(self):
        """KPI-07, USE-01: each question of the source has a favourite that answers."""
        self.make_bill()
        self.record_in_form(seconds=60)
        self.record_in_form(seconds=80)
        self.log(
            {"event": "dashboard_viewed"},
            {"event": "drill_down", "subject": "overdue"},
            {"event": "search_filtered", "subject": "account.payment/date"},
            user=self.manager,
        )
        Usage = self.Event.with_user(self.manager)
        Usage._log("report_generated", subject="account.payment", format="xlsx")
        self.env.flush_all()
        used = {
            (row["role"], row["event"]): row["__count"] for row in self._answer("used")
        }
        self.assertEqual(used["customer_executive", "payment_recorded"], 2)
        self.assertEqual(used["billing_manager", "dashboard_viewed"], 1)
        [recording] = self._answer("recording")
        self.assertAlmostEqual(recording["duration:avg"], 70, delta=30)
        self.assertEqual(recording["__count"], 2)
        [figure] = self._answer("figures")
        self.assertEqual(figure["subject_id"][1], "Overdue")
        [report] = self._answer("reports")
        self.assertEqual(report["subject_id"][1], "Payments")
        [used_filter] = self._answer("filters")
        self.assertEqual(used_filter["subject_id"][1], "Payments: Date")
        [contact] = self._answer("contact")
        self.assertEqual(contact["contact_mode"], "counter")
        for rest in ("decisions", "alerts", "documents"):
            self.assertEqual(self._answer(rest), [])


@tagged("post_install", "-at_install")
class TestUsageOfApprovals(UsageCommon, AdjustmentsCommon):
    def test_decisions(self):
        """USE-01: what is requested, and how fast it is decided."""
        for decide in ("action_approve", "action_refuse"):
            _outcome, payment = self.record_one(50)
            adjustment = self.make_adjustment(payment)
            adjustment.action_request()
            adjustment.sudo().requested_at -= timedelta(hours=3)
            getattr(adjustment.with_user(self.manager), decide)()
        asked = self.events("approval_requested")
        self.assertEqual(asked.mapped("role"), ["customer_executive"] * 2)
        self.assertEqual(asked.subject_id.key, "utility.payment.adjustment")
        decided = self.events("approval_decided")
        self.assertEqual(
            {event.properties["outcome"] for event in decided}, {"approved", "refused"}
        )
        self.assertEqual(set(decided.mapped("role")), {"billing_manager"})
        for event in decided:
            self.assertAlmostEqual(event.duration_hours, 3, delta=0.1)


@tagged("post_install", "-at_install")
class TestUsageOfAlerts(UsageCommon, AlertsCommon):
    def test_alerts(self):
        """USE-01, KPI-08: what is watched, and how fast it is acted on."""
        rule = self.make_rule()
        configured = self.events("alert_configured")
        self.assertEqual(configured.subject_id.key, "collection_rate")
        alert = (
            self.env["utility.alert"]
            .sudo()
            .create(
                {
                    "rule_id": rule.id,
                    "company_id": self.company.id,
                    "title": "Collection rate is low",
                    "severity": "warning",
                    "raised_at": fields.Datetime.now() - timedelta(hours=5),
                }
            )
        )
        alert.with_user(self.manager)._resolve("Called John Doe")
        resolved = self.events("alert_resolved")
        self.assertEqual(resolved.subject_id.key, "collection_rate")
        self.assertEqual(resolved.role, "billing_manager")
        self.assertAlmostEqual(resolved.duration_hours, 5, delta=0.01)
        self.assertNotIn("John", self.stored_text())


@tagged("post_install", "-at_install")
class TestUsageInBrowser(UsageCommon, HttpCase):
    def test_exports(self):
        """USE-01: an export of a list or a pivot is a report that was generated."""
        self.make_bill()
        self.record_one()
        self.manager.write(
            {"group_ids": [(4, self.env.ref("base.group_allow_export").id)]}
        )
        self.authenticate(self.manager.login, self.manager.login)
        token = Request.csrf_token(self)
        export = {
            "model": "account.payment",
            "fields": [{"name": "receipt_number", "label": "Receipt", "type": "char"}],
            "ids": [],
            "domain": [],
            "import_compat": False,
        }
        pivot = {
            "model": "account.payment",
            "title": "Payments",
            "measure_count": 1,
            "col_group_headers": [[]],
            "measure_headers": [],
            "origin_headers": [],
            "rows": [],
        }
        for route, data in (
            ("/web/export/xlsx", export),
            ("/web/export/csv", export),
            ("/web/pivot/export_xlsx", pivot),
        ):
            answer = self.url_open(
                route, data={"data": json.dumps(data), "csrf_token": token}
            )
            self.assertEqual(answer.status_code, 200, route)
        found = self.events("report_generated")
        self.assertEqual(found.subject_id.key, "account.payment")
        self.assertEqual(
            sorted(event.properties["format"] for event in found),
            ["csv", "xlsx", "xlsx"],
        )
        self.assertEqual(set(found.mapped("role")), {"billing_manager"})

    def test_routes(self):
        """USE-01: exports are counted without a warning of the server at its start."""
        modules = ["web", "utility_payments"]
        with self.assertNoLogs("odoo.http", level="WARNING"):
            routes = [
                route for route, _endpoint in _generate_routing_rules(modules, False)
            ]
        self.assertIn("/web/pivot/export_xlsx", routes)

    def test_screens(self):
        """USE-01: filters and histories that are used in the browser are counted."""
        self.make_bill()
        self.record_one()
        self.start_tour("/odoo/payments", "utility_usage_on", login=self.clerk.login)
        filters = self.events("search_filtered").subject_id.mapped("key")
        self.assertEqual(filters, ["account.payment/amount"])
        opened = self.events("drill_down")
        self.assertEqual(opened.subject_id.key, "total_collected")
        self.assertEqual(opened.properties["period"], "month")
        history = self.events("history_opened")
        self.assertEqual(history.subject_id.key, "account.payment")
        [visit] = set(self.events().mapped("visit"))
        self.assertRegex(visit, "^[0-9a-f]{12}$")

    def test_screens_off(self):
        """USE-01: off, the browser asks the server for nothing."""
        self.make_bill()
        self.record_one()
        self.company.utility_usage = False
        self.start_tour("/odoo/payments", "utility_usage_off", login=self.clerk.login)
        self.assertFalse(self.events())

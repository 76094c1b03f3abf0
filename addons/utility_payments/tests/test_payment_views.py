from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common import PaymentsCommon

VIEWS = ("list", "kanban", "form", "pivot", "graph")


@tagged("post_install", "-at_install")
class TestPaymentViews(PaymentsCommon):
    def setUp(self):
        super().setUp()
        self.bill = self.make_bill(period_start="2024-01-01", period_end="2024-01-31")
        self.account.collector_id = self.collector
        _outcome, self.payment = self.record_one(tendered=150.0)

    def _load(self, user, kind):
        """Open a view as the web client does; return the records that it reads."""
        view = self.env.ref(f"utility_payments.account_payment_view_{kind}")
        Payment = self.env["account.payment"].with_user(user)
        Payment = Payment.with_context(utility_payments=True)
        views = Payment.get_views(
            [(view.id, kind), (False, "search")], {"toolbar": True}
        )
        arch = etree.fromstring(views["views"][kind]["arch"])
        fields = {
            node.get("name"): {} for node in arch.xpath("//field[not(ancestor::field)]")
        }
        return views, Payment.browse(self.payment.id).web_read(fields)

    def test_every_role_opens_every_view(self):
        """ROL-01, LST-02: no screen asks for rights that a role doesn't have."""
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            for kind in VIEWS:
                with self.subTest(user=user.login, kind=kind):
                    _views, records = self._load(user, kind)
                    self.assertEqual(records[0]["id"], self.payment.id)

    def test_every_role_opens_the_consumer(self):
        """CON-06: the 360° page shows the payments to each role."""
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            with self.subTest(user=user.login):
                account = self.account.with_user(user)
                views = account.get_views([(False, "form")])
                arch = etree.fromstring(views["views"]["form"]["arch"])
                self.assertTrue(arch.xpath("//page[@name='payments']"))
                self.assertEqual(account.payment_count, 1)
                self.assertEqual(account.payment_ids, self.payment)
                action = account.action_view_payments()
                found = self.env["account.payment"].with_user(user)
                self.assertEqual(found.search(action["domain"]), self.payment)

    def test_menus_offer_no_native_action(self):
        """ROL-02: the screens don't offer to post, send or print natively."""
        views, _records = self._load(self.manager, "form")
        toolbar = views["views"]["form"]["toolbar"]
        self.assertEqual(
            [action["name"] for kind in toolbar.values() for action in kind],
            ["Receipt"],
        )

    def test_views_cannot_edit(self):
        """ROL-02: details are shown, not edited."""
        for kind in ("list", "form", "kanban"):
            views, _records = self._load(self.manager, kind)
            arch = etree.fromstring(views["views"][kind]["arch"])
            for right in ("create", "edit", "delete"):
                self.assertIn(arch.get(right), ("0", "False"), (kind, right))

    def test_details(self):
        """PAY-01, PAY-02, PAY-03, PAY-05, PAY-06, PAY-07, PAY-08: what is shown."""
        payment = self.payment.with_user(self.clerk)
        self.assertEqual(payment.display_name, payment.receipt_number)
        self.assertEqual(payment.consumer_name, "John Doe")
        self.assertEqual(payment.account_number, self.account.number)
        self.assertEqual(payment.processing_time, "Immediate")
        self.assertEqual(payment.received_by_label, self.clerk.name)
        line = payment.allocation_ids
        self.assertEqual(line.document_name, self.bill.name)
        self.assertEqual(line.document_details, "01/01/2024 to 01/31/2024")
        self.assertEqual(line.difference_kind, "exact")

    def test_details_of_service(self):
        """PAY-02: a service charge shows its name and date."""
        self.make_bill(75.0, kind="service", service_date="2024-01-20")
        _outcome, payment = self.record_one(75.0, type="service")
        self.assertEqual(
            payment.with_user(self.clerk).allocation_ids.document_details,
            "Reconnection Fee, 01/20/2024",
        )

    def test_processing_of_online_payments(self):
        """PAY-07, PAY-09: "System", and days from attempt to settlement."""
        self.payment.sudo().write({"verification_state": "pending"})
        self.env.cr.execute(
            "UPDATE account_payment SET received_by = NULL,"
            " settlement_state = 'in_progress', processing_days = 2.5 WHERE id = %s",
            [self.payment.id],
        )
        self.payment.invalidate_recordset()
        self.assertEqual(self.payment.received_by_label, "System")
        self.assertEqual(self.payment.processing_time, "Not settled yet")
        self.payment.sudo().settlement_state = "settled"
        self.assertEqual(self.payment.processing_time, "2.5 days")

    def test_timeline_says_who(self):
        """PAY-10: each event has a kind, a user and a time."""
        self.payment.sudo().write({"verification_state": "pending"})
        self.payment.with_user(self.recovery).action_verify()
        events = self.payment.with_user(self.clerk).event_ids
        self.assertEqual(events[-1].kind, "verified")
        self.assertEqual(events[-1].user_label, self.recovery.name)
        self.assertTrue(all(events.mapped("happened_at")))

    def test_row_menu(self):
        """LST-02: details and consumer open from a row."""
        details = self.payment.with_user(self.clerk).action_view_details()
        self.assertEqual(details["res_id"], self.payment.id)
        consumer = self.payment.with_user(self.clerk).action_view_consumer()
        self.assertEqual(
            (consumer["res_model"], consumer["res_id"]),
            ("utility.account", self.account.id),
        )

    def test_configuration_views(self):
        """CFG-01: Billing Managers edit channels and modes; the counter doesn't."""
        for model in ("utility.payment.channel", "utility.payment.mode"):
            with Form(self.env[model].with_user(self.manager)) as form:
                form.name = "Voucher"
                form.code = "voucher"
            form.record.with_user(self.manager).active = False
            with self.assertRaises(AccessError):
                form.record.with_user(self.clerk).name = "Mine"
            form.record.with_user(self.clerk).get_views([(False, "list")])

    def test_settings(self):
        """CFG-01: Admin sets the thresholds of the company."""
        Settings = self.env["res.config.settings"].with_user(self.make_admin())
        with Form(Settings) as form:
            self.assertTrue(form.utility_has_chart)
            self.assertIn(self.payment.receipt_number[:2], form.utility_num_formats)
            form.utility_overpayment_amount = 12.5
            form.utility_note_limit = 100
        form.record.execute()
        self.assertEqual(self.company.utility_overpayment_amount, 12.5)
        self.assertEqual(self.company.utility_note_limit, 100)


@tagged("post_install", "-at_install")
class TestPaymentSearch(PaymentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_account("Zoë Müller", number="WU-77001")
        cls.today = "2024-02-20"
        with freeze_time("2024-02-20 12:00:00"):
            Payment = cls.Payment.with_user(cls.manager)
            outcomes = Payment.record_collections(
                [
                    {"account": cls.account.id, "amount": 40, "mode": "cash"},
                    {
                        "account": cls.other.id,
                        "amount": 41,
                        "mode": "cheque",
                        "reference": "CHQ_9%81",
                        "channel": "phone",
                    },
                    {
                        "account": cls.other.id,
                        "amount": 42,
                        "mode": "cash",
                        "type": "service",
                        "date": "2024-01-31",
                        "note": "Found in the drop box",
                    },
                ]
            )
        cls.payments = cls.env["account.payment"].browse(
            outcome["payment_id"] for outcome in outcomes
        )
        cls.cash, cls.cheque, cls.old = cls.payments
        cls.cheque.sudo().write({"verification_state": "pending"})

    def find(self, text):
        Payment = self.env["account.payment"].with_user(self.clerk)
        return Payment.search(
            [("utility_search", "ilike", text), ("id", "in", self.payments.ids)]
        )

    def test_one_box(self):
        """LST-03: consumer, account, receipt, transaction, payment id, reference."""
        both = self.cheque | self.old
        for text, expected in (
            ("john", self.cash),
            ("ZOE MULL", both),
            ("wu-77", both),
            (self.cash.receipt_number.lower(), self.cash),
            (self.old.transaction_number.lower(), self.old),
            (self.old.payment_number[2:], self.old),
            ("chq_9", self.cheque),
            ("jo", self.cash),
            ("ch", self.cheque),
            ("nobody at all", self.env["account.payment"]),
        ):
            with self.subTest(text=text):
                self.assertEqual(self.find(text), expected)

    def test_wildcards_are_letters(self):
        """LST-03: % and _ of a reference are searched as they stand."""
        self.assertEqual(self.find("9%8"), self.cheque)
        self.assertFalse(self.find("c%81"))
        self.assertFalse(self.find("CHQ__"))

    def test_empty_text_hides_nothing(self):
        """LST-03: an empty box finds everything."""
        self.assertEqual(self.find("  "), self.payments.sorted(lambda p: -p.id))

    def test_common_terms(self):
        """LST-03: what matches too much to be collected is filtered on the way."""
        Payment = self.env["account.payment"]
        rare = type(Payment)._search_utility_search.__globals__
        self.addCleanup(rare.update, {"_RARE": rare["_RARE"]})
        rare["_RARE"] = 1
        self.assertEqual(self.find("ZOE MULL"), self.cheque | self.old)
        self.assertEqual(self.find("chq_9"), self.cheque)

    def test_collector_finds_own_consumers_only(self):
        """ROL-01, LST-03: a search reveals nothing beyond the caller's rights."""
        self.other.collector_id = self.collector
        Payment = self.env["account.payment"].with_user(self.collector)
        found = Payment.search([("utility_search", "ilike", "R-")])
        self.assertEqual(found.utility_account_id.sudo(), self.other)

    def test_filters(self):
        """LST-04: date presets, method, status, type, received by, verification."""
        view = self.env.ref("utility_payments.account_payment_view_search")
        domains = {
            node.get("name"): node.get("domain")
            for node in etree.fromstring(view.arch).xpath("//filter[@domain]")
        }
        expected = {
            "today": self.cash | self.cheque,
            "yesterday": self.env["account.payment"],
            "this_week": self.cash | self.cheque,
            "this_month": self.cash | self.cheque,
            "last_month": self.old,
            "last_30_days": self.payments,
            "posted": self.payments,
            "pending": self.env["account.payment"],
            "bill": self.cash | self.cheque,
            "service": self.old,
            "cash": self.cash | self.old,
            "cheque": self.cheque,
            "mine": self.payments,
            "by_system": self.env["account.payment"],
            "unverified": self.cheque,
            "verified": self.cash | self.old,
            "with_credit": self.payments,
        }
        Payment = self.env["account.payment"].with_user(self.manager)
        with freeze_time("2024-02-20 12:00:00"):
            for name, text in domains.items():
                domain = safe_eval(text, {"uid": self.manager.id})
                found = Payment.search([*domain, ("id", "in", self.payments.ids)])
                if name in expected:
                    with self.subTest(filter=name):
                        self.assertEqual(set(found.ids), set(expected[name].ids))

    def test_group_bys(self):
        """LST-04: the usual group-bys work for the counter."""
        view = self.env.ref("utility_payments.account_payment_view_search")
        Payment = self.env["account.payment"].with_user(self.clerk)
        for node in etree.fromstring(view.arch).xpath("//filter[@context]"):
            group_by = safe_eval(node.get("context"))["group_by"]
            groups = Payment._read_group(
                [("id", "in", self.payments.ids)], [group_by], ["__count"]
            )
            self.assertEqual(sum(group[-1] for group in groups), 3, group_by)

    def test_first_page_costs_few_queries(self):
        """LST-02: a page of the list costs the same for 1 row and for many."""
        view = self.env.ref("utility_payments.account_payment_view_list")
        fields = {
            node.get("name"): {}
            for node in etree.fromstring(view.arch).xpath("//field")
        }
        Payment = self.env["account.payment"].with_user(self.clerk)
        counts = []
        # The first reading also warms the caches of rights.
        for payments in (self.cash, self.cash, self.payments):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Payment.browse(payments.ids).web_read(fields)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestPaymentTour(PaymentsCommon, HttpCase):
    def test_list_details_verify(self):
        """LST-02, LST-03, PAY-07, PAY-10, CON-06: from the list to a verification."""
        self.account.number = "WU-TOUR-1"
        self.make_bill()
        _outcome, payment = self.record_one()
        payment.sudo().write({"verification_state": "pending"})
        self.record_one(20, account=self.make_account("Jane Roe").number)
        self.start_tour(
            "/odoo/payments", "utility_payment_details", login="utility_clerk"
        )
        self.assertEqual(payment.verification_state, "verified")
        self.assertEqual(payment.verified_by, self.clerk)

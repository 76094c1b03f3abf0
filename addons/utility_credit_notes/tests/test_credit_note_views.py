from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import CreditNotesCommon

VIEWS = ("list", "kanban", "form", "pivot", "graph")


@tagged("post_install", "-at_install")
class TestCreditNoteViews(CreditNotesCommon):
    """Every screen opens for every role, and shows what it should."""

    def setUp(self):
        super().setUp()
        self.bill = self.make_bill()
        self.account.collector_id = self.collector
        _outcome, self.payment = self.record_one(150)
        self.note = self.payment.credit_note_ids
        self.use = self.make_bill(2.50)
        self.note.with_user(self.clerk).apply_to(self.use.ids)
        self.waiting = self.make_note(self.payment, 100, remarks="Paid twice")
        self.waiting.action_confirm()

    def test_every_role_opens_every_view(self):
        """ROL-01, CRN-07, CRN-09: no screen asks for rights that a role lacks."""
        notes = self.note | self.waiting
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            for kind in VIEWS:
                with self.subTest(user=user.login, kind=kind):
                    _arch, records = self.load(user, "utility.credit.note", kind, notes)
                    self.assertEqual([r["id"] for r in records], notes.ids)

    def test_uses(self):
        """CRN-11, CRN-09: what credit was used for, by consumer, for every role."""
        self.note.with_user(self.manager).action_expire()
        uses = self.note.application_ids
        self.assertEqual(set(uses.mapped("kind")), {"applied", "expired"})
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            for kind in ("list", "pivot", "graph"):
                with self.subTest(user=user.login, kind=kind):
                    _arch, records = self.load(
                        user, "utility.credit.application", kind, uses
                    )
                    self.assertEqual([r["id"] for r in records], uses.ids)
            action = uses[0].with_user(user).action_view_note()
            self.assertEqual(action["res_id"], self.note.id)
        unclaimed = self.env["utility.credit.application"]._read_group(
            [("kind", "=", "expired"), ("reversed_at", "=", False)],
            ["utility_account_id"],
            ["amount:sum"],
        )
        self.assertIn((self.account, 2.0), unclaimed)

    def test_every_role_opens_payment_and_consumer(self):
        """PAY-04, CON-06: payments and the 360° page show credit notes to each role."""
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            with self.subTest(user=user.login):
                payment = self.payment.with_user(user)
                view = self.env.ref("utility_payments.account_payment_view_form")
                arch = payment.get_views([(view.id, "form")])["views"]["form"]["arch"]
                self.assertIn("action_view_credit_notes", arch)
                self.assertEqual(
                    payment.shown_credit_note_ids, self.note | self.waiting
                )
                self.assertEqual(payment.credit_note_count, 2)
                arch, records = self.load(user, "utility.account", "form", self.account)
                self.assertTrue(arch.xpath("//page[@name='credit_notes']"))
                self.assertEqual(records[0]["credit_note_count"], 2)

    def test_collectors_only_look(self):
        """ROL-01: a collector finds no button that changes a credit note."""
        arch, _records = self.load(
            self.collector, "utility.credit.note", "form", self.note
        )
        buttons = {node.get("name") for node in arch.xpath("//header/button")}
        self.assertFalse(
            buttons
            & {
                "action_confirm",
                "action_cancel",
                "action_expire",
                "action_open_extension",
            }
        )
        self.assertFalse(self.note.with_user(self.collector).can_apply)
        self.assertFalse(self.waiting.with_user(self.collector).can_decide)

    def test_views_cannot_edit(self):
        """CRN-09: details are shown, not edited."""
        for kind in ("list", "form", "kanban"):
            arch, _records = self.load(
                self.manager, "utility.credit.note", kind, self.note
            )
            for right in ("create", "edit", "delete"):
                self.assertIn(arch.get(right), ("0", "False"), (kind, right))

    def test_links(self):
        """CRN-07, PAY-04, CON-06: number, consumer and receipt open their records."""
        note = self.note.with_user(self.clerk)
        for action, model, record in (
            (note.action_view_details(), "utility.credit.note", self.note),
            (note.action_view_consumer(), "utility.account", self.account),
            (note.action_view_payment(), "account.payment", self.payment),
        ):
            self.assertEqual(
                (action["res_model"], action["res_id"]), (model, record.id)
            )
        payment = self.payment.with_user(self.clerk)
        found = self.env["utility.credit.note"].search(
            payment.action_view_credit_notes()["domain"]
        )
        self.assertEqual(found, self.note | self.waiting)
        self.waiting.with_user(self.clerk).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(payment.action_view_credit_notes()["res_id"], self.note.id)
        account = self.account.with_user(self.clerk)
        found = self.env["utility.credit.note"].search(
            account.action_view_credit_notes()["domain"]
        )
        self.assertEqual(found, self.note | self.waiting)

    def test_payment_list_costs_few_queries(self):
        """LST-02: what a row may credit costs the same for 1 row and for many."""
        payments = self.payment
        for _number in range(3):
            payments |= self.record_one(5)[1]
        counts = []
        # The first reading also warms the caches of rights.
        for chosen in (self.payment, self.payment, payments):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            chosen.with_user(self.clerk).web_read({"can_credit": {}})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_note_list_costs_few_queries(self):
        """CRN-07: a page of the list costs the same for 1 row and for many."""
        notes = self.note
        for _number in range(4):
            notes |= self.make_note(self.payment, 1)
        counts = []
        for chosen in (self.note, self.note, notes):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.load(self.clerk, "utility.credit.note", "list", chosen)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_reasons(self):
        """CRN-03, CFG-01: Billing Managers edit the reasons; the counter doesn't."""
        Reason = self.env["utility.credit.reason"]
        with Form(Reason.with_user(self.manager)) as form:
            form.name = "Goodwill"
            form.code = "goodwill"
            form.color = 5
        self.assertEqual(form.record.treatment, "return_money")
        form.record.with_user(self.manager).active = False
        with self.assertRaises(AccessError):
            form.record.with_user(self.clerk).name = "Mine"
        form.record.with_user(self.clerk).get_views([(False, "list")])

    def test_settings(self):
        """CFG-01: Admin sets limits, expiry and what becomes of expired credit."""
        admin = self.make_admin()
        with Form(self.env["res.config.settings"].with_user(admin)) as form:
            form.utility_credit_limit_customer = 75
            form.utility_credit_expiry_months = 6
            form.utility_expired_credit = "income"
            form.utility_credit_auto_apply = True
        form.record.execute()
        self.assertRecordValues(
            self.company,
            [
                {
                    "utility_credit_limit_customer": 75,
                    "utility_credit_expiry_months": 6,
                    "utility_expired_credit": "income",
                    "utility_credit_auto_apply": True,
                }
            ],
        )
        action = self.env.ref("utility_credit_notes.tier_definition_action")
        tiers = self.env["tier.definition"].with_user(admin)
        self.assertTrue(tiers.search(safe_eval(action.domain)))


@tagged("post_install", "-at_install")
class TestCreditNoteSearch(CreditNotesCommon):
    """One box, and filters (CRN-07)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_account("Zoë Müller", number="WU-77001")
        cls.make_bill(500, account=cls.other)
        Payment = cls.Payment.with_user(cls.manager)
        outcomes = Payment.record_collections(
            [
                {"account": cls.account.id, "amount": 40, "mode": "cash"},
                {"account": cls.other.id, "amount": 400, "mode": "cash"},
            ]
        )
        cls.mine, cls.zoes = cls.env["account.payment"].browse(
            outcome["payment_id"] for outcome in outcomes
        )
        cls.auto = cls.mine.credit_note_ids

    def setUp(self):
        super().setUp()
        self.active = self.make_note(self.zoes, 30, reason="refund_request")
        self.active.action_confirm()
        self.waiting = self.make_note(self.zoes, 60, reason="billing_error")
        self.waiting.action_confirm()
        self.draft = self.make_note(self.zoes, 10)
        self.notes = self.auto | self.active | self.waiting | self.draft

    def find(self, text, user=None):
        Note = self.env["utility.credit.note"].with_user(user or self.clerk)
        return Note.search(
            [("utility_search", "ilike", text), ("id", "in", self.notes.ids)]
        )

    def test_one_box(self):
        """CRN-07: number, consumer, account and receipt; partial, whatever case."""
        zoes = self.notes - self.auto
        for text, expected in (
            ("john", self.auto),
            ("ZOE MULL", zoes),
            ("wu-77", zoes),
            (self.auto.number.lower(), self.auto),
            (self.active.number[2:], self.active),
            (self.mine.receipt_number.lower(), self.auto),
            (self.zoes.receipt_number[1:], zoes),
            ("cn", self.notes),
            ("nobody at all", self.env["utility.credit.note"]),
            ("%", self.env["utility.credit.note"]),
            ("  ", self.notes),
        ):
            with self.subTest(text=text):
                self.assertEqual(set(self.find(text).ids), set(expected.ids))

    def test_common_terms(self):
        """CRN-07: what matches too much to be collected is filtered on the way."""
        rare = type(self.notes)._search_utility_search.__globals__
        self.addCleanup(rare.update, {"_RARE": rare["_RARE"]})
        rare["_RARE"] = 1
        self.assertEqual(len(self.find("ZOE MULL")), 3)
        self.assertEqual(len(self.find("cn-")), 4)

    def test_by_index(self):
        """CRN-07: numbers are found by an index, however many notes there are."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM utility_credit_note WHERE ((COALESCE(number, '')"
            " || ' ' || COALESCE(receipt_number, '')) ILIKE '%n-100%')"
        )
        plan = " ".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("utility_search_trigram", plan)

    def test_collector_finds_own_consumers_only(self):
        """ROL-01, CRN-07: a search reveals nothing beyond the caller's rights."""
        self.account.collector_id = self.collector
        self.assertEqual(self.find("CN-", self.collector), self.auto)

    def filters(self):
        view = self.env.ref("utility_credit_notes.utility_credit_note_view_search")
        return {
            node.get("name"): node.get("domain")
            for node in etree.fromstring(view.arch).xpath("//filter[@domain]")
        }

    def test_filters(self):
        """CRN-07: status, created, remaining, and what waits for me."""
        used = self.auto
        used.with_user(self.clerk).apply_to(self.make_bill(40).ids)
        self.active.with_user(self.clerk).apply_to(
            self.make_bill(5, account=self.other).ids
        )
        nothing = self.env["utility.credit.note"]
        expected = {
            "draft": self.draft,
            "to_approve": self.waiting,
            "active": self.active,
            "applied": used,
            "expired": nothing,
            "cancelled": nothing,
            "my_approval": self.waiting,
            "mine": nothing,
            "automatic": used,
            "today": self.notes,
            "this_week": self.notes,
            "this_month": self.notes,
            "fully_used": used,
            "partial_remaining": self.active,
            "full_remaining": nothing,
            "expires_soon": nothing,
        }
        domains = self.filters()
        self.assertEqual(set(domains), set(expected))
        # "Created by me" for who recorded nothing of this
        Note = self.env["utility.credit.note"].with_user(self.other_manager)
        for name, text in domains.items():
            domain = safe_eval(text, {"uid": self.other_manager.id})
            found = Note.search([*domain, ("id", "in", self.notes.ids)])
            with self.subTest(filter=name):
                self.assertEqual(set(found.ids), set(expected[name].ids))

    def test_my_approval_leaves_out_my_own(self):
        """CRN-07, ROL-03: nobody is asked to approve what they requested."""
        own = self.make_note(
            self.zoes, 20, reason="billing_error", user=self.other_manager
        )
        own.action_confirm()
        domain = safe_eval(
            self.filters()["my_approval"], {"uid": self.other_manager.id}
        )
        Note = self.env["utility.credit.note"].with_user(self.other_manager)
        found = Note.search([*domain, ("id", "in", (self.notes | own).ids)])
        self.assertEqual(found, self.waiting)
        self.assertEqual(found.filtered("can_decide"), self.waiting)

    def test_no_filter_by_default(self):
        """CRN-07: the list starts with all notes."""
        action = self.env.ref("utility_credit_notes.utility_credit_note_action")
        self.assertFalse(safe_eval(action.context))
        self.assertFalse(action.domain)

    def test_group_bys(self):
        """CRN-07: by reason, status, creator, month."""
        view = self.env.ref("utility_credit_notes.utility_credit_note_view_search")
        Note = self.env["utility.credit.note"].with_user(self.clerk)
        for node in etree.fromstring(view.arch).xpath("//filter[@context]"):
            group_by = safe_eval(node.get("context"))["group_by"]
            groups = Note._read_group(
                [("id", "in", self.notes.ids)], [group_by], ["__count"]
            )
            self.assertEqual(sum(group[-1] for group in groups), 4, group_by)

    def test_usage_follows(self):
        """CRN-07, CRN-08: what remains decides, also when a use is undone."""
        self.assertEqual(self.auto.usage_state, "unused")
        bill = self.make_bill(10)
        self.auto.with_user(self.clerk).apply_to(bill.ids)
        self.assertEqual(self.auto.usage_state, "partial")
        self.auto.application_ids.with_user(self.manager).action_undo()
        self.assertEqual(self.auto.usage_state, "unused")
        self.assertFalse(self.waiting.usage_state)

    def test_unused_credit(self):
        """CRN-11: the report counts the days until credit is used up, or until now."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE utility_credit_note SET create_date = create_date - interval"
            " '30 days' WHERE id = ANY(%s)",
            [(self.auto | self.active).ids],
        )
        self.env.invalidate_all()
        self.auto.with_user(self.clerk).apply_to(self.make_bill(40).ids)
        self.env.flush_all()
        for user in (self.clerk, self.recovery, self.manager):
            Report = self.env["utility.credit.note.report"].with_user(user)
            rows = Report.search([("note_id", "in", self.notes.ids)])
            self.assertEqual(rows.note_id, self.auto | self.active)
            self.assertEqual(
                {row.note_id: (row.days_unused, row.remaining_amount) for row in rows},
                {self.auto: (30, 0), self.active: (30, 30)},
            )
            for kind in ("pivot", "graph", "list"):
                Report.get_views([(False, kind), (False, "search")])
        action = rows[0].action_view_details()
        self.assertEqual(action["res_id"], rows[0].note_id.id)
        with self.assertRaises(AccessError):
            self.env["utility.credit.note.report"].with_user(self.collector).search([])

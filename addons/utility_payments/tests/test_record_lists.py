from lxml import etree

from odoo.tests import new_test_user, tagged

from .common import PaymentsCommon

_LISTS = {
    "account.move.line": "utility_payments.account_move_line_open_items_action",
    "utility.payment.allocation": "utility_payments.utility_payment_allocation_action",
}


@tagged("post_install", "-at_install")
class TestRecordLists(PaymentsCommon):
    """The screens that figures of open items and of allocations lead to."""

    def setUp(self):
        super().setUp()
        self.bill = self.make_bill(100.0)
        self.charge = self.make_bill(40.0, kind="service", due_date="2100-01-01")
        _outcome, self.payment = self.record_one(
            60.0,
            user=self.manager,
            documents=[self.bill.name],
            date="2024-01-11",
            note="Found in the safe",
        )

    def _open(self, model, user, domain):
        """Open a screen as the web client does; return view and rows of its list."""
        Figure = self.env["utility.figure"].with_user(user)
        action = Figure.open_records(model, domain, "Behind the figure")
        self.assertEqual(action["xml_id"], _LISTS[model])
        Model = self.env[model].with_user(user).with_context(**action["context"])
        views = Model.get_views([*action["views"], (False, "search")])
        arch = etree.fromstring(views["views"]["list"]["arch"])
        names = {node.get("name"): {} for node in arch.xpath("//field")}
        rows = Model.web_search_read(action["domain"], names)["records"]
        kanban = etree.fromstring(views["views"]["kanban"]["arch"])
        Model.web_search_read(
            action["domain"], {node.get("name"): {} for node in kanban.xpath("//field")}
        )
        return arch, rows

    def test_open_items(self):
        """KPI-05: every role of the office sees what is open, and since when."""
        domain = [
            ("utility_account_id", "=", self.account.id),
            ("reconciled", "=", False),
        ]
        for user in (self.clerk, self.recovery, self.manager):
            with self.subTest(user=user.login):
                arch, rows = self._open("account.move.line", user, domain)
                self.assertEqual(arch.get("action"), "action_open_utility_item")
                found = {row["utility_document"]: row for row in rows}
                self.assertEqual(set(found), {self.bill.name, self.charge.name})
                late, early = found[self.bill.name], found[self.charge.name]
                today = self.company._utility_today()
                self.assertEqual(
                    late["utility_days_overdue"],
                    (today - self.bill.invoice_date_due).days,
                )
                self.assertEqual((late["balance"], late["amount_residual"]), (100, 40))
                self.assertEqual(early["utility_days_overdue"], 0)

    def test_open_item_leads_to_its_record(self):
        """KPI-05: a row opens the document, or the payment whose money is unused."""
        _outcome, over = self.record_one(130.0, excess="credit", tendered=130.0)
        Line = self.env["account.move.line"].with_user(self.clerk)
        debts = Line.search([("move_id", "=", self.bill.id), ("balance", ">", 0)])
        action = debts.filtered("utility_account_id").action_open_utility_item()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("account.move", self.bill.id)
        )
        credit = Line.search(
            [("move_id", "=", over.move_id.id), ("amount_residual", "<", 0)]
        )
        self.assertEqual(credit.utility_document, over.receipt_number)
        self.assertEqual(credit.utility_days_overdue, 0)
        action = credit.action_open_utility_item()
        self.assertIn(
            action["res_model"], ("account.payment", "utility.credit.note"), action
        )

    def test_allocations(self):
        """KPI-04, KPI-05: what was paid of documents, with the days it took."""
        domain = [("payment_id", "=", self.payment.id)]
        for user in (self.clerk, self.recovery, self.manager):
            with self.subTest(user=user.login):
                _arch, rows = self._open("utility.payment.allocation", user, domain)
                self.assertEqual(len(rows), 1)
                self.assertEqual(rows[0]["amount_standing"], 60)
                self.assertEqual(rows[0]["collection_days"], 10)
        allocation = self.payment.allocation_ids.with_user(self.clerk)
        self.assertEqual(allocation.action_view_payment()["res_id"], self.payment.id)
        self.assertEqual(allocation.action_view_document()["res_id"], self.bill.id)

    def test_every_filter_and_group_runs(self):
        """KPI-07: no filter or group-by of the lists fails."""
        for model, xml_id in _LISTS.items():
            action = self.env.ref(xml_id)
            self.assertSearchRuns(model, action.search_view_id, self.clerk)

    def test_nothing_for_others(self):
        """ROL-01: whoever has no role gets neither screen's records."""
        nobody = new_test_user(self.env, "utility_nobody", groups="base.group_user")
        for model in _LISTS:
            self.assertFalse(self.env[model].with_user(nobody).has_access("read"))

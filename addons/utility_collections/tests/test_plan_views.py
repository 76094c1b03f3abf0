from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import PlansCommon

VIEWS = {
    "utility.payment.plan": ("list", "kanban", "form", "pivot", "graph"),
    "utility.payment.plan.installment": (
        "list",
        "kanban",
        "calendar",
        "pivot",
        "graph",
    ),
}


@tagged("post_install", "-at_install")
class TestPlanViews(PlansCommon):
    """What the screens of a plan show and do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.collector_id = cls.collector
        cls.bill = cls.make_bill(202.50)
        cls.plan = cls.make_plan(cls.bill)
        cls.rows = cls.plan.installment_ids.sorted("sequence")

    def find(self, name, user=None):
        """The plans that a filter of the search view finds for a user."""
        Plan = self.Plan.with_user(user or self.recovery)
        arch = etree.fromstring(Plan.get_view(view_type="search")["arch"])
        (node,) = arch.xpath(f"//filter[@name='{name}']")
        return Plan.search(safe_eval(node.get("domain"), {"uid": Plan.env.uid}))

    def make_late(self, days):
        self.rows[0].sudo().due_date = self.days(-days)
        self.plan.sudo()._refresh_standing()

    def test_figures_before_any_payment(self):
        """PLN-04: what is unpaid and past due is known before anything is paid."""
        self.assertEqual(self.plan.amount_remaining, 202.5)
        self.make_late(2)
        self.assertEqual((self.plan.amount_late, self.plan.standing), (67.5, "late"))
        balances = self.account._get_balances()[self.account.id]
        self.assertEqual((balances["deferred"], balances["overdue"]), (202.5, 67.5))

    def test_every_role_opens_every_view(self):
        """ROL-01: no screen asks for rights that a role lacks."""
        self.record_one(67.5, type="installment")
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            for model, kinds in VIEWS.items():
                records = self.plan if model == "utility.payment.plan" else self.rows
                for kind in kinds:
                    with self.subTest(user=user.login, model=model, kind=kind):
                        _arch, read = self.load(user, model, kind, records)
                        self.assertEqual([row["id"] for row in read], records.ids)
            with self.subTest(user=user.login, model="utility.account"):
                _arch, read = self.load(user, "utility.account", "form", self.account)
                self.assertEqual(
                    (read[0]["plan_count"], read[0]["deferred_balance"]), (1, 135.0)
                )

    def test_board(self):
        """PLN-05: a column a standing, also while it is empty; what is over is not."""
        self.make_late(2)
        Plan = self.Plan.with_context(read_group_expand=True)
        groups = Plan.web_read_group(
            [("state", "=", "active")], groupby=["standing"], aggregates=["__count"]
        )["groups"]
        self.assertEqual(
            [(group["standing"], group["__count"]) for group in groups],
            [("due_soon", 0), ("late", 1), ("at_risk", 0), ("broken", 0)],
        )
        view = self.env.ref(
            "utility_collections.utility_payment_plan_view_kanban_board"
        )
        arch = etree.fromstring(self.Plan.get_view(view.id, "kanban")["arch"])
        self.assertEqual(arch.get("default_group_by"), "standing")
        self.assertEqual(arch.get("records_draggable"), "0")
        self.assertEqual(self.find("board"), self.plan)
        self.plan.sudo()._break("One installment was missed")
        self.assertEqual(self.find("board"), self.plan)
        self.assertEqual(self.find("broken"), self.plan)
        self.plan.sudo().ended_on = self.days(-91)
        self.assertFalse(self.find("board"))

    def test_filters(self):
        """LST-03: whose, due when, in which state; in one box by plan or consumer."""
        draft = self.make_plan(self.make_bill(30.0), activate=False)
        self.assertEqual(self.find("to_activate"), draft)
        self.assertEqual(self.find("active"), self.plan)
        self.assertEqual(self.find("mine"), self.plan | draft)
        self.assertFalse(self.find("mine", self.manager))
        self.assertEqual(self.find("due_soon"), self.plan)
        for name in ("on_track", "late", "at_risk", "broken", "completed"):
            self.assertFalse(self.find(name), name)
        self.make_late(1)
        self.assertEqual(self.find("late"), self.plan)
        for term in (self.plan.number, self.plan.number[-4:], self.account.number):
            found = self.Plan.search([("utility_search", "ilike", term)])
            self.assertIn(self.plan, found, term)
        self.assertFalse(self.Plan.search([("utility_search", "ilike", "PP-none")]))

    def test_cancel_dialog(self):
        """PLN-02: a plan ends with a reason, a draft is withdrawn with one."""
        draft = self.make_plan(self.make_bill(30.0), activate=False)
        for plan, title in ((self.plan, "Cancel plan"), (draft, "Withdraw")):
            action = plan.with_user(self.clerk).action_open_cancel()
            self.assertEqual(action["name"], title)
            form = Form(
                self.env[action["res_model"]]
                .with_user(self.clerk)
                .with_context(**action["context"])
            )
            with self.assertRaises(AssertionError):
                form.save()
            form.reason = "Paid at the bank"
            form.save().action_cancel()
            self.assertEqual(
                (plan.state, plan.end_reason), ("cancelled", "Paid at the bank")
            )
        with self.assertRaisesRegex(UserError, "has ended already"):
            form.save().action_cancel()
        event = self.plan.event_ids[-1]
        self.assertEqual((event.kind, event.detail), ("cancelled", "Paid at the bank"))

    def test_dialog_of_others(self):
        """ROL-01: a dialog belongs to who opened it."""
        dialog = (
            self.env["utility.payment.plan.cancel"]
            .with_user(self.clerk)
            .create({"plan_id": self.plan.id, "reason": "Mine"})
        )
        other = new_test_user(
            self.env,
            login="utility_other_clerk",
            groups="utility_consumers.group_customer_executive",
        )
        self.assertFalse(
            self.env["utility.payment.plan.cancel"]
            .with_user(other)
            .search([("id", "=", dialog.id)])
        )

    def test_versions(self):
        """PLN-02: a plan shows its versions, the newest first, when there are some."""
        self.assertFalse(self.plan.has_versions)
        new = self.make_plan(self.bill, previous_id=self.plan.id, installment_count=2)
        self.env.invalidate_all()
        for plan in (self.plan, new):
            self.assertTrue(plan.has_versions)
            self.assertEqual(plan.version_ids.ids, [new.id, self.plan.id])

    def test_installment_due_beside_the_balance(self):
        """CON-04: the next installment, and all that are past due together."""
        account = self.account.with_user(self.clerk)
        self.assertEqual(account.installment_balance, 67.5)
        self.assertEqual(account.installment_date, self.today)
        self.assertFalse(account.installment_late)
        self.record_one(60.0, type="installment")
        self.rows[0].sudo().due_date = self.days(-40)
        self.rows[1].sudo().due_date = self.days(-9)
        self.env.invalidate_all()
        self.assertEqual(account.installment_balance, 75.0)
        self.assertEqual(account.installment_date, self.days(-40))
        self.assertTrue(account.installment_late)
        self.plan.action_cancel("Test")
        self.env.invalidate_all()
        self.assertEqual(account.installment_balance, 0.0)
        self.assertFalse(account.installment_date)

    def test_payment_shows_its_plan(self):
        """PAY-02: a payment names plan, number and due date, and opens the plan."""
        self.assertEqual(
            self.rows.mapped("position_label"), ["1 of 3", "2 of 3", "3 of 3"]
        )
        _outcome, payment = self.record_one(67.5, type="installment")
        payment = payment.with_user(self.clerk)
        self.assertEqual(payment.plan_names, self.plan.number)
        self.assertEqual(payment.action_view_payment_plans()["res_id"], self.plan.id)
        allocation = payment.allocation_ids
        self.assertEqual(allocation.document_name, self.bill.name)
        self.assertRegex(
            allocation.document_details, rf"Installment {self.plan.number}/1, due .*\d"
        )
        self.assertEqual(self.plan.payment_count, 1)
        action = self.plan.with_user(self.clerk).action_view_payments()
        self.assertEqual(
            self.env["account.payment"].search(action["domain"]), payment.sudo(False)
        )
        _outcome, other = self.record_one(10.0)
        self.assertFalse(other.plan_names)

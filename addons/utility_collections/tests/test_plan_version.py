from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_plan_setup import SetupCommon


@tagged("post_install", "-at_install")
class TestPlanVersion(SetupCommon):
    """New terms make a new version and keep the old one (PLN-02)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)
        cls.plan = cls.make_plan(cls.bill)

    def kinds(self, plan):
        return plan.event_ids.mapped("kind")

    def pay(self, amount, installment):
        return self.record_one(amount, type="installment", documents=[installment.id])

    def test_modify_active(self):
        """PLN-02: what remains goes into version 2; version 1 stays as it was."""
        self.pay(67.5, self.plan.installment_ids.sorted("sequence")[0])
        other = self.make_bill(45.0)
        form = self.open_modify(self.plan)
        self.assertEqual(form.covered_move_ids.ids, self.bill.ids)
        self.assertEqual(form.amount_covered, 135.0)
        form.covered_move_ids.add(other)
        form.installment_count = 6
        self.assertFalse(form.message)
        new = self.press(form, "action_activate")
        self.assertEqual((new.number, new.version), (self.plan.number, 2))
        self.assertEqual(new.previous_id, self.plan)
        self.assertEqual(self.amounts(new), [30.0] * 6)
        self.plan.invalidate_recordset()
        self.assertEqual(self.plan.state, "cancelled")
        self.assertEqual(self.states(self.plan), ["paid", "cancelled", "cancelled"])
        self.assertEqual(self.amounts(self.plan, "paid_amount"), [67.5, 0.0, 0.0])
        self.assertIn("version 2", self.plan.end_reason)
        self.assertIn("replaced", self.kinds(self.plan))
        self.assertIn("replaces", self.kinds(new))
        self.assertPlanSound(new)
        balances = self.account._get_balances()[self.account.id]
        self.assertEqual((balances["deferred"], balances["overdue"]), (180.0, 0.0))
        self.assertLedgerSound()

    def test_modify_broken(self):
        """PLN-02: a broken version stays broken when it is negotiated anew."""
        self.pay(67.5, self.plan.installment_ids.sorted("sequence")[0])
        self.plan.sudo()._break("2 missed")
        form = self.open_modify(self.plan)
        self.assertEqual(form.amount_covered, 135.0)
        new = self.press(form, "action_activate")
        self.assertEqual((new.version, new.state), (2, "active"))
        self.assertEqual(self.plan.state, "broken")
        self.assertEqual(self.plan.end_reason, "2 missed")
        self.assertIn("replaced", self.kinds(self.plan))
        self.assertIn("replaces", self.kinds(new))
        self.assertPlanSound(new)
        self.pay(135.0, new.installment_ids[0])
        self.assertLedgerSound()

    def test_paid_stays_with_its_version(self):
        """PLN-02, PLN-03: money of version 1 never pays version 2."""
        _outcome, payment = self.pay(
            67.5, self.plan.installment_ids.sorted("sequence")[0]
        )
        new = self.press(self.open_modify(self.plan), "action_activate")
        self.assertEqual(self.amounts(new, "paid_amount"), [0.0] * 3)
        self.adjust(payment, "reverse", reverse_as="returned")
        new.invalidate_recordset()
        self.assertEqual(self.amounts(new, "paid_amount"), [0.0] * 3)
        self.assertEqual(new.amount_remaining, 135.0)
        balances = self.account._get_balances()[self.account.id]
        # What came back of version 1 is owed beside version 2.
        self.assertEqual((balances["deferred"], balances["overdue"]), (135.0, 67.5))
        self.assertPlanSound(new)
        self.assertLedgerSound()

    def test_effect_on_balances(self):
        """PLN-02, CON-04: the effect of a new version, as it then is."""
        row = self.plan.sudo().installment_ids.sorted("sequence")[0]
        row.due_date = self.days(-3)
        self.plan.sudo()._refresh_standing()
        form = self.open_modify(self.plan)
        shown = {figure["label"]: figure for figure in form.effect}
        self.press(form, "action_activate")
        after = self.account._get_balances()[self.account.id]
        money = self.company.currency_id.format
        self.assertEqual(shown["Overdue"]["before"], money(67.5))
        self.assertEqual(shown["Overdue"]["after"], money(after["overdue"]))
        self.assertEqual(shown["Deferred by plans"]["after"], money(after["deferred"]))
        self.assertEqual(after["overdue"], 0.0)

    def test_side_by_side(self):
        """PLN-02: dates, amounts and what was paid of both versions, row by row."""
        self.pay(67.5, self.plan.installment_ids.sorted("sequence")[0])
        form = self.open_modify(self.plan)
        form.installment_count = 4
        money = self.company.currency_id.format
        shown = form.comparison
        new = self.press(form, "action_activate")
        for comparison in (shown, new.version_comparison):
            rows = comparison["rows"]
            self.assertEqual(len(rows), 4)
            self.assertEqual(rows[0]["old"]["amount"], money(67.5))
            self.assertEqual(rows[0]["old"]["paid"], money(67.5))
            self.assertFalse(rows[1]["old"]["paid"])
            self.assertEqual(rows[0]["new"]["amount"], money(33.75))
            self.assertFalse(rows[3]["old"])
        self.assertEqual(shown["versions"][1]["name"], "Version 2")
        self.assertFalse(self.plan.version_comparison)

    def test_template_is_kept(self):
        """PLN-02: the rules of its template stay with a new version."""
        template = self.env["utility.payment.plan.template"].create(
            {
                "name": "Patient",
                "company_id": self.company.id,
                "installment_count": 5,
                "break_after": 0,
            }
        )
        plan = self.make_plan(
            self.make_bill(80.0), template_id=template.id, installment_count=2
        )
        form = self.open_modify(plan)
        self.assertEqual((form.template_id, form.installment_count), (template, 2))
        new = self.press(form, "action_activate")
        self.assertEqual((new.template_id, new.break_after), (template, 0))

    def test_only_the_newest(self):
        """PLN-02: a version that was replaced isn't modified again."""
        self.plan.sudo()._break("missed")
        stale = self.open_modify(self.plan)
        new = self.press(self.open_modify(self.plan), "action_activate")
        with self.assertRefused(UserError, "version 2"):
            self.plan.with_user(self.recovery).action_modify()
        before = self.count_plans()
        wizard = stale.save()
        with self.assertRefused(UserError, "version 2"), self.env.cr.savepoint():
            wizard.action_activate()
        self.assertEqual(self.count_plans(), before)
        third = self.press(self.open_modify(new), "action_activate")
        self.assertEqual(third.version, 3)
        self.assertEqual(new.state, "cancelled")

    def test_not_modified(self):
        """PLN-02: drafts, completed and cancelled plans have nothing to modify."""
        draft = self.make_plan(self.make_bill(30.0), activate=False)
        self.record_one(202.5, type="bill", documents=[self.bill.name])
        for plan in (draft, self.plan):
            with self.assertRefused(UserError, "Only an active or broken plan"):
                plan.action_modify()

    def test_paid_while_open(self):
        """PLN-02: paid in full meanwhile, no version is made."""
        wizard = self.open_modify(self.plan).save()
        self.record_one(202.5, type="bill", documents=[self.bill.name])
        before = self.count_plans()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            wizard.action_activate()
        self.assertEqual(self.count_plans(), before)

    def test_refused_version_changes_nothing(self):
        """PLN-02: the old version stays in force when the new one is refused."""
        form = self.open_modify(self.plan, user=self.clerk)
        form.installment_count = 30
        self.assertTrue(form.limit_message)
        wizard = form.save()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_activate()
        self.assertEqual(self.plan.state, "active")
        self.assertEqual(self.states(self.plan), ["due"] * 3)
        draft = self.press(form, "action_ask_executive")
        self.assertEqual((draft.state, draft.version), ("draft", 2))
        self.assertEqual(self.plan.state, "active")
        draft.with_user(self.recovery).action_activate()
        self.assertEqual((draft.state, self.plan.state), ("active", "cancelled"))

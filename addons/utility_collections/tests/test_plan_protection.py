from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .figures_common import PlanFiguresCommon


@tagged("post_install", "-at_install")
class TestPlanProtection(PlanFiguresCommon):
    """PLN-04: covered debt isn't overdue while the plan is kept, nor asked for."""

    def overdue_items(self, account):
        """What the list of open items calls overdue."""
        view = self.env.ref("utility_payments.account_move_line_view_search")
        Line = self.env["account.move.line"].with_user(self.clerk)
        arch = Line.get_views([(view.id, "search")])["views"]["search"]["arch"]
        node = etree.fromstring(arch).xpath("//filter[@name='overdue']")[0]
        return Line.search(
            [("utility_account_id", "=", account.id)]
            + safe_eval(node.get("domain"), {})
        )

    def test_protected_while_kept(self):
        """PLN-04: an active plan protects what it defers, until its next due date."""
        plan = self.make_old_plan(90, [5, 35, 65])
        account = plan.utility_account_id
        self.assertEqual(
            account._get_protections(),
            {
                account.id: [
                    {
                        "kind": "plan",
                        "amount": 90.0,
                        "until": self.days(6),
                        "record": plan,
                    }
                ]
            },
        )
        self.assertEqual(account.overdue_balance, 0)

    def test_late_installment_is_not_protected(self):
        """PLN-04, CON-04: past due is overdue, the rest is not."""
        plan = self.make_old_plan(90, [-1, 29, 59])
        account = plan.utility_account_id
        ((protection,),) = account._get_protections().values()
        self.assertEqual(
            (protection["amount"], protection["until"]), (60, self.days(30))
        )
        self.assertEqual(account.overdue_balance, 30)
        self.pay_row(plan, 1)
        account.invalidate_recordset()
        self.assertEqual(account.overdue_balance, 0)

    def test_not_protected_when_broken(self):
        """PLN-04, PLN-05: a broken plan protects nothing; its debt is due again."""
        plan = self.make_old_plan(90, [-20, 10, 40])
        account = plan.utility_account_id
        self.miss_row(plan, 1)
        plan._break("An installment was missed")
        self.assertEqual(account._get_protections(), {})
        account.invalidate_recordset()
        self.assertEqual(account.overdue_balance, 90)

    def test_draft_and_completed(self):
        """PLN-04: a draft doesn't protect yet, a completed plan has nothing left."""
        account = self.make_account("Nobody")
        self.assertEqual(account._get_protections(), {})
        draft = self.make_plan(self.make_bill(50, account=account), activate=False)
        self.assertEqual(account._get_protections(), {})
        draft.action_activate()
        self.assertEqual(account._get_protections()[account.id][0]["amount"], 50)
        for row in draft.installment_ids:
            self.record(
                {
                    "account": account.id,
                    "amount": row.amount,
                    "mode": "cash",
                    "documents": [row.id],
                    "type": "installment",
                }
            )
        self.assertEqual(draft.state, "completed")
        self.assertEqual(account._get_protections(), {})

    def test_many_accounts(self):
        """However many accounts, plans, promises and disputes are a query each."""
        plans = self.env["utility.payment.plan"]
        for number in range(1, 6):
            plans |= self.make_old_plan(10 * number, [number, 30])
        accounts = plans.utility_account_id
        self.env.flush_all()
        accounts.mapped("company_id.partner_id.tz")
        with self.assertQueryCount(3):
            protections = accounts._get_protections()
        self.assertEqual(
            {account_id: rows[0]["amount"] for account_id, rows in protections.items()},
            {plan.utility_account_id.id: plan.amount_covered for plan in plans},
        )

    def test_documents_and_items(self):
        """PLN-04: a covered bill isn't overdue in lists, until the plan ends."""
        plan = self.make_old_plan(90, [5, 35, 65])
        account = plan.utility_account_id
        bill = plan.covered_move_ids.with_user(self.clerk)
        item = plan.cover_ids.line_id.with_user(self.clerk)
        other = self.make_bill(10, account=account)
        self.assertTrue(bill.utility_deferred)
        self.assertFalse(bill.utility_overdue)
        self.assertTrue(other.utility_overdue)
        self.assertEqual(item.utility_days_overdue, 0)
        self.assertEqual(self.overdue_items(account).move_id, other)
        Move = self.env["account.move"].with_user(self.clerk)
        own = [("utility_account_id", "=", account.id)]
        self.assertEqual(
            Move.search([*own, ("utility_deferred", "=", True)]).ids, bill.ids
        )
        self.assertEqual(
            Move.search([*own, ("utility_deferred", "=", False)]).ids, other.ids
        )
        plan.with_user(self.recovery).action_cancel("Changed their mind")
        self.env.invalidate_all()
        self.assertFalse(bill.utility_deferred)
        self.assertTrue(bill.utility_overdue)
        self.assertTrue(item.utility_days_overdue)
        self.assertEqual(
            set(self.overdue_items(account).move_id.ids), set((bill | other).ids)
        )

    def test_receivable_report(self):
        """PLN-04, CON-04, KPI-07: overdue amounts add up to the account's balance."""
        plan = self.make_old_plan(91, [-10, -1, 29])
        account = plan.utility_account_id
        self.pay_row(plan, 1, share=0.5)
        other = self.make_bill(10, account=account)
        self.env.flush_all()
        self.env.invalidate_all()
        Report = self.env["utility.receivable.report"].with_user(self.manager)
        rows = Report.search([("utility_account_id", "=", account.id)])
        by_document = {row.document: row for row in rows}
        covered = by_document[plan.covered_move_ids.name]
        self.assertEqual(covered.bucket, "95_plan")
        self.assertEqual(covered.plan_id, plan.with_env(covered.env))
        self.assertEqual(covered.days_overdue, 10)
        self.assertEqual(by_document[other.name].bucket, "91_over")
        self.assertFalse(by_document[other.name].plan_id)
        self.assertAlmostEqual(
            sum(rows.mapped("overdue_amount")), account.overdue_balance
        )
        self.assertAlmostEqual(sum(rows.mapped("open_amount")), account.payoff_balance)

    def test_receivable_report_while_kept(self):
        """PLN-04, KPI-07: nothing of a plan that is kept is overdue in the report."""
        plan = self.make_old_plan(90, [0, 30, 60])
        self.env.flush_all()
        row = self.env["utility.receivable.report"].search(
            [("utility_account_id", "=", plan.utility_account_id.id)]
        )
        self.assertEqual((row.bucket, row.open_amount), ("95_plan", 90.0))
        self.assertEqual((row.overdue_amount, row.days_overdue), (0.0, 0))
        self.assertEqual(plan.utility_account_id.overdue_balance, 0)

    def test_receivable_report_of_several_documents(self):
        """PLN-04: what is past due of a plan is shown at its oldest documents."""
        account = self.make_account("Several")
        bills = self.make_bill(40, account=account, due_date="2024-01-10")
        bills |= self.make_bill(60, account=account, due_date="2024-02-10")
        plan = self.make_plan(bills, installment_count=2).sudo()
        rows = plan.installment_ids.sorted("sequence")
        rows[0].due_date = self.days(-3)
        self.env.flush_all()
        report = self.env["utility.receivable.report"].search(
            [("utility_account_id", "=", account.id)], order="due_on"
        )
        self.assertEqual(report.mapped("overdue_amount"), [40, 10])
        self.assertEqual(account.overdue_balance, 50)

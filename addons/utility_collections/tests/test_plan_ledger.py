from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PlansCommon
from .figures_common import PlanFigureChecks


@tagged("post_install", "-at_install")
class TestPlanLedger(PlanFigureChecks, PlansCommon):
    """The plan follows the ledger, whichever way its debt is paid (PLN-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)

    def pay(self, amount, *documents, **values):
        values = {"type": "installment", "documents": list(documents)} | values
        return self.record_one(amount, **values)[1]

    def pay_bill(self, amount, *bills, **values):
        bills = [bill.id for bill in bills or self.bill]
        return self.record_one(amount, documents=bills, **values)[1]

    def paid(self, plan):
        plan.invalidate_recordset()
        return self.amounts(plan, "paid_amount")

    def kinds(self, plan):
        return plan.sudo().event_ids.sorted("id").mapped("kind")[2:]

    def balances(self, account=None):
        account = account or self.account
        return account._get_balances()[account.id]

    def assertSound(self, *plans):
        for plan in plans:
            self.assertPlanSound(plan)
        self.assertLedgerSound()
        # CON-04: the fast totals of the landing page are the sum of the accounts'.
        accounts = self.env["utility.account"].search(
            [("company_id", "=", self.company.id)]
        )
        one_by_one = accounts._get_balances().values()
        total = accounts._get_total_balances(self.company)
        self.assertEqual(
            float(total["overdue"]), round(sum(b["overdue"] for b in one_by_one), 2)
        )
        self.assertEqual(
            total["overdue_count"], sum(b["overdue"] > 0 for b in one_by_one)
        )
        self.assertEqual(
            accounts.search([("overdue_balance", ">", 0), ("id", "in", accounts.ids)]),
            accounts.filtered(lambda account: self.balances(account)["overdue"] > 0),
        )

    def make_credit(self, amount):
        """A credit note of a payment in advance."""
        return self.record_one(amount, type="service")[1].credit_note_ids

    # -------------------------------------------------------------------------
    # PAID OTHERWISE
    # -------------------------------------------------------------------------

    def test_bill_is_paid_directly(self):
        """PLN-03: money for the bill itself pays the oldest installments."""
        plan = self.make_plan(self.bill)
        self.pay_bill(100)
        self.assertEqual(self.paid(plan), [67.5, 32.5, 0])
        self.assertEqual(self.kinds(plan), ["paid", "partly_paid"])
        self.assertSound(plan)

    def test_money_without_a_name_leaves_the_plan_alone(self):
        """REC-03, PLN-04: covered debt isn't due, so money goes by it."""
        plan = self.make_plan(self.bill)
        free = self.make_bill(50)
        outcome, _payment = self.record_one(80)
        self.assertEqual((outcome["applied"], outcome["credit"]), (50, 30))
        self.assertEqual(free.amount_residual, 0)
        self.assertEqual(self.paid(plan), [0, 0, 0])
        self.assertSound(plan)

    def test_bill_is_credited(self):
        """CRN-10, PLN-03: credit on the bill pays the plan, and its undoing counts."""
        plan = self.make_plan(self.bill)
        note = self.make_credit(80)
        note.with_user(self.clerk).apply_to(self.bill.ids, 70)
        self.assertEqual(self.paid(plan), [67.5, 2.5, 0])
        self.assertSound(plan)
        note.application_ids.with_user(self.manager).action_undo()
        self.assertEqual(self.paid(plan), [0, 0, 0])
        self.assertEqual(self.kinds(plan)[-2:], ["payment_undone"] * 2)
        self.assertSound(plan)

    def test_credit_that_adjusts_revenue(self):
        """CRN-03, PLN-03: what was billed wrongly is no longer owed by the plan."""
        other = self.make_bill(30)
        payment = self.pay_bill(30, other)
        note = self.make_note(payment, 30, reason="billing_error", user=self.clerk)
        note.action_confirm()
        note.with_user(self.manager).action_approve()
        plan = self.make_plan(self.bill)
        note.with_user(self.clerk).apply_to(self.bill.ids)
        self.assertEqual(self.paid(plan), [30, 0, 0])
        self.assertSound(plan)

    def test_credit_counts_from_the_day_of_its_use(self):
        """PLN-05: old credit that is used late pays late."""
        with freeze_time("2025-04-01 12:00:00"):
            note = self.make_credit(67.5)
            plan = self.make_plan(
                self.bill, first_due_date=self.company._utility_today()
            )
        with freeze_time("2025-04-20 12:00:00"):
            note.with_user(self.clerk).apply_to(self.bill.ids)
        row = plan.sudo().installment_ids.sorted("sequence")[0]
        self.assertEqual(row.paid_on, date(2025, 4, 20))

    def test_order_of_recording_does_not_matter(self):
        """PLN-05: a payment that is recorded late counts on its own day."""
        with freeze_time("2025-04-01 12:00:00"):
            plan = self.make_plan(
                self.bill, first_due_date=self.company._utility_today()
            )
        with freeze_time("2025-04-10 12:00:00"):
            self.pay_bill(67.5)
        with freeze_time("2025-04-12 12:00:00"):
            self.pay_bill(67.5, date="2025-04-08")
        rows = plan.sudo().installment_ids.sorted("sequence")
        self.assertEqual(rows[0].paid_on, date(2025, 4, 8))
        self.assertEqual(rows[1].paid_on, date(2025, 4, 10))
        self.assertFalse(rows[2].paid_on)

    def test_foreign_payment(self):
        """REC-14, PLN-03: money in another currency pays at the rate of its day."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2024-01-01",
                "rate": 0.9,
            }
        )
        other = self.make_account("Jane Roe")
        plan = self.make_plan(
            self.make_bill(33.33, account=other) | self.make_bill(66.67, account=other),
            installment_count=3,
        )
        payment = self.pay(30.01, account=other.number, currency="EUR")
        self.assertEqual(self.paid(plan), [33.33, 0.01, 0])
        self.pay(60.01, account=other.number, currency="EUR")
        self.assertEqual(plan.state, "completed")
        self.assertSound(plan)
        self.adjust(payment, "reverse", reversal_kind="returned")
        self.assertEqual(sum(self.paid(plan)), 66.66)
        self.assertSound(plan)

    # -------------------------------------------------------------------------
    # WHAT WAS PAID BEFORE THE PLAN
    # -------------------------------------------------------------------------

    def test_payment_of_before_is_returned(self):
        """PLN-03, CON-04: it takes nothing from the plan: it is owed beside it."""
        before = self.pay_bill(52.5)
        plan = self.make_plan(self.bill)
        self.pay(50)
        self.adjust(before, "reverse", reversal_kind="returned")
        self.assertEqual(plan.amount_covered, 150)
        self.assertEqual(self.paid(plan), [50, 0, 0])
        self.assertEqual(self.balances()["deferred"], 100)
        self.assertEqual(self.balances()["overdue"], 52.5)
        self.assertSound(plan)

    def test_installment_beside_a_returned_payment(self):
        """PLN-03: money for installments goes to what the plan covers, no further."""
        other = self.make_account("Jane Roe")
        first = self.make_bill(100, account=other)
        second = self.make_bill(100, account=other, due_date="2024-02-15")
        before = self.pay_bill(40, first, account=other.number)
        plan = self.make_plan(first | second, installment_count=2)
        self.adjust(before, "reverse", reversal_kind="returned")
        # Covered: 60 of the first, which owes 100, and 100 of the second.
        payment = self.pay(160, account=other.number)
        self.assertEqual(plan.state, "completed")
        self.assertEqual(first.amount_residual, 40)
        self.assertEqual(second.amount_residual, 0)
        self.assertEqual(payment.amount_excess, 0)
        self.assertEqual(self.balances(other)["overdue"], 40)
        self.assertSound(plan)

    def test_rest_of_a_completed_plan(self):
        """PLN-01: what came back after all was paid can go into a new plan."""
        before = self.pay_bill(52.5)
        plan = self.make_plan(self.bill)
        last = self.pay(150)
        self.adjust(before, "reverse", reversal_kind="returned")
        self.assertEqual(plan.state, "completed")
        new = self.make_plan(self.bill)
        self.assertEqual(new.amount_covered, 52.5)
        self.pay(17.5)
        self.assertEqual(self.paid(new), [17.5, 0, 0])
        self.assertSound(plan, new)
        # From now on the first plan is history: its debt is the second's, or due.
        self.adjust(last, "reverse", reversal_kind="returned")
        self.assertEqual(plan.state, "completed")
        self.assertEqual(self.paid(new), [17.5, 0, 0])
        self.assertEqual(self.balances()["deferred"], 35)
        self.assertEqual(self.balances()["payoff"], 185)
        self.assertSound(plan, new)

    def test_beside_a_completed_plan_is_overdue(self):
        """PLN-04, CON-04: what came back isn't deferred by a plan that asks nothing."""
        before = self.pay_bill(52.5)
        plan = self.make_plan(self.bill)
        Move = self.env["account.move"]
        deferred = [("utility_deferred", "=", True), ("id", "=", self.bill.id)]
        item = self.bill.line_ids.filtered("utility_account_id")
        self.assertTrue(self.bill.utility_deferred and item.utility_deferred)
        self.assertEqual(Move.search(deferred), self.bill)
        self.pay(150)
        self.adjust(before, "reverse", reversal_kind="returned")
        self.assertEqual(plan.state, "completed")
        self.env.invalidate_all()
        self.assertFalse(self.bill.utility_deferred or item.utility_deferred)
        self.assertTrue(self.bill.utility_overdue)
        self.assertGreater(item.utility_days_overdue, 0)
        self.assertFalse(Move.search(deferred))
        self.assertEqual(
            item.search([("utility_deferred", "=", False), ("id", "=", item.id)]), item
        )
        self.assertFiguresExact(self.today, self.today)

    # -------------------------------------------------------------------------
    # THE DOCUMENT IS TAKEN BACK
    # -------------------------------------------------------------------------

    def test_covered_bill_stays_in_the_books(self):
        """PLN-03: Admin too ends the plan first, which else asks for no debt."""
        plan = self.make_plan(self.bill)
        for button in ("button_draft", "button_cancel"):
            with self.assertRefused(text=f"covered by plan {plan.number}"):
                getattr(self.bill, button)()
        self.assertEqual(self.bill.state, "posted")
        self.assertSound(plan)
        plan.action_cancel("Billed wrongly")
        self.bill.button_cancel()
        self.assertEqual(self.bill.state, "cancel")
        self.assertEqual(self.balances()["payoff"], 0)
        self.assertSound(plan)

    def test_bill_of_a_completed_plan(self):
        """PLN-02: it isn't opened again by what becomes of its bill later."""
        plan = self.make_plan(self.bill)
        self.pay(202.5)
        self.bill.button_draft()
        self.assertEqual((plan.state, self.bill.state), ("completed", "draft"))
        self.assertEqual(self.paid(plan), [67.5] * 3)
        self.bill.action_post()
        self.assertSound(plan)

    # -------------------------------------------------------------------------
    # THE DOOR
    # -------------------------------------------------------------------------

    def test_two_plans_of_one_account(self):
        """REC-03: each installment's money reaches the debt of its own plan."""
        second = self.make_bill(100, due_date="2024-02-15")
        plan = self.make_plan(self.bill)
        other = self.make_plan(second, installment_count=2)
        payment = self.pay(117.5, f"{plan.number}/1", f"{other.number}/1")
        self.assertEqual(self.paid(plan), [67.5, 0, 0])
        self.assertEqual(self.paid(other), [50, 0])
        self.assertEqual(self.bill.amount_residual, 135)
        self.assertEqual(second.amount_residual, 50)
        self.assertEqual(payment.allocation_ids.mapped("difference"), [0, 0])
        self.assertSound(plan, other)
        # Without a name: what is due first, whichever plan asks for it.
        self.pay(120)
        self.assertEqual(self.paid(plan), [67.5, 67.5, 2.5])
        self.assertEqual(self.paid(other), [50, 50])
        self.assertSound(plan, other)

    def test_installment_of_several_bills(self):
        """PAY-02, PAY-03: its rows add up to what it owed, got and still owes."""
        other = self.make_account("Jane Roe")
        first = self.make_bill(50, account=other)
        second = self.make_bill(100, account=other, due_date="2024-02-15")
        plan = self.make_plan(first | second, installment_count=2)
        for amount, before in ((60, 75), (10, 15), (5, 5)):
            payment = self.pay(amount, f"{plan.number}/1", account=other.number)
            rows = payment.allocation_ids
            self.assertEqual(sum(rows.mapped("outstanding_before")), before)
            self.assertEqual(sum(rows.mapped("amount_applied")), amount)
            self.assertEqual(sum(rows.mapped("difference")), amount - before)
            self.assertEqual(set(rows.mapped("amount_billed")), {75})
        self.assertEqual(self.states(plan), ["paid", "due"])
        self.assertSound(plan)

    def test_batch(self):
        """REC-17: requests on one plan take effect in the order given."""
        plan = self.make_plan(self.bill)
        name = plan.number
        outcomes = self.record(
            self.request(67.5, documents=[f"{name}/1"]),
            self.request(10, documents=[f"{name}/1"]),
            self.request(20, documents=[self.bill.id]),
            self.request(60, documents=[f"{name}/2"]),
            self.request(200, type="installment", tendered=200, excess="credit"),
        )
        self.assertEqual(
            [o["status"] for o in outcomes],
            ["posted", "rejected", "posted", "posted", "rejected"],
        )
        self.assertEqual(outcomes[1]["error"]["code"], "document_not_open")
        self.assertEqual(outcomes[4]["error"]["code"], "amount_above_limit")
        self.assertEqual(self.paid(plan), [67.5, 67.5, 12.5])
        self.assertSound(plan)

    def test_large_batch_stands_apart(self):
        """REC-12: a batch over many plans is right for each."""
        accounts = [self.make_account(f"Consumer {number}") for number in range(6)]
        plans = [
            self.make_plan(self.make_bill(90, account=account)) for account in accounts
        ]
        self.record(
            *(
                self.request(30 + number, account=account.number, type="installment")
                for number, account in enumerate(accounts)
            )
        )
        for number, plan in enumerate(plans):
            self.assertEqual(self.paid(plan), [30, number, 0])
        self.assertSound(*plans)

    def count_batch(self, count, with_plan, named=True):
        """How many statements a batch of so many payments takes."""
        requests = []
        for number in range(count):
            bill = self.make_bill(90, account=self.make_account(f"Consumer {number}"))
            values = {"account": bill.utility_account_id.number}
            if with_plan:
                plan = self.make_plan(bill)
                values["type"] = "installment"
                values["documents"] = [f"{plan.number}/1"] if named else []
            else:
                values["documents"] = [bill.name]
            requests.append(self.request(30, **values))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        outcomes = self.record(*requests)
        self.env.flush_all()
        self.assertEqual({outcome["status"] for outcome in outcomes}, {"posted"})
        return self.env.cr.sql_log_count - before

    def test_statements_of_a_batch(self):
        """REC-12: an installment adds no statement that a bill's payment hasn't."""
        self.count_batch(2, True)
        growth = {
            kind: self.count_batch(18, *kind) - self.count_batch(6, *kind)
            for kind in ((False,), (True,), (True, False))
        }
        for kind in ((True,), (True, False)):
            # Far from one for each of the twelve.
            self.assertLess(growth[kind] - growth[False,], 6, growth)

    def test_number_of_a_bill_that_looks_like_an_installment(self):
        """REC-03: a bill of another system may be called 77/12."""
        self.bill = self.make_bill(20, number="77/12")
        self.assertEqual(self.bill.name, "77/12")
        payment = self.pay(20, "77/12", type=False)
        self.assertEqual(payment.utility_type, "bill")
        self.assertEqual(self.bill.amount_residual, 0)

    def test_refusals(self):
        """REC-03: each wrong name is told apart, and what would be right is said."""
        plan = self.make_plan(self.bill)
        other = self.make_account("Jane Roe")
        theirs = self.make_plan(self.make_bill(90, account=other))
        for code, document, text in (
            ("unknown_document", f"{plan.number}/9", "There is no installment"),
            ("unknown_document", 2**40, "There is no installment"),
            ("unknown_document", -1, "There is no installment"),
            ("document_of_other_account", f"{theirs.number}/1", "another account"),
        ):
            self.assertRejected(
                code,
                self.request(10, type="installment", documents=[document]),
                text=text,
            )
        self.pay(67.5)
        self.assertRejected(
            "document_not_open",
            self.request(10, documents=[f"{plan.number}/1"]),
            text="already paid",
        )
        plan.action_cancel()
        self.assertRejected(
            "document_not_open",
            self.request(10, documents=[f"{plan.number}/2"]),
            text="pay the bills",
        )

    def test_broken_and_draft(self):
        """PLN-05: the installments of a plan that isn't in force take no money."""
        plan = self.make_plan(self.bill)
        plan.sudo()._break("Not paid")
        self.assertRejected(
            "document_not_open",
            self.request(10, documents=[f"{plan.number}/2"]),
            text=f"plan {plan.number} is broken",
        )
        draft = self.make_plan(self.bill, activate=False)
        self.assertRejected(
            "document_not_open",
            self.request(10, documents=[f"{draft.number}/1"]),
            text="activate plan",
        )
        self.assertEqual(self.bill.amount_residual, 202.5)

    # -------------------------------------------------------------------------
    # CREDIT FOR INSTALLMENTS
    # -------------------------------------------------------------------------

    def test_credit_for_an_installment(self):
        """CRN-10: credit pays the installment that is named, and is taken from it."""
        plan = self.make_plan(self.bill)
        note = self.make_credit(80).with_user(self.clerk)
        note.apply_to(f"{plan.number}/2")
        self.assertEqual(self.paid(plan), [0, 67.5, 0])
        self.assertEqual(note.remaining_amount, 12.5)
        self.assertEqual(self.bill.amount_residual, 135)
        rows = plan.installment_ids.sorted("sequence")
        self.assertEqual(note.sudo().application_ids.installment_id, rows[1].sudo())
        note.apply_to(rows[0] | rows[2], 10)
        self.assertEqual(self.paid(plan), [10, 67.5, 0])
        self.assertSound(plan)
        first = note.sudo().application_ids.sorted("id")[0]
        first.with_user(self.manager).action_undo()
        self.assertEqual(self.paid(plan), [10, 0, 0])
        self.assertSound(plan)

    def test_credit_refusals(self):
        """CRN-10: what can't be paid is named, and nothing is used."""
        plan = self.make_plan(self.bill)
        other = self.make_account("Jane Roe")
        theirs = self.make_plan(self.make_bill(90, account=other))
        note = self.make_credit(80).with_user(self.clerk)
        rows = plan.sudo().installment_ids.sorted("sequence")
        for documents, text in (
            (f"{plan.number}/9", "There is no installment"),
            ([f"{plan.number}/1", self.bill.id], "There is no installment"),
            (theirs.installment_ids, "another account"),
            ("junk", "There is no installment"),
        ):
            with self.assertRefused(UserError, text):
                note.apply_to(documents)
        with self.assertRefused(UserError, "too much"):
            note.apply_to(rows[:1], 70)
        with self.assertRefused(AccessError):
            note.with_user(self.collector).apply_to(rows[:1])
        self.pay(67.5)
        with self.assertRefused(UserError, "already paid"):
            note.apply_to(rows[:1])
        plan.action_cancel()
        with self.assertRefused(UserError, "pay the bills"):
            note.apply_to(rows[1:2])
        self.assertEqual(note.remaining_amount, 80)
        self.assertSound(plan)

    def test_credit_by_itself_goes_by_plans(self):
        """CRN-10, PLN-04: a new bill takes the credit, the plan's debt doesn't."""
        self.company.utility_credit_auto_apply = True
        plan = self.make_plan(self.bill)
        note = self.make_credit(80)
        self.make_bill(30)
        self.assertEqual(note.remaining_amount, 50)
        self.assertEqual(self.paid(plan), [0, 0, 0])
        self.assertSound(plan)

    # -------------------------------------------------------------------------
    # BALANCES
    # -------------------------------------------------------------------------

    def test_balances_through_the_life_of_a_plan(self):
        """CON-04, PLN-04: deferred, overdue and the landing page's totals agree."""
        other = self.make_account("Jane Roe")
        self.make_bill(30, account=other)
        with freeze_time("2025-01-10 12:00:00"):
            plan = self.make_plan(self.bill, first_due_date="2025-01-10")
            self.assertEqual(self.balances()["overdue"], 0)
            self.assertSound(plan)
        with freeze_time("2025-02-11 12:00:00"):
            self.assertEqual(self.balances()["overdue"], 135)
            self.assertEqual(self.balances()["deferred"], 202.5)
            self.assertSound(plan)
            self.make_credit(100)
            self.assertEqual(self.balances()["overdue"], 35)
            self.assertSound(plan)
            self.make_credit(35)
            self.assertEqual(self.balances()["overdue"], 0)
            self.assertSound(plan)
            self.pay(67.5)
            plan.sudo()._break("Not paid")
            self.assertEqual(self.balances()["overdue"], 0)
            self.assertEqual(self.balances()["current"], 0)
            self.assertSound(plan)

    def test_landing_page(self):
        """KPI-01, PLN-04: overdue on the landing page leaves out kept plans."""
        bills = self.make_bill(100, date="2024-03-01", due_date="2024-03-20")
        self.make_plan(bills, first_due_date=self.days(5))
        other = self.make_account("Jane Roe")
        self.make_bill(30, account=other)
        today = str(self.today)
        figures = self.read_figures(today, today)
        self.assertEqual(figures["overdue"]["value"], 232.5)
        self.assertEqual(figures["overdue"]["count"], 2)
        self.assertEqual(figures["outstanding"]["value"], 332.5)

    def test_balance_fields_follow_the_plan(self):
        """CON-04: the fields of an account are right within one transaction."""
        self.assertEqual(self.account.overdue_balance, 202.5)
        plan = self.make_plan(self.bill, first_due_date=self.days(5))
        self.assertEqual(self.account.overdue_balance, 0)
        plan.action_cancel()
        self.assertEqual(self.account.overdue_balance, 202.5)

    # -------------------------------------------------------------------------
    # CHECK-LEDGER
    # -------------------------------------------------------------------------

    def test_contradictions_are_found(self):
        """Invariant 5: check-ledger finds a plan that says something else."""
        plan = self.make_plan(self.bill)
        self.pay(80)
        self.assertSound(plan)
        for statement in (
            "UPDATE utility_payment_plan SET amount_paid = 81 WHERE id = %s",
            "UPDATE utility_payment_plan SET amount_remaining = 1 WHERE id = %s",
            "UPDATE utility_payment_plan SET amount_covered = 202.49 WHERE id = %s",
            "UPDATE utility_payment_plan SET state = 'completed' WHERE id = %s",
            "UPDATE utility_payment_plan SET state = 'broken' WHERE id = %s",
            "UPDATE utility_payment_plan_installment SET paid_amount = 0"
            " WHERE plan_id = %s",
            "UPDATE utility_payment_plan_installment SET state = 'cancelled'"
            " WHERE sequence = 2 AND plan_id = %s",
            "UPDATE utility_payment_plan_installment SET state = 'due'"
            " WHERE sequence = 1 AND plan_id = %s",
            "UPDATE utility_payment_plan_cover SET paid_amount = 79 WHERE plan_id = %s",
            "UPDATE utility_payment_plan_cover SET amount = 200 WHERE plan_id = %s",
            "UPDATE utility_payment_plan_cover SET in_force = FALSE WHERE plan_id = %s",
        ):
            with self.subTest(statement), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(statement, [plan.id])
                self.env.invalidate_all(flush=False)
                found = self.company._utility_check_ledger()
                checks = {row["check"] for row in found if row["level"] == "error"}
                self.assertTrue(checks & {"plan_sums", "plan_cover"}, found)
                self.assertTrue(checks <= {"plan_sums", "plan_cover"}, found)
                savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.assertSound(plan)

    def test_unpaid_of_an_ended_plan_is_found(self):
        """CON-04: balances count on it that a plan that ended has nothing unpaid."""
        plan = self.make_plan(self.bill)
        plan.action_cancel()
        self.assertSound(plan)
        self.env.cr.execute(
            "UPDATE utility_payment_plan_installment SET state = 'due'"
            " WHERE plan_id = %s",
            [plan.id],
        )
        self.env.invalidate_all(flush=False)
        found = self.company._utility_check_ledger()
        self.assertIn("plan_sums", {row["check"] for row in found})

    def test_exact_cents(self):
        """Invariant 5: no cent is lost where thirds don't fit."""
        other = self.make_account("Jane Roe")
        plan = self.make_plan(self.make_bill(100.01, account=other))
        self.assertEqual(self.amounts(plan), [33.33, 33.33, 33.35])
        for _turn in range(3):
            self.pay(0.01, account=other.number)
        total = sum(Decimal(str(part)) for part in self.paid(plan))
        self.assertEqual(total, Decimal("0.03"))
        self.pay(99.98, account=other.number)
        self.assertEqual(plan.state, "completed")
        self.assertSound(plan)

    # -------------------------------------------------------------------------
    # COST
    # -------------------------------------------------------------------------

    def count_statements(self, **values):
        """SQL statements of one payment, on caches that were filled by another."""
        accounts = [self.make_account(f"Consumer {number}") for number in range(2)]
        for account in accounts:
            self.make_plan(self.make_bill(90, account=account))
            self.make_bill(50, account=account)
        for account in accounts:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Payment = self.env["account.payment"].with_user(self.clerk)
            outcome = Payment.record_collections(
                [self.request(30, account=account.number, **values)]
            )[0]
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
            self.assertEqual(outcome["status"], "posted")
        return count

    def test_statements_of_a_payment(self):
        """Plans cost a payment for a bill next to nothing, one for them a little."""
        bill = self.count_statements()
        installment = self.count_statements(type="installment")
        self.assertLessEqual(bill, 115)
        self.assertLessEqual(installment, bill + 30)

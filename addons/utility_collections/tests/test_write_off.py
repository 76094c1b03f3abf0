from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.utility_payments.tests.regulatory_common import RegulatoryMixin

from .common import PlansCommon
from .disconnection_order_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestWriteOff(RegulatoryMixin, PlansCommon):
    """COL-04: debt that is given up, and what still comes in of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(145.50)
        cls.late = cls.make_bill(54.50, date="2024-02-01", due_date="2024-02-15")

    def draft(self, user=None, **values):
        values = {
            "utility_account_id": self.account.id,
            "reason": "Moved away, no address",
        } | values
        return (
            self.env["utility.write.off"]
            .with_user(user or self.recovery)
            .create(values)
        )

    def write_off(self, user=None, **values):
        request = self.draft(user, **values)
        request.action_request()
        request.with_user(self.manager).action_approve()
        self.env.flush_all()
        self.env.invalidate_all()
        return request.sudo()

    def booked(self, name):
        """What the ledger holds on one of the company's accounts of bad debts."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.company[name].id),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    @property
    def lost(self):
        return self.booked("utility_bad_debt_account_id")

    @property
    def recovered(self):
        return -self.booked("utility_bad_debt_recovered_account_id")

    def test_written_off(self):
        """COL-04: what is past due becomes a bad debt, once another approves."""
        request = self.draft()
        self.assertEqual(request.document_ids, self.bill | self.late)
        self.assertEqual(request.amount, 200.0)
        request.action_request()
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(self.account.payoff_balance, 200.0)
        request.with_user(self.manager).action_approve()
        self.env.invalidate_all()
        self.assertEqual(request.state, "done")
        self.assertEqual(self.account.payoff_balance, 0.0)
        self.assertEqual(self.account.overdue_balance, 0.0)
        self.assertEqual(self.account.written_off_balance, 200.0)
        self.assertEqual(self.lost, 200.0)
        self.assertEqual(
            request.sudo().line_ids.mapped("amount"), [145.50, 54.50], "by document"
        )
        self.assertLedgerSound()

    def test_by_form(self):
        """COL-04: the form proposes what is past due, and some can be left out."""
        form = Form(self.env["utility.write.off"].with_user(self.recovery))
        form.utility_account_id = self.account
        self.assertEqual(form.amount, 200.0)
        form.document_ids.remove(self.late.id)
        self.assertEqual(form.amount, 145.50)
        form.reason = "Time-barred"
        request = form.save()
        request.action_request()
        request.with_user(self.manager).action_approve()
        self.env.invalidate_all()
        self.assertEqual(self.account.payoff_balance, 54.50)
        self.assertEqual(self.lost, 145.50)

    def test_recovered(self):
        """COL-04: money that comes in later is booked as recovered."""
        request = self.write_off()
        outcome, payment = self.record_one(120.0)
        self.assertEqual(outcome["applied"], 120.0)
        self.assertEqual(outcome["credit"], 0.0)
        self.assertEqual(payment.balance_after, 0.0)
        self.assertEqual(request.recovered_amount, 120.0)
        self.assertEqual(self.account.written_off_balance, 80.0)
        self.assertEqual((self.lost, self.recovered), (200.0, 120.0))
        self.assertEqual(self.account.payoff_balance, 0.0)
        # The rest, and 20.00 that nobody owes.
        outcome, payment = self.record_one(100.0, tendered=100.0, excess="credit")
        self.assertEqual((outcome["applied"], outcome["credit"]), (80.0, 20.0))
        self.assertTrue(outcome["credit_note"])
        self.assertEqual(self.recovered, 200.0)
        self.assertEqual(self.account.written_off_balance, 0.0)
        self.assertEqual(self.account.credit_balance, 20.0)
        self.assertEqual(payment.balance_after, -20.0)
        recovery = self.env["utility.write.off.recovery"].search(
            [("payment_id", "=", payment.id)]
        )
        self.assertEqual(sum(recovery.mapped("amount")), 80.0)
        self.assertLedgerSound()

    def test_debt_first(self):
        """COL-04: what is owed now is paid before what was given up."""
        self.write_off()
        new = self.make_bill(50.0, date="2024-03-01", due_date="2024-03-15")
        outcome, payment = self.record_one(70.0)
        self.assertEqual(outcome["applied"], 70.0)
        self.assertEqual(new.amount_residual, 0.0)
        self.assertEqual(self.recovered, 20.0)
        self.assertEqual(payment.balance_after, 0.0)
        self.assertEqual(
            sorted(payment.allocation_ids.mapped("amount_applied")), [20.0, 50.0]
        )
        self.assertLedgerSound()

    def test_limit(self):
        """REC-07: what was written off may be paid, and the allowance beyond it."""
        self.write_off()
        self.assertRejected("amount_above_limit", self.request(300.01))
        self.record_one(300.0)
        self.assertEqual(self.recovered, 200.0)
        self.assertEqual(self.account.credit_balance, 100.0)

    def test_batch(self):
        """COL-04: several payments of one batch recover no more than was given up."""
        self.write_off()
        outcomes = self.record(*(self.request(90.0) for _number in range(3)))
        self.assertEqual([row["status"] for row in outcomes], ["posted"] * 3)
        self.assertEqual([row["applied"] for row in outcomes], [90.0, 90.0, 20.0])
        self.assertEqual(self.recovered, 200.0)
        self.assertEqual(self.account.credit_balance, 70.0)
        self.assertLedgerSound()

    def assertGivenUp(self, lost, recovered, payoff=0.0):
        """What is given up and what came in of it, in the ledger and on the page."""
        self.env.invalidate_all()
        self.assertEqual((self.lost, self.recovered), (lost, recovered))
        self.assertEqual(self.account.written_off_balance, round(lost - recovered, 2))
        self.assertEqual(self.account.payoff_balance, payoff)
        self.assertLedgerSound()

    def test_recovery_returned(self):
        """COL-04: of a recovery that bounces nothing is owed: it is given up still."""
        self.write_off()
        _outcome, payment = self.record_one(
            150.25, mode="cheque", reference="4711", user=self.manager
        )
        self.assertGivenUp(200.0, 150.25)
        adjustment = self.adjust(payment, reversal_kind="returned", charge_fee=False)
        self.assertGivenUp(200.0, 0.0)
        self.assertEqual(self.account.overdue_balance, 0.0)
        self.assertEqual(payment.utility_state, "returned")
        self.assertIn("150.25 that was written off", adjustment.sudo().result)
        self.assertNotIn("due again", adjustment.sudo().result)
        event = self.env["utility.collection.event"].search(
            [
                ("utility_account_id", "=", self.account.id),
                ("kind", "=", "recovery_returned"),
            ]
        )
        self.assertEqual(event.mapped("amount"), [150.25])
        # Paid once more, it is income once more.
        self.record_one(200.0)
        self.assertGivenUp(200.0, 200.0)

    def test_regulator(self):
        """KPI-07, COL-04: the regulator reads of bad debts in lines of their own."""
        first = self.write_off(document_ids=[Command.set(self.late.ids)])
        first.with_user(self.manager).action_reinstate()
        self.write_off()
        _outcome, payment = self.record_one(
            150.25, mode="cheque", reference="4711", user=self.manager
        )
        self.adjust(payment, reversal_kind="returned", charge_fee=False)
        self.record_one(20.0)
        told = self.read_sections(self.assertReportSound())["receivables"]
        for label, values in {
            "Debt written off": [2, -254.50],
            "Write-offs taken back": [1, 54.50],
            "Written-off debt that was paid": [2, 170.25],
            "Such payments returned: given up again": [1, -150.25],
        }.items():
            self.assertEqual(told[label], values, label)
        self.assertNotIn("Corrections and other entries", told)

    def test_recovery_returned_with_debt(self):
        """COL-04, ADJ-01: what was owed is due again, what was given up is not."""
        self.write_off()
        new = self.make_bill(50.0, date="2024-03-01", due_date="2024-03-15")
        _outcome, payment = self.record_one(
            70.0, mode="cheque", reference="4711", user=self.manager
        )
        self.company.utility_return_fee = 5.0
        self.adjust(payment, reversal_kind="returned", charge_fee=True)
        self.assertGivenUp(200.0, 0.0, payoff=55.0)
        self.assertEqual(new.amount_residual, 50.0)

    def test_recovery_corrected(self):
        """COL-04, ADJ-01: recorded anew by another method, it is recovered still."""
        self.write_off()
        _outcome, payment = self.record_one(120.0)
        cheque = self.env["utility.payment.mode"].search(
            [("code", "=", "cheque"), ("company_id", "=", self.company.id)]
        )
        adjustment = self.adjust(
            payment, kind="correct", new_mode_id=cheque.id, new_reference="C-1"
        )
        replacement = adjustment.sudo().replacement_payment_id
        self.assertEqual(replacement.amount, 120.0)
        self.assertEqual(self.account.credit_balance, 0.0)
        self.assertGivenUp(200.0, 120.0)

    def test_recovery_used_for_a_bill(self):
        """COL-04, ADJ-01: money that pays a bill instead recovers nothing."""
        self.write_off()
        _outcome, payment = self.record_one(120.0)
        bill = self.make_bill(150.0, date="2024-03-01", due_date="2024-03-15")
        self.adjust(
            payment,
            kind="reallocate",
            document_ids=[(0, 0, {"move_id": bill.id})],
        )
        self.assertEqual(bill.amount_residual, 30.0)
        self.assertGivenUp(200.0, 0.0, payoff=30.0)

    def test_recovery_given_back(self):
        """COL-04, CRN-03: money that is given back as credit recovers nothing."""
        self.write_off()
        _outcome, payment = self.record_one(120.0)
        note = self.make_note(payment, 50.0, user=self.manager)
        note.action_confirm()
        self.assertEqual(note.state, "active")
        self.assertEqual(self.account.credit_balance, 50.0)
        self.assertGivenUp(200.0, 70.0, payoff=-50.0)

    def test_taken_back_after_return(self):
        """COL-04: a write-off of which nothing came in at last can be taken back."""
        request = self.write_off()
        _outcome, payment = self.record_one(
            200.0, mode="cheque", reference="4711", user=self.manager
        )
        self.adjust(payment, reversal_kind="returned", charge_fee=False)
        request.with_user(self.manager).action_reinstate()
        self.env.invalidate_all()
        self.assertEqual((self.lost, self.recovered), (0.0, 0.0))
        self.assertEqual(self.account.payoff_balance, 200.0)
        self.assertEqual(self.account.written_off_balance, 0.0)
        self.assertLedgerSound()

    def test_taken_back(self):
        """COL-04: a manager takes a write-off back; the documents are due again."""
        request = self.write_off()
        with self.assertRefused(AccessError, "Billing Managers"):
            request.with_user(self.recovery).action_reinstate()
        request.with_user(self.manager).action_reinstate()
        self.env.invalidate_all()
        self.assertEqual(self.bill.amount_residual, 145.50)
        self.assertEqual(self.account.payoff_balance, 200.0)
        self.assertEqual(self.lost, 0.0)
        self.assertEqual(self.account.written_off_balance, 0.0)
        self.record_one(200.0)
        self.assertEqual(self.recovered, 0.0)
        self.assertLedgerSound()

    def test_not_taken_back_once_paid(self):
        """COL-04: of what was partly recovered, nothing is taken back."""
        request = self.write_off()
        self.record_one(10.0)
        with self.assertRefused(UserError, "was paid since"):
            request.with_user(self.manager).action_reinstate()

    def test_paid_while_waiting(self):
        """COL-04: what was paid before approval isn't written off."""
        request = self.draft()
        request.action_request()
        self.record_one(100.0)
        request.with_user(self.manager).action_approve()
        self.env.invalidate_all()
        self.assertEqual(self.lost, 100.0)
        self.assertEqual(self.account.payoff_balance, 0.0)

    def test_more_than_approved(self):
        """COL-04: what is open again since the request needs a new one."""
        _outcome, payment = self.record_one(100.0)
        request = self.draft()
        request.action_request()
        self.adjust(payment, reversal_kind="wrong_entry")
        with self.assertRefused(UserError, "request it anew"):
            request.with_user(self.manager).action_approve()
        self.assertEqual(self.lost, 0.0)

    def test_refusals(self):
        """COL-04: one clear sentence on what can't be written off."""
        with self.assertRefused(AccessError, "Recovery Executive"):
            self.draft(self.clerk)
        with self.assertRefused(UserError, "needs an account"):
            self.draft(utility_account_id=False)
        request = self.draft(document_ids=[(6, 0, self.bill.ids)])
        self.record_one(145.50, documents=[self.bill.name])
        with self.assertRefused(UserError, "can't be written off"):
            request.action_request()
        request.action_cancel()
        self.record_one(54.50)
        with self.assertRefused(UserError, "Nothing of account"):
            self.draft().action_request()

    def test_credit_first(self):
        """COL-04: an account's credit pays before anything is given up."""
        request = self.draft(document_ids=[(6, 0, self.late.ids)])
        self.record_one(150.0, documents=[self.bill.name])
        with self.assertRefused(UserError, "of credit"):
            request.action_request()

    def test_plan_is_left_alone(self):
        """COL-04: what a plan covers isn't written off."""
        self.make_plan(self.bill)
        request = self.draft()
        self.assertEqual(request.document_ids, self.late)
        with self.assertRefused(UserError, self.bill.name):
            self.draft(document_ids=[(6, 0, self.bill.ids)]).action_request()

    def test_duties(self):
        """ROL-03: nobody approves what they asked for, whatever their role."""
        request = self.draft(self.manager)
        request.action_request()
        with self.assertRefused(AccessError, "another Billing Manager"):
            request.action_approve()
        with self.assertRefused(AccessError):
            request.with_user(self.recovery).action_approve()
        with self.assertRefused(UserError):
            request.write({"amount": 1.0})
        with self.assertRefused(UserError):
            request.write({"state": "done"})
        forged = self.draft(state="done", amount=1.0, move_id=self.bill.id)
        self.assertEqual(forged.state, "draft")
        self.assertFalse(forged.move_id)
        request.with_user(self.other_manager).action_approve()
        self.assertEqual(self.lost, 200.0)

    def test_second_signature(self):
        """ROL-03: large sums need two managers."""
        self.make_bill(2000.0)
        request = self.draft()
        request.action_request()
        request.with_user(self.manager).action_approve()
        self.assertEqual(request.state, "to_approve")
        request.with_user(self.other_manager).action_approve()
        self.assertEqual(request.state, "done")
        self.assertEqual(self.lost, 2200.0)

    def test_split(self):
        """ROL-03: a debt that is split into write-offs needs two managers as well."""
        bills = [self.make_bill(700.0) for _number in range(2)]
        first = self.draft(document_ids=[(6, 0, bills[0].ids)])
        first.action_request()
        first.with_user(self.manager).action_approve()
        self.assertEqual(first.state, "done")
        second = self.draft(document_ids=[(6, 0, bills[1].ids)])
        self.assertEqual((second.amount, second.amount_in_a_year), (700.0, 1400.0))
        second.action_request()
        second.with_user(self.manager).action_approve()
        self.assertEqual(second.state, "to_approve")
        second.with_user(self.other_manager).action_approve()
        self.assertEqual(second.state, "done")
        # What was taken back isn't given up any more.
        (first | second).with_user(self.manager).action_reinstate()
        again = self.draft(document_ids=[(6, 0, bills[0].ids)])
        self.assertEqual(again.amount_in_a_year, 700.0)

    def test_locked_books(self):
        """COL-04: what is given up is booked after the period that is closed."""
        request = self.draft()
        request.action_request()
        self.lock_books()
        request.with_user(self.manager).action_approve()
        self.assertGreater(
            request.sudo().move_id.date, self.company.fiscalyear_lock_date
        )
        self.assertLedgerSound()

    def test_closed_account(self):
        """COL-04: who moved away long ago may still pay what was written off."""
        self.write_off()
        self.account.with_user(self.manager).action_close()
        self.record_one(200.0)
        self.assertEqual(self.recovered, 200.0)
        self.assertEqual(self.account.payoff_balance, 0.0)
        self.assertLedgerSound()


@tagged("post_install", "-at_install")
class TestWriteOffInCollections(OrdersCommon):
    """COL-04: what collections make of debt that is given up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["utility.collection.process"].create(
            {
                "name": "Short",
                "company_id": cls.company.id,
                "step_ids": [
                    (0, 0, {"name": "Call", "days_overdue": 5, "action": "call"})
                ],
            }
        )
        cls.account.with_user(cls.recovery).action_open_case()
        cls.case = cls.account.sudo().case_ids

    def give_up(self, bills):
        request = (
            self.env["utility.write.off"]
            .with_user(self.recovery)
            .create(
                {
                    "utility_account_id": self.account.id,
                    "document_ids": [(6, 0, bills.ids)],
                    "reason": "Time-barred",
                }
            )
        )
        request.action_request()
        request.with_user(self.manager).action_approve()
        self.env.invalidate_all()

    def test_case_goes_on(self):
        """COL-04: giving up what isn't due yet leaves the case of what is."""
        later = self.make_bill(150.0, due_date=str(self.days(30)))
        self.give_up(later)
        self.assertEqual(self.case.state, "open")
        self.assertEqual(self.account.payoff_balance, 100.0)
        self.give_up(self.bill)
        self.assertEqual(self.case.close_reason, "written_off")

    def test_order_and_promise(self):
        """COL-07: nobody is cut off for debt that was given up."""
        order = self.make_order("dispatched")
        self.give_up(self.bill)
        self.assertOrder(order, "cancelled", "connected")
        self.assertEqual(self.case.close_reason, "written_off")

from odoo.tests import Form, tagged

from odoo.addons.utility_payments.tests.test_record_payment_form import (
    RecordPaymentCommon,
)

from .common import PlansCommon


@tagged("post_install", "-at_install")
class TestRecordInstallmentForm(RecordPaymentCommon, PlansCommon):
    """The third tab of the counter's form (REC-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.covered = cls.make_bill(202.50)
        cls.plan = cls.make_plan(cls.covered)
        cls.rows = cls.plan.installment_ids.sorted("sequence")
        cls.names = [f"{cls.plan.number}/{number}" for number in (1, 2, 3)]

    def details(self, form):
        result = {}
        for position in range(len(form.line_ids)):
            with form.line_ids.edit(position) as line:
                result[line.name] = line.detail
        return result

    def test_covered_bill_alone(self):
        """REC-03: with nothing else to pay, the oldest installment is ticked."""
        form = self.open_form()
        self.assertEqual(form.utility_type, "installment")
        self.assertEqual(
            self.lines(form),
            [(name, 67.5, name == self.names[0]) for name in self.names],
        )
        self.assertEqual((form.amount, form.to_pay), (67.5, 67.5))
        self.assertEqual(form.document_names, self.names[0])
        self.assertEqual(form.type_counts, {"bill": 1, "installment": 3})
        self.assertEqual(self.details(form)[self.names[1]], "2 of 3")
        self.assertEqual(form.installment_balance, 67.5)

    def test_installment_is_paid(self):
        """REC-03, PLN-03: the counter pays an installment, the plan follows."""
        form = self.open_form()
        self.tick(form, self.names[1])
        self.assertEqual(form.amount, 135.0)
        form.amount = 100.0
        self.assertEqual((form.amount_left, form.message), (35.0, False))
        payment = self.confirm(form)
        self.assertEqual(payment.utility_type, "installment")
        self.assertEqual(payment.plan_names, self.plan.number)
        self.assertEqual(payment.allocation_ids.installment_id, self.rows[:2])
        self.assertIn(
            f"Installment {self.names[0]}, due ",
            payment.allocation_ids[0].document_details,
        )
        self.assertEqual(self.states(self.plan), ["paid", "partial", "due"])
        form = self.open_form()
        self.assertEqual(
            self.lines(form),
            [(self.names[1], 35.0, True), (self.names[2], 67.5, False)],
        )

    def test_covered_bill_comes_last_and_unticked(self):
        """REC-03: a covered bill says its plan, and is paid only if it is ticked."""
        bill = self.make_bill(60.0, date="2024-05-01", due_date="2024-05-15")
        form = self.open_form()
        self.assertEqual(form.utility_type, "bill")
        self.assertEqual(
            self.lines(form),
            [(bill.name, 60.0, True), (self.covered.name, 202.5, False)],
        )
        self.assertIn(
            f"in plan {self.plan.number}", self.details(form)[self.covered.name]
        )
        self.tick(form, bill.name, False)
        self.assertEqual((form.to_pay, form.document_names), (60.0, "Oldest first"))
        self.tick(form, self.covered.name)
        self.assertEqual(form.amount, 202.5)
        self.confirm(form)
        self.assertEqual(self.plan.state, "completed")
        self.assertEqual(self.states(self.plan), ["paid"] * 3)

    def test_nothing_ticked_of_covered_bills(self):
        """REC-07: without a tick, covered bills aren't what the money is for."""
        form = self.open_form()
        form.utility_type = "bill"
        self.assertEqual(self.lines(form), [(self.covered.name, 202.5, False)])
        self.assertEqual((form.amount, form.to_pay), (0.0, 0.0))
        self.assertEqual(form.document_names, "Bill in advance")

    def test_scanned(self):
        """REC-01, REC-03: the number of a plan or installment finds who pays what."""
        self.make_bill(60.0)
        for scanned, ticked in (
            (self.names[1].lower(), self.names[1]),
            (f" {self.plan.number} ", self.names[0]),
        ):
            form = self.open_form(default_scanned=scanned)
            self.assertEqual(form.utility_account_id, self.account)
            self.assertEqual(form.utility_type, "installment")
            self.assertEqual(
                [line[0] for line in self.lines(form) if line[2]], [ticked]
            )
        form = self.open_form(default_scanned=f"{self.plan.number[:-1]}_")
        self.assertFalse(form.utility_account_id)

    def test_typed_number_finds_the_consumer(self):
        """CON-02: the search box knows the numbers of plans, whole or begun."""
        Account = self.env["utility.account"].with_user(self.clerk)
        for text in (self.plan.number, self.names[2], self.plan.number[:7].lower()):
            self.assertIn(
                self.account.id, [hit[0] for hit in Account.name_search(text)], text
            )
        self.assertFalse(Account.name_search(f"{self.plan.number}9"))

    def test_visit(self):
        """REC-17: what a payment of the visit pays isn't offered again."""
        bill = self.make_bill(60.0)
        form = self.open_form()
        self.assertEqual(form.utility_type, "bill")
        wizard = form.save()
        wizard.action_add_tender()
        with Form(wizard) as form:
            form.utility_type = "installment"
            self.assertEqual(form.amount, 67.5)
        wizard.action_add_tender()
        with Form(wizard) as form:
            self.assertEqual(
                self.lines(form),
                [(self.names[1], 67.5, True), (self.names[2], 67.5, False)],
            )
            form.amount = 10.0
        wizard.action_review()
        wizard.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(
            wizard.payment_ids.sorted("id").mapped("utility_type"),
            ["bill", "installment", "installment"],
        )
        self.assertEqual(bill.amount_residual, 0.0)
        self.assertEqual(self.states(self.plan), ["paid", "partial", "due"])
        self.assertPlanSound(self.plan)

    def test_ended_plan(self):
        """PLN-02: a cancelled plan has no installment to pay; its bill is due again."""
        self.plan.action_cancel("Test")
        form = self.open_form()
        self.assertEqual(form.utility_type, "bill")
        self.assertEqual(self.lines(form), [(self.covered.name, 202.5, True)])
        self.assertEqual(form.type_counts, {"bill": 1})
        self.assertFalse(form.installment_balance)

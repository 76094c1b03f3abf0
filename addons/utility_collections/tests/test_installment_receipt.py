from odoo.tests import tagged

from .test_plan_agreement import AgreementCommon

RECEIPT = "utility_payments.report_receipt"


@tagged("post_install", "-at_install")
class TestInstallmentReceipt(AgreementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.make_plan(cls.bill, first_due_date=cls.day("2031-01-31"))

    def pay(self, amount, *documents, **values):
        return self.record_one(
            amount, type="installment", documents=list(documents), **values
        )[1]

    def test_receipt(self):
        """DOC-01, PAY-02: the installment, its plan; what is left, what comes next."""
        payment = self.pay(67.5, f"{self.plan.number}/1")
        text = self.pdf(payment, report=RECEIPT)[0]
        for part in (
            "Installment 1 of 3",
            f"Plan {self.plan.number}, due 01/31/2031",
            self.bill.name,
            "Exact",
            "2 of 3: $ 67.50",
            "due 02/28/2031",
            "Paid so far",
            "135.00",
        ):
            with self.subTest(part=part):
                self.assertIn(part, text)

    def test_balance_after(self):
        """DOC-01, CON-04: what a plan defers isn't in the balance on the receipt."""
        self.make_bill(145.50)
        self.assertEqual(self.pay(67.5).balance_after, 145.5)
        _outcome, payment = self.record_one(202.5, type="bill", excess="credit")
        self.assertEqual(payment.balance_after, -57.0)
        payment = self.pay(140.0, excess="credit")
        self.assertEqual(payment.balance_after, -62.0)

    def test_partial_and_over(self):
        """PAY-03: under and over are of the installment, whatever it covers."""
        payment = self.pay(50.0, f"{self.plan.number}/1")
        line = payment._receipt_installments()[0]
        self.assertEqual(
            (line["before"], line["applied"], line["difference"], line["kind"]),
            (67.5, 50.0, -17.5, "under"),
        )
        payment = self.pay(20.0, f"{self.plan.number}/1")
        line = payment._receipt_installments()[0]
        self.assertEqual((line["applied"], line["kind"]), (17.5, "over"))
        self.assertEqual(line["difference"], 2.5)

    def test_several_bills(self):
        """PAY-02: one line for an installment that pays several bills, naming each."""
        bills = self.make_bill(30.0) | self.make_bill(60.0)
        plan = self.make_plan(bills, installment_count=2)
        payment = self.pay(45.0, f"{plan.number}/1")
        lines = payment._receipt_installments()
        self.assertEqual(len(lines), 1)
        self.assertEqual(len(lines[0]["pieces"]), 2)
        self.assertEqual(
            (lines[0]["before"], lines[0]["applied"], lines[0]["kind"]),
            (45.0, 45.0, "exact"),
        )
        text = self.pdf(payment, report=RECEIPT)[0]
        self.assertEqual(text.count("Installment 1 of 2"), 1)
        for bill in bills:
            self.assertIn(bill.name, text)

    def test_last_one(self):
        """DOC-01: the last installment says that the plan is paid."""
        payment = self.pay(202.5)
        self.assertEqual(len(payment._receipt_installments()), 3)
        self.assertIn("the plan is paid in full", self.pdf(payment, report=RECEIPT)[0])

    def test_bills_as_before(self):
        """DOC-01: the receipt of a bill has no plan on it."""
        bill = self.make_bill(40.0)
        _outcome, payment = self.record_one(40.0, documents=[bill.name])
        text = self.pdf(payment, report=RECEIPT)[0]
        self.assertIn(bill.name, text)
        self.assertNotIn("Installment", text)
        self.assertNotIn("Payment plan", text)

    def test_copies_say_the_same(self):
        """DOC-01: a copy tells how the plan stood then, not how it stands now."""
        payment = self.pay(67.5, f"{self.plan.number}/1")
        self.env.cr.execute(
            "UPDATE account_payment SET create_date = create_date - interval '1 day'"
            " WHERE id = %s",
            [payment.id],
        )
        self.env.cr.execute(
            "UPDATE utility_payment_plan_event SET create_date ="
            " create_date - interval '1 day' WHERE plan_id = %s",
            [self.plan.id],
        )
        self.env.invalidate_all()
        self.pay(67.5, f"{self.plan.number}/2")
        before = payment._receipt_plans()[0]
        self.assertEqual((before["paid"], before["remaining"]), (67.5, 135.0))
        self.assertEqual(before["next"].sequence, 2)

    def test_statement(self):
        """DOC-05, PLN-04: covered debt isn't past due, and its installments show."""
        self.pay(67.5, f"{self.plan.number}/1")
        account = self.account.sudo()
        day = self.day("2031-03-10")
        statement = account._get_statements(self.day("2024-01-01"), day)[account.id]
        item = statement["open_items"][0]
        self.assertEqual((item["plan"], item["days"]), (self.plan.sudo(), 0))
        self.assertEqual(
            [
                (line["row"].sequence, line["days"])
                for line in statement["installments"]
            ],
            [(2, 10), (3, 0)],
        )
        ageing = statement["ageing"]
        self.assertEqual((float(ageing["to_30"]), float(ageing["plan"])), (67.5, 67.5))
        self.assertEqual(sum(ageing.values()), statement["owed"])
        payments = [line for line in statement["lines"] if line["group"] == "payment"]
        self.assertIn(f"installment {self.plan.number}/1", payments[0]["details"])

    def test_statement_on_paper(self):
        """DOC-05: the statement lists the unpaid installments."""
        statement = (
            self.env["utility.statement"]
            .with_user(self.clerk)
            .create({"account_ids": [(6, 0, self.account.ids)]})
        )
        text = " ".join(self.pdf(statement, report="utility_payments.report_statement"))
        self.assertIn(f"In plan {self.plan.number}", text)
        self.assertIn("INSTALLMENTS OF PAYMENT PLANS", text)
        self.assertIn(f"{self.plan.number}/3", text)
        self.assertIn("In payment plans", text)

import random
from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.utility_payments.tests.test_statement import StatementCommon

from .common import CreditNotesCommon

FIRST = date(2024, 1, 1)


@tagged("post_install", "-at_install")
class TestCreditNoteStatement(CreditNotesCommon, StatementCommon):
    """Statements of accounts that have credit (DOC-05)."""

    def test_freed_money_is_no_line(self):
        """DOC-05: a note that only frees money isn't a line, but credit to use."""
        with freeze_time("2024-01-10 12:00:00"):
            bill = self.make_bill(100, date="2024-01-02")
            _outcome, payment = self.record_one(100)
            note = self.make_note(payment, 40, user=self.manager)
            note.action_confirm()
        self.assertEqual(note.state, "active")
        result = self.statement(FIRST, "2024-01-31")
        self.assertEqual(
            [line["document"] for line in result["lines"]],
            [bill.name, payment.receipt_number],
        )
        self.assertEqual(result["closing"], 0)
        self.assertEqual(result["owed"], 40)
        self.assertEqual(result["credit"], 40)
        page = self.pdf(self.ask(date_to="2024-01-31"))[0]
        self.assertIn(f"Credit note {note.number}", page)
        self.assertIn(note.expiry_date.strftime("%m/%d/%Y"), page)

    def test_adjusted_revenue_is_a_credit(self):
        """DOC-05: what was charged wrongly is given back: a line with the number."""
        with freeze_time("2024-01-10 12:00:00"):
            self.make_bill(100, date="2024-01-02")
            _outcome, payment = self.record_one(100)
            note = self.make_note(payment, 40, reason="billing_error")
            note.action_confirm()
            note.with_user(self.manager).action_approve()
        result = self.statement(FIRST, "2024-01-31")
        line = result["lines"][-1]
        self.assertEqual((line["group"], line["document"]), ("credit", note.number))
        self.assertEqual(line["details"], "Billing Error")
        self.assertEqual(result["totals"]["credit"], -40)
        self.assertEqual(result["closing"], -40)

    def test_expiry_is_a_line(self):
        """DOC-05, CRN-11: expired credit is on the statement under its number."""
        with freeze_time("2024-01-10 12:00:00"):
            _outcome, payment = self.record_one(30)
            note = payment.credit_note_ids
            note.with_user(self.manager).action_expire()
        result = self.statement(FIRST, "2024-01-31")
        line = result["lines"][-1]
        self.assertEqual(
            (line["title"], line["document"], line["amount"]),
            ("Credit expired", note.number, 30),
        )
        self.assertEqual(result["closing"], 0)

    def adjust(self, payment, **values):
        adjustment = (
            self.env["utility.payment.adjustment"]
            .with_user(self.clerk)
            .create({"payment_id": payment.id, "reason": "Bounced", **values})
        )
        adjustment.action_request()
        adjustment.with_user(self.manager).action_approve()
        self.assertEqual(adjustment.state, "done")

    def refund(self, note, amount):
        mode = self.env["utility.payment.mode"].search(
            [("code", "=", "cash"), ("company_id", "=", self.company.id)]
        )
        self.adjust(
            note.payment_id,
            kind="refund",
            credit_note_id=note.id,
            refund_amount=amount,
            refund_mode_id=mode.id,
        )

    def test_refund_and_return_are_lines(self):
        """DOC-05, CRN-12, ADJ-01: money paid back and returned payments are charged."""
        with freeze_time("2024-01-10 12:00:00"):
            self.make_bill(100, date="2024-01-02")
            _outcome, payment = self.record_one(100, mode="cheque", reference="C-1")
            _outcome, advance = self.record_one(30)
            note = advance.credit_note_ids
            self.refund(note, 10)
            self.adjust(payment, kind="reverse", reversal_kind="returned")
        result = self.statement(FIRST, "2024-01-31")
        self.assertEqual(
            [
                (line["title"], line["document"], line["amount"])
                for line in result["lines"][-2:]
            ],
            [
                ("Credit paid back", note.number, 10),
                ("Returned payment", payment.receipt_number, 100),
            ],
        )
        self.assertEqual(result["closing"], 80)
        self.assertEqual(self.account.payoff_balance, 80)

    def test_closing_is_the_payoff(self):
        """DOC-05: whatever happens with credit, closing = payoff of that day."""
        seed = random.Random(46129)
        notes = self.env["utility.credit.note"]
        for step in range(45):
            day = FIRST + timedelta(step)
            with freeze_time(f"{day} 12:00:00"):
                event = seed.choice(
                    [
                        "bill",
                        "pay",
                        "note",
                        "apply",
                        "expire",
                        "undo",
                        "refund",
                        "reverse",
                    ]
                )
                active = notes.filtered(lambda note: note.state == "active")
                if event == "bill" or step < 2:
                    self.make_bill(
                        seed.randrange(100, 9000) / 100,
                        date=str(day),
                        due_date=str(day + timedelta(14)),
                    )
                elif event == "pay":
                    _outcome, payment = self.record_one(seed.randrange(100, 9000) / 100)
                    notes |= payment.credit_note_ids
                elif event == "note":
                    payment = seed.choice(
                        self.account.payment_ids.filtered(
                            lambda pay: (
                                pay.utility_state == "posted"
                                and pay.payment_type == "inbound"
                                and pay.creditable_amount > 1
                            )
                        )
                        or [False]
                    )
                    if payment:
                        note = self.make_note(
                            payment,
                            round(payment.creditable_amount / 2, 2),
                            reason=seed.choice(["duplicate_payment", "billing_error"]),
                        )
                        note.action_confirm()
                        if note.state == "to_approve":
                            note.with_user(self.manager).action_approve()
                        notes |= note
                elif event == "apply" and active:
                    documents = self.account.open_document_ids
                    if documents:
                        active[:1].with_user(self.clerk).apply_to(documents[:1].ids)
                elif event == "expire" and active:
                    active[:1].with_user(self.manager).action_expire()
                elif event == "refund" and active:
                    self.refund(active[:1], active[:1].remaining_amount)
                elif event == "reverse":
                    posted = self.account.payment_ids.filtered(
                        lambda pay: (
                            pay.utility_state == "posted"
                            and pay.payment_type == "inbound"
                        )
                    )
                    if posted:
                        self.adjust(
                            posted[:1], kind="reverse", reversal_kind="returned"
                        )
                elif event == "undo":
                    uses = notes.application_ids.filtered(
                        lambda use: use.kind == "applied" and not use.reversed_at
                    )
                    uses[:1].with_user(self.manager).action_undo()
                self.env.invalidate_all()
                result = self.statement(FIRST, day)
                self.assertAlmostEqual(
                    float(result["closing"]), self.account.payoff_balance, 2
                )
                self.assertAlmostEqual(
                    float(result["credit"]), self.account.credit_balance, 2
                )
                self.assertEqual(
                    result["closing"],
                    result["opening"] + sum(result["totals"].values()),
                )
        self.assertTrue(notes)
        self.assertLedgerSound()

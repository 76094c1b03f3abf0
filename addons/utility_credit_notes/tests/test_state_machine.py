"""T14: random steps of pay, credit, use and correct, compared with a model."""

import logging
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.utility_payments.tests.figures_common import FigureChecks
from odoo.addons.utility_payments.tools.period import Period, month_end

from .common import CreditNotesCommon
from .ledger_model import LedgerModel, Refused
from .random_steps import RandomMachine, cents, run_random_steps

_logger = logging.getLogger(__name__)

# One example is about this many steps; so many examples fit a test run.
STEPS = 40
EXAMPLES = 16
REASONS = {"return_money": "duplicate_payment", "adjust_revenue": "billing_error"}


class CreditMachine(RandomMachine):
    """Each rule does a step in the model and for real, and both must agree.

    A step that the model refuses must be refused by the product with a sentence, and
    leave nothing. To add a rule: `expect` the model's method, then act in `step`.
    """

    def __init__(self):
        super().__init__()
        self.today = self.case.company._utility_today()
        self.model = LedgerModel(range(len(self.accounts)))
        self.turns = 0

    def teardown(self):
        self.figures_are_exact()
        return super().teardown()

    # --- both worlds ------------------------------------------------------------------

    def expect(self, method, *args, **kwargs):
        """What the model answers, and whether it refused: (answer, refused)."""
        try:
            return getattr(self.model, method)(*args, **kwargs), False
        except Refused:
            return None, True

    def adjust(self, payment, refused, kind, **values):
        """Request an adjustment as the clerk and have it approved; return it."""
        adjustment = self.env["utility.payment.adjustment"]
        with self.step(refused):
            adjustment = adjustment.with_user(self.case.clerk).create(
                {
                    "payment_id": payment.id,
                    "kind": kind,
                    "reason": "The consumer called",
                    **values,
                }
            )
            adjustment.action_request()
            adjustment.with_user(self.case.manager).action_approve()
        return adjustment

    def adopt(self, payment, record):
        """Link a payment of the model, and its note, to the records."""
        payment.id = record.id
        if payment.excess:
            self.model.notes[-1].id = record.credit_note_ids.id

    # --- what to draw -----------------------------------------------------------------

    def draw_documents(self, data, rows):
        owed = [row for row in rows if row.owed]
        if owed and data.draw(st.sampled_from([True, True, True, False]), "owed"):
            rows = owed
        return data.draw(
            st.lists(st.sampled_from(rows), min_size=1, max_size=3, unique=True),
            "documents",
        )

    def _is_usable(self, note):
        return note.state == "active" and not note.late

    def documents(self, account=None):
        return [
            row
            for row in self.model.documents
            if row.kind != "debt" and account in (None, row.account)
        ]

    def has_documents(self):
        return bool(self.documents())

    def has_payments(self):
        return bool(self.model.payments)

    def has_notes(self):
        return bool(self.model.notes)

    def has_drafts(self):
        return any(note.state == "draft" for note in self.model.notes)

    def has_undecided(self):
        return any(note.state == "to_approve" for note in self.model.notes)

    def has_unbooked(self):
        return self.has_drafts() or self.has_undecided()

    def has_applications(self):
        return any(self._stands(use) for note in self.model.notes for use in note.uses)

    def can_apply(self):
        return any(self._finds_debt(note) for note in self.model.notes)

    def _stands(self, use):
        return use.kind == "applied" and use.stands

    def _finds_debt(self, note):
        owed = any(row.owed for row in self.documents(note.account))
        return owed and self._is_usable(note)

    # --- rules ------------------------------------------------------------------------

    @rule(
        account=st.integers(0, 1),
        kind=st.sampled_from(["bill", "bill", "service"]),
        late=st.booleans(),
        amount=st.sampled_from([1, 3, 99, 100, 2500, 5001, 10000, 14550, 33333]),
    )
    def bill(self, account, kind, late, amount):
        document, refused = self.expect("bill", account, kind, late, amount)
        due = self.today + timedelta(days=-20 if late else 20)
        with self.step(refused):
            move = self.case.make_bill(
                amount / 100,
                account=self.accounts[account],
                kind=kind,
                date=fields.Date.to_string(self.today - timedelta(days=30)),
                due_date=fields.Date.to_string(due),
            )
        document.id = move.id
        document.order = (due, move.line_ids.filtered("utility_account_id").id)

    @rule(
        data=st.data(),
        account=st.integers(0, 1),
        kind=st.sampled_from(["bill", "bill", "service"]),
    )
    def pay(self, data, account, kind):
        owed = sum(row.owed for row in self.model.open_documents(account, kind))
        most = owed + max(10000, owed // 10)
        amount = data.draw(
            st.sampled_from(
                sorted({1, max(owed // 2, 1), max(owed, 1), owed + 450, most, most + 1})
            ),
            "amount",
        )
        self._pay(account, kind, amount)

    @precondition(has_documents)
    @rule(data=st.data())
    def pay_named(self, data):
        first = self.draw(data, self.documents(), lambda row: row.owed)
        rows = [row for row in self.documents(first.account) if row.kind == first.kind]
        rows = self.draw_documents(data, rows)
        amount = self.draw_part(data, sum(row.owed for row in rows))
        self._pay(first.account, first.kind, amount, rows)

    def _pay(self, account, kind, amount, documents=()):
        payment, refused = self.expect("pay", account, kind, amount, documents)
        request = {
            "account": self.accounts[account].number,
            "amount": amount / 100,
            "mode": "cash",
            "type": kind,
            "documents": [row.id for row in documents],
        }
        Payment = self.env["account.payment"].with_user(self.case.clerk)
        with self.step(refused):
            outcome = Payment.record_collections([request])[0]
            if outcome["status"] != "posted":
                raise UserError(outcome["error"]["message"])
        if payment:
            record = self.env["account.payment"].browse(outcome["payment_id"])
            self.adopt(payment, record)
            note = record.credit_note_ids
            assert outcome["credit_note"] == (note.number if payment.excess else False)
            assert cents(outcome["credit"]) == payment.excess

    @precondition(has_payments)
    @rule(
        data=st.data(),
        treatment=st.sampled_from(sorted(REASONS)),
        role=st.sampled_from(["clerk", "recovery", "manager"]),
        confirm=st.booleans(),
    )
    def make_note(self, data, treatment, role, confirm):
        payment = self.draw(
            data,
            self.model.payments,
            lambda row: row.posted and self.model.creditable(row),
        )
        amount = self.draw_part(data, max(self.model.creditable(payment), 1))
        note, refused = self.expect("draft", payment, amount, treatment, role)
        with self.step(refused):
            record = self.case.make_note(
                self.env["account.payment"].browse(payment.id),
                amount / 100,
                REASONS[treatment],
                self.as_user(role),
            )
        if note:
            note.id = record.id
            if confirm:
                self._confirm(note)

    @precondition(has_drafts)
    @rule(data=st.data())
    def confirm(self, data):
        notes = self.model.notes
        self._confirm(self.draw(data, notes, lambda row: row.state == "draft"))

    def _confirm(self, note):
        _answer, refused = self.expect("confirm", note)
        with self.step(refused):
            self._note(note, note.role).action_confirm()

    @precondition(has_undecided)
    @rule(
        data=st.data(),
        decision=st.sampled_from(["approve", "approve", "refuse"]),
        user=st.sampled_from(["other_manager", "other_manager", "manager", "clerk"]),
    )
    def decide(self, data, decision, user):
        note = self.draw(data, self.model.notes, lambda row: row.state == "to_approve")
        may_not = user == note.role or user == "clerk"
        _answer, refused = self.expect(decision, note, by_author=may_not)
        with self.step(refused):
            getattr(self._note(note, user), f"action_{decision}")()

    @precondition(has_unbooked)
    @rule(data=st.data())
    def cancel(self, data):
        note = self.draw(
            data, self.model.notes, lambda row: row.state in ("draft", "to_approve")
        )
        _answer, refused = self.expect("cancel", note)
        with self.step(refused):
            self._note(note, note.role).action_cancel()

    @precondition(can_apply)
    @rule(data=st.data(), whole=st.booleans())
    def apply(self, data, whole):
        first = self.draw(data, self.model.notes, self._finds_debt)
        own = [note for note in self.model.notes if note.account == first.account]
        own = [note for note in own if self._is_usable(note)] or own
        more = data.draw(st.lists(st.sampled_from(own), max_size=2, unique=True))
        notes = list(dict.fromkeys([first, *more]))
        rows = self.documents(first.account) or self.documents()
        rows = self.draw_documents(data, rows)
        amount = None
        if not whole:
            most = min(
                sum(note.remaining for note in notes), sum(row.owed for row in rows)
            )
            amount = self.draw_part(data, most)
        _answer, refused = self.expect("apply", notes, rows, amount)
        with self.step(refused):
            self._note(notes, "clerk").apply_to(
                [row.id for row in rows], None if amount is None else amount / 100
            )

    @precondition(has_applications)
    @rule(data=st.data())
    def undo(self, data):
        uses = [use for note in self.model.notes for use in note.uses]
        use = self.draw(data, uses, self._stands)
        rows = self._note(use.note, "manager").application_ids.sorted("id")
        _answer, refused = self.expect("undo", use)
        with self.step(refused):
            rows[use.note.uses.index(use)].action_undo()

    @precondition(has_notes)
    @rule(data=st.data())
    def expire(self, data):
        note = self.draw(data, self.model.notes, self._is_usable)
        _answer, refused = self.expect("expire", note)
        with self.step(refused):
            self._note(note, "manager").action_expire()

    @precondition(has_notes)
    @rule(data=st.data())
    def time_passes(self, data):
        """The last day of a note goes by; whether the action runs then is drawn."""
        note = self.draw(data, self.model.notes, self._is_usable)
        note.late = True
        with self.step(False):
            record = self._note(note, "manager").sudo()
            record.expiry_date = self.today - timedelta(days=1)
        if data.draw(st.booleans(), "action runs"):
            self.model.expire_late()
            with self.step(False):
                self.env["utility.credit.note"].search(
                    [("state", "=", "active"), ("expiry_date", "<", self.today)]
                )._expire_chunk()

    @precondition(has_notes)
    @rule(data=st.data())
    def extend(self, data):
        note = self.draw(data, self.model.notes, lambda row: row.state == "expired")
        _answer, refused = self.expect("extend", note)
        with self.step(refused):
            self._note(note, "manager").action_extend(self.today + timedelta(days=400))

    @rule(on=st.booleans())
    def auto_apply(self, on):
        self.model.auto_apply = on
        self.case.company.utility_credit_auto_apply = on

    # --- adjustments ------------------------------------------------------------------

    @precondition(has_notes)
    @rule(data=st.data())
    def refund(self, data):
        note = self.draw(data, self.model.notes, self._is_usable)
        amount = self.draw_part(data, note.remaining)
        _answer, refused = self.expect("check_refund", note, amount)
        refused = refused or not note.payment.posted
        done = self.adjust(
            self._payment(note.payment),
            refused,
            "refund",
            credit_note_id=note.id,
            refund_amount=amount / 100,
            refund_mode_id=self.case.modes["cash"].id,
        )
        if not refused:
            use = self.model.refund(note, amount)
            item = done.refund_payment_id.move_id.line_ids.filtered(
                "utility_account_id"
            )
            use.order = (item.date_maturity, item.id)

    @precondition(has_payments)
    @rule(data=st.data(), fee=st.booleans())
    def reverse(self, data, fee):
        payment = self.draw(data, self.model.payments, lambda row: row.posted)
        done = self.adjust(
            self._payment(payment),
            not payment.posted,
            "reverse",
            reversal_kind="returned" if fee else "wrong_entry",
            charge_fee=fee,
        )
        if payment.posted:
            self.model.reverse(payment)
        if done.fee_move_id:
            move = done.fee_move_id
            document = self.model.bill(payment.account, "service", False, 500)
            document.id = move.id
            item = move.line_ids.filtered("utility_account_id")
            document.order = (item.date_maturity, item.id)

    @precondition(has_payments)
    @rule(data=st.data(), account=st.integers(0, 1))
    def move(self, data, account):
        payment = self.draw(data, self.model.payments, lambda row: row.posted)
        refused = not payment.posted or payment.account == account
        done = self.adjust(
            self._payment(payment),
            refused,
            "move",
            target_account_id=self.accounts[account].id,
        )
        if not refused:
            new = self.model.record_anew(payment, account)
            self.adopt(new, done.replacement_payment_id)

    @precondition(has_payments)
    @rule(data=st.data())
    def correct_mode(self, data):
        payment = self.draw(data, self.model.payments, lambda row: row.posted)
        _answer, several = self.expect("check_correct", payment)
        refused = several or not payment.posted
        record = self._payment(payment)
        modes = self.case.modes
        mode = modes["wallet"] if record.mode_id == modes["cash"] else modes["cash"]
        done = self.adjust(
            record, refused, "correct", new_mode_id=mode.id, new_reference="W-1"
        )
        if not refused:
            new = self.model.record_anew(payment, payment.account, True)
            self.adopt(new, done.replacement_payment_id)

    @precondition(lambda self: self.has_payments() and self.has_documents())
    @rule(data=st.data())
    def reallocate(self, data):
        payment = self.draw(data, self.model.payments, lambda row: row.posted)
        rows = self.documents(payment.account) or self.documents()
        rows = self.draw_documents(data, rows)
        _answer, refused = self.expect("check_reallocate", payment, rows)
        refused = refused or not payment.posted
        self.adjust(
            self._payment(payment),
            refused,
            "reallocate",
            document_ids=[
                Command.create({"sequence": place, "move_id": row.id})
                for place, row in enumerate(rows)
            ],
        )
        if not refused:
            self.model.reallocate(payment, rows)

    def _payment(self, payment):
        return self.env["account.payment"].browse(payment.id)

    def _note(self, notes, user):
        notes = notes if isinstance(notes, list) else [notes]
        Note = self.env["utility.credit.note"].with_user(self.as_user(user))
        return Note.browse(note.id for note in notes)

    # --- after each step --------------------------------------------------------------

    @invariant()
    def balances_are_those_of_the_model(self):
        model = self.model
        balances = self.env["utility.account"].union(*self.accounts)._get_balances()
        for position, account in enumerate(self.accounts):
            found = balances[account.id]
            assert {
                "payoff": cents(found["payoff"]),
                "credit": cents(found["credit"]),
                "overdue": cents(found["overdue"]),
            } == {
                "payoff": model.payoff(position),
                "credit": model.credit(position),
                "overdue": model.overdue(position),
            }

    @invariant()
    def records_are_those_of_the_model(self):
        model = self.model
        documents = [row for row in model.documents if row.id]
        moves = self.env["account.move"].browse(row.id for row in documents)
        assert [cents(move.amount_residual) for move in moves] == [
            row.owed for row in documents
        ]
        notes = self.env["utility.credit.note"].browse(note.id for note in model.notes)
        for note, record in zip(model.notes, notes, strict=True):
            assert {
                "state": record.state,
                "remaining": cents(record.remaining_amount),
                "applied": cents(record.applied_amount),
                "refunded": cents(record.refunded_amount),
                "expired": cents(record.expired_amount),
            } == {
                "state": note.state,
                "remaining": note.remaining,
                **{k: note.used(k) for k in ("applied", "refunded", "expired")},
            }
        for payment in model.payments:
            record = self._payment(payment)
            assert cents(record._allocated_amount()) == payment.allocated
            assert (record.utility_state == "posted") == payment.posted
            if payment.posted:
                assert cents(record.creditable_amount) == model.creditable(payment)

    @invariant()
    def ledger_is_sound(self):
        findings = self.case.company._utility_check_ledger()
        assert [row for row in findings if row["level"] == "error"] == []

    def figures_are_exact(self):
        """KPI-05, T18: each tile is what a recount of its records gives."""
        today = self.case.company._utility_today()
        channel = self.env["utility.payment.channel"].search([], limit=1)
        for first, scope in (
            (today, {}),
            (today.replace(day=1), {"channel_ids": channel.ids}),
            (today.replace(year=today.year - 3), {}),
        ):
            figures = self.case.assertFiguresExact(first, today, **scope)
            collected = self.env["account.payment"].search(
                [
                    ("utility_account_id", "in", [a.id for a in self.accounts]),
                    ("payment_type", "=", "inbound"),
                    ("utility_state", "in", ["posted", "returned"]),
                    ("date", ">=", first),
                    ("date", "<=", today),
                    *([("channel_id", "=", channel.id)] if scope else []),
                ]
            )
            # In cents, by nothing that the figure is made of
            assert cents(figures["total_collected"]["value"]) == sum(
                cents(payment.amount) for payment in collected
            )

    @invariant()
    def monthly_report_ties(self):
        """KPI-07: all checks of this month's report are zero, now and then."""
        self.turns += 1
        if self.turns % 8:
            return
        checks = self.env["utility.regulatory.month"]._read_data(
            self.case.company,
            Period(self.today.replace(day=1), month_end(self.today)),
        )["checks"]
        assert not any(row["difference"] or row["ids"] for row in checks), checks

    @invariant()
    def nobody_is_asked_in_vain(self):
        """Who opens the list of approvals finds only what waits for one."""
        reviews = self.env["tier.review"].search([("status", "in", _OPEN)])
        for review in reviews:
            record = self.env[review.model].browse(review.res_id)
            assert record.state == "to_approve", record.display_name


_OPEN = ("waiting", "pending")


@tagged("post_install", "-at_install")
class TestStateMachine(FigureChecks, CreditNotesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modes = {
            mode.code: mode
            for mode in cls.env["utility.payment.mode"].search(
                [("company_id", "=", cls.company.id)]
            )
        }
        cls.company.utility_return_fee = 5
        # Two accounts of one contact, which Odoo itself would mix.
        second = cls.env["utility.account"].create(
            {"partner_id": cls.account.partner_id.id, "company_id": cls.company.id}
        )
        cls.machine_accounts = [cls.account, second]
        cls.env.flush_all()

    def test_random_steps(self):
        """T14: after each step the balances are the model's, and the books sound."""
        run_random_steps(self, CreditMachine, EXAMPLES, STEPS)

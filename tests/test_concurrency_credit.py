"""Credit under fire: the same money wanted twice at one moment is given once.

Real transactions on a real server. Each race is run in many rounds, several rounds side
by side on accounts of their own, because who loses waits for Odoo's retry.
"""

import threading
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import Counter, at_once

from devtools import live, testing

NOTE = "utility.credit.note"
USE = "utility.credit.application"
ADJUSTMENT = "utility.payment.adjustment"
ROUNDS = 20
# Rounds that run side by side.
LANES = 5
# What Odoo answers for UserError, AccessDenied and AccessError; 1 is a crash.
SENTENCES = (2, 3, 4)


class CreditCounter(Counter):
    """A counter that also knows credit notes."""

    def __init__(self, server):
        super().__init__(server, cashiers=2)
        self._create_user("manager2", "billing_manager")
        self.reasons = dict(
            server.sql("SELECT code, id FROM utility_credit_reason WHERE active")
        )

    def paid(self, amount=100):
        """For each round a new account with a bill of 100 and a payment: (number, id).

        Prepared together, so that the time goes to the races.
        """
        numbers = self.accounts(ROUNDS)
        outcomes = self.collect(
            *(
                {"account": number, "amount": amount, "mode": "cash"}
                for number in numbers
            )
        )
        assert {outcome["status"] for outcome in outcomes} == {"posted"}
        ids = [outcome["payment_id"] for outcome in outcomes]
        return list(zip(numbers, ids, strict=True))

    def credited(self, *bills):
        """For each round an account with 20 of credit and bills: (number, payment,
        note, *bills)."""
        rows = self.paid(120)
        notes = {
            note["payment_id"][0]: note["id"]
            for note in self.rpc(
                NOTE,
                "search_read",
                [("payment_id", "in", [payment for _number, payment in rows])],
                ["payment_id"],
            )
        }
        made = iter(
            self.bills([(number, bill) for number, _id in rows for bill in bills])
        )
        return [
            (number, payment, notes[payment], *(next(made) for _bill in bills))
            for number, payment in rows
        ]

    def bills(self, wanted):
        if not wanted:
            return []
        outcomes = self.rpc(
            "account.move",
            "record_bills",
            [{"account": number, "amount": amount} for number, amount in wanted],
            login=self.manager,
        )
        return [outcome["move_id"] for outcome in outcomes]

    def draft(self, payment, amount, login=None):
        return self.rpc(
            NOTE,
            "create",
            {
                "payment_id": payment,
                "amount": amount,
                "reason_id": self.reasons["duplicate_payment"],
            },
            login=login,
        )

    def waiting(self, amount):
        """For each round a note that waits for approval: (number, note)."""
        rows = self.paid()
        notes = self.rpc(
            NOTE,
            "create",
            [
                {
                    "payment_id": payment,
                    "amount": amount,
                    "reason_id": self.reasons["duplicate_payment"],
                }
                for _number, payment in rows
            ],
        )
        self.rpc(NOTE, "action_confirm", notes)
        return [(number, note) for (number, _id), note in zip(rows, notes, strict=True)]

    def reversals(self, payments):
        """A reversal of each payment, which waits for approval."""
        vals = [
            {"payment_id": payment, "kind": "reverse", "reason": "Bounced"}
            for payment in payments
        ]
        adjustments = self.rpc(ADJUSTMENT, "create", vals)
        self.rpc(ADJUSTMENT, "action_request", adjustments)
        return adjustments

    def note(self, note):
        names = ["state", "amount", "remaining_amount", "applied_amount"]
        return self.rpc(NOTE, "read", [note], names)[0]


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    name = testing.clone_name("credit")
    with live.on_clone(cluster, odoo, template, name, workers=8) as server:
        yield CreditCounter(server)


def race(play, rows):
    """Play a round for each row, several at once; what fails in one fails here."""
    with ThreadPoolExecutor(LANES) as pool:
        return list(pool.map(lambda row: play(*row), rows))


def outcome_of(*calls):
    """Do things at one moment: (what was answered, sentences of refusals)."""
    results = at_once(calls)
    for error in results:
        if isinstance(error, Exception):
            assert isinstance(error, xmlrpc.client.Fault), repr(error)
            assert error.faultCode in SENTENCES, error.faultString
    said = [r.faultString for r in results if isinstance(r, Exception)]
    return results, said


def test_cap_of_a_payment(counter):
    """CRN-02: two users press Create on one payment: its money is credited once."""

    def play(_number, payment):
        _results, said = outcome_of(
            lambda: counter.draft(payment, 60, login=counter.cashiers[0]),
            lambda: counter.draft(payment, 60, login=counter.cashiers[1]),
        )
        assert len(said) == 1
        assert "At most" in said[0] and "40.00" in said[0], said

    race(play, counter.paid())


def test_note_is_applied_twice(counter):
    """CRN-10: credit that two users spend on two bills is spent once."""

    def play(number, _payment, note, *bills):
        _results, said = outcome_of(
            *(
                lambda bill=bill, login=login: counter.rpc(
                    NOTE, "apply_to", [note], [bill], 15, login=login
                )
                for bill, login in zip(bills, counter.cashiers, strict=True)
            )
        )
        assert len(said) == 1 and "5.00 of credit is left" in said[0], said
        assert counter.note(note)["remaining_amount"] == 5
        assert counter.balances([number]) == {number: 10}

    race(play, counter.credited(15, 15))


def test_document_is_paid_while_credit_is_applied(counter):
    """REC-03, CRN-10: a bill takes the money or the credit, never both."""

    def play(number, _payment, note, bill):
        request = {"account": number, "amount": 20, "mode": "cash"}
        (paid, _applied), said = outcome_of(
            lambda: counter.collect(request | {"documents": [bill]})[0],
            lambda: counter.rpc(
                NOTE, "apply_to", [note], [bill], login=counter.cashiers[1]
            ),
        )
        if paid["status"] == "posted":
            assert "already paid" in said[0], said
            assert counter.note(note)["remaining_amount"] == 20
        else:
            assert not said, said
            assert paid["error"]["code"] == "document_not_open"
            assert counter.note(note)["state"] == "applied"
        expected = -20 if paid["status"] == "posted" else 0
        assert counter.balances([number]) == {number: expected}

    race(play, counter.credited(20))


def test_expiry_while_credit_is_applied(counter):
    """CRN-10, CRN-11: credit pays a bill or expires."""

    def play(number, _payment, note, bill):
        _results, said = outcome_of(
            lambda: counter.rpc(NOTE, "action_expire", [note], login=counter.manager),
            lambda: counter.rpc(NOTE, "apply_to", [note], [bill]),
        )
        state = counter.note(note)["state"]
        assert len(said) == 1, said
        told = {"expired": "it has expired", "applied": "isn't active"}
        assert told[state] in said[0], said
        owed = {"expired": 20, "applied": 0}
        assert counter.balances([number]) == {number: owed[state]}

    race(play, counter.credited(20))


def test_scheduled_expiry_amid_payments(counter):
    """CRN-11: the scheduled action expires each note once, whoever is at work."""
    rows = counter.credited()
    notes = [note for _number, _payment, note in rows]
    counter.server.sql(
        "UPDATE utility_credit_note SET expiry_date = CURRENT_DATE - 3"
        " WHERE id = ANY(%s)",
        [notes],
    )
    (cron,) = counter.server.sql(
        "SELECT res_id FROM ir_model_data WHERE module = 'utility_credit_notes'"
        " AND name = 'ir_cron_expire'"
    )[0]
    done = threading.Event()

    def expire():
        try:
            return counter.server.rpc(
                "admin", "ir.cron", "method_direct_trigger", [cron]
            )
        finally:
            done.set()

    def pay(login, own):
        for number, _payment, _note in own:
            counter.collect(
                {"account": number, "amount": 30, "mode": "cash"}, login=login
            )
            if done.is_set():
                break

    _results, said = outcome_of(
        expire,
        lambda: pay(counter.cashiers[0], rows[::2]),
        lambda: pay(counter.cashiers[1], rows[1::2]),
    )
    assert not said, said
    # What met a cashier too often is left to the next run.
    counter.server.rpc("admin", "ir.cron", "method_direct_trigger", [cron])
    assert {counter.note(note)["state"] for note in notes} == {"expired"}
    counts = counter.server.sql(
        "SELECT count(*) FROM utility_credit_application"
        " WHERE note_id = ANY(%s) AND kind = 'expired' GROUP BY note_id",
        [notes],
    )
    assert counts == [(1,)] * len(notes)


def test_reversal_while_credit_is_applied(counter):
    """RCN-07: a payment is taken back, and with it whatever its credit paid."""

    rows = counter.credited(20)
    reversals = counter.reversals([payment for _number, payment, *_rest in rows])

    def play(adjustment, number, _payment, note, bill):
        _results, said = outcome_of(
            lambda: counter.rpc(
                ADJUSTMENT, "action_approve", [adjustment], login=counter.manager
            ),
            lambda: counter.rpc(NOTE, "apply_to", [note], [bill]),
        )
        # Either the credit was used first, and that was undone, or it came too late.
        assert not said or "was cancelled" in said[0], said
        assert counter.note(note)["state"] == "cancelled"
        assert counter.balances([number]) == {number: 120}

    race(play, [(id_, *row) for id_, row in zip(reversals, rows, strict=True)])


def test_reversal_while_a_note_is_made(counter):
    """CRN-01, RCN-07: no credit is made of a payment that was taken back."""

    rows = counter.paid()
    reversals = counter.reversals([payment for _number, payment in rows])

    def play(adjustment, number, payment):
        def make():
            note = counter.draft(payment, 40)
            counter.rpc(NOTE, "action_confirm", [note])
            return note

        _results, said = outcome_of(
            lambda: counter.rpc(
                ADJUSTMENT, "action_approve", [adjustment], login=counter.manager
            ),
            make,
        )
        assert len(said) <= 1, said
        states = {
            row["state"]
            for row in counter.rpc(
                NOTE, "search_read", [("payment_id", "=", payment)], ["state"]
            )
        }
        assert states <= {"cancelled"}
        assert counter.balances([number]) == {number: 100}

    race(play, [(id_, *row) for id_, row in zip(reversals, rows, strict=True)])


def test_two_managers_approve(counter):
    """CRN-13: two approvals of one note give its money once."""

    def play(number, note):
        _results, said = outcome_of(
            *(
                lambda login=login: counter.rpc(
                    NOTE, "action_approve", [note], login=login
                )
                for login in (counter.manager, "manager2")
            )
        )
        assert len(said) == 1 and "doesn't wait for approval" in said[0], said
        assert counter.note(note)["remaining_amount"] == 80
        # 80 of the bill is due again, and 80 is credit.
        assert counter.balances([number]) == {number: 0}

    race(play, counter.waiting(80))


def test_approval_and_refusal(counter):
    """CRN-13: decided once: active or cancelled, never both."""

    def play(_number, note):
        _results, said = outcome_of(
            lambda: counter.rpc(NOTE, "action_approve", [note], login=counter.manager),
            lambda: counter.rpc(NOTE, "action_refuse", [note], "No", login="manager2"),
            lambda: counter.rpc(NOTE, "action_cancel", [note]),
        )
        after = counter.note(note)
        state = after["state"]
        assert len(said) == 2, (said, state)
        assert after["remaining_amount"] == (80 if state == "active" else 0)
        open_reviews = counter.server.sql(
            "SELECT count(*) FROM tier_review WHERE model = %s AND res_id = %s"
            " AND status IN ('waiting', 'pending')",
            [NOTE, note],
        )
        assert open_reviews == [(0,)]

    race(play, counter.waiting(80))


def test_new_bill_takes_credit_while_a_cashier_pays(counter):
    """CRN-10: a bill that takes credit by itself, and money for it at that moment."""

    def play(number, _payment, note):
        (bills, paid), said = outcome_of(
            lambda: counter.bills([(number, 50)]),
            lambda: counter.collect({"account": number, "amount": 40, "mode": "cash"}),
        )
        assert not said, said
        assert paid[0]["status"] == "posted" and bills[0]
        assert counter.balances([number]) == {number: -10}
        # The oldest credit is used first; a bill that was paid at once needs less.
        assert counter.note(note)["remaining_amount"] == 0

    rows = counter.credited()
    company = counter.server.sql("SELECT min(id) FROM res_company")[0]
    automatic = {"utility_credit_auto_apply": True}
    counter.server.rpc("admin", "res.company", "write", company, automatic)
    race(play, rows)
    automatic = {"utility_credit_auto_apply": False}
    counter.server.rpc("admin", "res.company", "write", company, automatic)


def test_books_are_in_order_after_all(counter):
    """The invariants of the ledger hold after everything above, without a deadlock."""
    assert counter.ledger_findings() == []
    log = counter.server.log.read_text(errors="replace")
    assert "deadlock detected" not in log
    assert "Traceback" not in log

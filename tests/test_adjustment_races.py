"""Adjustments and payments at the same moment: each takes effect once (ADJ-01)."""

import pytest
from support import PASSWORD, Counter, at_once

from devtools import live, testing

ADJUSTMENT = "utility.payment.adjustment"
MANAGERS = ("manager", "manager2", "manager3")


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """Two cashiers and three managers on four server processes."""
    name = testing.clone_name("adjustments")
    with live.on_clone(cluster, odoo, template, name, workers=4) as server:
        counter = Counter(server, cashiers=2)
        for login in MANAGERS[1:]:
            counter._create_user(login, "billing_manager")
        yield counter


def paid(counter, amount=100):
    """A new account with a bill of 100 and a payment on it: (number, payment id)."""
    (number,) = counter.accounts(1)
    outcome = counter.collect({"account": number, "amount": amount, "mode": "cash"})[0]
    assert outcome["status"] == "posted"
    return number, outcome["payment_id"]


def requested(counter, payment_id, **values):
    (adjustment,) = counter.rpc(
        ADJUSTMENT,
        "create",
        [{"payment_id": payment_id, "kind": "reverse", "reason": "Bounced", **values}],
    )
    counter.rpc(ADJUSTMENT, "action_request", [adjustment])
    return adjustment


def read(counter, model, record_id, *names):
    return counter.rpc(model, "read", [record_id], names)[0]


def refused(results):
    return [result for result in results if isinstance(result, Exception)]


def test_two_managers_approve_at_once(counter):
    """ADJ-01, ROL-03: two approvals of one request: executed once, the other told."""
    for _turn in range(3):
        number, payment_id = paid(counter)
        adjustment = requested(counter, payment_id)
        results = at_once(
            [
                lambda login=login, adjustment=adjustment: counter.rpc(
                    ADJUSTMENT, "action_approve", [adjustment], login=login
                )
                for login in MANAGERS
            ]
        )
        assert len(refused(results)) == len(MANAGERS) - 1
        assert all("doesn't wait" in str(error) for error in refused(results))
        assert read(counter, ADJUSTMENT, adjustment, "state")["state"] == "done"
        assert counter.balances([number]) == {number: 100.0}
        entries = counter.server.sql(
            "SELECT count(*) FROM account_move entry"
            "  JOIN account_payment payment"
            "    ON payment.move_id = entry.reversed_entry_id"
            " WHERE payment.id = %s",
            [payment_id],
        )
        assert entries == [(1,)]


def test_two_requests_at_once(counter):
    """ADJ-01: of two requests on one payment, one waits and the other is told."""
    for _turn in range(3):
        _number, payment_id = paid(counter)
        drafts = [
            counter.rpc(
                ADJUSTMENT,
                "create",
                [{"payment_id": payment_id, "kind": "reverse", "reason": "Bounced"}],
                login=login,
            )[0]
            for login in counter.cashiers
        ]
        results = at_once(
            [
                lambda login=login, draft=draft: counter.rpc(
                    ADJUSTMENT, "action_request", [draft], login=login
                )
                for login, draft in zip(counter.cashiers, drafts, strict=True)
            ]
        )
        assert len(refused(results)) == 1
        assert "waits for approval already" in str(refused(results)[0])


def test_approval_and_refusal_at_once(counter):
    """ROL-03: decided once: done or refused, never both."""
    number, payment_id = paid(counter)
    adjustment = requested(counter, payment_id)
    results = at_once(
        [
            lambda: counter.rpc(
                ADJUSTMENT, "action_approve", [adjustment], login=MANAGERS[0]
            ),
            lambda: counter.rpc(
                ADJUSTMENT, "action_refuse", [adjustment], "No", login=MANAGERS[1]
            ),
        ]
    )
    assert len(refused(results)) == 1
    state = read(counter, ADJUSTMENT, adjustment, "state")["state"]
    expected = {"done": 100.0, "refused": 0.0}
    assert counter.balances([number]) == {number: expected[state]}


def test_reversal_and_payment_at_once(counter):
    """ADJ-01, REC-07: money that comes while a payment is taken back isn't lost."""
    for _turn in range(3):
        number, payment_id = paid(counter, 60)
        adjustment = requested(counter, payment_id)
        results = at_once(
            [
                lambda adjustment=adjustment: counter.rpc(
                    ADJUSTMENT, "action_approve", [adjustment], login=MANAGERS[0]
                ),
                lambda number=number: counter.collect(
                    {"account": number, "amount": 70, "mode": "cash"},
                    login=counter.cashiers[1],
                )[0],
            ]
        )
        assert not refused(results)
        assert results[1]["status"] == "posted"
        assert read(counter, ADJUSTMENT, adjustment, "state")["state"] == "done"
        assert counter.balances([number]) == {number: 30.0}


def test_moves_across_two_accounts(counter):
    """ADJ-01: payments that change places: both locks in one order, no deadlock."""
    for _turn in range(3):
        (one, first), (two, second) = paid(counter), paid(counter)
        ids = {
            row["number"]: row["id"]
            for row in counter.rpc(
                "utility.account",
                "search_read",
                [("number", "in", [one, two])],
                ["number"],
            )
        }
        adjustments = [
            requested(counter, first, kind="move", target_account_id=ids[two]),
            requested(counter, second, kind="move", target_account_id=ids[one]),
        ]
        results = at_once(
            [
                lambda login=login, adjustment=adjustment: counter.rpc(
                    ADJUSTMENT, "action_approve", [adjustment], login=login
                )
                for login, adjustment in zip(MANAGERS, adjustments, strict=False)
            ]
        )
        assert not refused(results)
        # Who comes second finds the bill paid or open; no cent is lost either way.
        assert sum(counter.balances([one, two]).values()) == 0


def test_private_steps_are_not_reachable(counter):
    """ROL-03: no remote caller reaches what executes."""
    _number, payment_id = paid(counter)
    adjustment = requested(counter, payment_id)
    for method in ("_execute", "_execute_reverse", "_reverse", "_withdraw"):
        with pytest.raises(Exception, match="(?i)private"):
            counter.server.rpc(
                "manager", ADJUSTMENT, method, [adjustment], password=PASSWORD
            )
    with pytest.raises(Exception, match="(?i)private"):
        counter.server.rpc(
            "manager",
            "account.payment",
            "_reverse_in_ledger",
            [payment_id],
            "returned",
            "x",
            password=PASSWORD,
        )


def test_books_are_in_order_after_all(counter):
    """The invariants of the ledger hold after everything above."""
    assert counter.ledger_findings() == []

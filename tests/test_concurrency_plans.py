"""Signing, paying and ending payment plans at the same moment (PLN-01 to PLN-03)."""

import datetime

import pytest
from support import Counter, at_once

from devtools import live, testing

PLAN = "utility.payment.plan"
RECOVERY = ("recovery1", "recovery2", "recovery3")


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """Two cashiers and three recovery executives on four server processes."""
    name = testing.clone_name("plans")
    with live.on_clone(cluster, odoo, template, name, workers=4) as server:
        counter = Counter(server, cashiers=2)
        for login in RECOVERY:
            counter._create_user(login, "recovery_executive")
        yield counter


def drafts(counter, number, count=1, amounts=3):
    """Ids of drafts over the bill of an account, each of another user."""
    account = found(counter, "utility.account", ("number", "=", number))
    bill = found(
        counter,
        "account.move",
        ("utility_account_id", "=", account),
        ("utility_kind", "=", "bill"),
    )
    today = datetime.date.today()
    return [
        counter.rpc(
            PLAN,
            "create",
            {
                "utility_account_id": account,
                "covered_move_ids": [[6, 0, [bill]]],
                "installment_count": amounts,
                "frequency": "monthly",
                "first_due_date": str(today + datetime.timedelta(days=2)),
            },
            login=login,
        )
        for login in RECOVERY[:count]
    ]


def found(counter, model, *domain):
    (record_id,) = counter.rpc(model, "search", list(domain), login=counter.manager)
    return record_id


def read(counter, plan, *names):
    return counter.rpc(PLAN, "read", [plan], names, login=RECOVERY[0])[0]


def paid_of(counter, plan):
    rows = counter.server.sql(
        "SELECT paid_amount FROM utility_payment_plan_installment"
        " WHERE plan_id = %s ORDER BY sequence",
        [plan],
    )
    return [float(amount) for (amount,) in rows]


def activate(counter, plan, login):
    return lambda: counter.rpc(PLAN, "action_activate", [plan], login=login)


def refused(results):
    return [result for result in results if isinstance(result, Exception)]


def test_one_debt_is_signed_once(counter):
    """PLN-01: of three who sign plans over one bill, one does; the others are told."""
    for _turn in range(3):
        (number,) = counter.accounts(1)
        plans = drafts(counter, number, 3)
        results = at_once(
            [
                activate(counter, plan, login)
                for plan, login in zip(plans, RECOVERY, strict=True)
            ]
        )
        assert len(refused(results)) == 2, results
        assert all("already covered" in str(error) for error in refused(results))
        states = sorted(read(counter, plan, "state")["state"] for plan in plans)
        assert states == ["active", "draft", "draft"]


def test_one_draft_is_signed_once(counter):
    """PLN-02: two who sign the same draft: it begins once."""
    (number,) = counter.accounts(1)
    (plan,) = drafts(counter, number)
    results = at_once([activate(counter, plan, login) for login in RECOVERY[:2]])
    assert len(refused(results)) == 1
    assert "no draft any more" in str(refused(results)[0])
    events = counter.server.sql(
        "SELECT COUNT(*) FROM utility_payment_plan_event"
        " WHERE plan_id = %s AND kind = 'activated'",
        [plan],
    )
    assert events == [(1,)]


def test_signing_and_paying(counter):
    """PLN-01, PLN-03: the plan covers what is open: before the payment, or after."""
    for _turn in range(3):
        (number,) = counter.accounts(1)
        (plan,) = drafts(counter, number)
        results = at_once(
            [
                activate(counter, plan, RECOVERY[0]),
                lambda number=number: counter.collect(
                    {
                        "account": number,
                        "amount": 40,
                        "mode": "cash",
                        "documents": [
                            found(
                                counter,
                                "account.move",
                                ("utility_account_id.number", "=", number),
                                ("utility_kind", "=", "bill"),
                            )
                        ],
                    }
                )[0],
            ]
        )
        assert results[1]["status"] == "posted"
        values = read(counter, plan, "state", "amount_covered", "amount_paid")
        if refused(results):
            # Paid first: the schedule of the draft is no longer what is owed.
            assert values["state"] == "draft"
        else:
            owed = values["amount_covered"] - values["amount_paid"]
            assert (values["state"], owed) == ("active", 60)
        assert counter.balances([number]) == {number: 60.0}


def test_paying_one_installment_at_two_counters(counter):
    """REC-03, REC-13: an installment is paid once; the second is told."""
    for _turn in range(3):
        (number,) = counter.accounts(1)
        (plan,) = drafts(counter, number, amounts=2)
        counter.rpc(PLAN, "action_activate", [plan], login=RECOVERY[0])
        name = read(counter, plan, "number")["number"]
        request = {
            "account": number,
            "amount": 50,
            "mode": "cash",
            "documents": [f"{name}/1"],
        }
        results = at_once(
            [
                lambda login=login, request=request: counter.collect(
                    request, login=login
                )[0]
                for login in counter.cashiers
            ]
        )
        assert not refused(results)
        assert sorted(result["status"] for result in results) == ["posted", "rejected"]
        assert paid_of(counter, plan) == [50, 0]


def test_paying_at_two_counters_without_a_name(counter):
    """REC-03: two payments at once pay one after the other, and complete the plan."""
    for _turn in range(3):
        (number,) = counter.accounts(1)
        (plan,) = drafts(counter, number, amounts=2)
        counter.rpc(PLAN, "action_activate", [plan], login=RECOVERY[0])
        request = {
            "account": number,
            "amount": 50,
            "mode": "cash",
            "type": "installment",
        }
        results = at_once(
            [
                lambda login=login, request=request: counter.collect(
                    request, login=login
                )[0]
                for login in counter.cashiers
            ]
        )
        assert [result["applied"] for result in results] == [50, 50]
        assert paid_of(counter, plan) == [50, 50]
        assert read(counter, plan, "state")["state"] == "completed"


def test_cancelling_and_paying(counter):
    """PLN-02: money that comes while a plan ends is for it, or refused by name."""
    for _turn in range(3):
        (number,) = counter.accounts(1)
        (plan,) = drafts(counter, number, amounts=2)
        counter.rpc(PLAN, "action_activate", [plan], login=RECOVERY[0])
        name = read(counter, plan, "number")["number"]
        results = at_once(
            [
                lambda plan=plan: counter.rpc(
                    PLAN, "action_cancel", [plan], login=RECOVERY[0]
                ),
                lambda number=number, name=name: counter.collect(
                    {
                        "account": number,
                        "amount": 50,
                        "mode": "cash",
                        "documents": [f"{name}/1"],
                    }
                )[0],
            ]
        )
        assert not refused(results)
        assert read(counter, plan, "state")["state"] == "cancelled"
        if results[1]["status"] == "posted":
            assert paid_of(counter, plan) == [50, 0]
            assert counter.balances([number]) == {number: 50.0}
        else:
            assert results[1]["error"]["code"] == "document_not_open"
            assert paid_of(counter, plan) == [0, 0]
            assert counter.balances([number]) == {number: 100.0}


def test_books_are_in_order_after_all(counter):
    """The invariants of the ledger and of plans hold after everything above."""
    assert counter.ledger_findings() == []

"""Promising, paying and disputing one account at the same moment (COL-06, COL-09)."""

import datetime

import pytest
from support import Counter, at_once

from devtools import live, testing

CLERKS = ("promise1", "promise2", "promise3")


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """A cashier and three who take promises, on four server processes."""
    name = testing.clone_name("promises")
    with live.on_clone(cluster, odoo, template, name, workers=4) as server:
        counter = Counter(server, cashiers=1)
        for login in CLERKS:
            counter._create_user(login, "recovery_executive")
        yield counter


def found(counter, model, *domain):
    (record_id,) = counter.rpc(model, "search", list(domain), login=counter.manager)
    return record_id


def bill_of(counter, number):
    """The account's bill, and what is open of it."""
    domain = [
        ("utility_account_id.number", "=", number),
        ("utility_kind", "=", "bill"),
    ]
    (bill,) = counter.rpc(
        "account.move",
        "search_read",
        domain,
        ["amount_residual"],
        login=counter.manager,
    )
    return bill["id"], bill["amount_residual"]


def test_promises_share_the_debt(counter):
    """COL-06: of three who promise most of one debt, one does; others hear the rest."""
    for _turn in range(3):
        (number,) = counter.accounts(1)
        account = found(counter, "utility.account", ("number", "=", number))
        _bill, owed = bill_of(counter, number)
        values = {
            "utility_account_id": account,
            "amount": round(owed * 0.6, 2),
            "date": str(datetime.date.today() + datetime.timedelta(days=3)),
        }
        results = at_once(
            [
                lambda login=login, values=values: counter.rpc(
                    "utility.payment.promise", "create", values, login=login
                )
                for login in CLERKS
            ]
        )
        refused = [result for result in results if isinstance(result, Exception)]
        assert len(refused) == 2, results
        assert all("is possible" in str(error) for error in refused)
        ((total,),) = counter.server.sql(
            "SELECT SUM(amount) FROM utility_payment_promise"
            " WHERE utility_account_id = %s AND state = 'open'",
            [account],
        )
        assert float(total) == values["amount"]


def test_promise_and_payment(counter):
    """COL-06: a payment beside it comes before the promise or keeps it, never both."""
    for _turn in range(3):
        (number,) = counter.accounts(1)
        account = found(counter, "utility.account", ("number", "=", number))
        _bill, owed = bill_of(counter, number)
        values = {
            "utility_account_id": account,
            "amount": owed,
            "date": str(datetime.date.today() + datetime.timedelta(days=3)),
        }
        results = at_once(
            [
                lambda values=values: counter.rpc(
                    "utility.payment.promise", "create", values, login=CLERKS[0]
                ),
                lambda number=number, owed=owed: counter.collect(
                    {"account": number, "amount": owed, "mode": "cash"}
                ),
            ]
        )
        rows = counter.server.sql(
            "SELECT state FROM utility_payment_promise WHERE utility_account_id = %s",
            [account],
        )
        if isinstance(results[0], Exception):
            assert "owes nothing" in str(results[0])
            assert rows == []
        else:
            assert rows == [("kept",)]


def test_disputes_share_a_bill(counter):
    """COL-09: two who dispute all of one bill: one does."""
    (number,) = counter.accounts(1)
    bill, owed = bill_of(counter, number)
    category = counter.rpc(
        "utility.dispute.category", "search", [], login=counter.manager
    )[0]
    results = at_once(
        [
            lambda login=login: counter.rpc(
                "utility.dispute",
                "create",
                {"move_id": bill, "category_id": category},
                login=login,
            )
            for login in CLERKS[:2]
        ]
    )
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 1, results
    assert "disputed already" in str(refused[0])
    rows = counter.server.sql(
        "SELECT amount FROM utility_dispute WHERE move_id = %s", [bill]
    )
    assert [float(amount) for (amount,) in rows] == [owed]

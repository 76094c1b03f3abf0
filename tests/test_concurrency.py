"""Many cashiers, lost connections, killed workers: no money twice, none lost.

Over real processes and a real network; figures follow the tests that trusted payment
systems have, in a size that fits a test run.
"""

import os
import random
import signal
import threading
import time
import uuid
from pathlib import Path

import pytest
from support import Counter, at_once

from devtools import live, testing

CASHIERS = 10
SECONDS = 10


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """Ten cashiers on four server processes."""
    name = testing.clone_name("counter")
    with live.on_clone(cluster, odoo, template, name, workers=4) as server:
        yield Counter(server, cashiers=CASHIERS)


def errors(results):
    return [result for result in results if isinstance(result, Exception)]


def test_two_cashiers_on_one_account(counter):
    """REC-07, CON-04: the second payment sees what the first one left open."""
    numbers = counter.accounts(3)
    for number in numbers:
        results = at_once(
            [
                lambda login=login, number=number: counter.collect(
                    {"account": number, "amount": 60, "mode": "cash"}, login=login
                )[0]
                for login in counter.cashiers[:2]
            ]
        )
        assert not errors(results)
        assert {result["status"] for result in results} == {"posted"}
        assert sorted(result["applied"] for result in results) == [40.0, 60.0]
        assert sorted(result["credit"] for result in results) == [0.0, 20.0]
    assert set(counter.balances(numbers).values()) == {-20.0}


def test_one_key_from_eight_threads(counter):
    """REC-13: eight sendings of the same request at once record one payment."""
    (number,) = counter.accounts(1)
    request = {
        "account": number,
        "amount": 100,
        "mode": "cash",
        "idempotency_key": str(uuid.uuid4()),
    }
    results = at_once(
        [
            lambda login=login: counter.collect(request, login=login)[0]
            for login in counter.cashiers[:8]
        ]
    )
    assert not errors(results)
    statuses = [result["status"] for result in results]
    assert sorted(statuses) == ["duplicate"] * 7 + ["posted"]
    assert len({result["payment_id"] for result in results}) == 1
    assert len({result["receipt_number"] for result in results}) == 1
    assert len(counter.payments([number])) == 1


def test_one_bill_paid_by_several_cashiers(counter):
    """REC-07, REC-08: money in = bill + credit, and a bill is never paid twice."""
    for number in counter.accounts(3):
        results = at_once(
            [
                lambda login=login, number=number: counter.collect(
                    {"account": number, "amount": 100, "mode": "cash"}, login=login
                )[0]
                for login in counter.cashiers[:4]
            ]
        )
        assert not errors(results)
        assert {result["status"] for result in results} == {"posted"}
        assert sum(result["applied"] for result in results) == 100
        assert sum(result["credit"] for result in results) == 300
        assert counter.balances([number]) == {number: -300.0}


def test_named_bill_is_paid_once(counter):
    """REC-03: who comes second is told that the bill has been paid meanwhile."""
    (number,) = counter.accounts(1)
    (bill,) = counter.rpc(
        "account.move",
        "search",
        [("utility_account_id.number", "=", number), ("utility_kind", "=", "bill")],
    )
    results = at_once(
        [
            lambda login=login: counter.collect(
                {
                    "account": number,
                    "amount": 100,
                    "mode": "cash",
                    "documents": [bill],
                },
                login=login,
            )[0]
            for login in counter.cashiers[:4]
        ]
    )
    assert not errors(results)
    refused = [result["error"]["code"] for result in results if result["error"]]
    assert refused == ["document_not_open"] * 3
    assert len(counter.payments([number])) == 1


def test_ten_cashiers_on_one_journal(counter):
    """No error is shown, no number is used twice, and the books are in order."""
    numbers = counter.accounts(CASHIERS, bills=(1000.0,))
    until = time.monotonic() + SECONDS

    def serve(login, number):
        outcomes = []
        chance = random.Random(login)
        while time.monotonic() < until:
            outcomes += counter.collect(
                {
                    "account": number,
                    "amount": chance.randint(1, 300) / 100,
                    "mode": "cash",
                    "idempotency_key": str(uuid.uuid4()),
                },
                login=login,
            )
        return outcomes

    results = at_once(
        [
            lambda login=login, number=number: serve(login, number)
            for login, number in zip(counter.cashiers, numbers, strict=True)
        ]
    )
    assert not errors(results)
    outcomes = [outcome for result in results for outcome in result]
    assert len(outcomes) > CASHIERS
    assert {outcome["status"] for outcome in outcomes} == {"posted"}
    for name in ("payment_number", "transaction_number", "receipt_number"):
        assert len({outcome[name] for outcome in outcomes}) == len(outcomes)
    for number, result in zip(numbers, results, strict=True):
        assert round(sum(outcome["applied"] for outcome in result), 2) == round(
            1000 - counter.balances([number])[number], 2
        )


def test_killed_worker_and_resent_batches(counter):
    """REC-13: kill -9 amid batches, all sent again: each request is recorded once."""
    numbers = counter.accounts(50)
    chance = random.Random(7)
    cut_short = 0
    for turn in range(4):
        batches = [
            [
                {
                    "account": number,
                    "amount": 10,
                    "mode": "cash",
                    "idempotency_key": f"kill-{turn}-{batch}-{part}-{number}",
                }
                for part in range(2)
                for number in numbers
            ]
            for batch in range(3)
        ]
        killer = threading.Timer(
            chance.uniform(0.2, 2.5), kill_workers, [counter.server.process.pid]
        )
        killer.start()
        for batch in batches:
            try:
                counter.collect_once(batch)
            except OSError:
                # The client knows nothing now: recorded or not?
                cut_short += 1
        killer.join()
        for batch in batches:
            outcomes = send_until_answered(counter, batch)
            statuses = {outcome["status"] for outcome in outcomes}
            assert statuses <= {"posted", "duplicate"}
        keys = [key for _amount, _excess, key in counter.payments(numbers)]
        assert len(keys) == len(set(keys)) == 300 * (turn + 1)
    assert cut_short


def send_until_answered(counter, batch):
    for _attempt in range(10):
        try:
            return counter.collect_once(batch)
        except OSError:
            time.sleep(0.5)
    raise AssertionError("The server did not come back.")


def kill_workers(master):
    """Kill the http workers that this test's own server has started."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = path.with_name("cmdline").read_text().split("\0")
        except OSError:
            continue
        if int(fields[1]) == master and "gevent" not in command:
            os.kill(int(path.parent.name), signal.SIGKILL)


def test_books_are_in_order_after_all(counter):
    """The invariants of the ledger hold after everything above."""
    assert counter.ledger_findings() == []

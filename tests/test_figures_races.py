"""Sums while cashiers work: nobody waits or fails, nothing is lost (KPI-01, KPI-07)."""

import threading
import time

import pytest
from support import Counter, at_once

from devtools import database, live, places, testing

CASHIERS = 4
# Seconds that folding and counting are held up, so that payments fall into them
HELD_UP = 4


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """Four cashiers and a manager on four server processes."""
    name = testing.clone_name("figures")
    with live.on_clone(cluster, odoo, template, name, workers=4) as server:
        yield Counter(server, cashiers=CASHIERS)


@pytest.fixture
def held_up(counter):
    """Whatever deletes sums takes its time, in the middle of its transaction."""
    counter.server.sql(
        "CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN PERFORM pg_sleep({HELD_UP}); RETURN NULL; END $$"
    )
    counter.server.sql(
        "CREATE TRIGGER hold_up AFTER DELETE ON utility_collection_day"
        " FOR EACH STATEMENT EXECUTE FUNCTION hold_up()"
    )
    yield
    counter.server.sql("DROP FUNCTION hold_up() CASCADE")


def fold(counter):
    """Run the scheduled actions, as an administrator does from their forms."""
    actions = counter.server.rpc(
        "admin", "ir.cron", "search", [("code", "=", "model._cron_fold()")]
    )
    # Sums of payments by day, and those of debt by due day
    assert len(actions) == 2
    for action in actions:
        counter.server.rpc("admin", "ir.cron", "method_direct_trigger", [action])


def recount(counter):
    server = counter.server
    database.shell(
        server.server,
        server.source,
        server.db,
        "env['utility.collection.day']._recount(); env.cr.commit()",
        data=places.TEST_DATA,
        log=f"{server.db}-recount.log",
    )


def sums(counter):
    """(payments, amount, allocations, documents, due) of the sums by day."""
    return counter.server.sql(
        "SELECT SUM(payments)::int, SUM(amount)::float, SUM(allocations)::int,"
        " SUM(documents)::int, SUM(due_amount)::float FROM utility_collection_day"
    )[0]


def facts(counter):
    """The same, counted from payments and documents."""
    (payments,) = counter.server.sql(
        "SELECT COUNT(*)::int, SUM(amount)::float FROM account_payment"
        " WHERE utility_account_id IS NOT NULL AND utility_state = 'posted'"
    )
    (allocations,) = counter.server.sql(
        "SELECT COUNT(*)::int FROM utility_payment_allocation"
    )
    (documents,) = counter.server.sql(
        "SELECT COUNT(*)::int, SUM(amount_total)::float FROM account_move"
        " WHERE utility_kind = 'bill' AND state = 'posted'"
    )
    return (*payments, *allocations, *documents)


def changed(counter):
    """How many accounts' debts wait to be summed up."""
    return counter.server.sql("SELECT COUNT(*) FROM utility_debt_change")[0][0]


def rows(counter):
    return counter.server.sql("SELECT COUNT(*) FROM utility_collection_day")[0][0]


def pay(counter, login, number, seen):
    """Record one payment and write down when it was done."""
    outcome = counter.collect(
        {"account": number, "amount": 10, "mode": "cash"}, login=login
    )[0]
    assert outcome["status"] == "posted", outcome
    seen.append(time.monotonic())


def serve(counter, numbers, stop):
    """Cashiers record payments until told to stop; returns when each was done."""

    def work(login, number):
        seen = []
        while not stop.is_set():
            pay(counter, login, number, seen)
        return seen

    pairs = zip(counter.cashiers, numbers, strict=True)
    return at_once([lambda pair=pair: work(*pair) for pair in pairs])


def test_fold_while_cashiers_work(counter):
    """Payments of four cashiers, folded again and again meanwhile, all count once."""
    numbers = counter.accounts(CASHIERS, bills=(1000.0,))
    stop = threading.Event()

    def folding():
        try:
            for _turn in range(8):
                fold(counter)
                time.sleep(0.5)
        finally:
            stop.set()

    done, results = at_once([folding, lambda: serve(counter, numbers, stop)])
    assert done is None
    failures = [seen for seen in results if isinstance(seen, Exception)]
    assert not failures
    assert sums(counter) == facts(counter)
    assert facts(counter)[0] == sum(map(len, results)) > CASHIERS
    fold(counter)
    # One row for the day of the payments, one for that of the bills
    assert rows(counter) == 2
    assert sums(counter) == facts(counter)
    # What accounts owe is summed up once, too: nothing waits, nothing differs.
    assert changed(counter) == 0
    assert counter.ledger_findings() == []


@pytest.mark.parametrize("work", [fold, recount])
def test_cashiers_do_not_wait(counter, held_up, work):
    """Payments are recorded while a fold or a recount has deleted, uncommitted."""
    numbers = counter.accounts(CASHIERS, bills=(1000.0,))
    stop = threading.Event()
    deleting = (
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = %s"
        " AND wait_event = 'PgSleep'"
    )
    held = []

    def watch():
        """When the work began to be held up, and until when it was."""
        try:
            limit = time.monotonic() + 60
            while time.monotonic() < limit:
                sleeping = counter.server.sql(deleting, [counter.server.db])[0][0]
                if sleeping:
                    held.append(time.monotonic())
                elif held:
                    break
                time.sleep(0.1)
        finally:
            stop.set()

    worked, watched, results = at_once(
        [
            lambda: work(counter),
            watch,
            lambda: serve(counter, numbers, stop),
        ]
    )
    assert worked is None
    assert watched is None
    assert not [seen for seen in results if isinstance(seen, Exception)]
    assert held[-1] - held[0] > HELD_UP / 2
    for seen in results:
        # Each cashier served more than one consumer while it was held up.
        assert len([at for at in seen if held[0] < at < held[-1]]) > 1
    assert sums(counter) == facts(counter)

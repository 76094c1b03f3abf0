"""Several workers on one day's run, while payments land on the accounts (COL-04)."""

import datetime

import pytest
from support import Counter, at_once

from devtools import live, testing

CRONS = ("ir_cron_collect", "ir_cron_collect_second")


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """Two cashiers on four server processes."""
    name = testing.clone_name("ladder")
    with live.on_clone(cluster, odoo, template, name, workers=4) as server:
        yield Counter(server, cashiers=2)


def work(counter, name):
    """A worker: the scheduled action of that name, at once."""
    cron = counter.server.sql(
        "SELECT res_id FROM ir_model_data"
        " WHERE module = 'utility_collections' AND name = %s",
        [name],
    )[0][0]
    return lambda: counter.server.rpc("admin", "ir.cron", "method_direct_trigger", cron)


def behind(counter, count):
    """Numbers of new accounts with a bill that is 30 days overdue."""
    day = str(datetime.date.today() - datetime.timedelta(days=30))
    return counter.accounts(count, date=day, due_date=day)


def cut_small(counter):
    """Begin the day's run with many chunks: one for each account."""
    counter.server.sql("DELETE FROM utility_collection_run")
    counter.server.sql(
        "WITH run AS ("
        " INSERT INTO utility_collection_run (company_id, date)"
        " VALUES (1, (now() AT TIME ZONE 'UTC')::date) RETURNING id)"
        " INSERT INTO utility_collection_run_chunk"
        " (run_id, company_id, first_id, last_id, account_count, state)"
        " SELECT run.id, 1, account.id, account.id, 1, 'todo'"
        " FROM run, utility_account account WHERE account.company_id = 1"
    )


def told(counter, numbers):
    """{account number: kinds of its timeline}"""
    rows = counter.server.sql(
        "SELECT account.number, array_agg(event.kind ORDER BY event.id)"
        "  FROM utility_account account"
        "  LEFT JOIN utility_collection_event event"
        "    ON event.utility_account_id = account.id"
        " WHERE account.number = ANY(%s) GROUP BY account.number",
        [numbers],
    )
    return dict(rows)


def left(counter):
    return counter.server.sql(
        "SELECT count(*) FROM utility_collection_run_chunk WHERE state = 'todo'"
    )[0][0]


def test_two_workers_share_a_day(counter):
    """COL-04: two workers do all of the day, and nothing twice."""
    numbers = behind(counter, 30)
    cut_small(counter)
    results = at_once([work(counter, name) for name in CRONS])
    assert not [result for result in results if isinstance(result, Exception)], results
    assert left(counter) == 0
    kinds = told(counter, numbers)
    assert all(
        list(filter({"overdue", "opened", "step"}.__contains__, found))
        == ["overdue", "opened", "step"]
        for found in kinds.values()
    ), kinds
    at_once([work(counter, name) for name in CRONS])
    assert told(counter, numbers) == kinds


def test_both_begin_the_day(counter):
    """COL-04: two workers that begin a day at the same moment make one run."""
    counter.server.sql("DELETE FROM utility_collection_run")
    results = at_once([work(counter, name) for name in CRONS])
    assert not [result for result in results if isinstance(result, Exception)], results
    runs = counter.server.sql("SELECT company_id, date FROM utility_collection_run")
    assert len(runs) == len(set(runs))
    assert left(counter) == 0


def test_payments_land_during_the_run(counter):
    """COL-04: who pays meanwhile isn't in collections afterwards; the others are."""
    numbers = behind(counter, 30)
    cut_small(counter)
    paying = numbers[::2]

    def pay(login, mine):
        def function():
            return [
                counter.collect(
                    {"account": number, "amount": 100, "mode": "cash"}, login=login
                )[0]["status"]
                for number in mine
            ]

        return function

    results = at_once(
        [work(counter, name) for name in CRONS]
        + [pay(login, paying[place::2]) for place, login in enumerate(counter.cashiers)]
    )
    assert not [result for result in results if isinstance(result, Exception)], results
    assert {status for result in results[2:] for status in result} == {"posted"}
    open_cases = {
        number
        for (number,) in counter.server.sql(
            "SELECT account.number FROM utility_collection_case item"
            " JOIN utility_account account ON account.id = item.utility_account_id"
            " WHERE item.state != 'closed' AND account.number = ANY(%s)",
            [numbers],
        )
    }
    assert open_cases == set(numbers) - set(paying)
    assert left(counter) == 0
    assert counter.ledger_findings() == []

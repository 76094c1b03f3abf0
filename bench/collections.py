"""Collections: the day's run over very many accounts, by two workers."""

import time
from datetime import timedelta

from . import generator, runtime
from .interrupted import has_errors
from .recording import in_processes
from .table import Line, number, say

RUN = "utility.collection.run"
WORKERS = 2
# Open bills of each account, a month apart
BILLS = 3
# One account in so many is behind: the first of its bills is up to 90 days overdue.
BEHIND = 5
GROUPS = 15
# A bill is due so many days after its date: see `generator`.
DUE = 14


def make_debts(env, accounts):
    """Give each account open bills; one in five is behind with one to three of them."""
    behind = accounts[::BEHIND]
    for group in range(GROUPS):
        overdue = 1 + 90 * group // GROUPS
        _make(env, behind[group::GROUPS], overdue)
    _make(env, [a for place, a in enumerate(accounts) if place % BEHIND], -5)


def _make(env, accounts, overdue):
    """Bills, of which the first is so many days overdue."""
    age = overdue + DUE - 30 * (BILLS - 1)
    generator.make_bills(env, accounts, amount=100.0, each=BILLS, age=age)


def pass_days(env):
    """Before the next day: steps were taken up to three weeks ago, and some have paid.

    Those are one case in 30, where nobody told collections: their bills aren't due.
    """
    cr = env.cr
    cr.execute(
        "UPDATE utility_collection_case SET stepped_on = stepped_on - id % 20"
        " WHERE state != 'closed'"
    )
    cr.execute(
        "UPDATE account_move_line SET date_maturity = CURRENT_DATE + 10"
        " WHERE utility_account_id IN (SELECT utility_account_id"
        "       FROM utility_collection_case WHERE state != 'closed' AND id % 30 = 0)"
        "   AND parent_state = 'posted' AND reconciled IS NOT TRUE"
    )
    generator.settle(
        cr, "account_move_line", "utility_account", "utility_collection_case"
    )


def measure_collections(bench):
    """Open, advance and close the cases of a day; then nothing, on the same day."""
    count = {"quick": 10000, "default": 100000, "full": 1000000}[bench.size]
    bench.make_accounts(count)
    accounts = bench.accounts[:count]
    say(f"Having {count * BILLS:,} open bills")
    with runtime.superuser(bench.registry) as env:
        make_debts(env, accounts)
    for table in ("account_move_line", "utility_account"):
        generator.vacuum(bench.database, table)
    say("Running collections for the first time")
    first = run_day(bench, 0)
    with runtime.superuser(bench.registry) as env:
        pass_days(env)
    for table in ("account_move_line", "utility_account", "utility_collection_case"):
        generator.vacuum(bench.database, table)
    say("Running them on the next day")
    second = run_day(bench, 1)
    for title, done in (("first", first), ("next", second)):
        minutes = done["seconds"] / 60
        yield Line(
            f"{title} day's run over {count:,} accounts, {count * BILLS:,} open"
            f" bills, {WORKERS} workers; s",
            number(done["seconds"]),
            ratio=", ".join(
                f"{done[name]:,} {name}"
                for name in ("opened", "stepped", "paused", "closed", "failed")
            ),
            sql=f"{done['queries'] / max(done['chunks'], 1):.0f} a chunk of 5,000",
            level="<= 10 min for 1,000,000",
            met=minutes <= 10 * count / 1000000 + 0.2
            and not done["failed"]
            and not done["twice"],
        )
    with runtime.superuser(bench.registry) as env:
        env.cr.execute("UPDATE utility_collection_run_chunk SET state = 'todo'")
    again = run_day(bench, 1)
    yield Line(
        f"the same day once more over {count:,} accounts; s",
        number(again["seconds"]),
        ratio=f"{again['told'] - second['told']} events",
        level="nothing",
        met=again["told"] == second["told"] and not has_errors(bench),
    )


def run_day(bench, days):
    """Have the workers do a day together; say what they did.

    :param int days: after today
    """
    with runtime.superuser(bench.registry) as env:
        company = env.company
        day = company._utility_today() + timedelta(days=days)
        run_id = env[RUN]._begin(company, day).id
    shares = in_processes(bench, _work, [run_id] * WORKERS)
    seconds = max(seconds for seconds, _queries in shares)
    with runtime.superuser(bench.registry) as env:
        run = env[RUN].browse(run_id)
        assert run.state == "done", f"The run is {run.state} at {run.progress} %"
        done = {
            name: run[name]
            for name in ("opened", "stepped", "paused", "closed", "failed")
        }
        env.cr.execute("SELECT count(*) FROM utility_collection_event")
        told = env.cr.fetchone()[0]
        env.cr.execute(
            "SELECT count(*) FROM (SELECT FROM utility_collection_event"
            " WHERE kind IN ('opened', 'step')"
            " GROUP BY case_id, kind, res_id HAVING count(*) > 1) twice"
        )
        twice = env.cr.fetchone()[0]
        chunks = len(run.chunk_ids)
    say(f"{done} in {seconds:.0f} s")
    return done | {
        "seconds": seconds,
        "queries": sum(queries for _seconds, queries in shares),
        "chunks": chunks,
        "told": told,
        "twice": twice,
    }


def _work(bench, run_id):
    start = time.perf_counter()
    with runtime.superuser(bench.registry) as env:
        before = env.cr.sql_log_count
        env[RUN].browse(run_id)._work()
        queries = env.cr.sql_log_count - before
    return time.perf_counter() - start, queries

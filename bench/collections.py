"""Collections: the day's run over very many accounts, by two workers."""

import time

from . import generator, runtime
from .interrupted import has_errors
from .recording import in_processes
from .table import Line, number, say

CASE = "utility.collection.case"
RUN = "utility.collection.run"
WORKERS = 2
# Of each account, its open bills are due so many days before the last of them.
BILLS = 3
SPREAD = 30
# One account in so many owes something that is past due.
BEHIND = 5


def make_debts(env, accounts):
    """Give each account open bills, and let one in five be behind with some of them.

    The last of its bills was due up to 3 months ago, spread evenly; that of the others
    is due within a month, and the earlier ones are paid or in the future.
    """
    generator.make_bills(env, accounts, amount=100.0, each=BILLS)
    env.cr.execute(
        """
        UPDATE account_move_line line
           SET date_maturity = CURRENT_DATE + CASE
                   WHEN account.place %% %(behind)s = 0
                   THEN bill.place * %(spread)s - (account.place / %(behind)s) %% 90
                   ELSE bill.place * %(spread)s + account.place %% %(spread)s + 1
               END
          FROM (
               SELECT id, row_number() OVER (ORDER BY id)::int AS place
                 FROM utility_account
                WHERE number LIKE 'BN-%%'
               ) account,
               LATERAL (
               SELECT item.id,
                      row_number() OVER (ORDER BY item.id)::int - 1 AS place
                 FROM account_move_line item
                WHERE item.utility_account_id = account.id
                  AND item.reconciled IS NOT TRUE
                  AND item.parent_state = 'posted'
               ) bill
         WHERE line.id = bill.id
        """,
        {"behind": BEHIND, "spread": SPREAD},
    )
    env.cr.execute(
        "UPDATE account_move move SET invoice_date_due = line.date_maturity"
        "  FROM account_move_line line"
        " WHERE line.move_id = move.id AND line.utility_account_id IS NOT NULL"
        "   AND move.invoice_date_due != line.date_maturity"
    )
    generator.settle(env.cr, "account_move", "account_move_line", "utility_account")


def pass_a_day(env):
    """Make the next run a day of its own.

    What was done counts as done up to three weeks before, and each debt is a day older.
    One case in 30 is paid where nobody told collections: its bills move to the future.
    """
    cr = env.cr
    cr.execute("UPDATE utility_collection_run SET date = date - 1")
    cr.execute(
        "UPDATE utility_collection_case SET opened_on = opened_on - 1,"
        " stepped_on = stepped_on - 1 - id % 20, warned_on = warned_on - 1,"
        " oldest_due = oldest_due - 1, next_step_on = next_step_on - 1"
    )
    cr.execute(
        "UPDATE account_move_line SET date_maturity = CASE"
        "   WHEN utility_account_id IN (SELECT utility_account_id"
        "       FROM utility_collection_case WHERE state = 'open' AND id % 30 = 0)"
        "   THEN CURRENT_DATE + 10 ELSE date_maturity - 1 END"
        " WHERE utility_account_id IS NOT NULL AND parent_state = 'posted'"
        "   AND reconciled IS NOT TRUE"
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
    first = run_day(bench)
    with runtime.superuser(bench.registry) as env:
        pass_a_day(env)
    for table in ("account_move_line", "utility_account", "utility_collection_case"):
        generator.vacuum(bench.database, table)
    say("Running them on the next day")
    second = run_day(bench)
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
    again = run_day(bench)
    yield Line(
        "the run once more on that day; ms",
        number(1000 * again["seconds"]),
        ratio=f"{again['told'] - second['told']} events",
        level="nothing",
        met=again["told"] == second["told"] and not has_errors(bench),
    )


def run_day(bench):
    """Have the workers do the day together; say what they did."""
    start = time.perf_counter()
    shares = in_processes(bench, _work, [None] * WORKERS)
    seconds = max(seconds for seconds, _queries in shares)
    with runtime.superuser(bench.registry) as env:
        run = env[RUN].search([], limit=1)
        done = {
            name: run[name]
            for name in ("opened", "stepped", "paused", "closed", "failed")
        }
        env.cr.execute("SELECT count(*) FROM utility_collection_event")
        told = env.cr.fetchone()[0]
        env.cr.execute(
            "SELECT count(*) FROM (SELECT FROM utility_collection_event"
            " WHERE kind IN ('opened', 'step') AND create_date >= CURRENT_DATE - 1"
            " GROUP BY case_id, kind, res_id HAVING count(*) > 1) twice"
        )
        twice = env.cr.fetchone()[0]
        assert run.state == "done", f"The run is {run.state} at {run.progress} %"
        say(
            f"{done} in {seconds:.0f} s of {time.perf_counter() - start:.0f} s with the"
            " workers' start"
        )
        return done | {
            "seconds": seconds,
            "queries": sum(queries for _seconds, queries in shares),
            "chunks": len(run.chunk_ids),
            "told": told,
            "twice": twice,
        }


def _work(bench, _share):
    start = time.perf_counter()
    with runtime.superuser(bench.registry) as env:
        before = env.cr.sql_log_count
        env[CASE]._cron_run()
        queries = env.cr.sql_log_count - before
    return time.perf_counter() - start, queries

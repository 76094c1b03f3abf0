"""Debt and behaviour of very many accounts: the daily run, and the ageing report."""

from collections import defaultdict

from odoo import SUPERUSER_ID

from . import generator, runtime
from .interrupted import memory_line, run_watched
from .table import Line, Samples, number, say, times

RUN = ("utility.account.behaviour.run", "_cron_refresh")
# Payments an account makes in the two years considered, of three bills each
PAYMENTS = 2
PERIOD = 700
# One account in so many has a movement on a day.
BUSY = 30
GOAL = 1_000_000
OPEN_BILLS = 3
AGES = (
    (0, "00_not_due"),
    (30, "01_30"),
    (60, "31_60"),
    (90, "61_90"),
    (180, "91_180"),
)
REPORT = "utility.receivable.report"


def measure_rating(bench):
    """Behaviour figures and ratings: of all accounts, and of a day's movements."""
    count = {"quick": 10000, "default": 100000, "full": 1000000}[bench.size]
    bench.make_accounts(count)
    say(f"Having {PAYMENTS * count:,} payments of {generator.BILLS} bills each")
    with runtime.superuser(bench.registry) as env:
        generator.ensure_history(
            env, PAYMENTS * count, bench.accounts[:count], days=PERIOD
        )
    generator.vacuum(bench.database, "account_move_line", "account_payment")
    say(f"Rating {count:,} accounts for the first time")
    seconds, memory = run_watched(bench, RUN)
    yield _rating_line(bench, f"first rating of {count:,} accounts; s", seconds, count)
    yield memory_line(
        "memory of that worker after its second chunk and at its end; MB", memory
    )
    busy = count // BUSY
    with runtime.superuser(bench.registry) as env:
        generator.ensure_history(env, busy, bench.accounts[: busy + 1], days=PERIOD)
        # As on the next day
        env.cr.execute("UPDATE utility_account_behaviour_run SET done_on = done_on - 1")
    say(f"Rating them on a day with movements of {busy:,}, and a slice of all others")
    seconds, _memory = run_watched(bench, RUN)
    yield _rating_line(
        bench, f"daily run over {count:,} accounts, {busy:,} busy; s", seconds, count
    )


def _rating_line(bench, text, seconds, count):
    with bench.registry.cursor() as cr:
        cr.execute(
            "SELECT count(*), count(*) FILTER (WHERE row.rating IS NULL)"
            "  FROM utility_account account"
            "  LEFT JOIN utility_account_behaviour row"
            "    ON row.utility_account_id = account.id"
            " WHERE account.number LIKE 'BN-%'"
        )
        _accounts, unrated = cr.fetchone()
    extrapolated = seconds * GOAL / count
    return Line(
        text,
        number(seconds),
        ratio=f"{number(extrapolated)} s for {GOAL:,}, {unrated:,} unrated",
        level="<= 600 s",
        met=extrapolated <= 600,
    )


def measure_ageing(bench):
    """The pivot of age by category, beside groups of the items themselves."""
    count = {"quick": 10000, "default": 100000, "full": 1000000}[bench.size]
    bench.make_accounts(count)
    say(f"Having {OPEN_BILLS * count:,} open bills")
    with runtime.superuser(bench.registry) as env:
        with generator.unchecked(env.cr):
            for start in range(0, count, 100000):
                generator.make_bills(
                    env, bench.accounts[start : min(start + 100000, count)], each=3
                )
    generator.vacuum(
        bench.database, "account_move_line", "account_move", "utility_account"
    )
    rounds = {"quick": 5, "default": 5, "full": 3}[bench.size]
    ours, naive = Samples(), Samples()
    say("Reading the pivot")
    for turn in range(rounds + 1):
        call = _biller(bench, _read_pivot)
        if turn:
            ours.add(call)
    for _turn in range(2):
        peer = runtime.call(bench.registry, SUPERUSER_ID, _read_naive)
        naive.add(peer)
    if {key: round(value, 2) for key, value in call.result.items()} != {
        key: round(value, 2) for key, value in peer.result.items()
    }:
        raise RuntimeError(
            f"The ageing isn't the recount: {call.result}, {peer.result}"
        )
    yield Line(
        f"ageing by category, {OPEN_BILLS * count:,} items of {count:,}; ms",
        str(ours),
        f"{naive} groups of items",
        times(naive.median / ours.median),
        f"{number(ours.sql)} / {number(naive.sql)}",
        "2,000",
        ours.median <= 2000,
    )
    day = Samples()
    for _turn in range(2):
        day.add(
            runtime.call(
                bench.registry,
                SUPERUSER_ID,
                lambda env: env["utility.debt.day"]._keep_day(env.company),
            )
        )
    yield Line("the ageing of a day kept; ms", str(day))


def _biller(bench, function):
    return runtime.call(bench.registry, bench.users["biller"], function)


def _read_pivot(env):
    """What the pivot view asks for: both axes, each of them, and the total."""
    sets = env[REPORT].formatted_read_grouping_sets(
        [("open_amount", ">", 0)],
        [["category", "age"], ["category"], ["age"], []],
        ["open_amount:sum", "__count"],
    )
    return {
        (group["category"], group["age"]): group["open_amount:sum"] for group in sets[0]
    }


def _read_naive(env):
    """As one would with the ORM: groups of items, told apart in Python."""
    today = env.company._utility_today()
    groups = env["account.move.line"]._read_group(
        [
            ("utility_account_id", "!=", False),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
        ],
        ["utility_account_id", "date_maturity:day"],
        ["amount_residual:sum"],
    )
    result = defaultdict(float)
    for account, due, amount in groups:
        days = (today - due).days
        age = next((code for top, code in AGES if days <= top), "92_over")
        result[account.category, age] += amount
    return dict(result)

"""Debt and behaviour of very many accounts: the daily run, and the ageing report."""

from collections import defaultdict
from functools import partial

from odoo import SUPERUSER_ID
from odoo.tools import SQL

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
# Parts of the consumers that are billed on the same day
CYCLES = 20
AREAS = 40
EXECUTIVES = 8
# One account in so many changed since it was summed up: the payments of some hours.
CHANGED = 50
AGES = (
    (0, "00_not_due"),
    (30, "01_30"),
    (60, "31_60"),
    (90, "61_90"),
    (180, "91_180"),
)
REPORT = "utility.receivable.report"
CELL = [("category", "=", "residential"), ("age", "=", "31_60")]


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


def make_open_debts(env, accounts):
    """Give accounts what reports tell them apart by, and open bills of many due days.

    A utility bills another part of its consumers on each day.
    """
    _tell_apart(env, accounts)
    many = len(accounts) * OPEN_BILLS > generator.FEW
    tables = ("account_move", "account_move_line") if many else ()
    with generator.unchecked(env.cr), generator.without_indexes(env.cr, tables):
        for cycle in range(CYCLES):
            part = accounts[cycle::CYCLES]
            # Most owe their last bills; one cycle in five has owed them for long.
            age = -10 + 3 * cycle + (40 * cycle if cycle % 5 == 4 else 0)
            if part:
                generator.make_bills(env, part, each=OPEN_BILLS, age=age)


def _tell_apart(env, accounts):
    """Areas with their Recovery Executives, ratings, behaviour and services."""
    areas = env["utility.area"].search([("code", "=like", "BA%")])
    areas = areas or areas.create(
        [{"name": f"Area {number}", "code": f"BA{number}"} for number in range(AREAS)]
    )
    users = env["res.users"].search([("login", "=like", "bench_executive_%")])
    users = users or users.create(
        [
            {"name": f"Executive {number}", "login": f"bench_executive_{number}"}
            for number in range(EXECUTIVES)
        ]
    )
    services = env["utility.service"].search([], limit=3)
    env.flush_all()
    env.cr.execute(
        "UPDATE utility_account SET area_id = (%s)[1 + id %% 1009 %% %s],"
        " recovery_user_id = (%s)[1 + id %% 1009 %% %s %% %s],"
        " credit_rating = (ARRAY['A', 'A', 'A', 'B', 'B', 'C', 'D', 'E', NULL])"
        "[1 + id %% 1019 %% 9],"
        " behaviour = (ARRAY['prompt', 'prompt', 'late', 'erratic', 'partial', NULL])"
        "[1 + id %% 1021 %% 6] WHERE id = ANY(%s)",
        [areas.ids, AREAS, users.ids, AREAS, EXECUTIVES, accounts],
    )
    field = env["utility.account"]._fields["service_ids"]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s, %s)"
            " SELECT pick.id, service.id FROM unnest(%s) AS pick(id)"
            " CROSS JOIN unnest(%s) WITH ORDINALITY AS service(id, place)"
            " WHERE service.place = 1 OR pick.id %% 4 = service.place",
            SQL.identifier(field.relation),
            SQL.identifier(field.column1),
            SQL.identifier(field.column2),
            accounts,
            services.ids,
        )
    )
    env.invalidate_all()
    generator.settle(env.cr, "utility_account", field.relation)


def measure_ageing(bench):
    """The pivots of ageing, beside the same read item by item."""
    sizes = {"quick": [10000], "default": [100000], "full": [100000, GOAL]}[bench.size]
    had = 0
    for count in sizes:
        bench.make_accounts(count)
        say(f"Having {OPEN_BILLS * count:,} open bills")
        with runtime.superuser(bench.registry) as env:
            make_open_debts(env, bench.accounts[had:count])
        had = count
        generator.vacuum(
            bench.database, "account_move_line", "account_move", "utility_account"
        )
        yield from _measure_sums(bench, count)
        yield from _measure_pivots(bench, count)
        yield _measure_page(bench, count)
        yield from _measure_changed(bench, count)
    with runtime.superuser(bench.registry) as env:
        env["utility.debt.day"]._keep_day(env.company)
    day = runtime.call(
        bench.registry,
        SUPERUSER_ID,
        lambda env: env["utility.debt.day"]._keep_day(env.company),
    )
    yield Line(f"the ageing of a day of {count:,} kept; s", number(day.seconds))


def _measure_sums(bench, count):
    say("Counting the sums")
    call = runtime.call(
        bench.registry, SUPERUSER_ID, lambda env: env["utility.debt.group"]._recount()
    )
    generator.vacuum(
        bench.database,
        "utility_debt_change",
        "utility_debt_group",
        "utility_debt_group_account",
    )
    with runtime.superuser(bench.registry) as env:
        groups = env["utility.debt.group"].search_count([])
    yield Line(
        f"count the sums of {count:,} anew, as an upgrade does; s",
        number(call.seconds),
        ratio=f"{groups:,} sums",
    )


def _measure_pivots(bench, count):
    say("Reading the pivots")
    for name in ("category", "area_id", "credit_rating", "services"):
        ours, peer = Samples(), Samples()
        for turn in range(6):
            call = _biller(bench, partial(_read_pivot, name=name))
            if turn:
                ours.add(call)
        for _turn in range(2):
            items = _biller(bench, partial(_read_pivot, name=name, by_item=True))
            peer.add(items)
        _compare(call.result, items.result)
        if name == "category" and count < GOAL:
            naive = runtime.call(bench.registry, SUPERUSER_ID, _read_naive)
            _compare(call.result, naive.result)
        yield Line(
            f"ageing by {name}, {OPEN_BILLS * count:,} items of {count:,}; ms",
            str(ours),
            f"{peer} item by item",
            times(peer.median / ours.median),
            f"{number(ours.sql)} / {number(peer.sql)}",
            "2,000" if count >= GOAL else "(2,000 at 1,000,000)",
            ours.median <= 2000 if count >= GOAL else None,
        )


def _measure_page(bench, count):
    say("Opening a cell of the pivot")
    ours = Samples()
    for turn in range(4):
        call = _biller(bench, _open_cell)
        if turn:
            ours.add(call)
    with runtime.superuser(bench.registry) as env:
        total = env[REPORT].search_count(CELL)
    return Line(
        f"items behind a cell, first {call.result} of {total:,}; ms",
        str(ours),
        sql=number(ours.sql),
    )


def _open_cell(env):
    """What the list asks for that a cell of the pivot opens: a page, and its count."""
    Report = env[REPORT]
    view = env.ref("utility_payments.utility_receivable_report_view_list")
    fields = Report.get_view(view.id, "list")["models"][REPORT]
    page = Report.web_search_read(
        CELL, {name: {} for name in fields}, limit=80, count_limit=10001
    )
    return len(page["records"])


def _measure_changed(bench, count):
    changed = bench.accounts[: count // CHANGED]
    with runtime.superuser(bench.registry) as env:
        env["utility.account"].browse(changed).category = "industrial"
    ours = Samples()
    for turn in range(6):
        call = _biller(bench, _read_pivot)
        if turn:
            ours.add(call)
    items = _biller(bench, partial(_read_pivot, by_item=True))
    _compare(call.result, items.result)
    yield Line(
        f"ageing by category, {len(changed):,} of {count:,} changed since; ms",
        str(ours),
        sql=number(ours.sql),
        level="2,000" if count >= GOAL else "(2,000 at 1,000,000)",
        met=ours.median <= 2000 if count >= GOAL else None,
    )
    fold = runtime.call(
        bench.registry,
        SUPERUSER_ID,
        lambda env: env["utility.debt.group"]._fold(changed),
    )
    yield Line(f"sum up these {len(changed):,} again; s", number(fold.seconds))
    with runtime.superuser(bench.registry) as env:
        if found := env["utility.debt.group"]._find_differences(env.company):
            raise RuntimeError(f"The sums aren't the recount: {found[:5]}")


def _compare(found, expected):
    found, expected = (
        {key: round(value, 2) for key, value in result.items()}
        for result in (found, expected)
    )
    if found != expected:
        raise RuntimeError(f"The ageing isn't the recount: {found}, {expected}")


def _biller(bench, function):
    return runtime.call(bench.registry, bench.users["biller"], function)


def _read_pivot(env, name="category", by_item=False):
    """What the pivot view asks for: both axes, each of them, and the total."""
    domain = [("open_amount", ">", 0)]
    if by_item:
        # Sums know no documents.
        domain.append(("line_id", "!=", False))
    sets = env[REPORT].formatted_read_grouping_sets(
        domain, [[name, "age"], [name], ["age"], []], ["open_amount:sum", "__count"]
    )
    return {
        (str(group[name]), group["age"]): group["open_amount:sum"] for group in sets[0]
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
        result[str(account.category), age] += amount
    return dict(result)

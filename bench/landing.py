"""The landing page: its figures over years of payments, beside a naive way."""

from datetime import timedelta

from . import generator, runtime
from .recording import BATCH, Tills, record
from .table import Line, Samples, number, say, times

LEVEL = 300
SCOPE = {"compare": "previous_to_date"}
PERIODS = ("today", "this month", "12 months", "5 years")


def measure_landing(bench):
    """Figures by period and size, after a busy day, and the work behind them."""
    few, many = bench.history // 10, bench.history
    small = _measure(bench, few)
    large = _measure(bench, many)
    for period in PERIODS:
        ours, naive = large[period]["page"], large[period]["naive"]
        yield Line(
            f"head of the landing page, {period}, {many:,} payments; ms",
            str(ours),
            f"{naive} four tiles",
            times(naive.median / ours.median),
            f"{number(ours.sql)} / {number(naive.sql)}",
            f"{LEVEL}",
            ours.median <= LEVEL,
        )
    for period in PERIODS:
        figures, before = large[period]["figures"], small[period]["figures"]
        growth = figures.median / before.median
        yield Line(
            f"all figures, {period}, {many:,} payments against {few:,}; ms",
            str(figures),
            f"{before} at {few:,}",
            times(growth),
            f"{number(figures.sql)} / {number(before.sql)}",
            "(goal 15 ms, 3 SQL, 1.5 x)",
        )
    yield from _charts(bench, many)
    yield from _busy_day(bench)


def _measure(bench, payments):
    """Samples of the page, all figures and the naive way, by period."""
    _fill(bench, payments)
    rounds = {"quick": 5, "default": 10, "full": 20}[bench.size]
    say(f"Reading figures of {len(PERIODS)} periods")
    result = {}
    for period in PERIODS:
        days = _days(bench, period)
        samples = {name: Samples() for name in ("page", "figures", "naive")}
        for turn in range(rounds + 2):
            calls = {
                "page": _read(bench, days, "utility.tile", "read_landing"),
                "figures": _read(bench, days, "account.payment", "collection_figures"),
            }
            if turn < 4:
                calls["naive"] = _read_naive(bench, days)
                _compare(calls["figures"].result, calls["naive"].result)
            for name, call in calls.items():
                # The first uses in a process fill caches that stay.
                if turn >= 2:
                    samples[name].add(call)
        result[period] = samples
    return result


def _fill(bench, payments):
    """Payments of five years, and an open bill for each twelve that were paid."""
    accounts = max(2000, payments // 4)
    if len(bench.accounts) < accounts:
        bench.make_accounts(accounts)
    say(f"Having {payments:,} payments of {generator.BILLS} bills each")
    with runtime.superuser(bench.registry) as env:
        generator.ensure_history(env, payments)
        env.cr.execute("SELECT count(*) FROM account_move WHERE name LIKE 'OB%'")
        owing = bench.accounts[env.cr.fetchone()[0] : accounts]
        with generator.unchecked(env.cr):
            generator.make_bills(env, owing)
        env["utility.collection.day"]._recount()
    generator.vacuum(bench.database, "account_move_line", "utility_collection_day")


def _days(bench, period):
    def function(env):
        today = env.company._utility_today()
        first = {
            "today": today,
            "this month": today.replace(day=1),
            "12 months": today - timedelta(days=364),
            "5 years": today - timedelta(days=generator.DAYS + 60),
        }[period]
        return first, today

    return _on(bench, function).result


def _on(bench, function):
    """One request of a Billing Manager."""
    return runtime.call(bench.registry, bench.users["biller"], function)


def _read(bench, days, model, method):
    return _on(bench, lambda env: getattr(env[model], method)(*days, SCOPE))


# --- the naive way -----------------------------------------------------------------


def _read_naive(bench, days):
    """Four tiles by `_read_group` over the records, with those they compare with."""

    def function(env):
        Figure = env["utility.figure"]
        compared = Figure._resolve_scope(*days, dict(SCOPE)).compared
        now = _sum_up(env, *days)
        _sum_up(env, compared.first, compared.last)
        _received(env, 7)
        return now | {"received_today": _received(env, 0)}

    return _on(bench, function)


def _sum_up(env, first, last):
    payments = [
        ("utility_account_id", "!=", False),
        ("payment_type", "=", "inbound"),
        ("utility_state", "in", ["posted", "returned"]),
        ("company_id", "=", env.company.id),
    ]
    period = [("date", ">=", first), ("date", "<=", last)]
    [(amount, count)] = env["account.payment"]._read_group(
        payments + period, [], ["amount_company_currency_signed:sum", "__count"]
    )
    [(due,)] = env["account.move"]._read_group(
        [
            ("utility_kind", "in", ["bill", "service"]),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("company_id", "=", env.company.id),
            ("invoice_date_due", ">=", first),
            ("invoice_date_due", "<=", last),
        ],
        [],
        ["amount_total_signed:sum"],
    )
    [(time,)] = env["utility.payment.allocation"]._read_group(
        [("amount_standing", ">", 0), ("payment_id", "any", payments + period)],
        [],
        ["collection_days:avg"],
    )
    return {
        "total_collected": amount,
        "payments": count,
        "collection_rate": 100 * amount / due if due else False,
        "average_collection_time": float(time) if count else False,
    }


def _received(env, days_ago):
    """What came in on a day, as `create_date` tells."""
    start, end = (
        env["utility.figure"]
        ._resolve_scope("2020-01-01", "2020-01-01", {})
        .day_bounds(env.company._utility_today() - timedelta(days=days_ago))
    )
    [(amount,)] = env["account.payment"]._read_group(
        [
            ("utility_account_id", "!=", False),
            ("payment_type", "=", "inbound"),
            ("utility_state", "in", ["posted", "returned"]),
            ("company_id", "=", env.company.id),
            ("received_at", ">=", start),
            ("received_at", "<", end),
        ],
        [],
        ["amount_company_currency_signed:sum"],
    )
    return amount or 0.0


def _compare(figures, naive):
    """The figures are right to the cent, or nothing is worth measuring."""
    expected = dict(naive)
    if figures["total_collected"]["count"] != expected.pop("payments"):
        raise RuntimeError("The number of payments isn't what was recorded")
    for key, value in expected.items():
        found = figures[key]["value"]
        if abs((found or 0) - (value or 0)) > 1e-6:
            raise RuntimeError(f"{key} is {found}, counted anew it is {value}")


# --- charts ------------------------------------------------------------------------


def _charts(bench, many):
    """All charts of a month and of five years."""
    if not hasattr(bench.registry["account.payment"], "collection_charts"):
        return
    say("Reading the charts")
    for period in ("this month", "5 years"):
        samples = Samples()
        days = _days(bench, period)
        for turn in range(7):
            call = _read(bench, days, "account.payment", "collection_charts")
            if turn:
                samples.add(call)
        yield Line(
            f"charts of the landing page, {period}, {many:,} payments; ms",
            str(samples),
            sql=number(samples.sql),
            level="500",
            met=samples.median <= 500,
        )


# --- a busy day --------------------------------------------------------------------


def _busy_day(bench):
    """Figures right after payments, folding what they left, and counting anew."""
    count = {"quick": 2000, "default": 20000, "full": 20000}[bench.size]
    days = _days(bench, "5 years")
    quiet = _several(bench, days)
    say(f"Reading figures after {BATCH} payments and after {count:,} more")
    record(bench, Tills(bench).take(BATCH))
    fresh = _several(bench, days)
    with runtime.superuser(bench.registry) as env:
        generator.ensure_history(env, count, bench.accounts, days=1, watched=True)
    busy = _several(bench, days)
    rows = _rows(bench)
    fold = runtime.call(
        bench.registry, 1, lambda env: env["utility.collection.day"]._cron_fold()
    )
    folded = _rows(bench)
    _compare(
        _read(bench, days, "account.payment", "collection_figures").result,
        _read_naive(bench, days).result,
    )
    yield Line(
        f"all figures, 5 years, right after {BATCH} payments; ms",
        str(fresh),
        f"{quiet} before",
        times(fresh.median / quiet.median),
        number(fresh.sql),
        f"{LEVEL}",
        fresh.median <= LEVEL,
    )
    yield Line(
        f"all figures, 5 years, {count:,} payments not folded yet; ms",
        str(busy),
        f"{quiet} before",
        times(busy.median / quiet.median),
        number(busy.sql),
        f"{LEVEL}",
        busy.median <= LEVEL,
    )
    yield Line(
        f"fold {rows:,} rows of sums to {folded:,}; ms",
        number(1000 * fold.seconds),
        sql=number(fold.queries),
    )
    before = _sums(bench)
    recount = runtime.call(
        bench.registry, 1, lambda env: env["utility.collection.day"]._recount()
    )
    yield Line(
        "count all sums anew, as an upgrade does; ms",
        number(1000 * recount.seconds),
        sql=number(recount.queries),
        level="equal to the cent",
        met=_sums(bench) == before,
    )


def _several(bench, days):
    samples = Samples()
    for turn in range(7):
        call = _read(bench, days, "account.payment", "collection_figures")
        if turn:
            samples.add(call)
    return samples


def _rows(bench):
    return _fetch(bench, "SELECT COUNT(*) FROM utility_collection_day")[0][0]


def _sums(bench):
    """All sums by all keys."""
    keys = "company_id, date, channel_id, mode_id, utility_type, category"

    def function(env):
        names = env["utility.collection.day"]._measures()
        sums = ", ".join(f"SUM({name})" for name in names)
        zeros = ", ".join("0" for _name in names)
        env.cr.execute(
            f"SELECT {keys}, {sums} FROM utility_collection_day GROUP BY {keys}"
            f" HAVING ({sums}) IS DISTINCT FROM ({zeros}) ORDER BY {keys}"
        )
        return env.cr.fetchall()

    return runtime.call(bench.registry, 1, function).result


def _fetch(bench, query):
    def function(env):
        env.cr.execute(query)
        return env.cr.fetchall()

    return runtime.call(bench.registry, 1, function).result

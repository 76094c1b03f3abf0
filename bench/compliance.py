"""Payment plans: the daily pass over very many, killed on the way."""

from odoo.tools import SQL

from . import generator, runtime
from .interrupted import has_errors, memory_line, run_killed, run_watched
from .table import Line, number, say

PLAN = "utility.payment.plan"
ACTION = (PLAN, "_cron_keep")
LENGTH = 6
# Due dates are spread over the days of a month: one plan in 30 misses today.
SPREAD = 30


def make_plans(env, accounts, count):
    """Have `count` active plans of six months over a bill each, as of yesterday.

    The product makes one plan; SQL multiplies its rows. All are to be looked at today;
    for one in 30 the grace of its first installment ended yesterday.

    :return: the first and the last id
    """
    each = 1 + count // len(accounts)
    bills = generator.make_bills(env, accounts, amount=300.0, each=each)[: count + 1]
    cr = env.cr
    first = env["account.move"].browse(bills[0])
    plan = env[PLAN].create(
        {
            "utility_account_id": first.utility_account_id.id,
            "covered_move_ids": first.ids,
            "installment_count": LENGTH,
            "frequency": "monthly",
            "first_due_date": first.company_id._utility_today(),
        }
    )
    plan.action_activate()
    env.flush_all()
    cr.execute(
        "CREATE TEMP TABLE agreed ON COMMIT DROP AS"
        " SELECT row_number() OVER (ORDER BY move.id) - 1 AS n, move.id AS move_id,"
        " line.id AS line_id, move.utility_account_id AS account_id"
        " FROM account_move move JOIN account_move_line line"
        " ON line.move_id = move.id AND line.utility_account_id IS NOT NULL"
        " WHERE move.id = ANY(%s)",
        [bills[1:]],
    )
    source = SQL("agreed s")
    plans = generator.reserve(cr, "utility_payment_plan", count)
    with generator.unchecked(cr):
        generator.multiply(
            cr,
            "utility_payment_plan",
            plan.id,
            source,
            id=SQL("%s + s.n", plans),
            number=SQL("'PB-' || s.n"),
            utility_account_id=SQL("s.account_id"),
            review_on=SQL("t.activated_on"),
            access_token=SQL("NULL"),
        )
        for rank, row in enumerate(plan.installment_ids.sorted("sequence")):
            rows = generator.reserve(cr, "utility_payment_plan_installment", count)
            generator.multiply(
                cr,
                "utility_payment_plan_installment",
                row.id,
                source,
                id=SQL("%s + s.n", rows),
                plan_id=SQL("%s + s.n", plans),
                utility_account_id=SQL("s.account_id"),
                due_date=SQL(
                    "t.due_date - %s + (s.n %% %s)::int", plan.grace_days + 1, SPREAD
                ),
            )
            assert row.sequence == rank + 1
        covers = generator.reserve(cr, "utility_payment_plan_cover", count)
        generator.multiply(
            cr,
            "utility_payment_plan_cover",
            plan.cover_ids.id,
            source,
            id=SQL("%s + s.n", covers),
            plan_id=SQL("%s + s.n", plans),
            line_id=SQL("s.line_id"),
        )
        cr.execute(
            "INSERT INTO utility_payment_plan_move_rel (plan_id, move_id)"
            " SELECT %s + s.n, s.move_id FROM agreed s",
            [plans],
        )
    cr.execute("DROP TABLE agreed")
    generator.settle(
        cr,
        "utility_payment_plan",
        "utility_payment_plan_installment",
        "utility_payment_plan_cover",
    )
    return plans, plans + count - 1


def measure_compliance(bench):
    """The daily pass over active plans; a worker is killed amid it."""
    count = {"quick": 2000, "default": 20000, "full": 100000}[bench.size]
    say(f"Having {count:,} active payment plans")
    with runtime.superuser(bench.registry) as env:
        plans = make_plans(env, bench.accounts, count)
    missed = -(-count // SPREAD)
    say("Keeping them; the first worker is killed on the way")
    run_killed(bench, ACTION, lambda: _kept(bench, plans)[0], missed // 4)
    before, _twice, _outdated = _kept(bench, plans)
    seconds, memory = run_watched(bench, ACTION)
    broken, twice, outdated = _kept(bench, plans)
    yield Line(
        f"daily pass over {count:,} plans, {missed:,} missed and broken, killed at"
        f" {before:,}; s",
        number(seconds),
        ratio=f"{broken:,} broken, {twice} twice, {outdated} left",
        level="<= 60 s, each once",
        met=seconds <= 60
        and broken == missed
        and not twice
        and not outdated
        and not has_errors(bench),
    )
    yield memory_line(
        "memory of that worker after its second chunk and at its end; MB", memory
    )
    again, _memory = run_watched(bench, ACTION)
    yield Line(
        f"the pass over {count:,} plans once more on that day; ms", number(1000 * again)
    )


def _kept(bench, plans):
    """How many plans are broken, how many of them twice, how many wait."""
    with bench.registry.cursor() as cr:
        cr.execute(
            "SELECT count(*) FILTER (WHERE plan.state = 'broken'),"
            "       count(*) FILTER (WHERE plan.state = 'broken' AND told.times != 1),"
            "       count(*) FILTER (WHERE plan.state = 'active'"
            "                        AND plan.review_on <= CURRENT_DATE)"
            "  FROM utility_payment_plan plan"
            "  LEFT JOIN LATERAL ("
            "      SELECT count(*) AS times FROM utility_payment_plan_event event"
            "       WHERE event.plan_id = plan.id AND event.kind = 'broken') told"
            "    ON TRUE"
            " WHERE plan.id BETWEEN %s AND %s",
            list(plans),
        )
        return cr.fetchone()

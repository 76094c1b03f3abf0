"""Payment plans: the set-up screen on a consumer with very many open bills."""

from . import generator, runtime
from .reading import specification
from .table import Line, Samples, number, say

OPEN_BILLS = 60
SETUP = "utility.plan.setup"


def measure_setup(bench):
    """Open the set-up screen, and redraw its schedule, with 60 open bills."""
    rounds = {"quick": 10, "default": 30, "full": 60}[bench.size]
    account = bench.accounts[len(bench.accounts) // 2]
    say(f"Having a consumer with {OPEN_BILLS} open bills")
    with runtime.superuser(bench.registry) as env:
        generator.make_bills(env, [account], each=OPEN_BILLS)
        view = env.ref("utility_collections.utility_plan_setup_view_form").id
    context = {"default_utility_account_id": account}
    asked = _clerk(
        bench, lambda env: specification(env, SETUP, (view, "form")), context
    ).result
    opened, redrawn = Samples(), Samples()
    for turn in range(rounds + 1):
        done = _clerk(bench, lambda env: env[SETUP].onchange({}, [], asked), context)
        values = done.result["value"]
        if len(values["covered_move_ids"]) < OPEN_BILLS:
            raise RuntimeError("Not all of the overdue bills were ticked")
        sent = _as_sent(values) | {"installment_count": 12}
        again = _clerk(
            bench,
            lambda env, sent=sent: env[SETUP].onchange(
                sent, ["installment_count"], asked
            ),
            context,
        )
        if turn:
            opened.add(done)
            redrawn.add(again)
    for text, samples in (
        (f"set-up screen of a plan, {OPEN_BILLS} open bills; ms", opened),
        ("its schedule redrawn after a change; ms", redrawn),
    ):
        yield Line(
            text,
            str(samples),
            sql=number(samples.sql),
            level="300",
            met=samples.median <= 300,
        )


def _as_sent(values):
    """What the web client sends of a record, of what it was told."""
    return {
        name: value["id"] if isinstance(value, dict) and "id" in value else value
        for name, value in values.items()
    }


def _clerk(bench, function, context):
    return runtime.call(bench.registry, bench.users["clerk"], function, **context)

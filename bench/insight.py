"""The debt summary of a consumer with many premises, among very many others."""

from datetime import timedelta

from . import generator, runtime
from .table import Line, Samples, number, say

PREMISES = 30
OPEN_BILLS = 3


def measure_summary(bench):
    """Read the debt summary of one premise, and of one among thirty in collections."""
    rounds = {"quick": 10, "default": 30, "full": 60}[bench.size]
    total = {"quick": 5000, "default": 100000, "full": 1000000}[bench.size]
    bench.make_accounts(max(total, len(bench.accounts)))
    total = len(bench.accounts)
    say(f"Having {OPEN_BILLS} open bills on each of {total:,} accounts")
    many = bench.accounts[total // 2 :][:PREMISES]
    with runtime.superuser(bench.registry) as env:
        # Bills keep their consumer: these come first
        accounts = env["utility.account"].browse(many)
        accounts.partner_id = accounts[0].partner_id
        generator.make_bills(env, bench.accounts, each=OPEN_BILLS)
        generator.settle(env.cr, "account_move", "account_move_line")
        _put_into_collections(env, accounts)
    for account, text in (
        (bench.accounts[total // 3], "of 1 premise"),
        (many[-1], f"of {PREMISES} premises with plans and cases"),
    ):
        samples = Samples()
        for turn in range(rounds + 1):
            done = runtime.call(
                bench.registry,
                bench.users["biller"],
                lambda env, account=account: (
                    env["utility.account"].browse(account).get_debt_summary()
                ),
            )
            if turn:
                samples.add(done)
        if account == many[-1] and len(done.result["billing_accounts"]) < PREMISES:
            raise RuntimeError("Not all premises are in the summary")
        yield Line(
            f"debt summary {text}, {total:,} accounts; ms",
            str(samples),
            sql=number(samples.sql),
            level="200",
            met=samples.p95 <= 200,
        )


def _put_into_collections(env, accounts):
    """Give each of these premises overdue debt, a plan and a case."""
    today = accounts.company_id._utility_today()
    late = env["account.move"].record_bills(
        [
            {
                "account": account.id,
                "amount": amount,
                "date": str(today - timedelta(days=60)),
                "due_date": str(today - timedelta(days=40)),
            }
            for account in accounts
            for amount in (90.0, 60.0)
        ]
    )
    process = env["utility.collection.process"].create(
        {
            "name": "Bench",
            "step_ids": [
                (0, 0, {"name": "Call", "days_overdue": 10, "action": "call"})
            ],
        }
    )
    for account, outcome in zip(accounts, late[::2], strict=True):
        env["utility.payment.plan"].create(
            {
                "utility_account_id": account.id,
                "covered_move_ids": [outcome["move_id"]],
                "installment_count": 3,
                "frequency": "monthly",
                "first_due_date": today,
            }
        ).action_activate()
    env["utility.collection.case"].create(
        [
            {
                "utility_account_id": account.id,
                "process_id": process.id,
                "opened_on": today,
            }
            for account in accounts
        ]
    )

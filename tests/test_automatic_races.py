"""A saved card is charged once: under several workers, and when they are killed.

Real processes, real transactions, and Odoo's demonstration gateway (PLN-06).
"""

import time

import pytest
from support import Counter, at_once
from test_concurrency import kill_workers

from devtools import database, live, places, testing

PLAN = "utility.payment.plan"
WORKERS = 4
PLANS = 12
# Seconds that each answer of the gateway takes, so that the workers meet.
SLOW = 0.3


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """A counter whose consumers save cards at the demonstration gateway."""
    name = testing.clone_name("automatic")
    database.clone(cluster, template, name, places.TEST_DATA)
    server = live.LiveServer(cluster, odoo, name, workers=WORKERS)
    try:
        database.install(
            cluster,
            odoo,
            name,
            ["payment_demo"],
            demo=False,
            data=places.TEST_DATA,
            log=f"{name}.log",
        )
        yield Cards(server.start())
    finally:
        server.stop()
        database.drop(cluster, name, places.TEST_DATA)


class Cards(Counter):
    """A counter that also knows saved cards, and the scheduled action in copies."""

    def __init__(self, server):
        super().__init__(server, cashiers=WORKERS)
        (provider,) = self.admin("payment.provider", "search", [("code", "=", "demo")])
        self.admin("payment.provider", "write", [provider], {"state": "test"})
        self.provider = provider
        (self.method,) = self.admin("payment.method", "search", [("code", "=", "demo")])
        # Each copy has a lock of its own: so the same work is done at once.
        (cron,) = self.admin(
            "ir.cron", "search", [("code", "=", "model._cron_automatic()")]
        )
        self.crons = [cron] + [
            self.admin("ir.cron", "copy", [cron])[0] for _copy in range(WORKERS - 1)
        ]

    def admin(self, model, method, *args):
        return self.server.rpc("admin", model, method, *args)

    def plans(self, count):
        """Active plans, 3 x 40, whose first installment a card pays today."""
        numbers = self.accounts(count, bills=(120.0,))
        today = self.server.sql("SELECT current_date::text")[0][0]
        plans = []
        for number in numbers:
            (account,) = self.rpc(
                "utility.account",
                "search_read",
                [("number", "=", number)],
                ["commercial_partner_id"],
            )
            bills = self.rpc(
                "account.move", "search", [("utility_account_id", "=", account["id"])]
            )
            token = self.admin(
                "payment.token",
                "create",
                {
                    "provider_id": self.provider,
                    "payment_method_id": self.method,
                    "partner_id": account["commercial_partner_id"][0],
                    "payment_details": "4242",
                    "provider_ref": number,
                    "demo_simulated_state": "done",
                },
            )
            plan = self.rpc(
                PLAN,
                "create",
                {
                    "utility_account_id": account["id"],
                    "covered_move_ids": [[6, 0, bills]],
                    "installment_count": 3,
                    "frequency": "monthly",
                    "first_due_date": today,
                },
                login=self.manager,
            )
            self.rpc(PLAN, "action_activate", [plan], login=self.manager)
            self.rpc(PLAN, "action_start_automatic", [plan], token, login=self.manager)
            plans.append(plan)
        return plans

    def run(self, cron):
        self.admin("ir.cron", "method_direct_trigger", [cron])

    def charges(self, plans):
        """(plan, state, payment) of the charges of plans."""
        return self.server.sql(
            "SELECT utility_plan_id, state, payment_id FROM payment_transaction"
            " WHERE utility_plan_id = ANY(%s) ORDER BY utility_plan_id, id",
            [plans],
        )

    def paid(self, plans):
        rows = self.server.sql(
            "SELECT amount_paid::float FROM utility_payment_plan WHERE id = ANY(%s)",
            [plans],
        )
        return [amount for (amount,) in rows]


@pytest.fixture
def slow_gateway(counter):
    """The answer to each charge takes its time, in the middle of its transaction."""
    counter.server.sql(
        "CREATE FUNCTION slow_gateway() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN PERFORM pg_sleep({SLOW}); RETURN NEW; END $$"
    )
    counter.server.sql(
        "CREATE TRIGGER slow_gateway BEFORE UPDATE ON payment_transaction"
        " FOR EACH ROW WHEN (NEW.state = 'done' AND OLD.state = 'draft')"
        " EXECUTE FUNCTION slow_gateway()"
    )
    yield
    counter.server.sql("DROP FUNCTION slow_gateway() CASCADE")


def test_several_workers(counter, slow_gateway):
    """PLN-06: the same action in four workers at once charges each card once."""
    plans = counter.plans(PLANS)
    results = at_once([lambda cron=cron: counter.run(cron) for cron in counter.crons])
    assert [result for result in results if isinstance(result, Exception)] == []
    counter.run(counter.crons[0])
    charges = counter.charges(plans)
    assert [(plan, state) for plan, state, _payment in charges] == [
        (plan, "done") for plan in plans
    ]
    payments = {payment for _plan, _state, payment in charges if payment}
    assert len(payments) == PLANS
    assert counter.paid(plans) == [40.0] * PLANS


def test_killed_while_charging(counter, slow_gateway):
    """PLN-06: kill -9 while the gateway is asked: looked up, never asked again."""
    plans = counter.plans(PLANS)

    def kill():
        limit = time.monotonic() + 60
        while not [row for row in counter.charges(plans) if row[1] == "draft"]:
            assert time.monotonic() < limit
            time.sleep(0.02)
        kill_workers(counter.server.process.pid)

    # Python's client asks a second time when the connection is lost.
    _run, killed = at_once([lambda: counter.run(counter.crons[0]), kill])
    assert killed is None
    cut_short = [
        plan for plan, state, _id in counter.charges(plans) if state == "draft"
    ]
    assert len(cut_short) == 1
    counter.server.sql(
        "UPDATE payment_transaction SET last_state_change = last_state_change"
        " - interval '1 hour' WHERE state = 'draft'"
    )
    for _turn in range(3):
        counter.run(counter.crons[0])
    states = {plan: state for plan, state, _payment in counter.charges(plans)}
    assert len(counter.charges(plans)) == PLANS
    assert states == {
        plan: "pending" if plan in cut_short else "done" for plan in plans
    }


def test_paid_at_the_counter_meanwhile(counter, slow_gateway):
    """PLN-06: cashiers take the same money at that moment: no cent is lost."""
    plans = counter.plans(WORKERS)
    rows = counter.rpc(PLAN, "read", plans, ["account_number"])
    jobs = [
        lambda row=row, login=login: counter.collect(
            {
                "account": row["account_number"],
                "amount": 40,
                "type": "installment",
                "mode": "cash",
            },
            login=login,
        )[0]
        for row, login in zip(rows, counter.cashiers, strict=True)
    ]
    results = at_once([*jobs, lambda: counter.run(counter.crons[0])])
    assert [result for result in results if isinstance(result, Exception)] == []
    for _turn in range(2):
        counter.run(counter.crons[0])
    # Whoever was first: in cash always, and by card at most once.
    charged = [plan for plan, state, _id in counter.charges(plans) if state == "done"]
    assert len(charged) == len(set(charged))
    balances = counter.balances([row["account_number"] for row in rows])
    assert sum(balances.values()) == 120 * WORKERS - 40 * WORKERS - 40 * len(charged)


def test_books_are_in_order_after_all(counter):
    """The invariants of the ledger hold after everything above."""
    assert counter.ledger_findings() == []

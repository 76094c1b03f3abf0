"""CFG-05: the demonstration has payment plans in every state, John Doe's among them."""

from datetime import date

JOHN = "WU-10001"


def test_plan_of_john_doe(demo_server):
    """CFG-05, CON-04: 3 x 67.50 over an older bill is deferred, and stays owed."""
    fields = ["current_balance", "deferred_balance", "payoff_balance"]
    (account,) = demo_server.rpc(
        "customer_executive",
        "utility.account",
        "search_read",
        [("number", "=", JOHN)],
        fields,
    )
    assert [account[name] for name in fields] == [245.75, 202.5, 448.25]
    (plan,) = demo_server.rpc(
        "customer_executive",
        "utility.payment.plan",
        "search_read",
        [("utility_account_id", "=", account["id"])],
        ["number", "state", "break_after", "amount_covered", "activated_on"],
    )
    del plan["id"]
    assert plan == {
        "number": "PP-2025-0034",
        "state": "active",
        "break_after": 0,
        "amount_covered": 202.5,
        "activated_on": "2025-04-01",
    }
    rows = demo_server.sql(
        "SELECT due_date, amount, paid_amount FROM utility_payment_plan_installment"
        " WHERE utility_account_id = (SELECT id FROM utility_account"
        f" WHERE number = '{JOHN}') ORDER BY sequence"
    )
    assert [(day, float(amount), float(paid)) for day, amount, paid in rows] == [
        (date(2025, 4, 15), 67.5, 0),
        (date(2025, 5, 15), 67.5, 0),
        (date(2025, 6, 15), 67.5, 0),
    ]


def test_plans_in_every_state(demo_server):
    """PLN-02, PLN-05: each state, standing, contact mode, frequency is there to see."""
    states = dict(
        demo_server.sql("SELECT state, count(*) FROM utility_payment_plan GROUP BY 1")
    )
    assert set(states) == {"draft", "active", "completed", "broken", "cancelled"}
    assert states["completed"] >= 4
    assert states["broken"] >= 4
    assert states["draft"] >= 3
    standings = dict(
        demo_server.sql(
            "SELECT standing, count(*) FROM utility_payment_plan"
            " WHERE state = 'active' GROUP BY 1"
        )
    )
    assert set(standings) == {"on_track", "due_soon", "late", "at_risk"}
    assert min(standings.values()) >= 3
    for column, least in (("contact_mode", 4), ("frequency", 3), ("create_uid", 4)):
        ((count,),) = demo_server.sql(
            f"SELECT count(DISTINCT {column}) FROM utility_payment_plan"
        )
        assert count == least, column
    assert demo_server.sql(
        "SELECT count(*) FROM utility_payment_plan WHERE version = 2"
    ) == [(1,)]


def test_plans_are_sound(demo_server):
    """Invariant 5: covered = sum of installments, and what is paid is in the ledger."""
    assert (
        demo_server.sql(
            "SELECT plan.number FROM utility_payment_plan plan"
            " JOIN utility_payment_plan_installment item ON item.plan_id = plan.id"
            " GROUP BY plan.id HAVING SUM(item.amount) != plan.amount_covered"
            " OR plan.state != 'draft' AND SUM(item.paid_amount) !="
            " (SELECT SUM(paid_amount) FROM utility_payment_plan_cover"
            "   WHERE plan_id = plan.id)"
        )
        == []
    )
    # What happened before was dated before, and nothing lies in the future.
    assert demo_server.sql(
        "SELECT count(*) FROM utility_payment_plan_event"
        " WHERE happened_at > now() AT TIME ZONE 'utc'"
    ) == [(0,)]
    assert (
        demo_server.sql(
            "SELECT number FROM utility_payment_plan"
            " WHERE state = 'completed' AND (ended_on IS NULL OR missed_count > 1)"
        )
        == []
    )

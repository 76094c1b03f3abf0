"""Paid means no truck: orders are carried out while payments land (COL-07, T19).

Real processes, real transactions, calls over the network: two cashiers on two channels
and two crews. What is true afterwards is counted in SQL.
"""

import random
import threading

import pytest
from support import Counter, at_once

from devtools import live, testing

ORDER = "utility.disconnection.order"
CREWS = ("recovery1", "recovery2")
CHANNELS = ("walk_in", "mobile")
ORDERS = 200
LAST_MOMENT = 16
# What Odoo says when it gave up trying a transaction again: the caller asks once more.
BUSY = ("could not serialize", "deadlock detected", "concurrent update")


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """Two cashiers and two crews on four server processes."""
    name = testing.clone_name("disconnection")
    with live.on_clone(cluster, odoo, template, name, workers=4) as server:
        counter = Counter(server, cashiers=len(CHANNELS))
        for login in CREWS:
            counter._create_user(login, "recovery_executive")
        yield counter


def debtors(counter, count):
    """{account number: id} of consumers with 100.00 long overdue."""
    numbers = counter.accounts(count, date="2024-01-01", due_date="2024-01-15")
    rows = counter.server.sql(
        "SELECT number, id FROM utility_account WHERE number = ANY(%s)", [numbers]
    )
    return dict(rows)


def ordered(counter, accounts):
    """{account number: order id}, each dispatched to the first crew."""
    ids = counter.rpc(
        ORDER,
        "create",
        [{"utility_account_id": account} for account in accounts.values()],
        login=CREWS[0],
    )
    counter.rpc(ORDER, "action_order", ids, login=CREWS[0])
    uid = counter.server.sql("SELECT id FROM res_users WHERE login = %s", [CREWS[0]])
    counter.rpc(ORDER, "action_dispatch", ids, uid[0][0], login=CREWS[0])
    return dict(zip(accounts, ids, strict=True))


def execute(counter, order, login):
    """Carry an order out: True, or the sentence by which it was refused."""
    while True:
        try:
            return counter.rpc(ORDER, "action_execute", [order], login=login)
        except Exception as error:
            if any(word in str(error).lower() for word in BUSY):
                continue
            return str(error)


def pay(counter, number, channel):
    login = counter.cashiers[CHANNELS.index(channel)]
    return counter.collect(
        {"account": number, "amount": 100, "mode": "cash", "channel": channel},
        login=login,
    )[0]


def stories(counter, orders):
    """{order id: (state, connection, events in order, what is overdue)}."""
    rows = counter.server.sql(
        """
        SELECT disconnection.id,
               disconnection.state,
               account.connection_state,
               ARRAY(SELECT kind FROM utility_collection_event event
                      WHERE event.res_model = 'utility.disconnection.order'
                        AND event.res_id = disconnection.id
                   ORDER BY event.id),
               (SELECT COALESCE(SUM(line.amount_residual), 0)::float
                  FROM account_move_line line
                 WHERE line.utility_account_id = account.id
                   AND line.parent_state = 'posted'
                   AND line.date_maturity < '2024-02-01')
          FROM utility_disconnection_order disconnection
          JOIN utility_account account
            ON account.id = disconnection.utility_account_id
         WHERE disconnection.id = ANY(%s)
        """,
        [list(orders)],
    )
    return {row[0]: row[1:] for row in rows}


STOPPED = (
    "cancelled",
    "connected",
    ["disconnection_ordered", "disconnection_dispatched", "disconnection_stopped"],
    0.0,
)
CUT = (
    "executed",
    "disconnected",
    ["disconnection_ordered", "disconnection_dispatched", "disconnected"],
    100.0,
)
# Cut before the payment was there, which then ordered the reconnection.
CUT_THEN_PAID = (
    "reconnection",
    "pending_reconnection",
    [*CUT[2], "reconnection_ordered"],
    0.0,
)


def test_payments_land_while_crews_execute(counter):
    """COL-07: of 200 orders no paid one is executed, and every unpaid one is."""
    chance = random.Random(7)
    accounts = debtors(counter, ORDERS)
    orders = ordered(counter, accounts)
    numbers = list(accounts)
    chance.shuffle(numbers)
    payers = numbers[: ORDERS // 2]
    # The crews go their own way through all of them.
    routes = [list(orders.values()), list(orders.values())[::-1]]
    outcomes, paid_first = {}, {}
    done = {}
    lock = threading.Lock()

    def work_off(login, route):
        for order in route:
            with lock:
                if order in done:
                    continue
                done[order] = login
                # Before this call began, the payment's answer was there.
                before = paid_first.get(order, False)
            outcomes[order] = (before, execute(counter, order, login))

    def cash_up(channel, mine):
        for number in mine:
            outcome = pay(counter, number, channel)
            assert outcome["status"] == "posted", outcome
            with lock:
                paid_first[orders[number]] = True

    results = at_once(
        [
            *(
                lambda login=login, route=route: work_off(login, route)
                for login, route in zip(CREWS, routes, strict=True)
            ),
            *(
                lambda channel=channel, mine=payers[place::2]: cash_up(channel, mine)
                for place, channel in enumerate(CHANNELS)
            ),
        ]
    )
    assert results == [None] * 4
    found = stories(counter, orders.values())
    stopped = 0
    for number, order in orders.items():
        paid_before, outcome = outcomes[order]
        if number not in payers:
            assert outcome is True, outcome
            assert found[order] == CUT
        elif outcome is True:
            assert not paid_before, "A paid account was cut off"
            assert found[order] == CUT_THEN_PAID
        else:
            assert "was cancelled" in outcome, outcome
            assert found[order] == STOPPED
            stopped += 1
    # Both happened: payments that came first, and payments that came too late.
    assert 0 < stopped < len(payers)


def test_paid_at_the_last_moment(counter):
    """COL-07: payment and execution at the same moment: one of them is first."""
    accounts = debtors(counter, LAST_MOMENT)
    orders = ordered(counter, accounts)
    for place, (number, order) in enumerate(orders.items()):
        outcome, executed = at_once(
            [
                lambda number=number, place=place: pay(
                    counter, number, CHANNELS[place % 2]
                ),
                lambda order=order, place=place: execute(
                    counter, order, CREWS[place % 2]
                ),
            ]
        )
        assert outcome["status"] == "posted"
        story = stories(counter, [order])[order]
        assert story == (CUT_THEN_PAID if executed is True else STOPPED)


def test_executed_once(counter):
    """COL-07: two crews at one door: one cuts supply, one fee is charged."""
    orders = ordered(counter, debtors(counter, 4))
    for order in orders.values():
        results = at_once(
            [
                lambda order=order, login=login: execute(counter, order, login)
                for login in CREWS
            ]
        )
        assert sorted(result is True for result in results) == [False, True]
        assert stories(counter, [order])[order] == CUT
    fees = counter.server.sql(
        "SELECT COUNT(*) FROM account_move move"
        "  JOIN utility_account account ON account.id = move.utility_account_id"
        " WHERE move.utility_kind = 'service' AND account.number = ANY(%s)",
        [list(orders)],
    )
    assert fees == [(len(orders),)]


def test_refusals_are_kept(counter):
    """COL-07: a refused execution is in the log, though its transaction is gone."""
    ((number, account),) = debtors(counter, 1).items()
    order = ordered(counter, {number: account})[number]
    pay(counter, number, CHANNELS[0])
    assert "was cancelled" in execute(counter, order, CREWS[0])
    (draft,) = counter.rpc(
        ORDER, "create", [{"utility_account_id": account}], login=CREWS[0]
    )
    with pytest.raises(Exception, match=number):
        counter.rpc(ORDER, "action_order", [draft], login=CREWS[0])
    rows = counter.server.sql(
        "SELECT moment, eligible FROM utility_disconnection_decision"
        " WHERE order_id = %s",
        [draft],
    )
    assert rows == [("order", False)]


def test_books_are_in_order_after_all(counter):
    """The invariants of the ledger hold after everything above."""
    assert counter.ledger_findings() == []

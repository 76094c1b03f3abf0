"""Service requests that several machines and people work on at once (COL-05)."""

import pytest
from support import Counter, at_once

from devtools import live, testing

REQUEST = "utility.service.request"
SCHEDULE = "utility.service.request.schedule"


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """Two cashiers on four server processes."""
    name = testing.clone_name("requests")
    with live.on_clone(cluster, odoo, template, name, workers=4) as server:
        yield Counter(server, cashiers=2)


def find_type(counter, code):
    return counter.rpc("utility.service.request.type", "search", [("code", "=", code)])[
        0
    ]


def find_accounts(counter, count):
    numbers = counter.accounts(count)
    return counter.rpc("utility.account", "search", [("number", "in", numbers)])


def test_two_runs_open_each_once(counter):
    """COL-05: two runs at the same time: one request an account, none is missing."""
    accounts = find_accounts(counter, 60)
    call = find_type(counter, "personal_call")
    for name in ("One", "Two"):
        counter.rpc(
            SCHEDULE,
            "create",
            {
                "name": name,
                "type_id": call,
                "domain": str([("id", "in", accounts)]),
                "maximum": 0,
                "user_id": counter.rpc(
                    "res.users",
                    "search",
                    [("login", "=", counter.manager)],
                    login=counter.manager,
                )[0],
            },
            login=counter.manager,
        )

    def admin(method, *args):
        return counter.server.rpc("admin", "ir.cron", method, *args)

    (cron,) = admin("search", [("cron_name", "like", "open scheduled service")])
    crons = [cron, admin("copy", [cron])[0]]
    at_once(
        [lambda cron=cron: admin("method_direct_trigger", [cron]) for cron in crons]
    )
    # Who gave way to the other run goes on with the next one
    admin("method_direct_trigger", [cron])
    rows = counter.server.sql(
        "SELECT utility_account_id, COUNT(*) FROM utility_service_request"
        " WHERE utility_account_id = ANY(%s) GROUP BY 1",
        [accounts],
    )
    assert len(rows) == 60
    assert {count for (_account, count) in rows} == {1}
    steps = counter.server.sql(
        "SELECT request_id, COUNT(*) FROM utility_service_request_step GROUP BY 1"
    )
    assert {count for (_request, count) in steps} == {3}
    names = counter.server.sql(
        "SELECT COUNT(DISTINCT name) FROM utility_service_request"
    )
    assert names == [(60,)]


def test_one_mail_of_two_clicks(counter):
    """COL-05: two who send the same copy of a bill: the consumer gets one mail."""
    (account,) = find_accounts(counter, 1)
    counter.rpc("utility.account", "write", [account], {"email": "a@example.com"})
    request = counter.rpc(
        REQUEST,
        "create",
        {"utility_account_id": account, "type_id": find_type(counter, "email_bill")},
    )
    results = at_once(
        [
            lambda login=login: counter.rpc(
                REQUEST, "action_send_bills", [request], login=login
            )
            for login in counter.cashiers
        ]
    )
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 1, results
    assert "was sent already" in str(refused[0])
    mails = counter.server.sql(
        "SELECT COUNT(*) FROM mail_message JOIN mail_mail mail"
        " ON mail.mail_message_id = mail_message.id WHERE model = %s AND res_id = %s",
        [REQUEST, request],
    )
    assert mails == [(1,)]

"""The sources' sample from end to end: over the network, as Jane Smith (CFG-05).

The demonstration holds the state before; numbers, amounts and dates are the sources'.
"""

import html
import re
import xmlrpc.client
from datetime import date, timedelta

import pytest
import requests

from devtools import live, testing

JANE = "customer_executive"
REQUEST = {
    "account": "WU-10001",
    "amount": "145.50",
    "tendered": "150.00",
    "mode": "cash",
    "type": "bill",
    "documents": ["INV-2025-001234"],
    "date": "2025-04-20",
    "note": "Customer paid in full",
    "idempotency_key": "sample-r-5001",
}


def as_jane(demo_server):
    """Calls methods as Jane Smith, on whose day it is April 20, 2025 again."""
    (company,) = demo_server.rpc(
        "admin", "res.company", "search", [("name", "=", "Compass Utilities")]
    )
    demo_server.rpc(
        "admin", "res.company", "write", [company], {"utility_backdate_days": 36500}
    )
    for code, number in (
        ("utility.payment", 4521),
        ("utility.transaction", 8934),
        ("utility.receipt", 5001),
        ("utility.credit_note", 46129),
    ):
        found = demo_server.rpc(
            "admin",
            "ir.sequence",
            "search",
            [("code", "=", code), ("company_id", "=", company)],
        )
        demo_server.rpc(
            "admin", "ir.sequence", "write", found, {"number_next_actual": number}
        )

    def call(model, method, *args, **kwargs):
        return demo_server.rpc(JANE, model, method, *args, **kwargs)

    return call


@pytest.fixture(scope="module")
def jane(demo_server):
    """Jane Smith, who gives change."""
    return as_jane(demo_server)


@pytest.fixture
def other_jane(cluster, odoo, demo_template):
    """Jane Smith in a world of its own, in which the consumer wants no change."""
    name = testing.clone_name("credit")
    with live.on_clone(cluster, odoo, demo_template, name, workers=0) as server:
        yield as_jane(server)


def test_logins_of_the_demonstration(demo_server):
    """CFG-04: each role has a login with the password demo and the same company."""
    for login, name in (
        ("admin", "Alex Morgan"),
        (JANE, "Jane Smith"),
        ("recovery_executive", "Raj Malhotra"),
        ("billing_manager", "Maria Alvarez"),
        ("field_collector", "Tom Okafor"),
        ("john.doe", "John Doe"),
    ):
        user = demo_server.rpc(
            login,
            "res.users",
            "search_read",
            [("login", "=", login)],
            ["name", "company_id"],
        )[0]
        assert user["name"] == name
        assert user["company_id"][1] == "Compass Utilities"


def test_shape_of_the_demonstration(demo_server):
    """CFG-04: a small utility: 300 consumers, some 800 bills and 700 payments."""
    counts = demo_server.sql(
        "SELECT (SELECT count(*) FROM utility_account),"
        "       (SELECT count(*) FROM account_move WHERE utility_kind = 'bill'),"
        "       (SELECT count(*) FROM account_payment"
        "         WHERE utility_account_id IS NOT NULL),"
        "       (SELECT count(DISTINCT channel_id) FROM account_payment),"
        "       (SELECT count(DISTINCT mode_id) FROM account_payment),"
        "       (SELECT max(date) FROM account_payment"
        "         WHERE utility_account_id IS NOT NULL) = CURRENT_DATE"
    )[0]
    accounts, bills, payments, channels, modes, up_to_date = counts
    assert accounts == 300
    assert 700 <= bills <= 950
    assert 600 <= payments <= 900
    assert (channels, modes) == (9, 7)
    assert up_to_date


def test_landing_page_of_the_demonstration(demo_server):
    """CFG-04, LST-01: what a manager sees first is a utility at work."""
    today = date.today()
    first = today.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    def figures(start, end):
        return demo_server.rpc(
            "billing_manager",
            "account.payment",
            "collection_figures",
            str(start),
            str(end),
        )

    month, year = figures(first, last), figures(today - timedelta(days=364), today)
    assert month["received_today"]["count"] >= 9
    assert month["received_today"]["previous"] > 0
    assert 0 < month["unverified"]["count"] <= 30
    assert 85 < year["collection_rate"]["value"] < 105
    assert year["average_collection_time"]["value"] < 40
    assert month["credit_balance"]["value"] > 0
    assert 0 < month["overdue"]["value"] < month["outstanding"]["value"]


def test_corrections_of_the_demonstration(demo_server):
    """CFG-04, ADJ-01, RCN-07: returned payers, mistakes corrected, requests waiting."""
    adjustments = demo_server.sql(
        "SELECT kind, state, count(*) FROM utility_payment_adjustment"
        " GROUP BY kind, state ORDER BY kind, state"
    )
    assert adjustments == [
        ("correct", "done", 1),
        ("move", "done", 1),
        ("reallocate", "done", 1),
        ("refund", "done", 2),
        ("reverse", "done", 6),
        ("reverse", "to_approve", 2),
    ]
    assert demo_server.sql(
        "SELECT count(*) FROM account_payment WHERE utility_state = 'returned'"
    ) == [(6,)]
    assert demo_server.sql("SELECT count(*) FROM utility_account WHERE cash_only") == [
        (4,)
    ]


def test_credit_of_the_demonstration(demo_server):
    """CFG-04, CRN-06, CRN-11, CRN-13: credit in every state, in time and too late."""
    states = dict(
        demo_server.sql(
            "SELECT state, count(*) FROM utility_credit_note GROUP BY state"
        )
    )
    assert states["active"] > 30
    assert states["applied"] >= 5
    assert states["expired"] >= 3
    assert (states["to_approve"], states["cancelled"]) == (4, 2)
    within_30, within_7, reasons, parts = demo_server.sql(
        "SELECT count(*) FILTER (WHERE expiry_date BETWEEN CURRENT_DATE"
        "                                              AND CURRENT_DATE + 30),"
        "       count(*) FILTER (WHERE expiry_date BETWEEN CURRENT_DATE"
        "                                              AND CURRENT_DATE + 7),"
        "       (SELECT count(DISTINCT reason_id) FROM utility_credit_note),"
        "       count(*) FILTER (WHERE remaining_amount < amount)"
        "  FROM utility_credit_note WHERE state = 'active'"
    )[0]
    assert within_30 >= 4
    assert within_7 >= 2
    assert reasons == 7
    assert parts >= 4
    # Nobody decided on a request of their own.
    for table in ("utility_credit_note", "utility_payment_adjustment"):
        assert demo_server.sql(
            f"SELECT count(*) FROM {table}"
            " WHERE decided_by IN (requested_by, create_uid)"
        ) == [(0,)]


def test_sample_before_and_after_the_payment(jane):
    """CON-02, CON-03, REC-08, REC-12, REC-13, LST-02: from the search to the list."""
    # Search by part of the name
    (found,) = (
        entry
        for entry in jane("utility.account", "name_search", "john d")
        if "WU-10001" in entry[1]
    )
    fields = ["partner_id", "service_address", "phone", "email", "current_balance"]
    (account,) = jane("utility.account", "read", [found[0]], fields)
    assert account["partner_id"][1] == "John Doe"
    assert account["service_address"] == "123 Main Street, Cityville"
    assert account["phone"] == "(555) 123-4567"
    assert account["current_balance"] == 245.75
    documents = jane(
        "account.move",
        "search_read",
        [("utility_account_id", "=", found[0]), ("amount_residual", ">", 0)],
        ["name", "amount_total", "amount_residual", "invoice_date_due", "service_name"],
        order="amount_total",
    )
    assert [
        (
            document["service_name"] or document["name"],
            document["amount_total"],
            document["amount_residual"],
        )
        for document in documents
        if document["amount_total"]
    ] == [
        ("Late Fee", 25.0, 25.0),
        ("Reconnection Fee", 75.0, 75.0),
        ("INV-2025-001234", 145.5, 145.5),
        ("INV-2025-001567", 152.25, 0.25),
        ("INV-2025-000871", 202.5, 202.5),
    ]

    # Record, twice because of a double click
    (outcome,) = jane("account.payment", "record_collections", [REQUEST])
    assert outcome["status"] == "posted", outcome["error"]
    assert outcome["payment_number"] == "PAY-2025-004521"
    assert outcome["transaction_number"] == "TXN-2025-008934"
    assert outcome["receipt_number"] == "R-5001"
    assert (outcome["applied"], outcome["change"]) == (145.5, 4.5)
    (again,) = jane("account.payment", "record_collections", [REQUEST])
    assert again == {**outcome, "status": "duplicate"}

    # The list
    (row,) = jane(
        "account.payment",
        "search_read",
        [("receipt_number", "=", "R-5001")],
        ["date", "amount", "change_given", "utility_state", "received_by", "mode_id"],
    )
    assert row["date"] == "2025-04-20"
    assert (row["amount"], row["change_given"]) == (145.5, 4.5)
    assert row["utility_state"] == "posted"
    assert (row["received_by"][1], row["mode_id"][1]) == ("Jane Smith", "Cash")

    # The ledger
    (account,) = jane("utility.account", "read", [found[0]], ["current_balance"])
    assert account["current_balance"] == 100.25
    lines = jane(
        "account.move.line",
        "search_read",
        [("move_id.name", "=", "PAY-2025-004521")],
        ["debit", "credit"],
    )
    assert sorted((line["debit"], line["credit"]) for line in lines) == [
        (0.0, 145.5),
        (145.5, 0.0),
    ]


def test_receipt_of_the_sample(jane, demo_server):
    """DOC-01, REC-12: the receipt shows what was paid, received and given back."""
    (payment,) = jane("account.payment", "search", [("receipt_number", "=", "R-5001")])
    with requests.Session() as browser:
        page = browser.get(f"{demo_server.url}/web/login").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        browser.post(
            f"{demo_server.url}/web/login",
            {"login": JANE, "password": "demo", "csrf_token": token},
        )
        report = "utility_payments.report_receipt"
        page = browser.get(f"{demo_server.url}/report/html/{report}/{payment}")
        pdf = browser.get(f"{demo_server.url}/report/pdf/{report}/{payment}")
    text = " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page.text)).split())
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "Compass Utilities",
        "R-5001",
        "PAY-2025-004521",
        "TXN-2025-008934",
        "John Doe",
        "WU-10001",
        "123 Main Street, Cityville",
        "INV-2025-001234",
        "$ 145.50",
        "$ 150.00",
        "$ 4.50",
        "$ 100.25",
        "Cash",
        "Walk-in",
        "Jane Smith",
        "Posted",
        "Verified",
        "Immediate",
        "Customer paid in full",
    ):
        assert words in text, f"{words} is not in: {text}"
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


def credit(jane):
    """(credit balance, current balance) of John Doe."""
    (account,) = jane(
        "utility.account",
        "search_read",
        [("number", "=", "WU-10001")],
        ["credit_balance", "current_balance"],
    )
    return account["credit_balance"], account["current_balance"]


def reason(jane, code):
    return jane("utility.credit.reason", "search", [("code", "=", code)])[0]


def test_billing_error_of_the_sample(jane, demo_server):
    """CRN-02, CRN-13, ROL-03: Jane asks for 145.50, Maria Alvarez approves it."""
    assert credit(jane) == (0.0, 100.25)
    (payment,) = jane("account.payment", "search", [("receipt_number", "=", "R-5001")])
    values = {
        "payment_id": payment,
        "amount": 145.5,
        "reason_id": reason(jane, "billing_error"),
        "remarks": "Meter was read twice",
    }
    note = jane("utility.credit.note", "create", values)
    with pytest.raises(xmlrpc.client.Fault, match="At most"):
        jane("utility.credit.note", "create", values | {"amount": 0.01})
    assert jane("utility.credit.note", "action_confirm", [note]) is True
    fields = ["number", "state", "remaining_amount", "payment_id"]
    (row,) = jane("utility.credit.note", "read", [note], fields)
    assert (row["number"], row["state"]) == ("CN-46129", "to_approve")
    assert credit(jane) == (0.0, 100.25)

    with pytest.raises(xmlrpc.client.Fault, match="is for Billing Managers"):
        jane("utility.credit.note", "action_approve", [note])
    assert credit(jane) == (0.0, 100.25)
    manager = "billing_manager"
    approve = (manager, "utility.credit.note", "action_approve", [note])
    assert demo_server.rpc(*approve) is True
    (row,) = jane("utility.credit.note", "read", [note], fields)
    assert (row["state"], row["remaining_amount"]) == ("active", 145.5)
    assert credit(jane) == (145.5, -45.25)
    with pytest.raises(xmlrpc.client.Fault, match="doesn't wait for approval"):
        demo_server.rpc(*approve)


def test_page_of_the_payment_shows_the_note(browser, demo_server, jane):
    """PAY-04: number and amount of the note are on the page of its payment."""
    (payment,) = jane("account.payment", "search", [("receipt_number", "=", "R-5001")])
    browser.login(demo_server.db, JANE)
    browser.goto(f"/odoo/payments/{payment}")
    browser.wait_for("document.body.innerText.includes('CN-46129')")
    browser.wait_for("document.body.innerText.includes('145.50')")
    assert not browser.errors


def test_overpayment_of_the_sample(other_jane):
    """REC-08, CRN-06, CRN-09, CRN-10: 4.50 kept as credit, 0.25 of it applied."""
    jane = other_jane
    assert credit(jane) == (0.0, 245.75)
    (outcome,) = jane(
        "account.payment", "record_collections", [REQUEST | {"excess": "credit"}]
    )
    assert outcome["status"] == "posted", outcome["error"]
    assert outcome["receipt_number"] == "R-5001"
    assert (outcome["applied"], outcome["change"]) == (145.5, 0.0)
    assert (outcome["credit"], outcome["credit_note"]) == (4.5, "CN-46129")
    fields = [
        "state",
        "amount",
        "applied_amount",
        "remaining_amount",
        "usage_percentage",
        "reason_id",
        "create_uid",
        "consumer_name",
        "account_number",
        "receipt_number",
    ]
    domain = [("number", "=", "CN-46129")]
    (note,) = jane("utility.credit.note", "search_read", domain, fields)
    assert note["reason_id"][1] == "Overpayment"
    assert note["create_uid"][1] == "Jane Smith"
    assert (note["consumer_name"], note["account_number"]) == ("John Doe", "WU-10001")
    assert note["receipt_number"] == "R-5001"
    assert (note["amount"], note["applied_amount"]) == (4.5, 0.0)
    assert (note["state"], note["remaining_amount"]) == ("active", 4.5)
    assert credit(jane) == (4.5, 95.75)

    (bill,) = jane("account.move", "search", [("name", "=", "INV-2025-001567")])
    assert jane("utility.credit.note", "apply_to", [note["id"]], [bill]) is True
    (note,) = jane("utility.credit.note", "search_read", domain, fields)
    assert (note["applied_amount"], note["remaining_amount"]) == (0.25, 4.25)
    assert (note["usage_percentage"], note["state"]) == (5.6, "active")
    (row,) = jane("account.move", "read", [bill], ["amount_residual", "payment_state"])
    assert (row["amount_residual"], row["payment_state"]) == (0.0, "paid")
    assert credit(jane) == (4.25, 95.75)

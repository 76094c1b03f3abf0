"""On the demonstration, debt is seen and acted on, and who pays stays connected."""

import xmlrpc.client

import pytest

MANAGER = "billing_manager"
CLERK = "customer_executive"
RECOVERY = "recovery_executive"
DRAWER = ".o_utility_debt_drawer"


@pytest.fixture
def behind(demo_server):
    """An account in collections with an e-mail address and bills past due."""
    cases = demo_server.rpc(
        MANAGER,
        "utility.collection.case",
        "search_read",
        [
            ("state", "=", "open"),
            ("utility_account_id.email", "!=", False),
            ("utility_account_id.tag_ids", "=", False),
            ("amount", ">", 40),
        ],
        ["utility_account_id", "minimum_due"],
        order="amount",
    )
    for case in cases:
        account_id = case["utility_account_id"][0]
        summary = demo_server.rpc(
            MANAGER, "utility.account", "get_debt_summary", [account_id]
        )
        (mine,) = (
            row
            for row in summary["billing_accounts"]
            if row["number"] in case["utility_account_id"][1]
        )
        if not mine["scheduled_payments"] and not summary["service_requests"]:
            return account_id, summary
    raise AssertionError("The demonstration has no account that is plainly behind.")


def ask_for(browser, code):
    """Make a service request of a type from the drawer."""
    browser.click(f"{DRAWER} [name=new_request]")
    browser.click(f".o_utility_debt_types [data-type={code}]")
    browser.wait_for(".modal .o_utility_request_new")
    browser.click(".modal footer .btn-primary")
    browser.wait_for("!document.querySelector('.modal')")


def test_debt_is_seen_and_acted_on(demo_server, browser, behind):
    """COL-01, COL-02, COL-05, COL-06: percent, drawer, requests, mail, promise kept."""
    account_id, summary = behind
    browser.login(demo_server.db, MANAGER)
    browser.goto(f"/odoo/utility.account/{account_id}")
    browser.wait_for(".o_utility_insight_behind")
    percent = browser.evaluate(
        "document.querySelector('.o_utility_insight_figure').textContent"
    )
    assert round(float(percent.strip(" %"))) == round(summary["percent_behind"])
    browser.click(".o_utility_insight")
    browser.wait_for(f"{DRAWER} [name=total_in_collections]")

    ask_for(browser, "personal_call")
    browser.wait_for(
        f"document.querySelectorAll('{DRAWER} [data-request]').length === 1"
    )
    ask_for(browser, "email_bill")
    browser.wait_for(
        f"document.querySelectorAll('{DRAWER} [data-request]').length === 2"
    )
    browser.evaluate(
        f"[...document.querySelectorAll('{DRAWER} .o_utility_debt_next')]"
        ".find(button => button.textContent.includes('Send')).click()"
    )
    browser.wait_for(
        f"![...document.querySelectorAll('{DRAWER} .o_utility_debt_next')]"
        ".some(button => button.textContent.includes('Send'))"
    )
    mails = demo_server.sql(
        "SELECT mail.id, attachment.mimetype, attachment.file_size"
        "  FROM mail_mail mail"
        "  JOIN message_attachment_rel rel ON rel.message_id = mail.mail_message_id"
        "  JOIN ir_attachment attachment ON attachment.id = rel.attachment_id"
        "  JOIN mail_message message ON message.id = mail.mail_message_id"
        "  JOIN utility_service_request request ON request.id = message.res_id"
        " WHERE message.model = 'utility.service.request'"
        f"   AND request.utility_account_id = {account_id}"
    )
    assert len({mail_id for mail_id, _type, _size in mails}) == 1
    assert all(kind == "application/pdf" and size > 5000 for _id, kind, size in mails)

    browser.click(f"{DRAWER} [name=new_promise]")
    browser.wait_for(".modal [name=amount] input")
    browser.click(".modal footer .btn-primary")
    browser.wait_for("!document.querySelector('.modal')")
    browser.wait_for(f"{DRAWER} [name=billing_accounts] [data-kind=promise]")
    (promise,) = demo_server.rpc(
        MANAGER,
        "utility.payment.promise",
        "search_read",
        [("utility_account_id", "=", account_id), ("state", "=", "open")],
        ["amount"],
    )
    assert promise["amount"] == summary["minimum_due"]
    (outcome,) = demo_server.rpc(
        CLERK,
        "account.payment",
        "record_collections",
        [{"account": account_id, "amount": promise["amount"], "mode": "cash"}],
    )
    assert outcome["status"] == "posted", outcome
    (kept,) = demo_server.rpc(
        MANAGER, "utility.payment.promise", "read", [promise["id"]], ["state"]
    )
    assert kept["state"] == "kept"
    after = demo_server.rpc(
        MANAGER, "utility.account", "get_debt_summary", [account_id]
    )
    assert after["minimum_due"] == 0
    assert after["last_payment"]["amount"] == promise["amount"]
    assert not browser.errors


def test_payment_stops_the_truck(demo_server):
    """COL-07: a payment just before execution, and supply stays on."""
    (order,) = demo_server.rpc(
        RECOVERY,
        "utility.disconnection.order",
        "search_read",
        [("state", "in", ("ordered", "dispatched"))],
        ["utility_account_id", "debt_amount", "number"],
        limit=1,
    )
    account_id = order["utility_account_id"][0]
    (outcome,) = demo_server.rpc(
        CLERK,
        "account.payment",
        "record_collections",
        [{"account": account_id, "amount": order["debt_amount"], "mode": "cash"}],
    )
    assert outcome["status"] == "posted", outcome
    with pytest.raises(xmlrpc.client.Fault, match="was cancelled"):
        demo_server.rpc(
            RECOVERY, "utility.disconnection.order", "action_execute", [order["id"]]
        )
    (account,) = demo_server.rpc(
        RECOVERY, "utility.account", "read", [account_id], ["connection_state"]
    )
    assert account["connection_state"] == "connected"

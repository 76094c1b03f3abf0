"""What several end-to-end tests share: a counter with cashiers, things done at once."""

import json
import re
import threading
import urllib.request
import uuid
import xmlrpc.client

from devtools import database, places
from devtools.console import CHECK

PASSWORD = "counter"


def at_once(calls):
    """Run functions in threads that start together; return results in order.

    An exception is returned in the place of its result.
    """
    barrier = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(position, call):
        barrier.wait()
        try:
            results[position] = call()
        except Exception as error:
            results[position] = error

    threads = [
        threading.Thread(target=run, args=pair, daemon=True)
        for pair in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


MAKE_KEY = """
import datetime
user = env["res.users"].search([("login", "=", {login!r})])
tomorrow = datetime.datetime.now() + datetime.timedelta(days=1)
keys = env["res.users.apikeys"].with_user(user)
key = keys._generate("rpc", "tests", tomorrow)
env.cr.commit()
print("utility: key " + key)
"""


def api_key(server, login):
    """An access key of a user, as they would make it in their preferences."""
    text = database.shell(
        server.server,
        server.source,
        server.db,
        MAKE_KEY.format(login=login),
        data=places.TEST_DATA,
        log=f"{server.db}-key.log",
    )
    return re.search(r"utility: key (\S+)", text).group(1)


def ledger_findings(cluster, odoo, name):
    """What ./dev check-ledger says of a database, without the hints."""
    text = database.shell(
        cluster, odoo, name, CHECK, data=places.TEST_DATA, log=f"check-{name}.log"
    )
    mark = "utility: findings "
    line = next(line for line in text.splitlines() if mark in line)
    findings = json.loads(line.split(mark, 1)[1])
    return [found for found in findings if found["level"] == "error"]


class Counter:
    """The cashiers of a live server without demo data, and their consumers."""

    def __init__(self, server, cashiers=1):
        self.server = server
        self.cashiers = [f"cashier{number}" for number in range(cashiers)]
        self.manager = "manager"
        for login, role in [
            *((login, "customer_executive") for login in self.cashiers),
            (self.manager, "billing_manager"),
        ]:
            self._create_user(login, role)

    def _create_user(self, login, role):
        group = self.server.sql(
            "SELECT res_id FROM ir_model_data"
            " WHERE module = 'utility_consumers' AND name = %s",
            [f"group_{role}"],
        )[0][0]
        self.server.rpc(
            "admin",
            "res.users",
            "create",
            {
                "name": login.capitalize(),
                "login": login,
                "password": PASSWORD,
                "group_ids": [[6, 0, [group]]],
            },
        )

    def rpc(self, model, method, *args, login=None, **kwargs):
        return self.server.rpc(
            login or self.cashiers[0], model, method, *args, password=PASSWORD, **kwargs
        )

    def collect(self, *requests, login=None):
        """The outcomes of record_collections, as that cashier."""
        return self.rpc(
            "account.payment", "record_collections", list(requests), login=login
        )

    def collect_once(self, requests, login=None):
        """As collect, but a lost connection is an error: Python's client tries again.

        Raises OSError when no answer came.
        """
        login = login or self.cashiers[0]
        body = xmlrpc.client.dumps(
            (
                self.server.db,
                self.server._uid(login, PASSWORD),
                PASSWORD,
                "account.payment",
                "record_collections",
                [requests],
                {},
            ),
            "execute_kw",
        )
        with urllib.request.urlopen(
            urllib.request.Request(
                f"{self.server.url}/xmlrpc/2/object",
                body.encode(),
                {"Content-Type": "text/xml"},
            )
        ) as answer:
            (outcomes,), _method = xmlrpc.client.loads(answer.read())
        return outcomes

    def accounts(self, count, bills=(100.0,), **values):
        """Numbers of new accounts, each with open bills of these amounts.

        :param values: of each bill, such as `due_date`
        """
        tag = uuid.uuid4().hex[:6]
        ids = self.rpc(
            "utility.account",
            "create",
            [{"consumer_name": f"Consumer {tag} {number}"} for number in range(count)],
            login=self.manager,
        )
        rows = self.rpc("utility.account", "read", ids, ["number"], login=self.manager)
        numbers = [row["number"] for row in rows]
        outcomes = self.rpc(
            "account.move",
            "record_bills",
            [
                {"account": number, "amount": amount, **values}
                for number in numbers
                for amount in bills
            ],
            login=self.manager,
        )
        assert {outcome["status"] for outcome in outcomes} == {"posted"}
        return numbers

    def payments(self, numbers):
        """(amount, excess) of the payments in the database on these accounts."""
        return self.server.sql(
            "SELECT payment.amount, payment.amount_excess, payment.idempotency_key"
            "  FROM account_payment payment"
            "  JOIN utility_account account ON account.id = payment.utility_account_id"
            " WHERE account.number = ANY(%s) ORDER BY payment.id",
            [numbers],
        )

    def balances(self, numbers):
        """The payoff balance of each account, from the ledger."""
        rows = self.rpc(
            "utility.account",
            "search_read",
            [("number", "in", numbers)],
            ["number", "payoff_balance"],
        )
        return {row["number"]: row["payoff_balance"] for row in rows}

    def ledger_findings(self):
        return ledger_findings(self.server.server, self.server.source, self.server.db)

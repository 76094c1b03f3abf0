"""Credit notes and what a foreign program may send in place of them (CFG-03).

Every wrong call over HTTP is answered by a status of the client's fault and a sentence;
nothing of it is kept, and the server logs no fault of its own.
"""

import json
import re
import urllib.error
import urllib.request

import pytest
from support import Counter, api_key

HUGE = 2**70
SENTENCE = re.compile(r"[^\n]{10,250}\.")
AMOUNTS = {
    "zero": 0,
    "zero as text": "0.00",
    "negative": -4.5,
    "above the cap": 150.01,
    "three decimals": 1.005,
    "three decimals as text": "1.005",
    "NaN": float("nan"),
    "NaN as text": "NaN",
    "infinity": float("inf"),
    "huge": 10**30,
    "a huge float": 1e300,
    "a huge exponent": "1e999999999",
    "text": "a lot",
    "a decimal comma": "4,50",
    "empty text": "",
    "a list": [4.5],
    "a set of values": {"amount": 4.5},
    "true": True,
    "a NUL": "4.50\0",
}
IDS = {
    "that doesn't exist": 99999999,
    "zero": 0,
    "negative": -1,
    "too large for the database": HUGE,
    "as text": "7",
    "in words": "the last one",
    "as a fraction": 1.5,
    "as a list": [1],
    "as a set of values": {"id": 1},
    "as true": True,
    "as NaN": float("nan"),
}


class Api:
    """JSON-2 calls of one user, and what must not change by a refused one."""

    def __init__(self, server):
        self.server = server
        self.counter = Counter(server)
        self.keys = {
            login: api_key(server, login)
            for login in (self.counter.cashiers[0], self.counter.manager)
        }
        (self.account, self.other) = self.counter.accounts(2, bills=(145.5, 60.0))
        outcomes = self.counter.collect(
            {"account": self.account, "amount": 145.5, "mode": "cash"},
            {
                "account": self.account,
                "amount": 100.0,
                "mode": "cash",
                "type": "service",
            },
        )
        self.payment = outcomes[0]["payment_id"]
        self.note = self.find("utility.credit.note", [], ["number"])[0]["id"]
        self.reason = self.find(
            "utility.credit.reason", [("code", "=", "duplicate_payment")], ["code"]
        )[0]["id"]
        self.bills = {
            row["utility_account_id"][1]: row["id"]
            for row in self.find(
                "account.move",
                [("amount_total", "=", 60.0)],
                ["utility_account_id"],
            )
        }
        (self.bill,) = (i for n, i in self.bills.items() if self.account in n)
        (self.other_bill,) = (i for n, i in self.bills.items() if self.other in n)
        self.archived = self.counter.rpc(
            "utility.credit.reason",
            "create",
            {"name": "Old", "code": "old", "active": False},
            login=self.counter.manager,
        )
        self.foreign_payment = self._foreign_payment()

    def find(self, model, domain, fields):
        return self.counter.rpc(model, "search_read", domain, fields)

    def _foreign_payment(self):
        """A payment of a company to which the caller doesn't belong."""
        (outcome,) = self.counter.collect(
            {"account": self.other, "amount": 1.0, "mode": "cash"}
        )
        company = self.server.rpc(
            "admin", "res.company", "create", {"name": "Elsewhere"}
        )
        self.server.sql(
            "UPDATE account_payment SET company_id = %s WHERE id = %s",
            [company, outcome["payment_id"]],
        )
        return outcome["payment_id"]

    def call(self, model, method, login=None, **arguments):
        """(status, answer) of a call."""
        key = self.keys[login or self.counter.cashiers[0]]
        request = urllib.request.Request(
            f"{self.server.url}/json/2/{model}/{method}",
            json.dumps(arguments).encode(),
            {
                "Authorization": f"bearer {key}",
                "X-Odoo-Database": self.server.db,
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def kept(self):
        """All that credit notes leave in the database."""
        return self.server.sql(
            "SELECT (SELECT json_agg(n ORDER BY id) FROM"
            "          (SELECT id, number, amount, remaining_amount, state, reason_id,"
            "                  payment_id, remarks FROM utility_credit_note) n)::text,"
            "       (SELECT count(*) FROM utility_credit_application),"
            "       (SELECT count(*) FROM account_move),"
            "       (SELECT count(*) FROM account_partial_reconcile)"
        )[0]

    def refused(self, model, method, **arguments):
        """Make the call, which must be refused in one sentence, without a trace."""
        before = self.kept()
        position = self.server.log.stat().st_size
        status, answer = self.call(model, method, **arguments)
        logged = self.server.log.read_text()[position:]
        told = f"{arguments}: {status} {answer}"
        assert status in (403, 404, 422), told
        message = answer["message"]
        # Odoo names the record that doesn't exist in a line of its own.
        sentence = message.split("\n(Record: ")[0]
        assert SENTENCE.fullmatch(sentence), told
        assert "Traceback" not in logged and " ERROR " not in logged, logged
        assert self.kept() == before, told
        return message


@pytest.fixture(scope="module")
def api(live_server):
    return Api(live_server)


@pytest.mark.parametrize("case", AMOUNTS)
def test_amount_of_a_new_note(api, case):
    """CRN-02: only an amount above zero, in cents, below the cap is taken."""
    values = {
        "payment_id": api.payment,
        "reason_id": api.reason,
        "amount": AMOUNTS[case],
    }
    api.refused("utility.credit.note", "create", vals_list=[values])


@pytest.mark.parametrize("field", ["payment_id", "reason_id"])
@pytest.mark.parametrize("case", IDS)
def test_records_of_a_new_note(api, field, case):
    """CRN-01, CRN-03: a payment and a reason that exist, by their ids."""
    values = {"payment_id": api.payment, "reason_id": api.reason, "amount": 1}
    values[field] = IDS[case]
    api.refused("utility.credit.note", "create", vals_list=[values])


def test_reason_and_payment_out_of_reach(api):
    """CRN-03, ROL-04: an archived reason, and the payment of another company."""
    values = {"payment_id": api.payment, "reason_id": api.reason, "amount": 1}
    message = api.refused(
        "utility.credit.note",
        "create",
        vals_list=[values | {"reason_id": api.archived}],
    )
    assert message == "The reason Old is no longer in use: choose another."
    api.refused(
        "utility.credit.note",
        "create",
        vals_list=[values | {"payment_id": api.foreign_payment}],
    )


def test_no_values(api):
    """CFG-03: an empty list makes no note, and is no fault."""
    assert api.call("utility.credit.note", "create", vals_list=[]) == (200, [])


@pytest.mark.parametrize(
    "vals_list",
    [
        "a note",
        5,
        None,
        {},
        [5],
        [None],
        ["a note"],
        [[]],
        [{}],
        [{"amount": 1}],
        [{"no_such_field": 1}],
    ],
    ids=repr,
)
def test_values_that_are_none(api, vals_list):
    """CFG-03: what isn't a list of values makes no note."""
    api.refused("utility.credit.note", "create", vals_list=vals_list)


@pytest.mark.parametrize(
    "remarks", ["x" * 501, 12345, ["x"], {"a": 1}, 1.5, True], ids=lambda r: repr(r)[:9]
)
def test_remarks(api, remarks):
    """CRN-04: text of at most 500 characters."""
    values = {"payment_id": api.payment, "reason_id": api.reason, "amount": 1}
    api.refused(
        "utility.credit.note", "create", vals_list=[values | {"remarks": remarks}]
    )


def test_remarks_that_the_database_cannot_hold(api):
    """CRN-04: a NUL is left out."""
    values = {"payment_id": api.payment, "reason_id": api.reason, "amount": "0.50"}
    status, ids = api.call(
        "utility.credit.note", "create", vals_list=[values | {"remarks": "N\0UL"}]
    )
    assert status == 200, ids
    (note,) = api.find(
        "utility.credit.note", [("id", "in", ids)], ["remarks", "amount"]
    )
    assert (note["remarks"], note["amount"]) == ("NUL", 0.5)


@pytest.mark.parametrize("case", AMOUNTS)
def test_amount_that_is_applied(api, case):
    """CRN-10: only an amount above zero, in cents, up to what fits."""
    api.refused(
        "utility.credit.note",
        "apply_to",
        ids=[api.note],
        move_ids=[api.bill],
        amount=AMOUNTS[case],
    )


@pytest.mark.parametrize("case", IDS)
def test_documents_that_are_none(api, case):
    """CRN-10: credit is applied to bills and charges, by a list of their ids."""
    api.refused("utility.credit.note", "apply_to", ids=[api.note], move_ids=[IDS[case]])


@pytest.mark.parametrize(
    "move_ids", [None, [], "all", 99999999, {}, [[]], [None], True], ids=repr
)
def test_lists_of_documents_that_are_none(api, move_ids):
    """CRN-10: credit is applied to bills and charges, by a list of their ids."""
    api.refused("utility.credit.note", "apply_to", ids=[api.note], move_ids=move_ids)


def test_document_of_another_account(api):
    """CRN-10: credit stays on its account."""
    message = api.refused(
        "utility.credit.note", "apply_to", ids=[api.note], move_ids=[api.other_bill]
    )
    assert "belongs to another account" in message


@pytest.mark.parametrize("method", ["action_confirm", "action_cancel", "apply_to"])
@pytest.mark.parametrize("case", IDS)
def test_notes_that_are_none(api, method, case):
    """CFG-03: methods work on notes that exist."""
    arguments = {"move_ids": [api.bill]} if method == "apply_to" else {}
    api.refused("utility.credit.note", method, ids=[IDS[case]], **arguments)


@pytest.mark.parametrize(
    "values",
    [
        {"amount": 1},
        {"state": "active"},
        {"remaining_amount": 1000},
        {"payment_id": 1},
        {"utility_account_id": 1},
        {"number": "CN-1"},
        {"expiry_date": "2999-01-01"},
        {"application_ids": []},
        {"credit_line_id": 1},
    ],
    ids=repr,
)
def test_active_note_stays_as_it_is(api, values):
    """CRN-09: what an active note says is changed by the doors only."""
    api.refused("utility.credit.note", "write", ids=[api.note], vals=values)


@pytest.mark.parametrize(
    "day", ["soon", "", None, 5, [1], {}, "2020-01-01", True], ids=repr
)
def test_last_day_that_is_none(api, day):
    """CRN-11: credit is extended to a day that is to come, by a Billing Manager."""
    api.refused(
        "utility.credit.note",
        "action_extend",
        login=api.counter.manager,
        ids=[api.note],
        date=day,
    )
    api.refused("utility.credit.note", "action_extend", ids=[api.note], date=day)


def test_counts_after_all(api):
    """CFG-03: after all that, credit is given and used as if nothing had been."""
    status, answer = api.call(
        "utility.credit.note", "apply_to", ids=[api.note], move_ids=[api.bill], amount=1
    )
    assert (status, answer) == (200, True)
    assert not api.counter.ledger_findings()

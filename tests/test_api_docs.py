"""Everything that docs/api.md shows is run, and its answers are compared (CFG-03)."""

import datetime
import json
import os
import re
import subprocess
import sys

import pytest
from support import Counter, api_key

from devtools import live, places, testing

PAGE = places.REPO / "docs" / "api.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER_WITH_YEAR = re.compile(r"\b(PAY|TXN|INV|SVC|ADJ|PP)-\d{4}-")
# What differs from run to run: only its kind is compared.
IDS = {"id", "payment_id", "move_id"}


@pytest.fixture(scope="module")
def environment(cluster, odoo, template):
    """A server of its own, and what the examples find in their environment."""
    name = testing.clone_name("api")
    with live.on_clone(cluster, odoo, template, name) as server:
        counter = Counter(server)
        key = api_key(server, counter.manager)
        yield {
            **os.environ,
            "URL": server.url,
            "DB": name,
            "API_KEY": key,
            "LOGIN": counter.manager,
        }


def examples():
    """(language, code, language of the answer, answer) of each example."""
    blocks = BLOCK.findall(PAGE.read_text())
    result = []
    position = 0
    while position < len(blocks):
        language, code = blocks[position]
        assert language in ("bash", "python"), f"An answer without example: {code}"
        kind, answer = blocks[position + 1]
        assert kind in ("json", "text"), f"An example without answer: {code}"
        result.append((language, code, kind, answer))
        position += 2
    return result


def run(language, code, environment):
    command = ["bash", "-ec", code] if language == "bash" else [sys.executable, "-c"]
    if language == "python":
        command.append(code)
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr
    return done.stdout


def comparable(value, name=""):
    """The value without what differs from run to run: ids, the year, today."""
    if isinstance(value, dict):
        return {key: comparable(entry, key) for key, entry in value.items()}
    if isinstance(value, list):
        return [comparable(entry, name) for entry in value]
    if name in IDS and isinstance(value, int) and not isinstance(value, bool):
        return "an id"
    if isinstance(value, str):
        value = value.replace("\N{NO-BREAK SPACE}", " ")
        if name == "date":
            datetime.date.fromisoformat(value)
            return "a date"
        return NUMBER_WITH_YEAR.sub(r"\1-YEAR-", value)
    return value


def test_examples_of_the_api(environment):
    """CFG-03, REC-13: the examples run in their order and answer as shown."""
    for language, code, kind, shown in examples():
        came = run(language, code, environment)
        if kind == "text":
            assert comparable(came) == comparable(shown), code
            continue
        came, shown = json.loads(came), json.loads(shown)
        if code.count("utility.account/create"):
            assert len(came) == len(shown) and all(isinstance(i, int) for i in came)
            continue
        if code.count("name_search"):
            came, shown = [row[1] for row in came], [row[1] for row in shown]
        assert comparable(came) == comparable(shown), code


def codes(source, pattern):
    return set(re.findall(pattern, source))


def test_every_code_is_documented():
    """CFG-03: each rejection code of the two doors has its row, and no row is stale."""
    page = PAGE.read_text()
    models = places.ADDONS / "utility_payments" / "models"
    door = "".join(path.read_text() for path in (models / "collect").glob("*.py"))
    text = (places.ADDONS / "utility_consumers" / "tools" / "values.py").read_text()
    amounts = codes(text, r'return zero, "(\w+)"')
    raised = codes(door, r'(?:Rejection|\.reject)\(\s*"(\w+)"') | amounts
    table = page.split("| code of a payment |")[1].split("\n\n")[0]
    assert codes(table, r"\n\| `(\w+)`") == raised
    bills = (
        places.ADDONS / "utility_consumers" / "models" / "account_move_bills.py"
    ).read_text()
    raised = codes(bills, r'BillRejected\(\s*"(\w+)"')
    raised |= codes(bills, r'_reject_bill\(\s*entry,\s*"(\w+)"')
    raised |= amounts
    table = page.split("| code of a bill |")[1].split("\n\n")[0]
    assert codes(table, r"\n\| `(\w+)`") == raised

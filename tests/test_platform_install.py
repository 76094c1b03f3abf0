"""Installing, updating and uninstalling each add-on leaves Odoo's log clean."""

import re
import subprocess

import pytest
from support import ledger_findings

from devtools import database, places, testing

NOISE = re.compile(
    r"(?:"
    # Root in a container, and Debian's packaging of docutils.
    r"Running as user 'root'"
    r"|<string>:\d+: \((?:ERROR|WARNING)/\d\)"
    r")"
)


def complaints(log):
    """Lines of a log above INFO that aren't known noise of the environment."""
    lines = log.read_text(errors="replace").splitlines()
    return [
        line
        for line in lines
        if re.search(r" (?:WARNING|ERROR|CRITICAL) ", line) and not NOISE.search(line)
    ]


# What an account owes, and what is open, by day and account of the ledger.
SUMS = """
    SELECT date, account_id, utility_account_id,
           SUM(debit), SUM(credit), SUM(amount_residual), COUNT(*)
      FROM account_move_line
     WHERE parent_state = 'posted'
     GROUP BY date, account_id, utility_account_id
     ORDER BY date, account_id, utility_account_id
"""


@pytest.fixture
def clone(cluster, template):
    name = testing.clone_name("install")
    database.clone(cluster, template, name, places.TEST_DATA)
    yield name
    database.drop(cluster, name, places.TEST_DATA)


@pytest.fixture
def demo_clone(cluster, demo_template):
    name = testing.clone_name("credit")
    database.clone(cluster, demo_template, name, places.TEST_DATA)
    yield name
    database.drop(cluster, name, places.TEST_DATA)


def odoo_module(cluster, odoo, name, action, addon):
    """Run `odoo module ACTION ADDON`; returns its log file."""
    log = places.LOGS / f"test-{action}-{addon}.log"
    conf = testing.write_configuration(cluster, odoo)
    with log.open("wb") as output:
        subprocess.run(
            [places.PYTHON, places.ODOO, "module", action]
            + ["-c", conf, "-d", name, addon],
            env=cluster.environment(),
            cwd=places.REPO,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )
    return log


def state(cluster, name, addon):
    return cluster.query(
        f"SELECT state FROM ir_module_module WHERE name = '{addon}'", name
    )[0][0]


@pytest.mark.parametrize("addon", places.addons())
def test_update_uninstall_install(cluster, odoo, clone, addon):
    """Update, uninstall and install again: no warning, and nothing is left behind."""
    for action, expected in (
        ("upgrade", "installed"),
        ("uninstall", "uninstalled"),
        ("install", "installed"),
    ):
        log = odoo_module(cluster, odoo, clone, action, addon)
        assert not complaints(log), f"{action}: see {log}"
        assert state(cluster, clone, addon) == expected
        if action == "uninstall":
            left = cluster.query(
                f"SELECT model, name FROM ir_model_data WHERE module = '{addon}'", clone
            )
            assert not left


def test_credit_without_its_addon(cluster, odoo, demo_clone):
    """CRN-06, CRN-08: the books don't change when credit notes go, or when they come.

    Without the add-on credit is an open item of the consumer. The other way round is
    an upgrade: what was paid too much before becomes credit notes.
    """
    addon = "utility_credit_notes"
    before = cluster.query(SUMS, demo_clone)
    assert before
    for action in ("uninstall", "install"):
        # Only what is there counts, nothing that the demonstration would add.
        cluster.query("UPDATE ir_module_module SET demo = FALSE", demo_clone)
        log = odoo_module(cluster, odoo, demo_clone, action, addon)
        assert not complaints(log), f"{action}: see {log}"
        assert cluster.query(SUMS, demo_clone) == before
        assert not ledger_findings(cluster, odoo, demo_clone)
    (adopted,) = cluster.query(
        """
        SELECT COUNT(*), COUNT(*) FILTER (
                   WHERE note.state = 'active' AND note.automatic
                     AND note.remaining_amount = -item.amount_residual
                     AND note.amount = payment.amount_excess
               )
          FROM utility_credit_note note
          JOIN account_move_line item ON item.id = note.credit_line_id
          JOIN account_payment payment ON payment.id = note.payment_id
        """,
        demo_clone,
    )
    assert int(adopted[0]) > 20
    assert adopted[0] == adopted[1]


def test_plans_without_their_addon(cluster, odoo, demo_clone):
    """PLN-03: the books stay when payment plans go: what was paid stays paid."""
    addon = "utility_collections"
    before = cluster.query(SUMS, demo_clone)
    payments = cluster.query(
        "SELECT COUNT(*) FROM account_payment WHERE utility_type = 'installment'",
        demo_clone,
    )
    assert int(payments[0][0])
    for action in ("uninstall", "install"):
        cluster.query("UPDATE ir_module_module SET demo = FALSE", demo_clone)
        log = odoo_module(cluster, odoo, demo_clone, action, addon)
        assert not complaints(log), f"{action}: see {log}"
        assert cluster.query(SUMS, demo_clone) == before
        assert not ledger_findings(cluster, odoo, demo_clone)
    left = cluster.query(
        "SELECT COUNT(*) FROM account_payment"
        " WHERE utility_type IS NULL OR utility_type = 'installment'",
        demo_clone,
    )
    assert left == cluster.query(
        "SELECT COUNT(*) FROM account_payment WHERE utility_account_id IS NULL"
        " OR payment_type = 'outbound'",
        demo_clone,
    )

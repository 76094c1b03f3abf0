"""Installing, updating and uninstalling each add-on leaves Odoo's log clean."""

import re
import subprocess

import pytest

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


@pytest.fixture
def clone(cluster, template):
    name = testing.clone_name("install")
    database.clone(cluster, template, name, places.TEST_DATA)
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

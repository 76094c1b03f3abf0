"""Every run works on a clone of a template database, which `./dev test` makes."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

from devtools import database, places, postgres, testing  # noqa: E402

# The same examples in each run, on machines of any speed.
settings.register_profile("project", derandomize=True, deadline=None)
settings.load_profile("project")

_clone = None


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_cmdline_main(config):
    global _clone
    if config.option.help or config.option.version:
        return (yield)
    template = os.environ.get("UTILITY_TEMPLATE")
    if not template:
        raise pytest.UsageError("Run ./dev test, with pytest's arguments.")
    if not config.option.odoo_database:
        # The server runs already: ./dev test holds it for us.
        server = postgres.cluster("test")
        _clone = testing.clone_name("pytest")
        database.clone(server, template, _clone, places.TEST_DATA)
        config.option.odoo_database = _clone
    try:
        return (yield)
    finally:
        if _clone:
            _close_connections(_clone)
            database.drop(server, _clone, places.TEST_DATA)


def _close_connections(name):
    import odoo

    odoo.sql_db.close_db(name)


def pytest_collection_modifyitems(items):
    """Lint first, then the add-ons, then what runs over all of them."""

    def rank(item):
        path = item.path.relative_to(places.REPO)
        if path.name == "test_platform_lint.py":
            return 0
        return 1 if path.parts[0] == "addons" else 2

    items.sort(key=rank)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that is skipped because the browser is missing proves nothing."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if any(word in reason.lower() for word in ("chrome", "chromium", "websocket")):
            report.outcome = "failed"
    return report


def pytest_sessionfinish(session, exitstatus):
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_report_header():
    browser = shutil.which("chromium") or shutil.which("google-chrome") or "none"
    return f"database: {_clone}, browser: {browser}"

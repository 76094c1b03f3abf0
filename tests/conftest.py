"""Fixtures of the tests that run over all add-ons."""

import os

import pytest

from devtools import chromium, live, odoo_source, postgres, testing


@pytest.fixture(scope="session")
def cluster():
    """The PostgreSQL server of the tests; `./dev test` holds it."""
    return postgres.cluster("test")


@pytest.fixture(scope="session")
def odoo():
    """Where Odoo is."""
    return odoo_source.find()


@pytest.fixture(scope="session")
def template():
    """The name of the database with all add-ons and no demo data."""
    return os.environ["UTILITY_TEMPLATE"]


@pytest.fixture(scope="session")
def demo_template(cluster, odoo):
    """The name of the database with all add-ons and the demo data."""
    return testing.ensure_template(cluster, odoo, demo=True)


@pytest.fixture(scope="module")
def live_server(cluster, odoo, template):
    """A devtools.live.LiveServer: several processes, a clone without demo data."""
    name = testing.clone_name("live")
    with live.on_clone(cluster, odoo, template, name) as server:
        yield server


@pytest.fixture(scope="module")
def demo_server(cluster, odoo, demo_template):
    """One process with threads on a clone with the demo data, for browsers too: with
    several processes notifications come from another port, behind a proxy."""
    name = testing.clone_name("demo")
    with live.on_clone(cluster, odoo, demo_template, name, workers=0) as server:
        yield server


@pytest.fixture
def browser(demo_server, tmp_path):
    """A Chromium on the demo server (devtools.chromium.Chromium); see its `errors`."""
    with chromium.Chromium(demo_server.url, downloads=tmp_path) as page:
        yield page

"""Odoo on a database of the run's own, and calls made the way a server makes them."""

import gc
import logging
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.service.server import load_server_wide_modules

from devtools import database as databases
from devtools import places, postgres, testing

ROLES = {
    "clerk": "group_customer_executive",
    "biller": "group_billing_manager",
}


@dataclass
class Call:
    """What a call answered and what it cost."""

    result: object
    seconds: float
    queries: int


@contextmanager
def own_database():
    """Clone the template; give the name; drop the clone."""
    server = postgres.cluster("test")
    name = testing.clone_name("bench")
    template = os.environ["UTILITY_TEMPLATE"]
    databases.clone(server, template, name, places.TEST_DATA)
    try:
        yield name
    finally:
        odoo.sql_db.close_db(name)
        databases.drop(server, name, places.TEST_DATA)


def configure():
    """Read the configuration that `./dev` wrote; only warnings are logged."""
    odoo.tools.config.parse_config(
        ["-c", os.environ["ODOO_CONF"], "--log-level=warn", "--max-cron-threads=0"],
        setup_logging=True,
    )
    logging.getLogger("odoo").setLevel(logging.ERROR)
    load_server_wide_modules()


def open_registry(name):
    """The registry of a database, ready for calls."""
    registry = Registry(name)
    # What Odoo loaded is no garbage: collecting it again and again isn't measured.
    gc.collect()
    gc.freeze()
    return registry


@contextmanager
def superuser(registry):
    """An environment without rights checks, committed at the end."""
    with registry.cursor() as cr:
        yield api.Environment(cr, api.SUPERUSER_ID, {})


def call(registry, uid, function, **context):
    """Run `function(env)` as one request of a user: cursor, retries, commit.

    :param function: takes the environment; what it returns must not need it
    :return: a Call with the seconds and the SQL statements of the whole request
    """
    start = time.perf_counter()
    with registry.cursor() as cr:
        env = api.Environment(cr, uid, context)
        before = cr.sql_log_count
        result = retrying(partial(function, env), env)
        queries = cr.sql_log_count - before
    return Call(result, time.perf_counter() - start, queries)


def prepare(registry):
    """A chart of accounts, the product's set-up, and users; returns their ids.

    :return: dict with `clerk`, `biller` (roles of the product) and `admin` (Odoo's
        accounting rights)
    """
    with superuser(registry) as env:
        company = env.ref("base.main_company")
        if not company.chart_template:
            env["account.chart.template"].try_loading(
                "generic_coa", company, install_demo=False
            )
        company._utility_setup()
        admin = env.ref("base.user_admin")
        admin.group_ids |= env.ref("account.group_account_manager")
        users = {"admin": admin.id}
        for name, group in ROLES.items():
            user = env["res.users"].create(
                {
                    "name": name.title(),
                    "login": f"bench_{name}",
                    "group_ids": [(4, env.ref(f"utility_consumers.{group}").id)],
                }
            )
            users[name] = user.id
        return users


def resident_memory():
    """Memory of this process that is in RAM, in MB."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0

"""./dev test: pytest on clones of template databases that are made once."""

import ast
import configparser
import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import time

from . import database, places, postgres, processes, setup
from .progress import Failure, say, step

PREGENERATE = """
env["ir.qweb"]._pregenerate_assets_bundles()
env["ir.qweb"]._get_asset_bundle("web.assets_tests", css=False, js=True).js()
env.cr.commit()
"""
# Kept of each kind of template, so that switching branches doesn't rebuild each time.
KEEP = 3


def test(arguments):
    """Provide everything, then run pytest with the arguments."""
    fresh = "--fresh" in arguments
    arguments = [argument for argument in arguments if argument != "--fresh"]
    source = setup.provide(browser=True)
    with postgres.cluster("test").running() as server:
        sweep(server)
        if fresh:
            for name in database.names(server, "template_"):
                database.drop(server, name, places.TEST_DATA)
        template = ensure_template(server, source)
        with subprocess.Popen(
            [places.PYTHON, "-m", "pytest", *arguments],
            env=environment(server, source, template),
            cwd=places.REPO,
            pass_fds=[server.lock] if server.lock is not None else [],
        ) as child:
            try:
                return child.wait()
            except KeyboardInterrupt:
                child.send_signal(signal.SIGINT)
                child.wait()
                raise


def environment(server, source, template=None):
    """What pytest and the benchmarks find in their environment."""
    conf = write_configuration(server, source)
    env = server.environment(
        UTILITY_HOME=str(places.HOME),
        ODOO_RC=str(conf),
        ODOO_CONF=str(conf),
        PYTHONDONTWRITEBYTECODE="1",
    )
    if template:
        env["UTILITY_TEMPLATE"] = template
    return env


def write_configuration(server, source):
    """The shared configuration with this place's values, for tests and benchmarks."""
    parser = configparser.RawConfigParser()
    parser.read(places.CONFIG)
    values = {
        "addons_path": database.addons_path(source),
        "data_dir": str(places.TEST_DATA),
        "db_host": server.settings.get("PGHOST") or os.environ["PGHOST"],
        "db_port": server.settings["PGPORT"],
        "db_user": server.settings["PGUSER"],
        "db_template": "template0",
        "http_interface": "127.0.0.1",
        "skip_auto_install": "True",
        "max_cron_threads": "0",
        # The test process also holds Chromium's address space in mind.
        "limit_memory_soft": "0",
        "limit_memory_hard": "0",
    }
    for key, value in values.items():
        parser.set("options", key, value)
    path = places.STATE / "odoo-test.conf"
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("w") as output:
        parser.write(output)
    fresh.replace(path)
    return path


# --- templates --------------------------------------------------------------------


def ensure_template(server, source, demo=False):
    """The name of a database with all our add-ons; made when it isn't there.

    It stands on a template with what ours depend on, which changes seldom.
    """
    ours = places.addons()
    names = database.all_addons(source, ours)
    foreign = [name for name in names if name not in ours]
    mode = "demo" if demo else "plain"
    base_key = _digest(database.odoo_fingerprint(source), mode, *foreign)
    base = f"template_{mode}_base_{base_key}"
    full = f"template_{mode}_full_{_digest(base_key, shape())}"
    with _building(mode):
        if database.marks(server, full).get("state") != "ready":
            if database.marks(server, base).get("state") != "ready":
                title = f"Making a test database ({mode}): {len(foreign)} add-ons"
                with step(f"{title} of Odoo and OCA"):
                    _make(server, source, base, None, foreign, demo)
            title = f"Installing {len(ours)} add-ons of ours in a test database"
            with step(f"{title} ({mode})"):
                _make(server, source, full, base, ours, demo)
        database.mark(server, full, used=int(time.time()))
        database.mark(server, base, used=int(time.time()))
        for kind in ("base", "full"):
            _forget_old(server, f"template_{mode}_{kind}_", {base, full})
    return full


def _make(server, source, name, origin, names, demo):
    database.drop(server, name, places.TEST_DATA)
    if origin:
        database.clone(server, origin, name, places.TEST_DATA)
    else:
        database.create(server, name)
    database.mark(server, name, state="creating")
    log = "template.log"
    data = places.TEST_DATA
    if names:
        database.install(server, source, name, names, demo=demo, data=data, log=log)
    if origin:
        database.shell(server, source, name, PREGENERATE, data=data, log=log)
    database.mark(server, name, state="ready")


def _forget_old(server, prefix, keep):
    found = database.names(server, prefix)
    found.sort(key=lambda name: database.marks(server, name).get("used", 0))
    for name in found[:-KEEP]:
        if name not in keep:
            with contextlib.suppress(Failure):
                database.drop(server, name, places.TEST_DATA)


@contextlib.contextmanager
def _building(mode):
    with (places.STATE / f"template-{mode}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


# --- clones -----------------------------------------------------------------------


def clone_name(purpose):
    """A database name that tells whose it is, so that leftovers can be swept."""
    pid = os.getpid()
    started = processes.start_time(pid)
    return f"run_{pid}_{started}_{purpose}"


def sweep(server):
    """Drop the clones of runs that are gone."""
    for name in database.names(server, "run_"):
        parts = name.split("_")
        if len(parts) < 4 or not (parts[1] + parts[2]).isdigit():
            continue
        if processes.start_time(int(parts[1])) != int(parts[2]):
            say(f"     Dropping {name}, left by a run that is gone.")
            database.drop(server, name, places.TEST_DATA)


# --- what makes a template stale --------------------------------------------------


def shape():
    """A hash of our add-ons without tests and the bodies of Python functions.

    A change inside a method needs no new database; one of a field, a view, a script or
    a function that runs at installation does.
    """
    digest = hashlib.sha256()
    for name in places.addons():
        folder = places.ADDONS / name
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if not path.is_file() or inside.parts[0] in ("tests", "readme"):
                continue
            if path.suffix in (".pyc", ".md", ".rst", ".pot"):
                continue
            content = path.read_bytes()
            if path.suffix == ".py" and inside.name != "hooks.py":
                content = _outline(content)
            digest.update(f"{name}/{inside}\0".encode())
            digest.update(content)
    return digest.hexdigest()


RUNS_AT_INSTALL = ("init", "setup", "hook", "default", "demo")


def _outline(content):
    try:
        tree = ast.parse(content)
    except SyntaxError:
        return content
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not any(
            word in node.name for word in RUNS_AT_INSTALL
        ):
            node.body = [ast.Pass()]
    return ast.dump(tree).encode()

"""./dev up and ./dev down."""

import fcntl
import os
import re
import secrets
import signal
import subprocess
import time

from . import database, places, postgres, processes, setup
from .progress import Failure, last_words, say, step

DEFAULT_PORT = 8069
DEFAULT_DATABASE = "utility"
LOGINS = (
    ("admin", "everything"),
    ("customer_executive", "records payments, sees the consumers"),
    ("recovery_executive", "debt and payment plans as well"),
    ("billing_manager", "approves, corrects and sets up"),
    ("field_collector", "collects on the road"),
    ("john.doe", "a consumer, in the portal"),
)


def up(options):
    name = check_name(options.db)
    source = setup.provide()
    known = processes.Record(name).read()
    if known and not known["detached"]:
        raise Failure(
            f"Database {name} is served from another terminal on port {known['port']}",
            "stop it there with Ctrl-C, or run ./dev down.",
        )
    with postgres.cluster("main").running() as server:
        password = _prepare_database(server, source, name, options)
        record = processes.Record(name)
        known = record.read()
        if known:
            if _is_current(known, options):
                _welcome(known["port"], name, known["log"], options.demo, None)
                say("It was running already.")
                return 0
            with step("Stopping the earlier server of this database"):
                processes.stop(known["pid"], known["started"])
                record.remove()
        port = _choose_port(options.port)
        return _serve(server, source, name, port, password, options)


def _is_current(known, options):
    same_port = options.port in (None, known["port"])
    return (
        options.detach
        and same_port
        and known["detached"]
        and known["code"] == _code()
        and processes.answers(known["port"])
    )


def _code():
    return "".join(sorted(database.fingerprints().values()))


def check_name(name):
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,50}", name):
        raise Failure(
            f'"{name}" can\'t be the name of a database',
            "use letters, digits, dashes and underscores, such as utility_2.",
        )
    return name


def _choose_port(wanted):
    if wanted is None:
        return processes.free_port(DEFAULT_PORT)
    if not processes.port_is_free(wanted):
        raise Failure(
            f"Port {wanted} is taken by another program",
            "choose another with --port, or leave --port out to have a free one.",
        )
    return wanted


# --- the database -----------------------------------------------------------------


def _prepare_database(server, source, name, options):
    """Make or update the database; returns admin's password when it was generated."""
    with (places.STATE / f"database-{name}.lock").open("w") as lock:
        # Two commands at once: the second waits and finds the database made.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _make_or_update(server, source, name, options)


def _make_or_update(server, source, name, options):
    wanted = places.addons()
    current = database.fingerprints()
    log = f"database-{name}.log"
    known = database.exists(server, name)
    state = database.marks(server, name) if known else {}
    if known and options.fresh:
        _stop_detached(name)
        with step(f"Dropping database {name}"):
            database.drop(server, name, places.DATA)
        known, state = False, {}
    if state.get("state") == "creating":
        with step(f"Dropping database {name}, which was left half made"):
            database.drop(server, name, places.DATA)
        known, state = False, {}
    if known and "demo" in state and state["demo"] != options.demo:
        have, want = ("with", "without") if state["demo"] else ("without", "with")
        raise Failure(
            f"Database {name} was made {have} demo data, not {want}",
            "add --fresh to make it anew, or --db NAME to use another one.",
        )
    if not known:
        database.create(server, name)
        database.mark(server, name, state="creating")
    if not database.is_odoo(server, name):
        return _fill(server, source, name, wanted, current, log, options)
    _refresh(server, source, name, wanted, current, state, log)
    return None


def _fill(server, source, name, wanted, current, log, options):
    names = database.all_addons(source, wanted)
    kind = "with demo data" if options.demo else "without demo data"
    title = f"Making database {name} {kind}"
    with step(f"{title}: {len(names)} add-ons, {len(wanted)} of them ours"):
        database.install(
            server,
            source,
            name,
            names,
            demo=options.demo,
            data=places.DATA,
            log=log,
        )
    password = None
    if not options.demo:
        password = os.environ.get("ADMIN_PASSWORD") or secrets.token_urlsafe(12)
        with step("Setting admin's password"):
            database.shell(
                server,
                source,
                name,
                "import os\n"
                "admin = env.ref('base.user_admin')\n"
                "admin.password = os.environ['UTILITY_NEW_PASSWORD']\n"
                "env.cr.commit()",
                data=places.DATA,
                log=log,
                UTILITY_NEW_PASSWORD=password,
            )
        if os.environ.get("ADMIN_PASSWORD"):
            password = "the one in $ADMIN_PASSWORD"
    database.mark(
        server,
        name,
        state="ready",
        demo=options.demo,
        addons=current,
        odoo=database.odoo_fingerprint(source),
    )
    return password


def _refresh(server, source, name, wanted, current, state, log):
    """Install add-ons that the database lacks, update those that changed."""
    rows = server.query(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", name
    )
    installed = {row[0] for row in rows}
    lacking = [addon for addon in wanted if addon not in installed]
    known = state.get("addons", {})
    changed = [
        addon
        for addon in wanted
        if addon in installed and known.get(addon) != current[addon]
    ]
    odoo = database.odoo_fingerprint(source)
    if not lacking and not changed and state.get("odoo", odoo) == odoo:
        return
    names = database.all_addons(source, wanted) if lacking else []
    update = changed
    if state.get("odoo", odoo) != odoo:
        update = ["base"]
    _stop_detached(name)
    parts = []
    if lacking:
        parts.append(f"installing {', '.join(lacking)}")
    if update:
        parts.append(f"updating {', '.join(update)}")
    with step(f"Database {name}: {'; '.join(parts)}"):
        database.install(
            server,
            source,
            name,
            [addon for addon in names if addon not in installed],
            demo=state.get("demo", False),
            update=update,
            data=places.DATA,
            log=log,
        )
    database.mark(server, name, addons=current, odoo=odoo)


def _refuse_while_served(name, what):
    known = processes.Record(name).read()
    if known:
        raise Failure(
            f"Database {name} is being served on port {known['port']}",
            f"run ./dev down before {what}.",
        )


def _stop_detached(name):
    """Stop a server before its database changes."""
    record = processes.Record(name)
    known = record.read()
    if known:
        with step("Stopping the earlier server of this database"):
            processes.stop(known["pid"], known["started"])
            record.remove()


def update(options):
    """./dev update [ADDON]: update add-ons of the default database."""
    name = check_name(options.db)
    wanted = places.addons()
    if options.addon and options.addon not in wanted:
        raise Failure(
            f"There is no add-on {options.addon} under addons/",
            f"there are: {', '.join(wanted) or 'none yet'}.",
        )
    source = setup.provide()
    with postgres.cluster("main").running() as server:
        require(server, name)
        _refuse_while_served(name, "updating it")
        chosen = [options.addon] if options.addon else wanted
        state = database.marks(server, name)
        known = dict(state.get("addons", {}))
        for addon in chosen:
            known[addon] = ""
        state["addons"] = known
        log = f"database-{name}.log"
        current = database.fingerprints()
        _refresh(server, source, name, wanted, current, state, log)
    return 0


def require(server, name):
    if not database.exists(server, name):
        raise Failure(f"There is no database {name}", f"make it: ./dev up --db {name}.")


# --- the server -------------------------------------------------------------------


def _serve(server, source, name, port, password, options):
    log = places.LOGS / f"server-{name}.log"
    command = database.odoo_command(
        source,
        name,
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
        "--workers=0",
        "--max-cron-threads=1",
        "--skip-auto-install",
        f"--db-filter=^{re.escape(name)}$",
    )
    output = None
    if options.detach:
        output = log.open("wb")
    with step(f"Starting Odoo on port {port}"):
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=server.environment(),
            cwd=places.REPO,
            pass_fds=[server.lock] if server.lock is not None else [],
            start_new_session=True,
        )
        record = processes.Record(name)
        record.write(
            child.pid,
            port=port,
            database=name,
            log=str(log) if output else None,
            detached=bool(output),
            code=_code(),
        )
        if output:
            output.close()
        try:
            _wait_for_login(child, port, log if output else None)
        except BaseException:
            _end(child, record)
            raise
    _welcome(port, name, str(log) if output else None, options.demo, password)
    if output:
        return 0
    say("Ctrl-C stops it.")
    try:
        child.wait()
    except KeyboardInterrupt:
        say("")
        with step("Stopping Odoo"):
            _end(child, record)
        return 0
    record.remove()
    if child.returncode and child.returncode != -signal.SIGTERM:
        raise Failure(f"Odoo ended by itself with code {child.returncode}")
    return 0


def _end(child, record):
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    record.remove()


def _wait_for_login(child, port, log, patience=180):
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        if child.poll() is not None:
            said = f": {last_words(log)}" if log else ""
            raise Failure(
                f"Odoo ended with code {child.returncode}{said}",
                f"the whole output is in {log}." if log else "",
            )
        if processes.answers(port):
            return
        time.sleep(0.2)
    raise Failure(
        f"Odoo doesn't answer on port {port} after {patience} s",
        f"read {log or 'its output above'}.",
    )


def _welcome(port, name, log, demo, password):
    say("")
    say(f"  http://localhost:{port}    database {name}")
    if demo:
        for login, what in LOGINS:
            say(f"    {login:20} {what}")
        say("  The password of each is: demo")
    elif password:
        say(f"    admin                password: {password}")
    if log:
        say(f"  The server's log: {log}")
        say("  ./dev down stops it.")
    say("")


def down(options):
    found = False
    for record in processes.records():
        known = record.read()
        if not known:
            continue
        found = True
        with step(
            f"Stopping Odoo on port {known['port']} (database {known['database']})"
        ):
            processes.stop(known["pid"], known["started"])
            record.remove()
    for name in ("main", "test"):
        if postgres.cluster(name).stop_if_unused():
            found = True
            say(f"Stopped PostgreSQL ({name}).")
    if not found:
        say("Nothing of this checkout was running.")
    return 0

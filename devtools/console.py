"""Shells on a database, and the check of its books."""

import subprocess
import sys

from . import database, places, postgres, server, setup
from .progress import Failure

CHECK = """
import json, sys
company = env["res.company"]
if not hasattr(company, "_utility_check_ledger"):
    sys.exit("utility: no check")
print("utility: findings " + json.dumps(company._utility_check_ledger()))
"""


def shell(options):
    source = setup.provide()
    with postgres.cluster("main").running() as cluster:
        server.require(cluster, options.db)
        command = database.odoo_command(
            source,
            options.db,
            "--no-http",
            "--log-level=warn",
            command=("shell",),
        )
        return _hand_over(command, cluster)


def psql(options):
    places.prepare()
    with postgres.cluster("main").running() as cluster:
        server.require(cluster, options.db)
        return _hand_over(["psql", "-d", options.db, *options.arguments], cluster)


def _hand_over(command, cluster):
    """Run an interactive program; Ctrl-C is its business, not ours."""
    with subprocess.Popen(
        command,
        env=cluster.environment(),
        cwd=places.REPO,
        pass_fds=[cluster.lock] if cluster.lock is not None else [],
    ) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue


def check_ledger(options):
    import json

    source = setup.provide()
    with postgres.cluster("main").running() as cluster:
        server.require(cluster, options.db)
        log = f"check-{options.db}.log"
        try:
            text = database.shell(
                cluster, source, options.db, CHECK, data=places.DATA, log=log
            )
        except Failure:
            if "utility: no check" in (places.LOGS / log).read_text()[-2000:]:
                raise Failure(
                    f"Database {options.db} has no books of consumers to check",
                    f"install utility_payments: ./dev up --db {options.db}.",
                ) from None
            raise
    mark = "utility: findings "
    line = next(line for line in text.splitlines() if mark in line)
    findings = json.loads(line.split(mark, 1)[1])
    errors = [found for found in findings if found["level"] == "error"]
    for found in findings:
        stream = sys.stderr if found["level"] == "error" else sys.stdout
        print(f"{found['level']}: {found['check']}: {found['message']}", file=stream)
    if errors:
        print(f"The books of {options.db} are wrong in {len(errors)} places.")
        return 1
    print(f"The books of {options.db} are in order.")
    return 0

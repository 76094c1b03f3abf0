"""./dev bench: the modules of bench/ with a server and an environment."""

import subprocess

from . import places, postgres, setup, testing
from .progress import Failure


def bench(options):
    """Run `python -m bench` with PGHOST, PGPORT, PGUSER, ODOO_CONF, UTILITY_HOME and
    UTILITY_TEMPLATE (a database with all add-ons and no demo data, to be cloned)."""
    if not (places.REPO / "bench" / "__main__.py").exists():
        raise Failure("There are no benchmarks in bench/ yet")
    source = setup.provide()
    with postgres.cluster("test").running() as server:
        testing.sweep(server)
        template = testing.ensure_template(server, source)
        done = subprocess.run(
            [places.PYTHON, "-m", "bench", *options.arguments],
            env=testing.environment(server, source, template),
            cwd=places.REPO,
            pass_fds=[server.lock] if server.lock is not None else [],
            check=False,
        )
    return done.returncode

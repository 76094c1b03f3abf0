"""./dev screenshots: the documentation's pictures, taken on a demo database."""

import subprocess

from . import places, postgres, setup, testing


def screenshots(options):
    source = setup.provide(browser=True)
    with postgres.cluster("test").running() as server:
        testing.sweep(server)
        done = subprocess.run(
            [places.PYTHON, "-m", "devtools.pictures", *options.names],
            env=testing.environment(server, source),
            cwd=places.REPO,
            pass_fds=[server.lock] if server.lock is not None else [],
            check=False,
        )
    return done.returncode

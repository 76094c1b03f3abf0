"""The virtual environment with Odoo's and our pinned Python packages."""

import hashlib
import shutil
import subprocess
import sys

from . import odoo_source, places, system
from .progress import Failure, run, step

REQUIREMENTS = (
    "requirements/odoo.txt",
    "requirements/addons.txt",
    "requirements/dev.txt",
)

# Odoo's event server is started by the file that started Odoo: `-m odoo` isn't one.
LAUNCHER = """from odoo.cli.command import main

main()
"""


def provide(source):
    """Make the environment, or bring it up to date with the requirements."""
    stamp = places.VENV / "utility-stamp"
    digest = hashlib.sha256()
    digest.update(f"{sys.version}\n{odoo_source.revision(source)}\n".encode())
    digest.update(LAUNCHER.encode())
    for name in REQUIREMENTS:
        digest.update((places.REPO / name).read_bytes())
    wanted = digest.hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and places.PYTHON.exists():
        return
    stamp.unlink(missing_ok=True)
    made_with = places.VENV / "utility-python"
    if not made_with.exists() or made_with.read_text() != sys.version:
        with step("Making the Python environment"):
            if not _has_ensurepip() and system.can_install():
                system.install(["python3-venv"])
            shutil.rmtree(places.VENV, ignore_errors=True)
            run(
                [sys.executable, "-m", "venv", places.VENV],
                log="python.log",
                remedy="as root, run: apt-get install python3-venv",
            )
            made_with.write_text(sys.version)
    with step("Installing Python packages"):
        # Without dependencies: the files pin everything, and Odoo itself asks for a
        # psycopg2 that would have to be compiled.
        command = [places.PYTHON, "-m", "pip", "install", "--no-deps", "-q"]
        command += ["--disable-pip-version-check", "--no-input"]
        for name in REQUIREMENTS:
            command += ["-r", places.REPO / name]
        run(
            command,
            log="python.log",
            remedy="check that pip reaches a package index, then run it again",
        )
    (site_packages() / "odoo.pth").write_text(f"{source.root}\n")
    places.ODOO.write_text(LAUNCHER)
    probe = subprocess.run(
        [places.PYTHON, "-c", "import odoo.tools, odoo.http"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if probe.returncode:
        lines = probe.stderr.strip().splitlines() or ["no reason given"]
        raise Failure(
            f"Odoo can't be imported from {source.root}: {lines[-1]}",
            "add the missing package to requirements/odoo.txt, "
            "or use another Odoo (ODOO_HOME).",
        )
    stamp.write_text(wanted)


def site_packages():
    return next(places.VENV.glob("lib/python3*/site-packages"))


def _has_ensurepip():
    probe = subprocess.run(
        [sys.executable, "-c", "import ensurepip, venv"],
        capture_output=True,
        check=False,
    )
    return probe.returncode == 0

"""Where things are: the tree, and the one folder for all that lies outside it."""

import os
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
ADDONS = REPO / "addons"
CONFIG = REPO / "config" / "odoo.conf"

HOME = Path(os.environ.get("UTILITY_HOME") or "~/.cache/utility-payments").expanduser()
HOME = Path(os.path.abspath(HOME))
VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
ODOO = VENV / "bin" / "odoo"
LOGS = HOME / "logs"
STATE = HOME / "state"
DATA = HOME / "data"
TEST_DATA = HOME / "test-data"


def prepare():
    """Make the folder and what every command expects in it."""
    from .progress import Failure

    try:
        for folder in (HOME, LOGS, STATE, DATA, TEST_DATA):
            folder.mkdir(parents=True, exist_ok=True)
        probe = STATE / "writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Failure(
            f"The folder {HOME} can't be written ({error.strerror})",
            "point UTILITY_HOME at a folder of yours.",
        ) from error


def addons():
    """Names of our installable add-ons, in alphabetical order."""
    from .manifests import read_manifest

    if not ADDONS.is_dir():
        return []
    return sorted(
        path.parent.name
        for path in ADDONS.glob("*/__manifest__.py")
        if read_manifest(path.parent).get("installable", True)
    )

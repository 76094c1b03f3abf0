"""Programs that come from the operating system."""

import os
import shutil
import subprocess
from pathlib import Path

from .progress import Failure, run, step, warn

# program or file that shows a package is there -> Debian package
SERVER = {
    "wkhtmltopdf": "wkhtmltopdf",
    "/usr/share/fonts/truetype/dejavu": "fonts-dejavu-core",
    "/usr/share/fonts/truetype/liberation": "fonts-liberation",
}
BROWSER = {
    "chromium": "chromium",
    "curl": "curl",
    "pdftotext": "poppler-utils",
}
CHROMIUM_NAMES = (
    "google-chrome",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
)


def _is_there(mark):
    if mark == "chromium":
        return any(shutil.which(name) for name in CHROMIUM_NAMES)
    if mark.startswith("/"):
        return Path(mark).exists()
    return shutil.which(mark) is not None


def missing(*groups):
    return [
        package
        for group in groups
        for mark, package in group.items()
        if not _is_there(mark)
    ]


def as_root():
    """The prefix that makes a command run as root, or None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        probe = subprocess.run(
            ["sudo", "-n", "true"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if probe.returncode == 0:
            return ["sudo", "-n"]
    return None


def can_install():
    return shutil.which("apt-get") is not None and as_root() is not None


_updated = False


def install(packages):
    """Install Debian packages; the caller has checked `can_install`."""
    global _updated
    prefix = as_root()
    apt = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with step(f"Installing {', '.join(packages)} with apt"):
        if not _updated:
            run([*apt, "-qq", "update"], log="apt.log", env=env)
            _updated = True
        run(
            [*apt, "-qq", "-y", "--no-install-recommends", "install", *packages],
            log="apt.log",
            env=env,
            remedy="install them by hand",
        )


def provide(group, *, required):
    """Install what is missing of a group, or say in one sentence what to do."""
    packages = missing(group)
    if not packages:
        return
    remedy = f"as root, run: apt-get install {' '.join(packages)}"
    if can_install():
        try:
            install(packages)
            return
        except Failure as error:
            if required:
                raise
            warn(f"{error}\n     Going on without them.")
            return
    if required:
        raise Failure(f"{', '.join(packages)}: not installed here", remedy)
    warn(f"without {', '.join(packages)} PDFs are not as they should be; {remedy}")

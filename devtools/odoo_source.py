"""Finding Odoo 19: a source tree, an installed one, Debian's package, or git."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import places
from .progress import Failure, run, say, step

SERIES = 19
GIT = "https://github.com/odoo/odoo"
# Debian leaves this file out although a bundle names it: without it each page logs
# an error and every browser test fails.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"

# odoo-19's web assets are links into these packages.
UNSTABLE = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
)
# Odoo's stylesheets want Font Awesome 4.7, which unstable no longer has.
STABLE = ("fonts-font-awesome", "fonts-inconsolata")


class Odoo:
    """An Odoo source: `root` goes on Python's path, `addons` on Odoo's."""

    def __init__(self, root):
        self.root = Path(root)
        package = self.root / "odoo"
        # A tree from git keeps most add-ons beside the package; Debian's has a stub
        # folder there, without views or data.
        beside = self.root / "addons"
        self.addons = [package / "addons"]
        if (beside / "account" / "views").is_dir():
            self.addons.append(beside)

    @property
    def series(self):
        try:
            release = (self.root / "odoo" / "release.py").read_text()
        except OSError:
            return None
        found = re.search(r"^version_info = \((\d+),", release, re.MULTILINE)
        return int(found.group(1)) if found else None

    @property
    def complete(self):
        views = any((folder / "account" / "views").is_dir() for folder in self.addons)
        assets = any((folder / LEFT_OUT).exists() for folder in self.addons)
        return views and assets


def find():
    """The Odoo to use, fetched when there is none."""
    return _from_environment() or _importable() or _provided()


def _from_environment():
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    source = Odoo(Path(home).expanduser().absolute())
    if source.series != SERIES:
        raise Failure(
            f"ODOO_HOME={home} isn't a source tree of Odoo {SERIES}",
            f"point it at a folder with odoo/release.py of series {SERIES}, "
            "or unset it to have Odoo fetched.",
        )
    return source


def _importable():
    spec = importlib.util.find_spec("odoo")
    for location in (spec and spec.submodule_search_locations) or ():
        source = Odoo(Path(location).parent)
        if source.series == SERIES and source.complete:
            return source
    return None


def _provided():
    folder = places.HOME / "odoo"
    debian, git = Odoo(folder / "debian" / "python"), Odoo(folder / "git")
    for source in (debian, git):
        if source.complete and (folder / "complete").exists():
            return source
    stanza = _debian_stanza() if shutil.which("apt-get") else None
    if stanza:
        try:
            with step(f"Fetching Odoo {SERIES} from Debian's package"):
                _lay_out(folder / "debian", stanza)
        except Failure as error:
            if not shutil.which("git"):
                raise
            say(f"     {error}\n     Trying git instead.")
        else:
            (folder / "complete").touch()
            return debian
    if not shutil.which("git"):
        raise Failure(
            f"No Odoo {SERIES} was found, and there is neither Debian's apt nor git",
            "install git, or set ODOO_HOME to a source tree of Odoo 19.",
        )
    with step(f"Fetching Odoo {SERIES} with git"):
        shutil.rmtree(folder / "git", ignore_errors=True)
        run(
            ["git", "clone", "-q", "--depth=1", f"--branch={SERIES}.0", GIT]
            + [folder / "git"],
            log="odoo.log",
            remedy="check the network, or set ODOO_HOME to a source tree of Odoo 19",
        )
    (folder / "complete").touch()
    return git


def _debian_stanza():
    """(URI of the main archive, options) of this Debian machine, or None."""
    files = [Path("/etc/apt/sources.list")]
    files += sorted(Path("/etc/apt/sources.list.d").glob("*"))
    for path in files:
        if not path.is_file():
            continue
        text = "\n".join(
            line for line in path.read_text().splitlines() if line[:1] != "#"
        )
        if path.suffix == ".sources":
            for stanza in re.split(r"\n\s*\n", text):
                fields = dict(
                    line.split(":", 1) for line in stanza.splitlines() if ":" in line
                )
                uri = fields.get("URIs", "").split()
                if uri and uri[0].rstrip("/").endswith("/debian"):
                    key = fields.get("Signed-By", "").strip()
                    return uri[0], f"Signed-By: {key}\n" if key else ""
        else:
            found = re.search(
                r"^deb\s+(?:\[(.*?)\]\s+)?(\S+/debian/?)\s", text, re.MULTILINE
            )
            if found:
                key = re.search(r"signed-by=(\S+)", found.group(1) or "")
                return found.group(2), f"Signed-By: {key.group(1)}\n" if key else ""
    return None


def _release():
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.split("=", 1)[1].strip('"')
    raise Failure("This Debian has no codename in /etc/os-release")


def _lay_out(target, stanza):
    """Unpack Debian's packages below `target`; nothing enters the system."""
    uri, signed_by = stanza
    shutil.rmtree(target, ignore_errors=True)
    files = target / "files"
    files.mkdir(parents=True)
    for suite, packages in (("sid", UNSTABLE), (_release(), STABLE)):
        apt = target / "apt" / suite
        (apt / "lists" / "partial").mkdir(parents=True)
        (apt / "packages").mkdir()
        (apt / "main.sources").write_text(
            f"Types: deb\nURIs: {uri}\nSuites: {suite}\nComponents: main\n{signed_by}"
        )
        options = [
            f"Dir::Etc::sourcelist={apt / 'main.sources'}",
            "Dir::Etc::sourceparts=/dev/null",
            f"Dir::State::Lists={apt / 'lists'}",
            "Dir::Cache::pkgcache=",
            "Dir::Cache::srcpkgcache=",
            "Acquire::Languages=none",
            "Acquire::Retries=3",
        ]
        if os.geteuid() == 0:
            # apt's own user couldn't read a folder of root's.
            options.append("APT::Sandbox::User=root")
        client = ["apt-get", "-qq", *(f"-o{option}" for option in options)]
        remedy = "check that Debian's mirror can be reached"
        run([*client, "update"], log="odoo.log", remedy=remedy)
        run(
            [*client, "download", *packages],
            log="odoo.log",
            remedy=remedy,
            cwd=apt / "packages",
        )
        for package in sorted((apt / "packages").glob("*.deb")):
            run(["dpkg", "-x", package, files], log="odoo.log")
    shutil.rmtree(target / "apt")
    (target / "python").symlink_to("files/usr/lib/python3/dist-packages")
    left_out = target / "python" / "odoo" / "addons" / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
    if not Odoo(target / "python").complete:
        raise Failure("Debian's package isn't laid out as expected")


def revision(source):
    """What tells one Odoo from another, for hashes."""
    release = (source.root / "odoo" / "release.py").read_text()
    if (source.root / ".git").exists() and shutil.which("git"):
        head = subprocess.run(
            ["git", "-C", source.root, "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        )
        release += head.stdout
    return f"{source.root}\n{release}"

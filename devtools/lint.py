"""The style of code, manifests and views. Each check returns its findings."""

import csv
import re
import subprocess
import xml.etree.ElementTree as ElementTree

from . import places, setup
from .documents import documents
from .progress import say, step
from .registries import registries

# Names of machines and folders that are true on one computer only.
FORBIDDEN = (
    r"(?<![\w.$}])/(?:root|home/\w+|Users/\w+|work|workspace)/",
    r"\b(?:pypi|npmjs|pythonhosted|deb\.debian|snapshot\.debian)\.org\b",
    r"\bpypi\.python\.org\b|\bregistry\.[\w.]+\.(?:org|com|io)\b",
)
# The authors are ours, not OCA's; a large class is split over files by concern.
NOT_OURS = (
    "--disable=manifest-required-author,missing-readme",
    "--disable=consider-merging-classes-inherited",
)
TEXT = {
    "",
    ".cfg",
    ".conf",
    ".css",
    ".csv",
    ".js",
    ".json",
    ".md",
    ".po",
    ".pot",
    ".py",
    ".rst",
    ".scss",
    ".toml",
    ".txt",
    ".xml",
    ".yaml",
    ".yml",
}


def lint(options):
    setup.provide()
    failed = False
    for title, check in CHECKS:
        with step(title):
            findings = check()
        for finding in findings:
            say(finding)
        failed = failed or bool(findings)
    say("Lint found faults." if failed else "Lint found nothing.")
    return 1 if failed else 0


def tracked():
    """The files of the project: what git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=places.REPO,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (places.REPO / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file()]


def _tool(*arguments):
    done = subprocess.run(
        [places.PYTHON, "-m", *arguments],
        cwd=places.REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.returncode:
        return []
    lines = (done.stdout + done.stderr).splitlines()
    return [line for line in lines if line.strip()] or ["it ended without a word"]


def code():
    return _tool("ruff", "check", "--no-cache", "--output-format=concise", ".")


def formatting():
    return _tool("ruff", "format", "--no-cache", "--check", ".")


def conventions():
    """OCA's conventions for add-ons."""
    folders = [str(places.ADDONS / name) for name in places.addons()]
    if not folders:
        return []
    return _tool("pylint", "--rcfile=.pylintrc-odoo", *NOT_OURS, *folders)


def well_formed():
    """XML that parses, and CSV whose rows are as long as their header."""
    findings = []
    for path in tracked():
        if path.suffix in (".xml", ".svg"):
            try:
                ElementTree.parse(path)
            except ElementTree.ParseError as error:
                findings.append(f"{path.relative_to(places.REPO)}: {error}")
        elif path.name == "ir.model.access.csv":
            with path.open(newline="") as source:
                rows = list(csv.reader(source))
            for number, row in enumerate(rows, 1):
                if len(row) != len(rows[0]):
                    findings.append(
                        f"{path.relative_to(places.REPO)}:{number}: "
                        f"{len(row)} values under {len(rows[0])} headings"
                    )
    return findings


def words():
    """Nothing that is true on one machine only."""
    pattern = re.compile("|".join(FORBIDDEN))
    findings = []
    for path in tracked():
        if path.suffix not in TEXT or path == places.REPO / "devtools" / "lint.py":
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines()):
            found = pattern.search(line)
            if found:
                name = path.relative_to(places.REPO)
                text = f'"{found.group()}" is true on one machine only'
                findings.append(f"{name}:{number + 1}: {text}")
    return findings


def translations():
    """Translations of texts that are there, with the values that these have."""
    return _tool("devtools.translations")


CHECKS = (
    ("Code (ruff check)", code),
    ("Formatting (ruff format)", formatting),
    ("Conventions of add-ons (pylint-odoo)", conventions),
    ("Well-formed XML and CSV", well_formed),
    ("Words", words),
    ("Documents", documents),
    ("Registries of the web client", registries),
    ("Translations", translations),
)

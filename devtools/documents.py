"""The documents: what a merge of two writers breaks, and nobody sees in a diff."""

import os
import re

from . import places

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def documents():
    """Headings that stand twice, links that lead nowhere, pages that no index names.

    Pictures are made by ./dev screenshots and may be missing until then.
    """
    folder = places.REPO / "docs"
    pages = [places.REPO / "README.md", *sorted(folder.glob("*.md"))]
    texts = {page: _read(page) for page in pages}
    findings = []
    for page, text in texts.items():
        name = page.relative_to(places.REPO)
        findings += [f"{name}: {fault}" for fault in _headings(text)]
        for link in _LINK.findall(text):
            if not link.startswith("http") and not _leads(page, link, texts):
                findings.append(f"{name}: the link {link} leads nowhere")
    index = texts[pages[0]]
    findings += [
        f"README.md: the documentation doesn't list docs/{page.name}"
        for page in pages[1:]
        if f"](docs/{page.name})" not in index
    ]
    return findings


def _read(page):
    """A document without its examples, in which a # is a comment; as many lines."""
    return _FENCE.sub(
        lambda found: "\n" * found.group().count("\n"), page.read_text("utf-8")
    )


def _headings(text):
    lines = text.splitlines()
    seen = set()
    for number, line in enumerate(lines, 1):
        if not re.match(r"#+ ", line):
            continue
        if line in seen:
            yield f'line {number}: "{line}" stands twice'
        seen.add(line)
        if number > 1 and lines[number - 2].strip():
            yield f'line {number}: "{line}" wants an empty line above it'


def _leads(page, link, texts):
    path, _, anchor = link.partition("#")
    target = page if not path else page.parent / path
    target = type(page)(os.path.normpath(target))
    if target.suffix == ".png":
        return True
    if not target.exists():
        return False
    return not anchor or target not in texts or anchor in _anchors(texts[target])


def _anchors(text):
    """The anchors that a heading gets where documents are shown."""
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")

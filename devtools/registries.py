"""Keys of the web client's registries: one that is added twice leaves a white page."""

import re

from . import places

# A comment, or a text in which there is none.
_COMMENT = re.compile(
    r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)"""
    r"""|//[^\n]*|/\*.*?\*/""",
    re.DOTALL,
)
_TEXT = r"""(?P<quote>["'`])(?P<text>[^"'`$]+)(?P=quote)"""
_CATEGORY = re.compile(
    r"(?:(?:const|let)\s+(?P<name>\w+)\s*=\s*)?\bregistry\s*\.\s*category\(\s*"
    + _TEXT
    + r"\s*\)"
)
_ADD = re.compile(r"\s*\.\s*add\(\s*")
_KEY = re.compile(_TEXT + r"\s*[,)]")
_ROW = re.compile(r"\[\s*" + _TEXT)
_FORCED = re.compile(r"\bforce\s*:\s*true\b")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def registries():
    """Keys that two scripts of the product add to the same registry of Odoo."""
    paths = sorted(places.ADDONS.glob("*/static/**/*.js"))
    return find_twice(
        {
            str(path.relative_to(places.REPO)): path.read_text("utf-8")
            for path in paths
            if "lib" not in path.relative_to(places.ADDONS).parts
        }
    )


def find_twice(sources):
    """What is wrong with the keys of these scripts, as sentences.

    :param sources: {name of the file: its text}
    """
    findings, first = [], {}
    for name, source in sources.items():
        for category, key, line in _added(source):
            place = f"{name}:{line}"
            if key is None:
                findings.append(
                    f'{place}: write out the key that is added to "{category}", so that'
                    " it can be told from those of other scripts"
                )
            elif (category, key) in first:
                findings.append(
                    f'{place}: "{key}" is in the registry "{category}" already, from'
                    f" {first[category, key]}, and added twice it leaves a white page:"
                    " choose another key"
                )
            else:
                first[category, key] = place
    return findings


def _added(source):
    """Yield registry, key and line of what a script adds; no key: it isn't readable.

    What is added by force replaces another on purpose.
    """
    text = _COMMENT.sub(_blank, source)
    for found in _CATEGORY.finditer(text):
        starts = [found.end()]
        if found["name"]:
            calls = re.finditer(rf"\b{found['name']}(?=\s*\.\s*add\()", text)
            starts += [call.end() for call in calls]
        for start in starts:
            while add := _ADD.match(text, start):
                start = _end(text, add.end())
                if _FORCED.search(text, add.end(), start):
                    continue
                for key, place in _keys(text, add.end()):
                    yield found["text"], key, text.count("\n", 0, place) + 1


def _keys(text, start):
    """The key of a call and its place; of a loop, those of the rows written out."""
    if key := _KEY.match(text, start):
        return [(key["text"], start)]
    variable = re.compile(r"\w+").match(text, start)
    if not variable:
        return [(None, start)]
    head = rf"for\s*\(\s*const\s*\[\s*{variable.group()}\b[^\]]*\]\s*of\s*\["
    loops = list(re.finditer(head, text[:start]))
    if not loops:
        return [(None, start)]
    first = loops[-1].end()
    rows = _ROW.finditer(text, first, _end(text, first))
    return [(row["text"], row.start("text")) for row in rows] or [(None, start)]


def _blank(found):
    """A comment gives way to as many lines; a text stays."""
    return found.group() if found.group(1) else "\n" * found.group().count("\n")


def _end(text, start):
    """The place behind the bracket that closes the one just before ``start``."""
    closing = [_PAIRS[text[start - 1]] if text[start - 1] in _PAIRS else ")"]
    place = start
    while closing and place < len(text):
        character = text[place]
        if character in "\"'`":
            found = _COMMENT.match(text, place)
            place = found.end() if found else place + 1
            continue
        if character in _PAIRS:
            closing.append(_PAIRS[character])
        elif character == closing[-1]:
            closing.pop()
        place += 1
    return place

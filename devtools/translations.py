"""The translations: texts that changed under them, and values that got lost.

Run in the project's environment, which has polib: `python -m devtools.translations`.
"""

import re
import sys

import polib

from . import places

# %(name)s of code, {{ expression }} of subjects, t-out="expression" of mails
_VALUES = re.compile(r'%\(\w+\)[sd]|\{\{.*?\}\}|\bt-[\w-]+="[^"]*"', re.DOTALL)


def find_faults(folder):
    """What is wrong with the translations in a folder with one template.

    :param pathlib.Path folder: with one .pot and any number of .po files
    :return: list of sentences
    """
    (template,) = folder.glob("*.pot")
    known = {entry.msgid for entry in polib.pofile(str(template))}
    findings = []
    for path in sorted(folder.glob("*.po")):
        for entry in polib.pofile(str(path)).translated_entries():
            place = f"{path.parent.parent.name}/i18n/{path.name}:{entry.linenum}"
            text = entry.msgid[:60]
            if entry.msgid not in known:
                findings.append(
                    f'{place}: "{text}" is no text of {template.name}: nobody reads'
                    " its translation"
                )
            elif _values(entry.msgid) != _values(entry.msgstr):
                findings.append(
                    f'{place}: the translation of "{text}" has other values in it'
                )
    return findings


def _values(text):
    return {re.sub(r"\s+", " ", value) for value in _VALUES.findall(text)}


if __name__ == "__main__":
    found = [
        finding
        for folder in sorted(places.ADDONS.glob("*/i18n"))
        for finding in find_faults(folder)
    ]
    print("\n".join(found))
    sys.exit(bool(found))

"""The style of the whole tree: what `./dev lint` says."""

import pytest

from devtools import lint
from devtools.registries import find_twice
from devtools.translations import find_faults


@pytest.mark.parametrize("title, check", lint.CHECKS, ids=[c[0] for c in lint.CHECKS])
def test_nothing_found(title, check):
    """Every check of ./dev lint finds nothing."""
    findings = check()
    assert not findings, "\n".join([title, *findings])


ROWS = """
const events = registry.category("timeline"); // each once
for (const [kind, icon] of [
    ["opened", "fa-folder"],
    ["closed", "fa-check"],
]) {
    events.add(kind, { icon });
}
"""


@pytest.mark.parametrize(
    "other, twice",
    [
        ('registry.category("timeline").add("closed", {});', "closed"),
        ("registry\n    .category('timeline')\n    .add('closed', {});", "closed"),
        (
            'registry.category("timeline").add("a", { f: () => [")"] }).add("opened");',
            "opened",
        ),
        ('const x = registry.category("timeline");\nx.add("opened", 1);', "opened"),
        (ROWS.replace("closed", "cleared"), "opened"),
        ('registry.category("services").add("opened", {});', None),
        ('registry.category("timeline").add("other", {});', None),
        ('// registry.category("timeline").add("closed", {});', None),
        ('/* registry.category("timeline")\n.add("closed") */', None),
        ('registry.category("timeline").add("closed", {}, { force: true });', None),
        ('registry.category("timeline").get("closed");', None),
    ],
)
def test_key_that_two_scripts_add(other, twice):
    """A key that is added twice, in whatever way, is told with both places."""
    findings = find_twice({"one.js": ROWS, "two.js": other})
    if twice is None:
        assert findings == []
        return
    (finding,) = findings
    assert finding.startswith("two.js:")
    place = {"opened": "one.js:4", "closed": "one.js:5"}[twice]
    assert f'"{twice}" is in the registry "timeline" already, from {place}' in finding


def test_key_that_cannot_be_compared():
    """A key that isn't written out is told, so that nothing passes unseen."""
    (finding,) = find_twice({"a.js": 'registry.category("fields").add(NAME, {});'})
    assert finding.startswith("a.js:1: write out the key")


@pytest.mark.parametrize(
    "english, foreign, fault",
    [
        ("Pay %(amount)s", "Pague %(amount)s", None),
        ("Pay %(amount)s", "Pague %(importe)s", "other values"),
        ("Pay %(total)s", "Pague %(total)s", "nobody reads"),
        ("Pay %(amount)s", "", None),
    ],
)
def test_translations(tmp_path, english, foreign, fault):
    """A translation of a text that changed, or without its values, is told."""
    folder = tmp_path / "an_addon" / "i18n"
    folder.mkdir(parents=True)
    template = 'msgid "Pay %(amount)s"\nmsgstr ""\n'
    (folder / "an_addon.pot").write_text(template)
    (folder / "es.po").write_text(f'msgid "{english}"\nmsgstr "{foreign}"\n')
    findings = find_faults(folder)
    assert len(findings) == bool(fault)
    if fault:
        assert findings[0].startswith("an_addon/i18n/es.po:")
        assert fault in findings[0]

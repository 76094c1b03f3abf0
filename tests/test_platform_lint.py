"""The style of the whole tree: what `./dev lint` says."""

import pytest

from devtools import lint
from devtools.registries import find_twice


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

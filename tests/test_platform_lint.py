"""The style of the whole tree: what `./dev lint` says."""

import pytest

from devtools import lint


@pytest.mark.parametrize("title, check", lint.CHECKS, ids=[c[0] for c in lint.CHECKS])
def test_nothing_found(title, check):
    """Every check of ./dev lint finds nothing."""
    findings = check()
    assert not findings, "\n".join([title, *findings])

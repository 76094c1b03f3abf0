"""How sure a comparison is: ranges that hold the truth in 95 of 100 trials (COL-12).

Pure functions on numbers. Shares are ranges after Wilson, differences of shares after
Newcombe (his method 10), which stay within their bounds for few cases, too; means
are ranges of the normal approximation.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)
# Of fewer values the normal approximation of a mean says nothing.
LEAST_VALUES = 10


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with the range that holds the true value."""

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> "Range":
        """The same in another unit, such as percent."""
        return Range(self.value * factor, self.low * factor, self.high * factor)


def share(hits: int, count: int) -> Range | None:
    """Share of hits with its range, each within 0..1; None of nothing.

    :raises ValueError: for more hits than there are cases, or less than none
    """
    if not 0 <= hits <= count:
        raise ValueError("There are from 0 hits to as many as there are cases.")
    if not count:
        return None
    rate = hits / count
    square = _Z * _Z
    center = (rate + square / (2 * count)) / (1 + square / count)
    half = (
        _Z
        / (1 + square / count)
        * math.sqrt(rate * (1 - rate) / count + square / (4 * count * count))
    )
    # Rounding of floats may leave the bounds by a hair.
    return Range(
        rate, min(max(center - half, 0.0), rate), max(min(center + half, 1.0), rate)
    )


def difference(one: Range, other: Range) -> Range:
    """How much the share ``one`` is above the share ``other``, within -1..1."""
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    high = value + math.hypot(one.high - one.value, other.value - other.low)
    return Range(value, max(low, -1.0), min(high, 1.0))


def mean(count: int, total: float, squares: float) -> Range | None:
    """Mean of values with its range; None of fewer than ``LEAST_VALUES``.

    :param total: sum of the values
    :param squares: sum of their squares
    """
    if count < LEAST_VALUES:
        return None
    value = total / count
    variance = max((squares - total * value) / (count - 1), 0.0)
    half = _Z * math.sqrt(variance / count)
    return Range(value, value - half, value + half)

"""Allocation of an amount to open items (REC-03, REC-07 to REC-09).

Pure functions on decimals: no ORM, no rounding surprises, property-tested.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class OpenItem:
    """An open receivable journal item.

    :param line_id: identifier of the journal item
    :param document_id: the bill or charge that it belongs to
    :param kind: ``bill`` or ``service`` (add-ons above may bring others)
    :param residual: what is still owed, in company currency, positive
    :param deferred: covered by an active plan, so not due unless named
    :param part: the part of the document's debt that this is, where an add-on above
        divides it (an installment); 0: the document itself
    """

    line_id: int
    document_id: int
    kind: str
    residual: Decimal
    deferred: bool = False
    part: int = 0


@dataclass(frozen=True)
class Share:
    """What one journal item receives of a payment."""

    line_id: int
    document_id: int
    outstanding_before: Decimal
    amount: Decimal
    part: int = 0


def allocate(amount: Decimal, items: Iterable[OpenItem]) -> tuple[list[Share], Decimal]:
    """Give ``amount`` to ``items`` in their order, each up to its residual.

    :param amount: money to allocate, in the currency of the residuals, >= 0
    :param items: open items, the one to be paid first in front
    :return: the shares (none is zero) and the excess that found no item
    :raises ValueError: on a negative amount or residual
    """
    if amount < ZERO:
        raise ValueError("An allocation needs an amount of zero or more.")
    shares = []
    left = amount
    for item in items:
        if item.residual < ZERO:
            raise ValueError("An open item needs a residual of zero or more.")
        applied = min(left, item.residual)
        if applied:
            shares.append(
                Share(
                    item.line_id,
                    item.document_id,
                    item.residual,
                    applied,
                    item.part,
                )
            )
            left -= applied
    return shares, left


def settle(items: Iterable[OpenItem], settled: Mapping[int, Decimal]) -> list[OpenItem]:
    """What stays open of ``items`` after amounts of their documents were settled.

    :param items: open items; of one document, the one that is settled first in front
    :param settled: amounts by document
    :return: the items, in their order; a settled one has no residual
    """
    left = dict(settled)
    result = []
    for item in items:
        part = min(left.get(item.document_id, ZERO), item.residual)
        if part:
            left[item.document_id] -= part
            item = replace(item, residual=item.residual - part)
        result.append(item)
    return result


def most_accepted(
    outstanding: Decimal, allowance: Decimal, percent: Decimal, quantum: Decimal
) -> Decimal:
    """Highest amount that REC-07 accepts.

    :param outstanding: open residual of what the payment is for
    :param allowance: allowable overpayment, an amount in the same currency
    :param percent: allowable overpayment as 0..100 percent of the outstanding
    :param quantum: smallest unit of the currency, e.g. ``Decimal("0.01")``
    :return: outstanding plus the larger allowance, rounded down to the unit
    """
    extra = max(allowance, outstanding * percent / 100)
    total = outstanding + extra
    return total - total % quantum


def share_in_proportion(
    total: Decimal, weights: Sequence[Decimal], quantum: Decimal
) -> list[Decimal]:
    """Split ``total`` by ``weights`` without losing a unit.

    The last part takes the rounding; parts are multiples of ``quantum``.
    """
    whole = sum(weights, ZERO)
    if not weights or not whole:
        return [ZERO] * len(weights)
    parts = []
    used = seen = ZERO
    for weight in weights:
        seen += weight
        upto = total * seen / whole
        upto -= upto % quantum
        parts.append(upto - used)
        used = upto
    parts[-1] += total - used
    return parts

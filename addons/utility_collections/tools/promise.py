"""Which money keeps which promise (COL-06)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


def keep_promises(
    promises: Iterable[tuple[int, int, date, date, Decimal]],
    receipts: Iterable[tuple[int, date, Decimal]],
) -> dict[int, tuple[Decimal, date | None]]:
    """Share what an account received among its promises.

    Money goes to the promise with the oldest date first, as it comes. It counts for
    promises that were made before it and whose last day wasn't over on its day.

    :param promises: of each its id, what it was made after (a place in the order of
        receipts), its date, its last day, its amount
    :param receipts: of each its place, its day, its amount; in the order of places
    :return: by id what was paid, and the day on which that became the whole amount
    """
    promises = sorted(promises, key=lambda promise: (promise[2], promise[0]))
    paid = {promise_id: ZERO for promise_id, *_rest in promises}
    kept_on: dict[int, date | None] = dict.fromkeys(paid)
    for place, day, amount in receipts:
        left = amount
        for promise_id, since, _date, last_day, wanted in promises:
            if place <= since or day > last_day:
                continue
            part = min(left, wanted - paid[promise_id])
            if not part:
                continue
            paid[promise_id] += part
            left -= part
            if paid[promise_id] == wanted:
                kept_on[promise_id] = day
    return {promise_id: (paid[promise_id], kept_on[promise_id]) for promise_id in paid}

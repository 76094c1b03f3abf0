"""Which installments are paid by what a plan's debt received (PLN-03)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

ZERO = Decimal(0)


def spread(
    paid: Decimal,
    amounts: Sequence[tuple[int, Decimal]],
    directed: Mapping[int, Decimal],
) -> dict[int, Decimal]:
    """Share what was paid among installments.

    Money that was paid for an installment stays with it, as far as there is that much;
    all the rest (the bill paid directly, a credit note) pays the oldest first.

    :param paid: what the covered debt received since the plan, in company currency
    :param amounts: (installment, its amount), the one to be paid first in front
    :param directed: what was paid for an installment by name
    :return: what is paid of each installment: between 0 and its amount, and in sum
        ``paid``, or all when more was paid than the plan covers
    """
    result = {}
    left = max(paid, ZERO)
    for key, amount in amounts:
        result[key] = min(max(directed.get(key, ZERO), ZERO), amount, left)
        left -= result[key]
    for key, amount in amounts:
        more = min(amount - result[key], left)
        result[key] += more
        left -= more
    return result

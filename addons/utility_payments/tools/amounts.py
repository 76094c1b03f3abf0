"""Reading of amounts that come from forms, files and other programs (REC-05)."""

from decimal import Decimal, InvalidOperation


class AmountError(ValueError):
    """An amount that can't be taken; ``code`` is the rejection code."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def read_amount(value, decimals: int) -> Decimal:
    """Read a positive amount of money exactly.

    :param value: a number, or text such as ``"145.50"``
    :param decimals: decimal places of the currency
    :return: the amount with exactly ``decimals`` places
    :raises AmountError: ``not_a_number``, ``not_positive``, ``too_many_decimals``
    """
    if isinstance(value, bool) or value is None:
        raise AmountError("not_a_number")
    if isinstance(value, float):
        # What a binary float can't hold (0.1 + 0.2) isn't a decimal of the user's.
        value = repr(round(value, 9))
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise AmountError("not_a_number") from None
    if not amount.is_finite():
        raise AmountError("not_a_number")
    if amount <= 0:
        raise AmountError("not_positive")
    if amount >= Decimal(10) ** 15:
        # A float, in which the ledger keeps it, would lose cents.
        raise AmountError("not_a_number")
    rounded = amount.quantize(Decimal(1).scaleb(-decimals))
    if rounded != amount:
        raise AmountError("too_many_decimals")
    return rounded


def to_decimal(value: float, decimals: int) -> Decimal:
    """The exact decimal that a rounded float of the ledger stands for."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals))

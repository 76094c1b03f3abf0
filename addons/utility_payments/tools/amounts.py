"""Amounts of the door: exact decimals in, rounded floats of the ledger out."""

from decimal import Decimal

from odoo.addons.utility_consumers.tools import parse_amount


class AmountError(ValueError):
    """An amount that can't be taken; ``code`` is the rejection code."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def read_amount(value, decimals: int) -> Decimal:
    """Read a positive amount of money exactly (REC-05).

    :param value: a number, or text such as ``"145.50"``
    :param decimals: decimal places of the currency
    :return: the amount with exactly ``decimals`` places
    :raises AmountError: with the code of ``parse_amount`` of utility_consumers
    """
    if isinstance(value, float):
        # What a binary float can't hold (0.1 + 0.2) isn't a decimal of the user's.
        value = round(value, 9)
    amount, code = parse_amount(value, decimals)
    if code:
        raise AmountError(code)
    return amount.quantize(Decimal(1).scaleb(-decimals))


def to_decimal(value: float, decimals: int) -> Decimal:
    """The exact decimal that a rounded float of the ledger stands for."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals))

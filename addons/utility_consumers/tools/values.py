"""Reading values that come from files and other systems: pure and strict."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

AMOUNT_LIMIT = Decimal("1e12")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def parse_amount(
    value: object, decimals: int, *, signed: bool = False
) -> tuple[Decimal, str]:
    """Read an amount exactly, without rounding anything away.

    :param value: a number, or text like "145.50"
    :param decimals: how many decimals the currency has
    :param signed: whether zero and negative amounts are fine
    :return: the amount, and '' or the code of what is wrong: not_a_number,
        amount_above_limit, not_positive, too_many_decimals
    """
    zero = Decimal()
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return zero, "not_a_number"
    text = value.strip() if isinstance(value, str) else str(value)
    if not _NUMBER.fullmatch(text):
        return zero, "not_a_number"
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return zero, "not_a_number"
    # Copies of it are exact where arithmetic would round or overflow: 1e999999999.
    size = amount.copy_abs()
    if size >= AMOUNT_LIMIT:
        return zero, "amount_above_limit"
    if amount <= 0 and not signed:
        return zero, "not_positive"
    if 0 < size < Decimal(1).scaleb(-decimals) or (
        amount.normalize().as_tuple().exponent < -decimals
    ):
        return zero, "too_many_decimals"
    return amount, ""


def parse_date(value: object) -> date | None:
    """Read a date: a date, a moment, or text like 2025-04-20; None if it isn't one."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None

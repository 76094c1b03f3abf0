"""One request on its way through the stages of ``record_collections``."""

import datetime
import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from .allocation import Share


def _canonical(value):
    """One text for 145.5, 145.50 and "145.50": a retry may spell it anew."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = repr(round(value, 9))
    if isinstance(value, str):
        try:
            return f"{Decimal(value.strip()).normalize():f}"
        except (InvalidOperation, OverflowError):
            return value
    return value


def clean_request(request: Any) -> dict[str, Any]:
    """A request of plain values, whatever a foreign program sent.

    What isn't a dict becomes an empty one; values that no stage could read become
    text, so that they are refused by name instead of breaking the batch.
    """
    if not isinstance(request, dict):
        return {}
    cleaned = {}
    for name, value in request.items():
        if isinstance(value, list | tuple) and name == "documents":
            cleaned[name] = [_plain(entry) for entry in value]
        else:
            cleaned[str(name)] = _plain(value)
    return cleaned


def _plain(value):
    if isinstance(value, float | Decimal):
        # Not even comparing a signaling NaN is safe.
        return value if Decimal(value).is_finite() else str(value)
    if value is None or isinstance(value, bool | int | datetime.date):
        return value
    # PostgreSQL knows no NUL in texts.
    return str(value).replace("\0", "")


class Rejection(Exception):
    """A request that can't be accepted: ``code`` and one clear ``message``."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(eq=False)
class Collection:
    """A request with what the stages found out about it.

    The attributes are filled by the stage in whose paragraph they stand; records are
    in superuser mode, amounts are decimals in ``currency`` except where said.
    """

    index: int
    request: dict[str, Any]
    error: dict[str, str] | None = None
    outcome: dict[str, Any] | None = None

    # resolve
    account: Any = None
    company: Any = None
    mode: Any = None
    channel: Any = None
    currency: Any = None
    documents: Any = None
    # of an add-on above: what was named instead of documents, such as installments
    parts: Any = None
    type: str = "bill"
    received_by: Any = None

    # validate
    asked: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    tendered: Decimal = Decimal(0)
    change: Decimal = Decimal(0)
    date: datetime.date | None = None
    key: str = ""
    claimed: bool = False
    note: str = ""
    payer: str = ""
    reference: str = ""
    received_at: datetime.datetime | None = None

    # allocate: in company currency
    kept: Decimal = Decimal(0)
    outstanding: Decimal = Decimal(0)
    shares: list[Share] = field(default_factory=list)
    excess: Decimal = Decimal(0)
    # of an add-on above: what was unpaid of each of the parts
    parts_before: dict[int, Decimal] = field(default_factory=dict)
    balance_after: float = 0.0
    warnings: list[str] = field(default_factory=list)

    # number and post
    numbers: dict[str, str] = field(default_factory=dict)
    payment: Any = None

    # after: the record that an add-on above made of the excess
    credit_note: Any = None

    @property
    def group(self) -> str:
        """Identifier of the all-or-none group, or an empty text."""
        return str(self.request.get("group") or "")

    @property
    def applied(self) -> Decimal:
        """What the documents receive, in company currency."""
        return sum((share.amount for share in self.shares), Decimal(0))

    @property
    def digest(self) -> str:
        """Fingerprint of the request: the same key must bring the same one."""
        content = {
            name: _canonical(value)
            for name, value in self.request.items()
            if name != "idempotency_key" and value not in (None, False, "", [])
        }
        text = json.dumps(content, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def reject(self, code: str, message: str) -> None:
        """Mark the request as rejected; the first reason stays."""
        if self.error is None:
            self.error = {"code": code, "message": message}

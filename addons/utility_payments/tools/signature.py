"""Signing of outgoing webhooks: what a receiver can check without asking us."""

import hashlib
import hmac


def sign(secret: str, body: bytes, timestamp: int) -> str:
    """Return the value of the header ``Utility-Signature`` for a body.

    >>> sign("s", b"{}", 1).startswith("t=1,v1=")
    True
    """
    signed = f"{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"

"""Promises to pay (COL-06)."""

from . import utility_payment_promise

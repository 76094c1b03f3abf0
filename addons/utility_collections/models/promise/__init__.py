"""Promises to pay (COL-06)."""

from . import res_company, utility_payment_promise  # isort: skip

from . import broken, judging, receipts, utility_account

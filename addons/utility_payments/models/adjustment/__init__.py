"""Adjustments of posted payments (ADJ-01), a file for each concern."""

from . import (
    account_payment,
    account_payment_reversal,
    utility_payment_adjustment,
    utility_payment_adjustment_document,
    check,
    execute,
    replace,
    explain,
)

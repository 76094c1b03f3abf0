"""Debt that is given up, and what still comes in of it (COL-04)."""

from . import (
    account_move_line,
    account_payment,
    res_company,
    utility_account,
    utility_collection_step,
    utility_payment_adjustment,
    utility_write_off,
    utility_write_off_booking,
    utility_write_off_line,
    utility_write_off_recovery,
)

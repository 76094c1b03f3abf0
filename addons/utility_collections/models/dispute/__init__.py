"""Disputes on bills and payments (COL-09)."""

from . import res_company, utility_dispute_category, utility_dispute  # isort: skip
from . import (
    account_move,
    account_move_line,
    account_payment,
    amount,
    evidence,
    holding,
    notice,
    resolving,
    stages,
    utility_approval,
    utility_dispute_stage_time,
    utility_payment_plan,
)

from . import (
    account_move_line,
    account_partial_reconcile,
    account_payment,
    collect,
    plan,
    res_company,
    resource_calendar,
    utility_account,
    utility_payment_allocation,
)

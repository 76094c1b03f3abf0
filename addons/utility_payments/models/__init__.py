from . import (
    account_move,
    account_partial_reconcile,
    account_payment,
    account_payment_collect,
    res_company,
    utility_account,
    utility_payment_allocation,
    utility_payment_channel,
    utility_payment_event,
    utility_payment_key,
    utility_payment_mode,
)

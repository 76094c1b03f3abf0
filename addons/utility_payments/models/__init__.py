# What others here inherit comes first
from . import utility_search, utility_timeline
from . import (
    account_move,
    account_move_correction,
    account_move_line,
    account_move_line_details,
    account_move_statement,
    account_partial_reconcile,
    account_payment,
    account_payment_details,
    account_payment_method,
    account_payment_receipt,
    account_payment_release,
    account_payment_webhook,
    approval,
    adjustment,
    collect,
    ir_actions_report,
    payment_transaction,
    res_company,
    res_company_ledger_check,
    utility_account,
    utility_account_statement,
    utility_payment_allocation,
    utility_payment_allocation_details,
    utility_payment_channel,
    utility_payment_event,
    utility_payment_key,
    utility_payment_mode,
    utility_webhook,
    utility_webhook_delivery,
)

# Extends what the others define
from . import figures
from . import alert, regulatory, schedule, usage
from . import charts

# What the others inherit.
from . import chunks, inserting, item, reader, record  # isort: skip

from . import (
    account_move,
    account_move_line,
    account_move_line_deferred,
    account_move_statement,
    account_partial_reconcile,
    account_payment,
    account_payment_plans,
    account_payment_receipt,
    collect,
    ir_actions_report,
    mail_mail,
    mail_thread,
    plan,
    res_company,
    res_company_ledger_check,
    res_company_plan_notices,
    resource_calendar,
    utility_account,
    utility_account_overdue,
    utility_account_plans,
    utility_account_protection,
    utility_account_search,
    utility_account_setup,
    utility_account_statement,
    utility_credit_application,
    utility_credit_note,
    utility_payment_adjustment,
    utility_payment_allocation,
    utility_payment_allocation_details,
    utility_usage_event,
)

# It extends what `plan` declares.
from . import automatic  # isort: skip

# Collections, in the order in which they follow debt that changes: debt/, promises,
# cases, orders of disconnection.
from . import (  # isort: skip
    debt,
    promise,
    dispute,
    ladder,
    request,
    notice,
    disconnection,
    insight,
    rating,
    ageing,
    agency,
    write_off,
    trial,
    milestone,
    figures,
)

# It extends what `ladder` declares.
from .promise import pause  # isort: skip

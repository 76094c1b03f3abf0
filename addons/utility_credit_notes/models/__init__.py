from . import (
    account_payment,
    ir_actions_report,
    res_company,
    utility_account,
    utility_credit_application,
    utility_credit_note,
    utility_credit_note_document,
    utility_credit_reason,
)

from . import (
    account_payment,
    res_company,
    utility_account,
    utility_credit_application,
    utility_credit_note,
    utility_credit_reason,
)

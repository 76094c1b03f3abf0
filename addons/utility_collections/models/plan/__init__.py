"""Payment plans, one concern a file; start at utility_payment_plan.py."""

from . import utility_payment_plan  # isort: skip
from . import utility_payment_plan_event  # isort: skip
from . import utility_payment_plan_installment  # isort: skip
from . import (
    activation,
    agreement,
    case,
    compliance,
    ending,
    follow,
    installment_to_pay,
    notice,
    paying,
    portal,
    reactivation,
    reading,
    reminder,
    screens,
    signature,
    standing,
    statement,
    terms,
    usage,
    utility_payment_plan_cover,
    utility_payment_plan_installment_screens,
    utility_payment_plan_template,
    versions,
)

"""Payment plans, one concern a file; start at utility_payment_plan.py."""

from . import utility_payment_plan  # isort: skip
from . import (
    activation,
    ending,
    follow,
    reading,
    screens,
    standing,
    terms,
    usage,
    utility_payment_plan_cover,
    utility_payment_plan_event,
    utility_payment_plan_installment,
    utility_payment_plan_installment_screens,
    utility_payment_plan_template,
    versions,
)

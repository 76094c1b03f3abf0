"""Automatic payment of installments from a saved card (PLN-06).

Start at utility_payment_plan.py (what the consumer agreed to), then charge.py.
"""

from . import (
    charge,
    notice,
    payment_token,
    payment_transaction,
    reminder,
    res_company,
    utility_account,
    utility_payment_plan,
    utility_payment_plan_event,
    utility_payment_plan_installment,
)

from . import utility_payment_plan_cancel

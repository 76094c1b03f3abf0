from . import (
    test_installment_payment,
    test_plan_views,
)

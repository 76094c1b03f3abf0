from . import (
    test_installment_payment,
    test_plan_adjustments,
    test_plan_compliance,
    test_plan_ledger,
    test_plan_reminder,
    test_plan_setup,
    test_plan_terms,
    test_plan_tours,
    test_plan_version,
    test_plan_views,
    test_record_installment_form,
    test_schedule,
)

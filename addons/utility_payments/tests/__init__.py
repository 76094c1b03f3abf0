from . import (
    test_access_rights,
    test_allocation,
    test_amounts,
    test_idempotency,
    test_ledger_check,
    test_native_ways,
    test_payment_locked,
    test_record_batch,
    test_record_collections,
    test_record_garbage,
    test_record_rejections,
    test_setup_company,
)

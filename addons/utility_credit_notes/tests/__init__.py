from . import (
    test_application,
    test_approval,
    test_automatic,
    test_booking,
    test_credit_note,
    test_credit_note_document,
    test_expiry,
    test_refund,
    test_reminder,
    test_reversal,
    test_statement,
    test_wizards,
)

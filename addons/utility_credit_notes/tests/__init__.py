from . import test_credit_note, test_credit_note_document, test_wizards

from . import test_credit_note, test_wizards

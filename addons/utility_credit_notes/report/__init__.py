from . import report_credit_note

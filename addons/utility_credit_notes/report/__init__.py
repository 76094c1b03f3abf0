from . import report_credit_note
from . import utility_credit_note_report

from . import report_receipt
from . import report_statement

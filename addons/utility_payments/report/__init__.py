from . import report_receipt
from . import report_regulatory
from . import report_regulatory_xlsx
from . import report_statement

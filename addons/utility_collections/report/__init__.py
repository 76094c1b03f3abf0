from . import report_agreement
from . import report_bill
from . import report_request_letter
from . import report_letters
from . import utility_payment_plan_report
from . import utility_receivable_report

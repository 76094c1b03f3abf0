from . import report_agreement
from . import utility_payment_plan_report
from . import utility_receivable_report

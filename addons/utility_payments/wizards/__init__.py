from . import account_payment_register
from . import res_config_settings
from . import utility_approval_refusal
from . import utility_payment_history
from . import utility_record_payment
from . import utility_record_payment_line
from . import utility_record_payment_tender
from . import utility_statement

from . import utility_record_payment, utility_record_payment_tender

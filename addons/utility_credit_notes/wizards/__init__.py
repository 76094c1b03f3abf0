from . import (
    res_config_settings,
    utility_credit_note_apply,
    utility_credit_note_apply_line,
    utility_credit_note_create,
    utility_credit_note_extend,
    utility_record_payment,
    utility_record_payment_tender,
)

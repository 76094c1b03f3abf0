from . import (
    res_config_settings,
    res_config_settings_notices,
    res_config_settings_promise,
    utility_payment_plan_automatic,
    utility_payment_plan_cancel,
    utility_payment_plan_reactivate,
    utility_payment_promise_cancel,
    utility_plan_setup,
    utility_plan_setup_row,
    utility_plan_sign,
    utility_record_payment,
    utility_record_payment_line,
)

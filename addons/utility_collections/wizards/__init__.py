from . import res_config_settings, utility_payment_plan_cancel

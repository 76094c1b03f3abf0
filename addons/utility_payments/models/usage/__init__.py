from . import (
    ir_actions_report,
    ir_http,
    ir_ui_view,
    res_company,
    utility_alert,
    utility_alert_rule,
    utility_approval,
    utility_usage_event,
    utility_usage_subject,
)

"""Service requests of collections (COL-05)."""

from . import (
    utility_service_request_category,
    utility_service_request_type,
    utility_service_request_procedure,
    utility_service_request,
    utility_service_request_step,
    work,
    activity,
    opening,
    bills,
    letter,
    utility_service_request_schedule,
    utility_account,
    utility_collection_step,
    utility_usage_event,
    account_move,
    ir_actions_report,
    res_company,
    res_users,
)

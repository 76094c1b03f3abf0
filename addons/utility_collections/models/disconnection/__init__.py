"""Disconnection and reconnection: who may be cut off, and who never is (COL-07)."""

from . import (
    payment_transaction,
    res_company_orders,
    utility_account,
    utility_account_facts,
    utility_area,
    utility_collection_case,
    utility_collection_event_disconnection,
    utility_collection_step_disconnection,
    utility_disconnection_decision,
    utility_disconnection_decision_stopping,
    utility_disconnection_order,
    utility_disconnection_order_crew,
    utility_disconnection_order_execution,
    utility_disconnection_order_hold,
    utility_disconnection_order_ordering,
    utility_disconnection_order_reconnection,
    utility_disconnection_order_refusal,
    utility_disconnection_rule,
    utility_jurisdiction,
    utility_medical_certificate,
    utility_temperature,
    utility_usage_event,
)
from . import (  # isort: skip
    decision_tables,
    decision_words,
    res_company,
    res_company_jurisdictions,
    rule_words,
    utility_account_orders,
)

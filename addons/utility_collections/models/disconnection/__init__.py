"""Disconnection and reconnection: who may be cut off, and who never is (COL-07)."""

from . import (
    utility_account,
    utility_account_facts,
    utility_area,
    utility_disconnection_decision,
    utility_disconnection_order,
    utility_disconnection_rule,
    utility_jurisdiction,
    utility_medical_certificate,
    utility_temperature,
)
from . import (  # isort: skip
    decision_tables,
    decision_words,
    res_company,
    res_company_jurisdictions,
    rule_words,
)

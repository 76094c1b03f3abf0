"""Who is told of what happens in collections, by rule (COL-10)."""

from . import (
    res_company,
    utility_collection_event,
    utility_milestone_delivery,
    utility_milestone_rule,
    utility_payment_plan_event,
)

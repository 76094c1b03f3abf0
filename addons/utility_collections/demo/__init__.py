from . import (
    disconnection_orders,
    disconnection_rules,
    notice,
    rating,
    request,
    utility_demo,
)

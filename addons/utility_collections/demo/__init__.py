from . import (
    disconnection_orders,
    disconnection_rules,
    notice,
    promise,
    rating,
    request,
    utility_demo,
)

from . import (
    disconnection_orders,
    disconnection_rules,
    ladder,
    notice,
    promise,
    rating,
    request,
    utility_demo,
)

from . import (
    alert_period,
    allocation,
    amounts,
    collection,
    figure_scope,
    finding,
    period,
)

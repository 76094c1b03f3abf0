from . import (
    alert_period,
    allocation,
    amounts,
    chart_drawing,
    chart_workbook,
    collection,
    figure_scope,
    finding,
    period,
    slices,
)

from . import (
    account_payment,
    ir_actions_report,
    utility_figure,
    utility_figure_charts,
    utility_figure_export,
)

"""What tiles, charts, alerts and usage statistics tell of payment plans."""

from . import (
    res_company,
    utility_figure,
    utility_figure_charts,
    utility_usage_event,
)

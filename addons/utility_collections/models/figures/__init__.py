"""What tiles, charts, alerts and usage statistics tell of plans and collections."""

from . import (
    res_company,
    utility_figure,
    utility_figure_charts,
    utility_figure_collections,
    utility_figure_collections_charts,
    utility_usage_event,
)

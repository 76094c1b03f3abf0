"""Service requests of collections (COL-05)."""

from . import (
    utility_service_request,
    utility_service_request_category,
    utility_service_request_type,
)

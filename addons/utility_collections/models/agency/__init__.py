"""Debt handed to an external agency (COL-04)."""

from . import (
    utility_account,
    utility_agency_placement,
    utility_collection_case,
    utility_collection_step,
)

"""Collections: processes, their steps, and the cases that run them (COL-04)."""

from . import (
    utility_account,
    utility_collection_case,
    utility_collection_event,
    utility_collection_process,
    utility_collection_step,
)

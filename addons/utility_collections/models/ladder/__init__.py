"""Collections: processes, their steps, and the cases that run them (COL-04)."""

from . import (
    res_company,
    utility_account,
    utility_account_process,
    utility_collection_case,
    utility_collection_event,
    utility_collection_process,
    utility_collection_step,
)

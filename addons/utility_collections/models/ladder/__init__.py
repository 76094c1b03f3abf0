"""Collections: processes, their steps, and the cases that run them (COL-04)."""

from . import (
    res_company,
    utility_account,
    utility_account_follow,
    utility_account_open,
    utility_account_process,
    utility_account_screens,
    utility_account_standing,
    utility_collection_case,
    utility_collection_case_by_hand,
    utility_collection_case_review,
    utility_collection_case_screens,
    utility_collection_event,
    utility_collection_process,
    utility_collection_run,
    utility_collection_run_chunk,
    utility_collection_step,
)

"""What is shown of an account's debt: insight and debt summary (COL-01..03)."""

from . import (
    utility_account,
    utility_account_actions,
    utility_account_details,
    utility_account_insight,
    utility_account_page,
    utility_collection_event,
)

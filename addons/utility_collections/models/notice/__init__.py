"""Reminders that can't be wrong: e-mail, SMS, letter (COL-11)."""

from . import (
    ir_qweb,
    res_company,
    utility_account,
    utility_collection_notice,
    utility_collection_step,
    utility_letter_batch,
)

# They extend what `utility_collection_notice` declares.
from . import letter, posting, preview, reading, sending, text  # isort: skip

"""Strategies on trial: champion and challengers, by chance, compared (COL-12)."""

from . import (
    utility_account,
    utility_collection_process,
    utility_collection_step,
    utility_collection_trial,
    utility_collection_trial_arm,
)

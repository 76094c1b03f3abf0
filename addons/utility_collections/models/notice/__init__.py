"""Reminders that can't be wrong: e-mail, SMS, letter (COL-11)."""

from . import utility_collection_notice, utility_collection_step

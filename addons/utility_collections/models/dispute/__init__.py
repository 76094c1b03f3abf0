"""Disputes on bills and payments (COL-09)."""

from . import utility_dispute

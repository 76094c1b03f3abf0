"""Approval by somebody else: what requests that move money have in common (ROL-03)."""

from . import tier_definition, tier_review, utility_approval

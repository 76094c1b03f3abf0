"""Installments at the one door for money, a file for each stage that they extend."""

from . import after, allocate, resolve

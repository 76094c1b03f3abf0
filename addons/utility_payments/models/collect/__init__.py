"""The one door for money, a file for each stage; start at door.py."""

from . import after, allocate, door, keys, post, resolve, validate

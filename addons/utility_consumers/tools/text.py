"""Normalising of text for the consumer search, when writing and when reading."""

import re
import unicodedata

SECTION = "\n"
_FOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th"}
)


def fold(text: str | bool | None) -> str:
    """Return the text in lower case, without accents, blanks collapsed.

    >>> fold("  Zoë  MÜLLER ")
    'zoe muller'
    """
    if not text:
        return ""
    lowered = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in lowered if not unicodedata.combining(char))
    return " ".join(bare.translate(_FOLDED).split())


def digits(text: str | bool | None) -> str:
    """Return the digits of a phone number, in order.

    >>> digits("+1 (555) 010-0199")
    '15550100199'
    """
    return re.sub(r"\D", "", text or "")


def search_document(
    number: str | bool,
    name: str | bool,
    phone: str | bool,
    email: str | bool,
    address: str | bool,
) -> str:
    """Return what a consumer account is found by, one section a line.

    Each section starts with a blank, so that LIKE '% ab%' finds words that begin with
    "ab" and can use the trigrams of a beginning.
    """
    parts = (fold(number), fold(name), digits(phone), fold(email), fold(address))
    return SECTION.join(f" {part}" for part in parts)

"""What a user typed into the consumer search, taken apart once."""

import re
from dataclasses import dataclass

from .text import digits, fold

_SHORT = 2
_PHONE_LIKE = re.compile(r"\+?[\d\s().\-/]{4,}")


def like_escape(text: str) -> str:
    """Return text in which LIKE finds no wildcard."""
    return re.sub(r"([\\%_])", r"\\\1", text)


@dataclass(frozen=True)
class SearchTerm:
    """A folded search text and its LIKE patterns."""

    text: str
    words: tuple[str, ...]
    phone: str

    @classmethod
    def parse(cls, value: object) -> "SearchTerm | None":
        """Take a search text apart; None when there is nothing to search for."""
        text = fold(value if isinstance(value, str) else "")
        words = tuple(word for word in (w.strip("(),;") for w in text.split()) if word)
        if not words:
            return None
        number = digits(text).lstrip("0") if _PHONE_LIKE.fullmatch(text) else ""
        return cls(" ".join(words), words, number if len(number) > _SHORT else "")

    @property
    def word_patterns(self) -> list[str]:
        """Every word must be found; one or two letters only where a word begins."""
        return [
            f"% {like_escape(word)}%"
            if len(word) <= _SHORT
            else f"%{like_escape(word)}%"
            for word in self.words
        ]

    @property
    def start_patterns(self) -> list[str]:
        """Every word is the beginning of a word."""
        return [f"% {like_escape(word)}%" for word in self.words]

    @property
    def is_document_number(self) -> bool:
        """Could be the number of a bill, or how it begins."""
        return len(self.words) == 1 and len(self.text) > 3 and bool(digits(self.text))

    def like(self, pattern: str) -> str:
        """Put the escaped text into a LIKE pattern, as in `like("{}%")`."""
        return pattern.format(like_escape(self.text))

"""One page of many rows: which it is, and the addresses of the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

ROWS = 50
_LARGEST = 10**7
_MOST_DIGITS = 17
"""Of a number that a database can hold."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Where in a list of `total` rows a page is."""

    path: str
    kept: Mapping[str, str]
    """What the other pages' addresses keep: filter and text."""
    total: int
    number: int = 1

    @property
    def last(self) -> int:
        """The last page's number."""
        return max(1, -(-self.total // ROWS))

    @property
    def at(self) -> int:
        """This page's number, which is there."""
        return min(max(1, self.number), self.last)

    @property
    def skip(self) -> int:
        """How many rows come before it."""
        return (self.at - 1) * ROWS

    def to(self, number: int) -> str:
        """The address of another page."""
        return f"{self.path}?{urlencode({**self.kept, 'page': number})}#rows"


def is_number(text: str) -> bool:
    """Whether a part of an address or of a form is a row's or a job's number."""
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def page_number(text: str) -> int:
    """A page's number as an address has it; 1 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(_LARGEST)) else 1

"""Which of many rows have something in common with an earlier one, in bounded memory."""

from array import array
from collections.abc import Iterable, Iterator

from uploader.model.resend import RowPair

_ROWS_AT_ONCE = 100_000
"""How many rows are compared at a time. Each of these takes a hundred bytes, all others twelve."""
_NAMED = 10
"""Up to this many repeated rows are named. Beyond that, a problem only says that there is an earlier row."""


class Repeats:
    """Rows by number, each with a hash of what may be the same."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._numbers = array("I")

    def extend(self, numbers: Iterable[int], hashes: Iterable[int]) -> None:
        """Some more rows."""
        self._numbers.extend(numbers)
        self._hashes.extend(hashes)

    def add(self, number: int, one: int) -> None:
        """One more row."""
        self._numbers.append(number)
        self._hashes.append(one)

    def append(self, others: "Repeats") -> None:
        """Those rows as well, after all that are there."""
        self.extend(others._numbers, others._hashes)  # of the same class

    def pairs(self) -> list[RowPair]:
        """Each row that is the same as one that was added before, with the first of these."""
        found: list[RowPair] = []
        parts = max(0, len(self._hashes) - 1) // _ROWS_AT_ONCE + 1
        for part in range(parts):
            hashes = self._hashes if parts == 1 else [one for one in self._hashes if one % parts == part]
            if len(set(hashes)) < len(hashes):
                found += self._pairs_in(part, parts)
        return sorted(found)

    def _pairs_in(self, part: int, parts: int) -> Iterator[RowPair]:
        first: dict[int, int] = {}
        for number, one in zip(self._numbers, self._hashes, strict=True):
            if one % parts == part and first.setdefault(one, number) != number:
                yield RowPair(number, first[one])


def are_few(rows: Iterable[int]) -> bool:
    """Whether these are so few different ones that each can be named."""
    different: set[int] = set()
    for row in rows:
        different.add(row)
        if len(different) > _NAMED:
            return False
    return True

"""Which row of the list is where in a workbook, in little memory."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from uploader.model.rows import Status
from uploader.readers.cells import text

_STATUSES = list(Status)
_CODES = {status.value: code for code, status in enumerate(_STATUSES, start=1)}
_NO_NUMBER, _NOT_A_NUMBER = 0, -1
_MOST = 1 << 40
"""No row has a higher number."""


@dataclass(frozen=True, slots=True)
class RowIndex:
    """Which row of the list is where in the workbook at hand, and what its status says; small for any list."""

    positions: "array[int]" = field(default_factory=lambda: array("I"))
    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    statuses: bytearray = field(default_factory=bytearray)

    def add(self, positions: Sequence[int], numbers: Sequence[object], statuses: Sequence[object]) -> None:
        """Some more rows, by what our columns `Row` and `Status` hold there."""
        self.positions.extend(positions)
        self.numbers.extend(map(_number, numbers))
        self.statuses.extend(_CODES.get(text(status).strip().casefold(), 0) for status in statuses)

    def number(self, position: int) -> int | None:
        """The row's number in the list; None if `Row` is empty or not a number."""
        number = self.numbers[bisect_left(self.positions, position)]
        return number if number > 0 else None

    def by_position(self) -> dict[int, int]:
        """The rows' numbers by their positions, where they have one; of a number that stands twice the first alone."""
        first = {number: at for at, number in zip(reversed(self.positions), reversed(self.numbers), strict=True)}
        return {at: number for number, at in first.items() if number > 0}

    def is_not_a_number(self, position: int) -> bool:
        """Whether `Row` holds something that is not a row number."""
        return self.numbers[bisect_left(self.positions, position)] == _NOT_A_NUMBER

    def status(self, position: int) -> Status | None:
        """What the row's status says, if it is one."""
        status = self.statuses[bisect_left(self.positions, position)]
        return _STATUSES[status - 1] if status else None

    def count(self, status: Status) -> int:
        """How many rows have that status."""
        return self.statuses.count(_STATUSES.index(status) + 1)

    def repeated(self) -> dict[int, tuple[int, int]]:
        """The positions whose number is further up, too: the number, and its first position."""
        first: dict[int, int] = {}
        repeated = {}
        for position, number in zip(self.positions, self.numbers, strict=True):
            if number > 0 and first.setdefault(number, position) != position:
                repeated[position] = (number, first[number])
        return repeated

    @property
    def highest(self) -> int:
        """The highest number of a row."""
        return max(self.numbers, default=0)


def row_number(value: object) -> int:
    """The row's number in the list that a cell of `Row` holds; 0 where it holds none."""
    return max(_number(value), 0)


def _number(value: object) -> int:
    """The number in a cell of `Row`; see `_NO_NUMBER` and `_NOT_A_NUMBER`."""
    digits = text(value).strip()
    if not digits:
        return _NO_NUMBER
    return int(digits) if digits.isascii() and digits.isdecimal() and 0 < int(digits) < _MOST else _NOT_A_NUMBER

"""Rows that do not go because of the outcome that they have, and what is told of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.job import RowState
from uploader.model.rows import Row, Status

_NAMED_ROWS = 20
_STAY = {
    Status.ACCEPTED: "held.accepted",
    Status.UNKNOWN: "held.unknown",
    Status.SKIPPED: "held.skipped",
}
"""What is said of the rows that keep their outcome."""
EDITABLE = {Status.ACCEPTED: "held.accepted_edited", Status.UNKNOWN: "held.unknown_edited"}
"""What is said of rows with that outcome that were edited since in their own workbook."""
_WOULD_STAY = {Status.ACCEPTED: "held.would_stay_accepted", Status.UNKNOWN: "held.would_stay_unknown"}


class HeldRow(NamedTuple):
    """A row that does not go."""

    position: int
    """Its number in the file at hand."""
    row: Row
    """Its number in the list, and the list's own cells."""
    state: RowState | None
    """None where only the workbook itself knows it."""
    status: Status
    """`accepted`, `unknown` or `skipped`."""
    may_go_later: bool
    """It was edited in its own workbook: that it goes all the same, the person may yet say."""


@dataclass(slots=True)
class HeldCounts:
    """Counts rows that do not go, to be told in a few lines."""

    _counts: Counter[Status] = field(default_factory=Counter)
    _edited: list[tuple[Status, int]] = field(default_factory=list)
    as_edited: list[int] = field(default_factory=list)
    """The rows that go with the edits that the last sending held back."""

    def add(self, held: HeldRow) -> None:
        """One more row."""
        self._counts[held.status] += 1
        if held.may_go_later:
            self._edited.append((held.status, held.row.number))

    def __getitem__(self, status: Status) -> int:
        """How many rows stay as that."""
        return self._counts[status]

    def would_stay(self) -> Iterator[Message]:
        """Which rows would not be sent though they were edited."""
        for status, code in _WOULD_STAY.items():
            numbers = self._numbers(status)
            if numbers:
                yield Message(code, count=len(numbers), numbers=named_rows(numbers))

    def messages(self, name: str, path: str, elsewhere: int) -> Iterator[Message]:
        """How many rows stay, which of them were edited since, and which go as they were edited.

        `elsewhere`: how many rows of the list are not in the file at hand, whose name and path these are.
        """
        if elsewhere:
            yield Message("held.elsewhere", count=elsewhere, name=name)
        if self.as_edited:
            yield Message("held.as_edited", count=len(self.as_edited), numbers=named_rows(self.as_edited))
        for status, code in _STAY.items():
            if self._counts[status]:
                yield Message(code, count=self._counts[status])
        for status, code in EDITABLE.items():
            numbers = self._numbers(status)
            if numbers:
                yield Message(code, count=len(numbers), numbers=named_rows(numbers), path=path)

    def _numbers(self, status: Status) -> list[int]:
        """The numbers in the list of the rows that stay as that, and were edited."""
        return sorted(number for one, number in self._edited if one is status)


def named_rows(numbers: Sequence[int]) -> str:
    """The first of these row numbers, and … where there are more."""
    return ", ".join(map(str, numbers[:_NAMED_ROWS])) + (" …" if len(numbers) > _NAMED_ROWS else "")

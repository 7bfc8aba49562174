"""Rows that do not go because of the outcome that they have, and what is said about them."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from uploader.i18n import Message, row_numbers
from uploader.model.job import RowState
from uploader.model.rows import Row, Status

_STAY = {
    Status.ACCEPTED: "held.accepted",
    Status.UNKNOWN: "held.unknown",
    Status.SKIPPED: "held.skipped",
}
"""What is said of the rows that keep their outcome."""
EDITABLE = {Status.ACCEPTED: "held.accepted_edited", Status.UNKNOWN: "held.unknown_edited"}
"""What is said of rows with that outcome that were edited since in their own workbook."""
_COMMANDS = {Status.ACCEPTED: "command.send_with_duplicates", Status.UNKNOWN: "command.send_with_unknown"}
_SANDBOX_COMMANDS = {
    Status.ACCEPTED: "command.send_with_duplicates_sandbox",
    Status.UNKNOWN: "command.send_with_unknown_sandbox",
}
"""What sends such rows as they were edited, to where they went."""
_WOULD_STAY = {
    Status.ACCEPTED: "held.would_stay_accepted",
    Status.UNKNOWN: "held.would_stay_unknown",
    Status.SKIPPED: "held.would_stay_skipped",
}
_WOULD_STAY_EDITED = {
    Status.ACCEPTED: "held.would_stay_accepted_edited",
    Status.UNKNOWN: "held.would_stay_unknown_edited",
}


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
    """Rows that do not go, by number, to be told in a few lines: each of them in one."""

    _as_sent: "defaultdict[Status, array[int]]" = field(default_factory=lambda: defaultdict(lambda: array("I")))
    _edited: "defaultdict[Status, array[int]]" = field(default_factory=lambda: defaultdict(lambda: array("I")))
    """Those that were edited since in their own workbook."""
    as_edited: list[int] = field(default_factory=list)
    """The rows that go with the edits that the last sending held back."""

    def add(self, held: HeldRow) -> None:
        """One more row."""
        (self._edited if held.may_go_later else self._as_sent)[held.status].append(held.row.number)

    def __getitem__(self, status: Status) -> int:
        """How many rows stay as that."""
        return sum(len(rows.get(status, ())) for rows in (self._as_sent, self._edited))

    def would_stay(self) -> Iterator[Message]:
        """Which rows would not be sent, and why: every one of them, once."""
        yield from _told(_WOULD_STAY, self._as_sent)
        yield from _told(_WOULD_STAY_EDITED, self._edited)

    def messages(self, path: Path, elsewhere: int, *, sandbox: bool) -> Iterator[Message]:
        """How many rows stay, which of them were edited since, and which go as they were edited.

        `elsewhere`: how many rows of the list are not in the file at hand, at `path`.
        """
        if elsewhere:
            yield Message("held.elsewhere", count=elsewhere, name=path.name)
        if self.as_edited:
            yield Message("held.as_edited", count=len(self.as_edited), numbers=row_numbers(sorted(self.as_edited)))
        yield from _told(_STAY, self._as_sent)
        codes = _SANDBOX_COMMANDS if sandbox else _COMMANDS
        commands = {status: Message(code, path=str(path)) for status, code in codes.items()}
        yield from _told(EDITABLE, self._edited, commands)


def _told(
    codes: Mapping[Status, str],
    rows: "Mapping[Status, array[int]]",
    commands: Mapping[Status, Message] = MappingProxyType({}),
) -> Iterator[Message]:
    """What is said of the rows of each status, and the command that sends them all the same."""
    for status, code in codes.items():
        numbers = sorted(rows.get(status, ()))
        if numbers:
            yield Message(code, count=len(numbers), numbers=row_numbers(numbers), command=commands.get(status))

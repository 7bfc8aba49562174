"""A row of a list, where it is in a sheet, and what became of it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from uploader.i18n import Message


class Status(StrEnum):
    """What became of a row. The words are a contract: the result workbook and the JSON summary have them."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    SKIPPED = "skipped"
    NOT_SENT = "not sent"

    __hash__ = str.__hash__
    """That of the word, which it equals."""


MAY_HAVE_ARRIVED = (Status.ACCEPTED, Status.UNKNOWN)
"""Of rows that might be there twice if they were sent again."""


def counted(counts: Mapping[Status, int]) -> tuple[Message, ...]:
    """`37 accepted`, `3 rejected`: the statuses that occur, as a fact of a sentence; none is `0 accepted`."""
    occurring = [status for status in Status if counts.get(status)] or [Status.ACCEPTED]
    return tuple(Message(f"counted.{status.replace(' ', '_')}", count=counts.get(status, 0)) for status in occurring)


ROW_COLUMN, STATUS_COLUMN = "Row", "Status"
RESULT_COLUMNS = (
    STATUS_COLUMN,
    "Response code",
    "Response message",
    "Advice",
    "HTTP status",
    "Attempts",
    "Sent at",
    "Duration ms",
)
"""Our columns of the result sheet, behind `Row` and the list's own; a contract."""
ATTEMPT_COLUMNS = (
    ROW_COLUMN,
    "Attempt",
    "Sent at",
    "HTTP status",
    "Response code",
    "Response message",
    "Duration ms",
    "Meaning",
    "Detail",
    "Job",
)
"""Our columns of the sheet of requests; a contract."""
PROBLEM_COLUMNS = ("Problem", "Warning")
"""Our columns of the problems sheet, between `Row` and the list's own; a contract."""


def column_letter(position: int) -> str:
    """The letters over a column of a spreadsheet; `position` counts from 0, so 0 is A and 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_named(header: Sequence[str], position: int) -> Message:
    """A column as the person knows it, `“Punto de enrutamiento” (G)`; one without a name is `column G`."""
    name, letter = " ".join(header[position].split()), column_letter(position)
    return Message("column.named", name=name, letter=letter) if name else Message("column.nameless", letter=letter)


class Row(NamedTuple):
    """One record of the list: its number as Excel shows it, and its cells as text, one for each header cell."""

    number: int
    cells: tuple[str, ...]


class WaitingRow(NamedTuple):
    """A row that waits to be sent, and the fingerprint of its request (hex), made when it was staged."""

    row: Row
    fingerprint: str
    request_id: str = ""
    """That its next request has; "" where none was asked for."""

"""Rows as they are handed to a journal: those that a job is staged with, and those that a workbook still knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.job import RowResult
from uploader.model.rows import Row, Status


class Kept(IntEnum):
    """Whether a row only belongs to its job so that the job knows all rows of the list. Journals store the numbers."""

    NOT = 0
    AS_BEFORE = 1
    """No run sends it: its status stays as it was."""
    ELSEWHERE = 2
    """Nor is it in the file that was read."""


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row as it is staged; `fingerprint` is its request's, None where it can't be sent."""

    row: Row
    status: Status
    advice: Message
    fingerprint: str | None
    before: int | None = None
    """The earlier job of the account in which the row was accepted, or is unknown."""
    kept: Kept = Kept.NOT
    faults: Sequence[int] = ()
    """The columns, from 0, whose cells are wrong."""


class RecoveredRow(NamedTuple):
    """What a result workbook that was written elsewhere says of a row."""

    row: Row
    result: RowResult | None
    """Its outcome; None where this journal knows more."""
    better_known_by: int | None
    """The job that knows more, then."""
    fingerprint: str | None
    """Of the request that was made, where the row still has its cells."""

"""Rows as they are handed to a journal: those that are about to be sent, and those that a workbook still knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.job import RowResult, Settlement
from uploader.model.rows import Row, Status


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row as it is planned. What became of it before, the journal keeps: `status` is that of its present cells."""

    row: Row
    status: Status
    advice: Message
    fingerprint: str | None
    """Of the request that its cells make; None where they can't be sent."""
    waits: bool = False
    """Whether the run sends it."""
    faults: Sequence[int] = ()
    """The columns, from 0, whose cells are wrong."""
    keeps_outcome: bool = False
    """Its status, advice and what decided them stay as the journal has them; its cells are taken, and may be an edit
    that is held back. An `advice` beside that replaces the one that the journal has."""


class OwnJob(NamedTuple):
    """A job in this computer's own journal, which it had before it joined a team."""

    key: str
    """By which it is known in every journal; "" where its journal is too old for that."""
    hash_key: str | None
    """The id of the key under which its hashes are kept; None where they are plain."""


class RecoveredRow(NamedTuple):
    """What a result workbook that was written elsewhere says of a row that this journal knows less of."""

    row: Row
    result: RowResult
    """Its outcome."""
    fingerprint: str | None
    """Of the request that was made, where the row still has its cells."""
    settlement: Settlement | None = None
    """What a person found who looked the row up, where that alone is new: the row is unknown here."""

"""The durable record of jobs, rows and attempts, and the locks that keep two runs apart."""

from pathlib import Path

from uploader.journal.clock import now
from uploader.journal.places import journal_path
from uploader.journal.protocols import MOST_ANSWERS, OTHER_ANSWERS, Journal, RunLedger
from uploader.journal.rows import RecoveredRow, StagedRow

__all__ = [
    "MOST_ANSWERS",
    "OTHER_ANSWERS",
    "Journal",
    "RecoveredRow",
    "RunLedger",
    "StagedRow",
    "journal_path",
    "now",
    "open_journal",
]


def open_journal(place: Path) -> Journal:
    """The journal at that place, made if it isn't there. Raises JournalError. Close it, or use it in a `with`."""
    from uploader.journal.sqlite import SqliteJournal  # noqa: PLC0415  # where there is no journal, a check needs none

    return SqliteJournal(place)

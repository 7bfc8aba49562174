"""The durable record of jobs, rows and attempts, and the locks that keep two runs apart."""

from uploader.journal.clock import now
from uploader.journal.places import Place, check_not_left, journal_path, journal_place, left_team, remember_team
from uploader.journal.protocols import MOST_ANSWERS, OTHER_ANSWERS, Journal, RunLedger
from uploader.journal.rows import OwnJob, RecoveredRow, StagedRow
from uploader.journal.servers import Server

__all__ = [
    "MOST_ANSWERS",
    "OTHER_ANSWERS",
    "Journal",
    "OwnJob",
    "Place",
    "RecoveredRow",
    "RunLedger",
    "Server",
    "StagedRow",
    "check_not_left",
    "journal_path",
    "journal_place",
    "left_team",
    "now",
    "open_journal",
    "remember_team",
]


def open_journal(place: Place) -> Journal:
    """The journal at that place; a file is made if it isn't there. Close it, or use it in a `with`.

    Raises JournalError; SettingsError where the address of a server is wrong.
    """
    if isinstance(place, Server):
        from uploader.journal.postgres.journal import PostgresJournal  # noqa: PLC0415  # psycopg is not everybody's

        return PostgresJournal(place)
    from uploader.journal.sqlite import SqliteJournal  # noqa: PLC0415  # where there is no journal, a check needs none

    return SqliteJournal(place)

"""The durable record of jobs, rows and attempts, and the locks that keep two runs apart."""

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.clock import now
from uploader.journal.places import Place, journal_path, journal_place
from uploader.journal.protocols import MOST_ANSWERS, OTHER_ANSWERS, Journal, RunLedger
from uploader.journal.rows import RecoveredRow, StagedRow
from uploader.journal.servers import Server

__all__ = [
    "MOST_ANSWERS",
    "OTHER_ANSWERS",
    "Journal",
    "Place",
    "RecoveredRow",
    "RunLedger",
    "Server",
    "StagedRow",
    "journal_path",
    "journal_place",
    "now",
    "open_journal",
]


def open_journal(place: Place) -> Journal:
    """The journal at that place; a file is made if it isn't there. Close it, or use it in a `with`.

    Raises JournalError; SettingsError where the address of a server is wrong.
    """
    if isinstance(place, Server):
        from uploader.journal.postgres.connecting import connect  # noqa: PLC0415  # psycopg is not everybody's

        connect(place, name="uploader").close()
        raise JournalError(Message("team.no_journal", place=place.shown))
    from uploader.journal.sqlite import SqliteJournal  # noqa: PLC0415  # where there is no journal, a check needs none

    return SqliteJournal(place)

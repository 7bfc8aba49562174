"""A journal in one SQLite file."""

from uploader.journal.sqlite.connection import rename
from uploader.journal.sqlite.journal import SqliteJournal
from uploader.journal.sqlite.ledger import SqliteRunLedger

__all__ = ["SqliteJournal", "SqliteRunLedger", "rename"]

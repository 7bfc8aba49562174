"""Rows that are about to be sent are taken in, before anybody's lock is needed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from uploader.journal.rows import StagedRow
from uploader.journal.sql.staging import COLUMNS, staged_values
from uploader.journal.sqlite.database import Database


@contextmanager
def parsed(db: Database, rows: Iterable[StagedRow]) -> Iterator[None]:
    """Take the rows in, before anybody's lock is needed: into a table that is gone at the end of the block."""
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS staged ({COLUMNS})")
    try:
        db.execute("DELETE FROM temp.staged")
        db.execute("BEGIN")
        db.executemany("INSERT OR REPLACE INTO temp.staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(staged_values, rows))
        db.execute("COMMIT")
        yield
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.execute("DELETE FROM temp.staged")

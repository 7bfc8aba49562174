"""A journal's file, looked at without changing it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.keys import HashKey
from uploader.journal.rows import OwnJob
from uploader.journal.sqlite import schema
from uploader.journal.sqlite.connection import errors_of

_HEAD = b"SQLite format 3\0"
_WHOLE = "ok"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a journal's file that is whole."""

    path: Path
    version: int
    megabytes: float
    jobs: int

    @property
    def is_older(self) -> bool:
        """Whether it is upgraded once it is opened."""
        return self.version < schema.VERSION


def is_journal(path: Path) -> bool:
    """Whether the file at `path` is a journal, perhaps one of an earlier version. Raises JournalError."""
    try:
        with path.open("rb") as file:
            if file.read(len(_HEAD)) != _HEAD:
                return False
    except OSError as why:
        if path.is_dir():
            return False
        raise JournalError(Message("journal.unusable", path=str(path), why=why.strerror or str(why))) from why
    with errors_of(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return bool(db.execute("PRAGMA table_info(job)").fetchall())


def look_at(path: Path) -> FileFacts:
    """The facts of the file at `path`. Raises JournalError where it is damaged, newer, or can't be read."""
    with errors_of(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if version > schema.VERSION:
            raise JournalError(Message("journal.newer", path=str(path)))
        found: str = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != _WHOLE:
            raise JournalError(Message("journal.damaged", path=str(path), why=" ".join(found.split())))
        jobs: int = db.execute("SELECT count(*) FROM job").fetchone()[0] if version else 0
    return FileFacts(path, version, path.stat().st_size / 1_000_000, jobs)


def jobs_to_copy(path: Path) -> list[OwnJob]:
    """The jobs in the file that another journal can take in. Raises JournalError."""
    hash_key = HashKey(path)
    with errors_of(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        names = {str(column[1]) for column in db.execute("PRAGMA table_info(job)")}
        if not names:
            return []
        values = [name if name in names else unknown for name, unknown in (("key", "''"), ("hash_key", "NULL"))]
        found = [OwnJob(*values) for values in db.execute(f"SELECT {', '.join(values)} FROM job")]
    return [job for job in found if job.hash_key is None or hash_key.fits({job.hash_key})]

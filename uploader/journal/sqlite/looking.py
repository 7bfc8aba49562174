"""A journal's file, looked at without changing it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.sqlite import schema
from uploader.journal.sqlite.connection import errors_of

_WHOLE = "ok"
_NOT_FORGOTTEN = " WHERE forgotten_at IS NULL"
_NEWEST = 5
_WITH_KEYS = 4
"""The version since which a job is all sendings of its list, and has a key."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a journal's file that is whole."""

    path: Path
    version: int
    megabytes: float
    jobs: int
    job_keys: tuple[str, ...]
    """By which those that are not forgotten are known in every journal; none where it is too old for that."""

    @property
    def is_older(self) -> bool:
        """Whether it is upgraded once it is opened."""
        return self.version < schema.VERSION


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
        keys = db.execute(f"SELECT key FROM job{_NOT_FORGOTTEN}").fetchall() if version >= _WITH_KEYS else []
    return FileFacts(path, version, path.stat().st_size / 1_000_000, jobs, tuple(key for (key,) in keys))


def newest_job_keys(path: Path) -> list[str]:
    """Of the last jobs in the file that are not forgotten; "" of each where it is too old for keys.

    Raises JournalError.
    """
    with errors_of(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if not version:
            return []
        key = "key" if version >= _WITH_KEYS else "''"
        where = _NOT_FORGOTTEN if version >= _WITH_KEYS else ""
        return [key for (key,) in db.execute(f"SELECT {key} FROM job{where} ORDER BY id DESC LIMIT {_NEWEST}")]

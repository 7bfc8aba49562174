"""The whole history in a journal's file, table by table and job by job, for who copies it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uploader.errors import JournalError, SettingsError
from uploader.i18n import Message
from uploader.journal.keys import HashKey
from uploader.journal.locks import FileLocks
from uploader.journal.sqlite.connection import Connection, errors_of
from uploader.journal.sqlite.looking import is_journal

_PLACES = """
CREATE TEMP TABLE IF NOT EXISTS ranked (id INTEGER PRIMARY KEY, place INTEGER NOT NULL);
DELETE FROM ranked;
INSERT INTO ranked SELECT id, row_number() OVER (ORDER BY id) FROM attempt WHERE job = :job;
"""
"""On the disk, as all that is temporary: a job may have a million attempts."""
_POINTS_AT_ATTEMPT = {"row": "attempt", "attempt": "beside"}
_ORDERED = {"row": "number", "source": "sha256", "workbook": "digest"}
_NUMBERED = ("id", "job")
"""Columns of numbers that are others in another journal."""


@dataclass(frozen=True, slots=True)
class OldJob:
    """A job of the file, by its numbers there."""

    number: int
    former: Sequence[int]
    key: str
    list_name: str
    rows: int
    hash_key: str | None
    """The id of the key under which its hashes are kept; None where they are plain."""


class History:
    """What is in the file. Nobody writes to it meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._db: sqlite3.Connection = connection.db
        self.key: HashKey = connection.key

    def jobs(self) -> list[OldJob]:
        """All of them, the oldest first."""
        former: dict[int, list[int]] = {}
        for number, job in self._db.execute("SELECT number, job FROM former_job ORDER BY number"):
            former.setdefault(job, []).append(number)
        rows = self._db.execute(
            "SELECT id, key, list_name, (SELECT count(*) FROM row WHERE job = job.id), hash_key FROM job ORDER BY id"
        )
        return [OldJob(number, former.get(number, ()), *values) for number, *values in rows]

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns but for its numbers; of those that name an attempt, see `rows`."""
        found = [str(one[1]) for one in self._db.execute(f"PRAGMA table_info({table})")]
        return [name for name in found if name not in _NUMBERED]

    def of_job(self, job: int) -> list[Any]:
        """The values of the job itself."""
        names = ", ".join(map(_quoted, self.columns("job")))
        return list(self._db.execute(f"SELECT {names} FROM job WHERE id = ?", (job,)).fetchone())

    def runs(self, job: int) -> Iterator[tuple[int, list[Any]]]:
        """Each run of a job, by its number, in their order."""
        names = ", ".join(map(_quoted, self.columns("run")))
        for number, *values in self._db.execute(f"SELECT id, {names} FROM run WHERE job = ? ORDER BY id", (job,)):
            yield number, values

    def last_sent(self, job: int) -> Iterator[tuple[int, str]]:
        """When each row was sent last that was sent, in their order."""
        yield from self._db.execute(
            "SELECT number, max(sent_at) FROM attempt WHERE job = ? GROUP BY number ORDER BY number", (job,)
        )

    def rows(self, table: str, job: int) -> Iterator[list[Any]]:
        """What a table has of a job, in its order, in flat memory.

        What names an attempt names it by its place among those of the job, from 1.
        """
        order = _ORDERED.get(table, "id")
        names = [f"it.{_quoted(name)}" for name in self.columns(table)]
        pointing, ranked = _POINTS_AT_ATTEMPT.get(table), ""
        if pointing is not None:
            names = ["ranked.place" if name == f"it.{_quoted(pointing)}" else name for name in names]
            ranked = f"LEFT JOIN ranked ON ranked.id = it.{pointing}"
            for statement in _PLACES.split(";")[:-1]:
                self._db.execute(statement, {"job": job} if ":job" in statement else {})
        statement = f"SELECT {', '.join(names)} FROM {table} AS it {ranked} WHERE it.job = :job ORDER BY it.{order}"
        for values in self._db.execute(statement, {"job": job}):
            yield list(values)

    def templates(self, job: int) -> list[list[Any]]:
        """The templates with which a job was sent: their hashes, texts and profiles."""
        statement = """SELECT sha256, text, profile FROM template WHERE sha256 IN (
            SELECT template_sha256 FROM job WHERE id = :job UNION SELECT template_sha256 FROM run WHERE job = :job)"""
        return [list(values) for values in self._db.execute(statement, {"job": job})]


@contextmanager
def history_of(path: Path) -> Iterator[History]:
    """The history in the file at `path`, which is brought to today's version; nobody writes to it meanwhile.

    Raises SettingsError where there is none, JournalError where it is damaged or somebody sends with it.
    """
    if not path.exists():
        raise SettingsError(Message("journal_command.no_such_file", path=str(path)))
    if not is_journal(path):  # to open it would make it one
        raise SettingsError(Message("journal_command.not_a_journal", path=str(path)))
    connection, locks = Connection(path), FileLocks(path.parent, path.stem)
    try:
        with errors_of(path), connection.transaction(compares=False):
            keys = connection.db.execute("SELECT key FROM run WHERE key <> '' AND ended_at IS NULL").fetchall()
            if any(locks.is_run_alive(key) for (key,) in keys):
                raise JournalError(Message("journal_command.is_sending", path=str(path)))
            yield History(connection)
    finally:
        connection.close()


def _quoted(name: str) -> str:
    return f'"{name}"'

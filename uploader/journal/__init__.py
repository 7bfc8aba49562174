"""The durable record of jobs, rows and attempts, in SQLite; the only place that knows SQL.

A row's status is honest at every instant: staged it is `not sent` (or `invalid`), with its intent committed it is
`unknown`, and what an answer said replaces that. So there is nothing to repair after a crash.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from uploader.errors import JournalError, SettingsError
from uploader.journal import schema
from uploader.journal.ledger import RunLedger, inserted, now
from uploader.model import Attempt, Job, NewJob, Row, RowResult, Status

_PAGE = 500
_LOCK_SECONDS = 20
_BUSY_MS = 20_000


class Journal:
    """The journal at one path, made if it isn't there. Every sqlite3 error leaves as JournalError.

    Use it as a context manager: it is closed at the end of the block.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Two first starts at once: switching to WAL is refused as locked in spite of the busy time-out.
            with FileLock(path.with_name(path.name + ".lock"), timeout=_LOCK_SECONDS):
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                path.chmod(0o600)
                self._db = sqlite3.connect(path, isolation_level=None)
                try:
                    self._make_ready()
                except BaseException:
                    self._db.close()
                    raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def _make_ready(self) -> None:
        self._db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.row_factory = sqlite3.Row
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > schema.VERSION:
            raise JournalError(f"The journal {self.path} was written by a newer uploader. Update this one.")
        if version == 0:
            self._db.executescript(f"BEGIN; {schema.TABLES} PRAGMA user_version = {schema.VERSION}; COMMIT;")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the disk and of SQLite as a sentence that names the file."""
        try:
            yield
        except Timeout as why:
            raise JournalError(f"Another uploader holds the journal {self.path}. Wait for it, then try again.") from why
        except (sqlite3.Error, OSError) as why:
            raise JournalError(
                f"The journal {self.path} can't be used: {why}. "
                "Check that the disk has room and that you may write there, or set UPLOADER_HOME to another folder."
            ) from why

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:  # a full disk makes SQLite roll back by itself
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # Staging

    def stage(self, new: NewJob, rows: Iterable[tuple[Row, Status, str]]) -> int:
        """Write a job and all its rows (with status and advice) in one transaction; the job's number."""
        with self._transaction():
            job = inserted(
                self._db,
                "INSERT INTO job (created_at, user, machine, list_path, list_sha256, sheet, header, fields, template,"
                " template_sha256, destination, settings, version, results_path)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    now(),
                    new.user,
                    new.machine,
                    str(new.list_path),
                    new.list_sha256,
                    new.sheet,
                    _json(list(new.header)),
                    _json(dict(new.fields)),
                    new.template,
                    new.template_sha256,
                    new.destination,
                    _json(dict(new.settings)),
                    new.version,
                    str(new.results_path),
                ),
            )
            self._db.executemany(
                "INSERT INTO row (job, number, cells, status, advice) VALUES (?, ?, ?, ?, ?)",
                ((job, row.number, _json(row.cells), status, advice) for row, status, advice in rows),
            )
        return job

    def discard(self, job: int) -> None:
        """Delete a job whose checks stopped it: nothing of it was sent."""
        with self._transaction():
            self._db.execute("DELETE FROM job WHERE id = ?", (job,))

    # Running

    def begin_run(self, job: int, advice_under_way: str) -> RunLedger:
        """Note that a run of this job begins; what it sends is written through the ledger.

        `advice_under_way` is what a row is advised whose request left and whose answer was never recorded.
        """
        with self._transaction():
            run = inserted(self._db, "INSERT INTO run (job, started_at) VALUES (?, ?)", (job, now()))
        return RunLedger(self._db, self._transaction, job, run, advice_under_way)

    def to_send(self, job: int) -> Iterator[Row]:
        """The rows that have not been sent, in the list's order, a page at a time; each is given out once."""
        last = -1
        while True:
            with self._told():
                page = self._db.execute(
                    "SELECT number, cells FROM row WHERE job = ? AND number > ? AND status = 'not sent'"
                    " ORDER BY number LIMIT ?",
                    (job, last, _PAGE),
                ).fetchall()
            if not page:
                return
            for number, cells in page:
                yield Row(number, tuple(json.loads(cells)))
            last = page[-1][0]

    # Reading

    def jobs(self, list_sha256: str | None = None) -> list[Job]:
        """All jobs, of the list with that hash if given, the newest first."""
        with self._told():
            found = self._db.execute(
                "SELECT * FROM job WHERE ?1 IS NULL OR list_sha256 = ?1 ORDER BY id DESC", (list_sha256,)
            )
            return [self._job(row) for row in found.fetchall()]

    def job(self, number: int) -> Job:
        """The job of that number; raises SettingsError where there is none."""
        with self._told():
            row = self._db.execute("SELECT * FROM job WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise SettingsError(f"There is no job {number}. `uploader history` shows the jobs.")
        return self._job(row)

    def _job(self, row: sqlite3.Row) -> Job:
        counts = self._db.execute("SELECT status, count(*) FROM row WHERE job = ? GROUP BY status", (row["id"],))
        by_status = {Status(status): count for status, count in counts.fetchall()}
        run = self._db.execute(
            "SELECT ended_at, stopped FROM run WHERE job = ? ORDER BY id DESC LIMIT 1", (row["id"],)
        ).fetchone()
        return Job(
            id=row["id"],
            created_at=row["created_at"],
            ended_at=run and run["ended_at"],
            stopped=run and run["stopped"],
            user=row["user"],
            machine=row["machine"],
            list_path=Path(row["list_path"]),
            list_sha256=row["list_sha256"],
            sheet=row["sheet"],
            header=tuple(json.loads(row["header"])),
            fields=json.loads(row["fields"]),
            template=row["template"],
            template_sha256=row["template_sha256"],
            destination=row["destination"],
            settings=json.loads(row["settings"]),
            version=row["version"],
            results_path=Path(row["results_path"]),
            counts={status: by_status.get(status, 0) for status in Status},
        )

    def results(self, job: int) -> Iterator[RowResult]:
        """Where every row of the job stands, in the list's order, with its last attempt; memory stays flat."""
        with self._told():
            found = self._db.execute(
                "SELECT r.number, r.cells, r.status, r.advice, a.code, a.message, a.http_status, a.sent_at,"
                " a.duration_ms, (SELECT count(*) FROM attempt WHERE job = r.job AND number = r.number) AS attempts"
                " FROM row r LEFT JOIN attempt a ON a.id ="
                " (SELECT max(id) FROM attempt WHERE job = r.job AND number = r.number)"
                " WHERE r.job = ? ORDER BY r.number",
                (job,),
            )
            for row in found:
                yield RowResult(
                    row=Row(row["number"], tuple(json.loads(row["cells"]))),
                    status=Status(row["status"]),
                    code=row["code"] or "",
                    message=row["message"] or "",
                    advice=row["advice"],
                    http_status=row["http_status"],
                    attempts=row["attempts"],
                    sent_at=row["sent_at"],
                    duration_ms=row["duration_ms"],
                )

    def attempts(self, job: int) -> Iterator[Attempt]:
        """Every request that was made for the job, in the order of their leaving."""
        with self._told():
            found = self._db.execute(
                "SELECT *, row_number() OVER (PARTITION BY number ORDER BY id) AS nth FROM attempt"
                " WHERE job = ? ORDER BY id",
                (job,),
            )
            for row in found:
                yield Attempt(
                    row=row["number"],
                    nth=row["nth"],
                    sent_at=row["sent_at"],
                    meaning=row["meaning"],
                    code=row["code"],
                    message=row["message"],
                    http_status=row["http_status"],
                    duration_ms=row["duration_ms"],
                    detail=row["detail"],
                )

    def answers(self, job: int) -> list[tuple[Status, str, str, str, int]]:
        """How many rows stand where for which answer: status, code, message, advice, rows; the most first.

        Invalid rows are one entry without advice: each has its own.
        """
        with self._told():
            found = self._db.execute(
                "SELECT r.status, coalesce(a.code, ''), coalesce(a.message, ''),"
                " CASE r.status WHEN 'invalid' THEN '' ELSE r.advice END, count(*) AS rows"
                " FROM row r LEFT JOIN attempt a ON a.id ="
                " (SELECT max(id) FROM attempt WHERE job = r.job AND number = r.number)"
                " WHERE r.job = ? GROUP BY 1, 2, 3, 4 ORDER BY rows DESC, 1, 2, 3, 4",
                (job,),
            ).fetchall()
        return [(Status(status), code, message, advice, rows) for status, code, message, advice, rows in found]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

"""The durable record of jobs, rows and attempts, in SQLite; the only place that knows SQL.

A row's status is honest at every instant: staged it is `not sent` (or `invalid`), with its intent committed it is
`unknown`, and what an answer said replaces that. So there is nothing to repair after a crash.
"""

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from uploader.errors import JournalError, SettingsError
from uploader.journal.sqlite import list_jobs, records, schema
from uploader.journal.sqlite import prior_requests as repeats_of
from uploader.journal.sqlite.ledger import Advice, RunLedger, inserted, now
from uploader.journal.sqlite.list_jobs import Kept, RecoveredRow
from uploader.model.job import Attempt, Job, NewJob, RowResult, RowState, RunRecord
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status

__all__ = ["Advice", "Journal", "Kept", "RunLedger", "Staged", "RecoveredRow", "now"]

_PAGE = 500
_LOCK_SECONDS = 20
_BUSY_MS = 20_000
_DAY_SECONDS = 86_400
_LARGEST_NUMBER = 2**63 - 1
"""Of SQLite's."""

_UNUSABLE = (
    "The journal {path} can't be used: {why}. "
    "Check that the disk has room and that you may write there, or set UPLOADER_HOME to another folder."
)
_DAMAGED = (
    "The journal {path} is damaged ({why}). Put back a copy of it from your backup; or move it away, and a new one is "
    "begun, which doesn't know what was sent before."
)
_STILL_IN_LOG = (
    "Another uploader reads the journal {path}, so some of what was deleted is still in its log. "
    "It is overwritten when the other one has ended and the journal is opened again."
)
Fingerprint = Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Staged:
    """A row as it is staged; `fingerprint` is its request's, None where it can't be sent."""

    row: Row
    status: Status
    advice: str
    fingerprint: str | None
    before: int | None = None
    """The earlier job of the account in which the row was accepted, or is unknown."""
    kept: Kept = Kept.NOT
    faults: Sequence[int] = ()
    """The columns, from 0, whose cells are wrong."""


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
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _make_ready(self) -> None:
        self._db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.row_factory = sqlite3.Row
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > schema.VERSION:
            raise JournalError(f"The journal {self.path} was written by a newer uploader. Update this one.")
        statements = schema.TO_TODAY.get(version)
        if statements:
            self._db.executescript(f"BEGIN; {statements} PRAGMA user_version = {schema.VERSION}; COMMIT;")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the disk and of SQLite as a sentence that names the file."""
        try:
            yield
        except Timeout as why:
            raise JournalError(f"Another uploader holds the journal {self.path}. Wait for it, then try again.") from why
        except (sqlite3.Error, OSError) as why:
            is_damaged = type(why) is sqlite3.DatabaseError  # its children say other things
            raise JournalError((_DAMAGED if is_damaged else _UNUSABLE).format(path=self.path, why=why)) from why

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

    def stage(self, new: NewJob, rows: Iterable[Staged]) -> int:
        """Write a job and all its rows in one transaction; the job's number."""
        with self._transaction():
            # One that was staged and never began to be sent: its command was killed at a question, or before it.
            self._db.execute(
                "DELETE FROM job WHERE (list_sha256 = ? OR created_at < ?)"
                " AND NOT EXISTS (SELECT 1 FROM run WHERE run.job = job.id)",
                (new.list_sha256, now(-_DAY_SECONDS)),
            )
            job = self._inserted(new)
            self._db.executemany(
                "INSERT INTO row (job, number, cells, status, advice, fingerprint, before, kept, faults)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        job,
                        staged.row.number,
                        _json(staged.row.cells),
                        staged.status,
                        staged.advice,
                        staged.fingerprint,
                        staged.before,
                        staged.kept,
                        _json(list(staged.faults)) if staged.faults else "",
                    )
                    for staged in rows
                ),
            )
            list_jobs.add_the_others(self._db, new.account, job)
        return job

    def take_over(self, new: NewJob, rows: Iterable[RecoveredRow], attempts: Iterable[Attempt], digest: str) -> int:
        """Write down what a workbook tells of rows that were sent elsewhere, as a job that ended; the job's number.

        `digest` is that of its rows.
        """
        with self._transaction():
            job = self._inserted(new)
            list_jobs.take_over(self._db, job, rows, attempts, now())
            self._note(digest, new.account, job)
            list_jobs.add_the_others(self._db, new.account, job)
        return job

    def _inserted(self, new: NewJob) -> int:
        """A new job, without rows; in the caller's transaction."""
        texts = (new.template_text, new.profile_text)
        self._db.execute(
            "INSERT OR IGNORE INTO template (sha256, text, profile) VALUES (?, ?, ?)",
            (new.template_sha256, *(text and zlib.compress(text.encode()) for text in texts)),
        )
        facts = {
            "created_at": now(),
            "user": new.user,
            "machine": new.machine,
            "list_path": _stored(new.list_path),
            "list_sha256": new.list_sha256,
            "sheet": new.sheet,
            "header": _json(list(new.header)),
            "fields": _json(dict(new.fields)),
            "template": new.template,
            "template_sha256": new.template_sha256,
            "destination": new.destination,
            "settings": _json(dict(new.settings)),
            "version": new.version,
            "results_path": _stored(new.results_path),
            "account": new.account,
            "list_name": new.list_name,
            "source_sha256": new.source_sha256,
            "redacted": _json(list(new.redacted)),
            "taken_from": new.taken_from and _stored(new.taken_from),
        }
        names, places = ", ".join(facts), ", ".join("?" * len(facts))
        return inserted(self._db, f"INSERT INTO job ({names}) VALUES ({places})", tuple(facts.values()))

    def discard(self, job: int) -> None:
        """Delete a job whose checks stopped it: nothing of it was sent."""
        with self._transaction():
            self._db.execute("DELETE FROM job WHERE id = ?", (job,))

    def redirect(self, job: int, destination: str, settings: Mapping[str, str], fingerprint: Fingerprint) -> None:
        """The rest of the job goes elsewhere, so the requests of its rows become others."""
        with self._transaction():
            self._db.execute(
                "UPDATE job SET destination = ?, settings = ? WHERE id = ?", (destination, _json(dict(settings)), job)
            )
            # What was held back because of another job's request is decided anew.
            self._db.execute(
                "UPDATE row SET status = 'not sent' WHERE job = ?1 AND status IN ('skipped', 'unknown')"
                " AND kept = 0 AND before IS NULL"
                " AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.job = ?1 AND a.number = row.number)"
                " AND NOT EXISTS (SELECT 1 FROM row o WHERE o.job = ?1 AND o.fingerprint = row.fingerprint"
                " AND o.number < row.number)",
                (job,),
            )
            for row in self._rows(job, (Status.NOT_SENT,)):
                self._db.execute(
                    "UPDATE row SET fingerprint = ? WHERE job = ? AND number = ?", (fingerprint(row), job, row.number)
                )

    def keep_results_at(self, job: int, path: Path) -> None:
        """Where the job's result workbook goes from now on."""
        with self._transaction():
            self._db.execute("UPDATE job SET results_path = ? WHERE id = ?", (_stored(path), job))

    def redact(self, job: int, columns: Sequence[str]) -> None:
        """These columns, too, are shown as keyed hashes from now on."""
        if columns:
            with self._transaction():
                known = json.loads(self._db.execute("SELECT redacted FROM job WHERE id = ?", (job,)).fetchone()[0])
                told = _json(list(dict.fromkeys([*known, *columns])))
                self._db.execute("UPDATE job SET redacted = ? WHERE id = ?", (told, job))

    # Running

    def begin_run(self, job: int, repeats: ResendPolicy, advice: Advice) -> RunLedger:
        """Note that a run of this job begins; what it sends is written through the ledger."""
        with self._transaction():
            run = inserted(self._db, "INSERT INTO run (job, started_at) VALUES (?, ?)", (job, now()))
        return RunLedger(self._db, self._transaction, job, run, repeats, advice)

    def waiting(self, job: int, repeats: ResendPolicy) -> Iterator[Row]:
        """The rows that a run may send, in the list's order, a page at a time; each is given out once."""
        return self._rows(job, repeats.waiting)

    def count_waiting(self, job: int, repeats: ResendPolicy) -> int:
        """How many rows a run may send."""
        with self._told():
            found = self._db.execute(
                "SELECT count(*) FROM row WHERE job = ? AND kept = 0 AND status IN (SELECT value FROM json_each(?))",
                (job, _json(list(repeats.waiting))),
            ).fetchone()
        return int(found[0])

    def known(self, job: int, repeats: ResendPolicy) -> Iterator[tuple[int, PriorRequest]]:
        """The rows that wait and whose request is known, by number, and how it is known."""
        with self._told():
            yield from repeats_of.known(self._db, job, repeats)

    def earlier(self, fingerprint: str, repeats: ResendPolicy) -> PriorRequest | None:
        """How a request is known that belongs to no job yet."""
        with self._told():
            return repeats_of.earlier(self._db, fingerprint, 0, 0, repeats)

    def _rows(self, job: int, statuses: Sequence[Status]) -> Iterator[Row]:
        last = -1
        while True:
            with self._told():
                page = self._db.execute(
                    # The plus keeps SQLite to the rows' own order: sorting all of them for each page takes far longer.
                    "SELECT number, cells FROM row WHERE job = ? AND number > ?"
                    " AND kept = 0 AND +status IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT ?",
                    (job, last, _json(list(statuses)), _PAGE),
                ).fetchall()
            if not page:
                return
            for number, cells in page:
                yield Row(number, tuple(json.loads(cells)))
            last = page[-1][0]

    def settle(self, job: int, number: int, *, arrived: bool, advice: str) -> None:
        """Close an unknown row after somebody looked, and with it every row that is unknown only because of it.

        Raises SettingsError where the row is not unknown.
        """
        with self._transaction():
            row = self._db.execute(
                "SELECT fingerprint FROM row WHERE job = ? AND number = ? AND status = 'unknown'", (job, number)
            ).fetchone()
            if row is None:
                raise SettingsError(f"Job {job} has no row {number} whose outcome is unknown.")
            self._db.execute(
                "UPDATE row SET advice = ?1, before = CASE WHEN ?2 THEN before END,"
                " status = CASE WHEN NOT ?2 THEN 'not sent' WHEN EXISTS"
                " (SELECT 1 FROM attempt a WHERE a.job = row.job AND a.number = row.number) THEN 'accepted'"
                " ELSE 'skipped' END WHERE status = 'unknown' AND (fingerprint IN (SELECT fingerprint FROM row o"
                " JOIN job j ON j.id = o.job WHERE j.account = ?3 AND o.number = ?4 AND o.status = 'unknown')"
                " OR (number = ?4 AND job IN (SELECT id FROM job WHERE account = ?3)))",
                (advice, arrived, self._account_of(job), number),
            )

    def _account_of(self, job: int) -> str:
        found: str = self._db.execute("SELECT account FROM job WHERE id = ?", (job,)).fetchone()[0]
        return found

    # Reading

    def jobs(self, list_sha256: str | None = None) -> list[Job]:
        """All jobs that began to be sent, of the list with that hash if given, the newest first."""
        with self._told():
            found = self._db.execute(
                "SELECT * FROM job WHERE (?1 IS NULL OR list_sha256 = ?1)"
                " AND EXISTS (SELECT 1 FROM run WHERE run.job = job.id) ORDER BY id DESC",
                (list_sha256,),
            )
            return [records.job(self._db, row) for row in found.fetchall()]

    def job(self, number: int) -> Job:
        """The job of that number; raises SettingsError where there is none."""
        with self._told():
            known = min(number, _LARGEST_NUMBER)
            row = self._db.execute("SELECT * FROM job WHERE id = ?", (known,)).fetchone()
            if row is not None:
                return records.job(self._db, row)
        raise SettingsError(f"There is no job {number}. `uploader history` shows the jobs.")

    def last_sent(self, template: str) -> Job | None:
        """The newest job with that template of which rows were accepted or are unknown; None if there is none."""
        with self._told():
            row = self._db.execute(
                "SELECT * FROM job WHERE template = ? AND EXISTS"
                " (SELECT 1 FROM row WHERE row.job = job.id AND row.status IN ('accepted', 'unknown'))"
                " ORDER BY id DESC LIMIT 1",
                (template,),
            ).fetchone()
            return None if row is None else records.job(self._db, row)

    def newest(self, account: str) -> Job | None:
        """The newest job of an account, which knows all rows of its list; None where there is none."""
        with self._told():
            found = list_jobs.newest(self._db, account)
        return None if found is None else self.job(found)

    def count_elsewhere(self, job: int) -> int:
        """How many rows of its list the job knows that don't stand in the file that was read for it."""
        with self._told():
            found = self._db.execute("SELECT count(*) FROM row WHERE job = ? AND kept = ?", (job, Kept.ELSEWHERE))
            return int(found.fetchone()[0])

    def last_number(self, job: int) -> int:
        """The highest number of a row that the job knows."""
        with self._told():
            return self._db.execute("SELECT max(number) FROM row WHERE job = ?", (job,)).fetchone()[0] or 0

    def standings(self, job: int, numbers: Sequence[int]) -> dict[int, RowState]:
        """Where these rows stand after that job, the newest of its account."""
        with self._told():
            return list_jobs.standings(self._db, job, numbers)

    def results(self, job: int) -> Iterator[RowResult]:
        """Where every row of the list stands after all its jobs, of which this is the newest, with its last attempt.

        In the list's order; memory stays flat.
        """
        with self._told():
            yield from records.results(self._db, job)

    def attempts(self, account: str, *, with_cells: bool = False) -> Iterator[Attempt]:
        """Every request that was made for a list by all its jobs, in the order of their leaving."""
        with self._told():
            yield from records.attempts(self._db, account, with_cells=with_cells)

    def requests(self, account: str) -> frozenset[tuple[int, str, int | None]]:
        """Every request that was made for a list: its row, when it left (to the second), how long its answer took."""
        with self._told():
            found = self._db.execute(
                "SELECT number, substr(sent_at, 1, 19), duration_ms FROM attempt"
                " WHERE job IN (SELECT id FROM job WHERE account = ?)",
                (account,),
            )
            return frozenset((number, sent_at, duration) for number, sent_at, duration in found)

    def runs(self, account: str) -> list[RunRecord]:
        """Every run of every job of an account, the oldest first."""
        with self._told():
            return list_jobs.runs(self._db, account)

    def note_workbook(self, job: Job, digest: str) -> None:
        """Write down that a result workbook with these rows was written."""
        with self._transaction():
            self._note(digest, job.account, job.id)

    def _note(self, digest: str, account: str, job: int) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO workbook (digest, account, job, written_at) VALUES (?, ?, ?, ?)",
            (digest, account, job, now()),
        )

    def wrote(self, account: str, digest: str) -> str | None:
        """When a result workbook with these rows was written here; None if it wasn't."""
        return self._workbook(account, digest, "AND job.taken_from IS NULL")

    def knows(self, account: str, digest: str) -> bool:
        """Whether all is known that a result workbook with these rows tells."""
        return self._workbook(account, digest, "") is not None

    def _workbook(self, account: str, digest: str, condition: str) -> str | None:
        with self._told():
            found = self._db.execute(
                "SELECT written_at FROM workbook JOIN job ON job.id = workbook.job"
                f" WHERE workbook.account = ? AND digest = ? {condition}",
                (account, digest),
            ).fetchone()
        return None if found is None else found[0]

    def answers(self, job: int) -> list[tuple[Status, str, str, str, int]]:
        """How many rows stand where for which answer; see `records.answers`."""
        with self._told():
            return records.answers(self._db, job)

    # Forgetting

    def forget(self, job: int, *, everything: bool) -> None:
        """Delete the customer data of a job: cells, answers, advice. `everything`: hashes and the job itself, too.

        The bytes are overwritten, in the file and in its log.
        """
        with self._transaction():
            if everything:
                self._db.execute("DELETE FROM job WHERE id = ?", (job,))
            else:
                self._db.execute("UPDATE row SET cells = '[]', advice = '', faults = '' WHERE job = ?", (job,))
                self._db.execute("UPDATE attempt SET code = '', message = '', detail = '' WHERE job = ?", (job,))
                self._db.execute("UPDATE run SET stopped = '' WHERE job = ? AND stopped IS NOT NULL", (job,))
                self._db.execute(
                    "UPDATE job SET header = '[]', fields = '{}', forgotten_at = ? WHERE id = ?",
                    (now(), job),
                )
        with self._told():
            self._db.execute("VACUUM")
            is_busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if is_busy:
            raise JournalError(_STILL_IN_LOG.format(path=self.path))


def _stored(path: Path) -> str:
    """A path as text; on Linux a file's name may hold bytes that are none."""
    return os.fsencode(path).decode("utf-8", "replace")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

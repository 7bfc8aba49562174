"""Jobs are written with all their rows: those that are about to be sent, and those that a workbook still knows."""

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from uploader.journal.clock import now
from uploader.journal.rows import Kept, RecoveredRow, StagedRow
from uploader.journal.sqlite import list_jobs
from uploader.journal.stored_messages import stored_advice, stored_detail
from uploader.model import advice
from uploader.model.job import Attempt, NewJob, RowResult
from uploader.model.rows import Status

_DAY_SECONDS = 86_400
_ANSWERED = (Status.ACCEPTED, Status.UNKNOWN, Status.REJECTED)
_INSERT_ROW = (
    "INSERT INTO row (job, number, cells, status, advice, fingerprint, before, kept, faults)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_ATTEMPT = (
    "INSERT INTO attempt (job, number, run, sent_at, meaning, code, message, http_status, duration_ms, detail)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def stage(db: sqlite3.Connection, new_job: NewJob, rows: Iterable[StagedRow]) -> int:
    """Write a job and all its rows; the job's number."""
    # One that was staged and never began to be sent: its command was killed at a question, or before it.
    db.execute(
        "DELETE FROM job WHERE (list_sha256 = ? OR created_at < ?)"
        " AND NOT EXISTS (SELECT 1 FROM run WHERE run.job = job.id)",
        (new_job.list_sha256, now(-_DAY_SECONDS)),
    )
    job = _insert_job(db, new_job)
    db.executemany(_INSERT_ROW, (_values(job, staged) for staged in rows))
    list_jobs.add_missing_rows(db, new_job.account, job)
    return job


def _values(job: int, staged: StagedRow) -> Sequence[object]:
    return (
        job,
        staged.row.number,
        as_json(staged.row.cells),
        staged.status,
        stored_advice(staged.advice),
        staged.fingerprint,
        staged.before,
        staged.kept,
        as_json(list(staged.faults)) if staged.faults else "",
    )


def recover(
    db: sqlite3.Connection, new_job: NewJob, rows: Iterable[RecoveredRow], attempts: Iterable[Attempt], digest: str
) -> int:
    """Write down the rows of a workbook that another journal wrote, and the requests that were made for them."""
    job = _insert_job(db, new_job)
    attempts = list(attempts)
    times = [attempt.sent_at for attempt in attempts] or [now()]
    statement = "INSERT INTO run (job, started_at, ended_at) VALUES (?, ?, ?)"
    run = inserted(db, statement, (job, min(times), max(times)))
    sent: dict[int, RowResult] = {}
    for recovered in rows:
        _insert_recovered(db, job, recovered)
        if recovered.result is not None and recovered.result.attempts:
            sent[recovered.row.number] = recovered.result
    _insert_attempts(db, job, run, sent, attempts)
    list_jobs.note_workbook(db, digest, new_job.account, job)
    list_jobs.add_missing_rows(db, new_job.account, job)
    return job


def _insert_recovered(db: sqlite3.Connection, job: int, recovered: RecoveredRow) -> None:
    row, result, better_known_by, fingerprint = recovered
    status, said = (Status.SKIPPED, advice.NONE) if result is None else (result.status, result.advice)
    values = (as_json(row.cells), status, stored_advice(said), fingerprint, better_known_by, Kept.AS_BEFORE, "")
    db.execute(_INSERT_ROW, (job, row.number, *values))


def _insert_attempts(
    db: sqlite3.Connection, job: int, run: int, sent: Mapping[int, RowResult], attempts: Iterable[Attempt]
) -> None:
    """The requests of the rows that were sent, one at least of each."""
    numbers = set()
    for one in attempts:
        if one.row in sent:
            numbers.add(one.row)
            detail = stored_detail(one.detail)
            answer = (one.verdict, one.code, one.message, one.http_status, one.duration_ms, detail)
            db.execute(_INSERT_ATTEMPT, (job, one.row, run, one.sent_at, *answer))
    for number, result in sent.items():
        if number not in numbers:  # somebody took the sheet of requests away: the row itself has the last one
            verdict = result.status if result.status in _ANSWERED else ""
            answer = (verdict, result.code, result.message, result.http_status, result.duration_ms, "")
            db.execute(_INSERT_ATTEMPT, (job, number, run, result.sent_at or now(), *answer))


def _insert_job(db: sqlite3.Connection, new: NewJob) -> int:
    """A new job, without rows."""
    texts = (new.template_text, new.profile_text)
    db.execute(
        "INSERT OR IGNORE INTO template (sha256, text, profile) VALUES (?, ?, ?)",
        (new.template_sha256, *(text and zlib.compress(text.encode()) for text in texts)),
    )
    facts = {
        "created_at": now(),
        "user": new.user,
        "machine": new.machine,
        "list_path": path_as_text(new.list_path),
        "list_sha256": new.list_sha256,
        "sheet": new.sheet,
        "header": as_json(list(new.header)),
        "fields": as_json(dict(new.fields)),
        "template": new.template,
        "template_sha256": new.template_sha256,
        "destination": new.destination,
        "settings": as_json(dict(new.settings)),
        "version": new.version,
        "results_path": path_as_text(new.results_path),
        "account": new.account,
        "list_name": new.list_name,
        "source_sha256": new.source_sha256,
        "redacted": as_json(list(new.redacted)),
        "taken_from": new.taken_from and path_as_text(new.taken_from),
    }
    names, places = ", ".join(facts), ", ".join("?" * len(facts))
    return inserted(db, f"INSERT INTO job ({names}) VALUES ({places})", tuple(facts.values()))


def inserted(db: sqlite3.Connection, statement: str, values: Sequence[object]) -> int:
    """The id of the row that `statement` inserts."""
    return cast(int, db.execute(statement, values).lastrowid)


def path_as_text(path: Path) -> str:
    """A path as text; on Linux a file's name may hold bytes that are none."""
    return os.fsencode(path).decode("utf-8", "replace")


def as_json(value: object) -> str:
    """A value as the journal's columns hold it."""
    return json.dumps(value, ensure_ascii=False)

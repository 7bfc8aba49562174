"""Single jobs: read, changed, forgotten."""

import json
import sqlite3
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal.clock import now
from uploader.journal.rows import Kept
from uploader.journal.sqlite import list_jobs
from uploader.journal.sqlite.prior_requests import rows_with_status
from uploader.journal.sqlite.staging import as_json, path_as_text
from uploader.journal.stored_messages import read_reason
from uploader.model.job import Job
from uploader.model.rows import Row, Status

_LARGEST_NUMBER = 2**63 - 1
"""Of SQLite's."""
_BEGAN = "EXISTS (SELECT 1 FROM run WHERE run.job = job.id)"


def begun(db: sqlite3.Connection, list_sha256: str | None) -> list[Job]:
    """All jobs that began to be sent, of the list with that hash if given, the newest first."""
    found = db.execute(
        f"SELECT * FROM job WHERE (?1 IS NULL OR list_sha256 = ?1) AND {_BEGAN} ORDER BY id DESC", (list_sha256,)
    )
    settled = list_jobs.accounts_with_settled(db)
    return [_as_job(db, row, settled) for row in found.fetchall()]


def numbered(db: sqlite3.Connection, number: int) -> Job:
    """The job of that number. Raises SettingsError where there is none."""
    row = db.execute("SELECT * FROM job WHERE id = ?", (min(number, _LARGEST_NUMBER),)).fetchone()
    if row is None:
        raise SettingsError(Message("journal.no_such_job", job=number))
    return _as_job(db, row, list_jobs.accounts_with_settled(db, row["account"]))


def last_sent(db: sqlite3.Connection, template: str) -> Job | None:
    """The newest job with that template of which rows were accepted or are unknown; None if there is none."""
    row = db.execute(
        "SELECT * FROM job WHERE template = ? AND EXISTS"
        " (SELECT 1 FROM row WHERE row.job = job.id AND row.status IN ('accepted', 'unknown'))"
        " ORDER BY id DESC LIMIT 1",
        (template,),
    ).fetchone()
    return None if row is None else _as_job(db, row, list_jobs.accounts_with_settled(db, row["account"]))


def _as_job(db: sqlite3.Connection, row: sqlite3.Row, settled: Collection[str]) -> Job:
    """`settled`: the accounts of which a person closed a row."""
    run = db.execute(
        "SELECT ended_at, stopped FROM run WHERE job = ? ORDER BY id DESC LIMIT 1", (row["id"],)
    ).fetchone()
    text, profile = _template(db, row["template_sha256"])
    newest = list_jobs.newest(db, row["account"])
    return Job(
        id=row["id"],
        created_at=row["created_at"],
        ended_at=run and run["ended_at"],
        stopped=run and read_reason(run["stopped"]),
        user=row["user"],
        machine=row["machine"],
        list_path=Path(row["list_path"]),
        list_sha256=row["list_sha256"],
        sheet=row["sheet"],
        header=tuple(json.loads(row["header"])),
        fields=json.loads(row["fields"]),
        template=row["template"],
        template_sha256=row["template_sha256"],
        template_text=text or "",
        profile_text=profile,
        destination=row["destination"],
        settings=json.loads(row["settings"]),
        version=row["version"],
        results_path=Path(row["results_path"]),
        counts=_counts(db, row["id"]),
        settled=list_jobs.count_settled(db, row["id"]) if row["account"] in settled else 0,
        forgotten_at=row["forgotten_at"],
        account=row["account"],
        list_name=row["list_name"] or Path(row["list_path"]).name,
        source_sha256=row["source_sha256"],
        redacted=json.loads(row["redacted"]),
        taken_from=row["taken_from"] and Path(row["taken_from"]),
        continued_by=newest if newest is not None and newest > row["id"] else None,
    )


def _template(db: sqlite3.Connection, sha256: str) -> tuple[str | None, str | None]:
    """The texts of a job's template and its profile; those of jobs of a journal of version 1 are missing."""
    stored = db.execute("SELECT text, profile FROM template WHERE sha256 = ?", (sha256,)).fetchone()
    text, profile = (None if blob is None else zlib.decompress(blob).decode() for blob in stored or (None, None))
    return text, profile


def _counts(db: sqlite3.Connection, job: int) -> Mapping[Status, int]:
    """How many rows of the file that was read have which status."""
    found = db.execute(
        "SELECT status, count(*) FROM row WHERE job = ? AND kept < ? GROUP BY status", (job, Kept.ELSEWHERE)
    )
    by_status = {Status(status): count for status, count in found.fetchall()}
    return {status: by_status.get(status, 0) for status in Status}


def redirect(
    db: sqlite3.Connection,
    job: int,
    destination: str,
    settings: Mapping[str, str],
    fingerprint: Callable[[Row], str],
) -> None:
    """The rest of the job goes elsewhere, so the requests of its rows become others."""
    values = (destination, as_json(dict(settings)), job)
    db.execute("UPDATE job SET destination = ?, settings = ? WHERE id = ?", values)
    # What was held back because of another job's request is decided anew.
    db.execute(
        "UPDATE row SET status = 'not sent' WHERE job = ?1 AND status IN ('skipped', 'unknown')"
        " AND kept = 0 AND before IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.job = ?1 AND a.number = row.number)"
        " AND NOT EXISTS (SELECT 1 FROM row o WHERE o.job = ?1 AND o.fingerprint = row.fingerprint"
        " AND o.number < row.number)",
        (job,),
    )
    for row, _, _ in rows_with_status(db, job, (Status.NOT_SENT,)):
        db.execute("UPDATE row SET fingerprint = ? WHERE job = ? AND number = ?", (fingerprint(row), job, row.number))


def set_results_path(db: sqlite3.Connection, job: int, path: Path) -> None:
    """Where the job's result workbook goes from now on."""
    db.execute("UPDATE job SET results_path = ? WHERE id = ?", (path_as_text(path), job))


def add_redacted_columns(db: sqlite3.Connection, job: int, columns: Sequence[str]) -> None:
    """These columns, too, are shown as keyed hashes from now on."""
    before = json.loads(db.execute("SELECT redacted FROM job WHERE id = ?", (job,)).fetchone()[0])
    redacted = as_json(list(dict.fromkeys([*before, *columns])))
    db.execute("UPDATE job SET redacted = ? WHERE id = ?", (redacted, job))


def delete(db: sqlite3.Connection, job: int) -> None:
    """The job and all that is known of its rows."""
    db.execute("DELETE FROM job WHERE id = ?", (job,))


def forget(db: sqlite3.Connection, job: int) -> None:
    """Delete the customer data of a job; hashes, statuses, numbers and times are left."""
    db.execute("UPDATE row SET cells = '[]', advice = '', faults = '' WHERE job = ?", (job,))
    db.execute("UPDATE attempt SET code = '', message = '', detail = '' WHERE job = ?", (job,))
    db.execute("UPDATE run SET stopped = '' WHERE job = ? AND stopped IS NOT NULL", (job,))
    db.execute("UPDATE job SET header = '[]', fields = '{}', forgotten_at = ? WHERE id = ?", (now(), job))

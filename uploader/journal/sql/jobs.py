"""Jobs: read, and changed as a whole."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal.sql.database import Database, Record
from uploader.journal.sql.requests import rows_with
from uploader.journal.sql.text import as_json, path_as_text, texts_of
from uploader.journal.stored_messages import read_reason
from uploader.model.address import known_origin
from uploader.model.job import Job, NewJob, RunRecord, Sender
from uploader.model.rows import Row, Status

_COUNTS = ", ".join(
    f"CAST(coalesce(sum(n) FILTER (WHERE status = '{one}'), 0) AS INTEGER) AS \"{one}\"" for one in Status
)
_JOBS = f"""
SELECT job.*, template.text, template.profile, run."user", run.machine, run.version, run.started_at, run.ended_at,
    run.stopped, run.id AS last_run, counts.*,
    (SELECT count(*) FROM row INDEXED BY row_that_waits WHERE row.job = job.id AND waits = 1) AS waiting,
    (SELECT count(*) FROM row INDEXED BY row_settled
     WHERE row.job = job.id AND settled = 'arrived' AND status = 'accepted') AS settled
FROM job
LEFT JOIN (SELECT job AS of_job, {_COUNTS}
    FROM (SELECT job, status, count(*) AS n FROM row GROUP BY job, status) AS each_status GROUP BY job) counts
    ON of_job = job.id
LEFT JOIN run ON run.id = (SELECT max(id) FROM run WHERE run.job = job.id)
LEFT JOIN template ON template.sha256 = job.template_sha256
"""
_JOB = _JOBS.replace("FROM row GROUP BY", "FROM row WHERE job = (SELECT id FROM wanted) GROUP BY")


_IS_SOURCE = "SELECT 1 FROM source WHERE job = :job AND sha256 IN (:sha256, keyed(:sha256))"


def begun(db: Database, list_sha256: str | None) -> list[Job]:
    """All jobs that began to be sent, of the list with that hash if given, the newest sending first."""
    is_it = "CAST(:list AS TEXT) IS NULL OR job.list_sha256 IN (:list, keyed(:list))"
    condition = f"WHERE run.id IS NOT NULL AND ({is_it}) ORDER BY run.id DESC"
    jobs = [_as_job(row) for row in db.execute(_JOBS + condition, {"list": list_sha256}).fetchall()]
    return jobs if list_sha256 is None else [replace(job, list_sha256=list_sha256) for job in jobs]


def numbered(db: Database, number: int) -> Job:
    """The job of that number, or that had it before. Raises SettingsError where there is none."""
    former = db.execute("SELECT job FROM former_job WHERE number = ?", (number,)).fetchone()
    found = _one(db, number if former is None else former[0])
    if found is None:
        raise SettingsError(Message("journal.no_such_job", job=number))
    return found


def with_key(db: Database, key: str) -> Job | None:
    """The job whose workbooks have that key, if it began to be sent."""
    found = db.execute("SELECT id FROM job WHERE key = ?", (key,)).fetchone()
    job = None if found is None else _one(db, found[0])
    return job if job is not None and job.started_at else None


def last_sent(db: Database, template: str) -> Job | None:
    """The job with that template of which rows were sent last; None if there is none."""
    found = db.execute(
        "SELECT run.job FROM run JOIN job ON job.id = run.job WHERE job.template = ?"
        " AND EXISTS (SELECT 1 FROM attempt WHERE attempt.run = run.id) ORDER BY run.id DESC LIMIT 1",
        (template,),
    ).fetchone()
    return None if found is None else _one(db, found[0])


def _one(db: Database, number: int) -> Job | None:
    statement = f"WITH wanted (id) AS (SELECT id FROM job WHERE id = :job) {_JOB} WHERE job.id = :job"
    row = db.execute(statement, {"job": number}).fetchone()
    return None if row is None else _as_job(row)


def _as_job(row: Record) -> Job:
    text, profile = (None if blob is None else zlib.decompress(blob).decode() for blob in (row["text"], row["profile"]))
    return Job(
        id=row["id"],
        key=row["key"],
        created_at=row["created_at"],
        list_path=Path(row["list_path"]),
        list_name=row["list_name"],
        list_sha256=row["list_sha256"],
        source_sha256="",
        sheet=row["sheet"],
        header=tuple(json.loads(row["header"])),
        fields=json.loads(row["fields"]),
        template=row["template"],
        template_sha256=row["template_sha256"],
        template_text=text or "",
        profile_text=profile,
        destination=known_origin(row["destination"]),
        settings=json.loads(row["settings"]),
        results_path=Path(row["results_path"]),
        redacted=json.loads(row["redacted"]),
        decimals=json.loads(row["decimals"]),
        kept_columns=tuple(json.loads(row["kept_columns"])),
        sender=Sender(row["user"] or "", row["machine"] or "", row["version"] or ""),
        started_at=row["started_at"] or "",
        ended_at=row["ended_at"],
        stopped=read_reason(row["stopped"]),
        counts={status: row[status] or 0 for status in Status},
        waiting=row["waiting"],
        settled=row["settled"],
        forgotten_at=row["forgotten_at"],
    )


def sources(db: Database, job: int) -> Mapping[str, Path]:
    """The files from which rows of a job were read, by their SHA-256, the oldest first."""
    found = db.execute("SELECT sha256, path FROM source WHERE job = ? ORDER BY read_at", (job,))
    return {sha256: Path(path) for sha256, path in found.fetchall()}


def was_read_from(db: Database, job: int, sha256: str) -> bool:
    """Whether rows of a job were read from a file with that SHA-256."""
    found = db.execute(_IS_SOURCE, {"job": job, "sha256": sha256}).fetchone()
    return found is not None


def runs(db: Database, job: int) -> list[RunRecord]:
    """Every run of a job, the oldest first."""
    found = db.execute(
        'SELECT job, started_at, ended_at, "user", machine, version, template_sha256, destination,'
        " (SELECT count(*) FROM attempt WHERE attempt.run = run.id) - (SELECT count(*) FROM attempt INDEXED BY"
        " attempt_beside WHERE attempt.run = run.id AND beside IS NOT NULL) AS requests,"
        " stopped, taken_from, sending_seconds, key"
        " FROM run WHERE job = ? ORDER BY id",
        (job,),
    )
    return [RunRecord(**{**dict(row), "stopped": read_reason(row["stopped"])}) for row in found.fetchall()]


def insert_job(db: Database, new: NewJob) -> int:
    """A new job, without rows."""
    facts = {
        **_facts(db, new),
        "key": new.key,
        "created_at": db.now(),
        "list_name": new.list_name,
        "list_sha256": new.list_sha256,
        "sheet": new.sheet,
        "destination": new.destination,
        "settings": as_json(dict(new.settings)),
    }
    names, places = ", ".join(facts), ", ".join("?" * len(facts))
    return db.inserted(f"INSERT INTO job ({names}) VALUES ({places})", tuple(facts.values()))


def update_job(db: Database, new: NewJob, job: int) -> int:
    """What another sending changes of a job."""
    before = texts_of(db.execute("SELECT kept_columns FROM job WHERE id = ?", (job,)).fetchone()[0])
    columns = list(dict.fromkeys([*new.kept_columns, *before]))  # their values are there, whatever the template is now
    facts = {**_facts(db, new), "kept_columns": as_json(columns), "forgotten_at": None}
    changes = ", ".join(f"{name} = ?" for name in facts)
    db.execute(f"UPDATE job SET {changes} WHERE id = ?", (*facts.values(), job))
    # Of one that was forgotten, what is sent again is known again.
    same_list = "UPDATE job SET list_sha256 = :list WHERE id = :job AND list_sha256 = keyed(:list)"
    db.execute(same_list, {"list": new.list_sha256, "job": job})
    return job


def _facts(db: Database, new: NewJob) -> dict[str, object]:
    texts = (new.template_text, new.profile_text)
    db.execute(
        "INSERT INTO template (sha256, text, profile) VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
        (new.template_sha256, *(text and zlib.compress(text.encode()) for text in texts)),
    )
    return {
        "list_path": path_as_text(new.list_path),
        "header": as_json(list(new.header)),
        "fields": as_json(dict(new.fields)),
        "template": new.template,
        "template_sha256": new.template_sha256,
        "results_path": path_as_text(new.results_path),
        "redacted": as_json(list(new.redacted)),
        "decimals": as_json(dict(new.decimals)),
        "kept_columns": as_json(list(new.kept_columns)),
    }


def redirect(
    db: Database,
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
        "UPDATE row SET status = 'not sent', waits = 1 WHERE job = :job AND status IN ('skipped', 'unknown')"
        " AND attempt IS NULL AND fingerprint IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM row o INDEXED BY row_by_fingerprint WHERE o.job = :job"
        " AND o.fingerprint = row.fingerprint"
        " AND o.number < row.number)",
        {"job": job},
    )
    for row, known in rows_with(db, job, "fingerprint IS NOT NULL"):
        if row.cells and known is not None:
            db.execute(
                "UPDATE row SET fingerprint = ? WHERE job = ? AND number = ?", (fingerprint(row), job, row.number)
            )


def set_results_path(db: Database, job: int, path: Path) -> None:
    """Where the job's result workbook goes from now on."""
    db.execute("UPDATE job SET results_path = ? WHERE id = ?", (path_as_text(path), job))


def add_redacted_columns(db: Database, job: int, columns: Sequence[str]) -> None:
    """These columns, too, are shown as keyed hashes from now on."""
    before = texts_of(db.execute("SELECT redacted FROM job WHERE id = ?", (job,)).fetchone()[0])
    redacted = as_json(list(dict.fromkeys([*before, *columns])))
    db.execute("UPDATE job SET redacted = ? WHERE id = ?", (redacted, job))

"""What is about to be sent is written down: a new job, or more of one that was sent before.

Its rows are in a table `staged` by then, which each engine fills in its own way.
"""

from collections.abc import Sequence

from uploader.journal.rows import StagedRow
from uploader.journal.sql.database import Database
from uploader.journal.sql.jobs import insert_job, update_job
from uploader.journal.sql.text import as_json, path_as_text
from uploader.journal.stored_messages import stored_advice
from uploader.model.job import NewJob

COLUMNS = """number BIGINT PRIMARY KEY, cells TEXT, status TEXT, advice TEXT, fingerprint TEXT, faults TEXT,
    waits INTEGER, keeps INTEGER"""
"""Of the table `staged`."""
_DAY_SECONDS = 86_400
_OF_JOB = "row.job = :job AND row.number = staged.number"
_TAKE_CELLS = f"""
UPDATE row SET cells = staged.cells, fingerprint = staged.fingerprint, waits = staged.waits,
    kept = CASE WHEN coalesce(row.fingerprint, '') = coalesce(staged.fingerprint, '') THEN row.kept ELSE '' END,
    faults = CASE WHEN staged.keeps = 1 THEN row.faults ELSE staged.faults END,
    advice = CASE WHEN staged.keeps = 1 AND staged.advice <> '' THEN staged.advice ELSE row.advice END
FROM staged WHERE {_OF_JOB}
"""
_BEGIN_ANEW = f"""
UPDATE row SET status = staged.status, advice = staged.advice, attempt = NULL, settled = NULL
FROM staged WHERE {_OF_JOB} AND staged.keeps = 0 AND row.status NOT IN ('accepted', 'unknown')
"""
_ADD = """
INSERT INTO row (job, number, cells, status, advice, fingerprint, faults, waits)
SELECT :job, number, cells, status, advice, fingerprint, faults, waits FROM staged
WHERE NOT EXISTS (SELECT 1 FROM row WHERE row.job = :job AND row.number = staged.number)
"""
_SOURCE = (
    "INSERT INTO source (job, sha256, path, read_at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (job, sha256) DO UPDATE SET path = excluded.path, read_at = excluded.read_at"
)
_OTHERS_WAIT_NO_LONGER = (
    "UPDATE row SET waits = 0 WHERE job = :job AND waits = 1"
    " AND NOT EXISTS (SELECT 1 FROM staged WHERE staged.number = row.number)"
)


def staged_values(staged: StagedRow) -> Sequence[object]:
    """A row as `COLUMNS` has it."""
    return (
        staged.row.number,
        as_json(staged.row.cells),
        staged.status,
        stored_advice(staged.advice),
        staged.fingerprint,
        as_json(list(staged.faults)) if staged.faults else "",
        staged.waits,
        staged.keeps_outcome,
    )


def stage(db: Database, new: NewJob, job: int | None, *, others_wait: bool) -> int:
    """Write the rows that were taken in, of a new job or of that one; its number."""
    # One that was staged and never began to be sent: its command was killed at a question, or before it.
    db.execute(
        "DELETE FROM job WHERE (list_sha256 = ? OR created_at < ?) AND id <> ?"
        " AND NOT EXISTS (SELECT 1 FROM run WHERE run.job = job.id)",
        (new.list_sha256, db.now(-_DAY_SECONDS), job or 0),
    )
    number = insert_job(db, new) if job is None else update_job(db, new, job)
    if job is not None:
        _renew(db, job, others_wait=others_wait)
    db.execute(_ADD, {"job": number})
    if new.source_sha256:
        source = (number, new.source_sha256, path_as_text(new.list_path), db.now())
        db.execute("DELETE FROM source WHERE job = ? AND sha256 = keyed(?)", source[:2])
        db.execute(_SOURCE, source)
    return number


def _renew(db: Database, job: int, *, others_wait: bool) -> None:
    """The rows that the job has already, as they were taken in."""
    for statement in (*(() if others_wait else (_OTHERS_WAIT_NO_LONGER,)), _TAKE_CELLS, _BEGIN_ANEW):
        db.execute(statement, {"job": job})

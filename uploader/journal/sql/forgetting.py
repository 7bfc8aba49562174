"""The customer data of a job are deleted."""

from uploader.journal.sql.database import Database

_JOB = (
    "UPDATE source SET sha256 = keyed(sha256) WHERE job = ?",
    "UPDATE workbook SET digest = keyed(digest) WHERE job = ?",
    "UPDATE run SET stopped = '' WHERE job = ? AND stopped IS NOT NULL",
    "UPDATE job SET header = '[]', fields = '{}', list_sha256 = keyed(list_sha256) WHERE id = ?",
)
_ROWS = (
    """UPDATE row SET cells = '[]', advice = '', faults = '', waits = 0, kept = '',
    fingerprint = keyed(fingerprint) WHERE job = ?""",
    """UPDATE attempt SET cells = '[]', code = '', message = '', detail = '', kept = '',
    fingerprint = keyed(fingerprint) WHERE job = ?""",
)


def delete(db: Database, job: int) -> None:
    """The job and all that is known of its rows."""
    for table in ("settlement", "attempt", "run", "row"):
        db.execute(f"DELETE FROM {table} WHERE job = ?", (job,))
    db.execute("DELETE FROM job WHERE id = ?", (job,))


def forget(db: Database, job: int, key: str) -> None:
    """Delete the customer data of a job; hashes under the key of that id, statuses, numbers and times are left."""
    for statement in (*_ROWS, *_JOB):
        db.execute(statement, (job,))
    db.execute(
        "UPDATE job SET forgotten_at = coalesce(forgotten_at, ?), hash_key = ? WHERE id = ?", (db.now(), key, job)
    )


def forget_emptied(db: Database, job: int, key: str) -> None:
    """Of the rows and requests of a job that have no cells any more, delete what is left as `forget` does."""
    for statement in _ROWS:
        db.execute(f"{statement} AND cells = '[]'", (job,))
    db.execute("UPDATE job SET hash_key = ? WHERE id = ?", (key, job))

"""The customer data of a job are deleted."""

import sqlite3
from collections.abc import Iterable

from uploader.journal.clock import now

_HASHES = (
    "UPDATE row SET fingerprint = keyed(fingerprint) WHERE job = ?",
    "UPDATE attempt SET fingerprint = keyed(fingerprint) WHERE job = ?",
    "UPDATE source SET sha256 = keyed(sha256) WHERE job = ?",
    "UPDATE workbook SET digest = keyed(digest) WHERE job = ?",
    "UPDATE job SET list_sha256 = keyed(list_sha256) WHERE id = ?",
)
_DATA = (
    "UPDATE row SET cells = '[]', advice = '', faults = '', waits = 0 WHERE job = ?",
    "UPDATE attempt SET cells = '[]', code = '', message = '', detail = '' WHERE job = ?",
    "UPDATE run SET stopped = '' WHERE job = ? AND stopped IS NOT NULL",
    "UPDATE job SET header = '[]', fields = '{}' WHERE id = ?",
)


def delete(db: sqlite3.Connection, jobs: Iterable[int]) -> None:
    """The jobs and all that is known of their rows."""
    for job in jobs:
        db.execute("DELETE FROM job WHERE id = ?", (job,))


def forget(db: sqlite3.Connection, jobs: Iterable[int], key: str) -> None:
    """Delete the customer data of jobs; keyed hashes, statuses, numbers and times are left."""
    for job in jobs:
        for statement in _DATA:
            db.execute(statement, (job,))
        key_hashes(db, job, key)
        db.execute("UPDATE job SET forgotten_at = ? WHERE id = ?", (now(), job))


def key_hashes(db: sqlite3.Connection, job: int, key: str) -> None:
    """Keep the hashes of a job under the key of that id, from which nobody finds a phone number by trying all."""
    for statement in _HASHES:
        db.execute(statement, (job,))
    db.execute("UPDATE job SET hash_key = ? WHERE id = ?", (key, job))

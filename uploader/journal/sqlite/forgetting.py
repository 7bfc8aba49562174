"""The customer data of a job are deleted."""

import sqlite3

from uploader.journal.clock import now


def delete(db: sqlite3.Connection, job: int) -> None:
    """The job and all that is known of its rows."""
    db.execute("DELETE FROM job WHERE id = ?", (job,))


def forget(db: sqlite3.Connection, job: int) -> None:
    """Delete the customer data of a job; hashes, statuses, numbers and times are left."""
    db.execute("UPDATE row SET cells = '[]', advice = '', faults = '', waits = 0 WHERE job = ?", (job,))
    db.execute("UPDATE attempt SET cells = '[]', code = '', message = '', detail = '' WHERE job = ?", (job,))
    db.execute("UPDATE run SET stopped = '' WHERE job = ? AND stopped IS NOT NULL", (job,))
    db.execute("UPDATE job SET header = '[]', fields = '{}', forgotten_at = ? WHERE id = ?", (now(), job))

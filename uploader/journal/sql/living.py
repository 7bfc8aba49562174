"""The runs that live: which jobs they send, and what they wait for."""

from collections.abc import Callable

from uploader.journal.sql.database import Database

_OPEN = "SELECT id, job, key FROM run WHERE ended_at IS NULL AND key <> ''"
_UNDER_WAY = (
    "SELECT DISTINCT attempt.number FROM attempt JOIN row ON row.job = attempt.job AND row.number = attempt.number"
    " WHERE attempt.run = ? AND attempt.taken = 'maybe' AND attempt.verdict = ''"
    " AND row.status = 'unknown' AND row.attempt = attempt.id"
)


def sent_now(db: Database, is_alive: Callable[[str], bool]) -> list[int]:
    """The jobs of which a run lives, by number."""
    return sorted({job for _, job, key in db.execute(_OPEN).fetchall() if is_alive(key)})


def under_way(db: Database, job: int, is_alive: Callable[[str], bool], besides: str) -> list[int]:
    """The unknown rows of a job that a run which lives still waits for, but for the run with the key `besides`."""
    found = db.execute(f"{_OPEN} AND job = ?", (job,)).fetchall()
    living = [run for run, _, key in found if key != besides and is_alive(key)]
    return sorted({number for run in living for (number,) in db.execute(_UNDER_WAY, (run,)).fetchall()})

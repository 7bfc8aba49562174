"""Which rows ask for what the journal knows already: accepted, unknown, or standing earlier in the same list."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status

_SAME_REQUEST = (
    "SELECT r.job, r.number, j.list_path,"
    " (SELECT max(sent_at) FROM attempt WHERE job = r.job AND number = r.number) AS at"
    " FROM row r JOIN job j ON j.id = r.job WHERE r.fingerprint = ?"
)
_WAS_ACCEPTED = "EXISTS (SELECT 1 FROM row a WHERE a.fingerprint = r.fingerprint AND a.status = 'accepted')"


def earlier(
    db: sqlite3.Connection, fingerprint: str, job: int, number: int, repeats: ResendPolicy
) -> PriorRequest | None:
    """Why a row with that request must not be sent; None if it may. `job` 0 is none: a list that is only checked."""
    found = None
    if not repeats.duplicates:
        found = (
            _accepted_otherwise(db, job, number)
            or _accepted(db, fingerprint, job, number, repeats.since)
            or _in_this_list(db, fingerprint, job, number)
        )
    if found is None and not repeats.unknown:
        found = _unknown(db, fingerprint, job)
    return found


def known(db: sqlite3.Connection, job: int, repeats: ResendPolicy) -> Iterator[tuple[int, PriorRequest]]:
    """The job's rows that wait and must not be sent, and why, in the list's order."""
    last = -1
    while True:
        page = db.execute(
            "SELECT number, fingerprint FROM row WHERE job = ?1 AND number > ?2 AND status = 'not sent' AND kept = 0"
            " AND (before IS NOT NULL OR EXISTS (SELECT 1 FROM row o WHERE o.fingerprint = row.fingerprint"
            " AND NOT (o.job = ?1 AND o.number = row.number))) ORDER BY number LIMIT 500",
            (job, last),
        ).fetchall()
        if not page:
            return
        for number, fingerprint in page:
            found = earlier(db, fingerprint, job, number, repeats)
            if found is not None:
                yield number, found
        last = page[-1][0]


def _accepted_otherwise(db: sqlite3.Connection, job: int, number: int) -> PriorRequest | None:
    """How the same row of the list was accepted with other cells: it was mended before, or is now."""
    found = db.execute(
        "SELECT b.job, b.number, j.list_path,"
        " (SELECT max(sent_at) FROM attempt WHERE job = b.job AND number = b.number) AS at FROM row r"
        " JOIN row b ON b.job = r.before AND b.number = r.number JOIN job j ON j.id = b.job"
        " WHERE r.job = ? AND r.number = ? AND b.status = ? AND b.cells NOT IN (r.cells, '[]')",
        (job, number, Status.ACCEPTED),
    ).fetchone()
    return _as_earlier(Status.ACCEPTED, found)


def _accepted(db: sqlite3.Connection, fingerprint: str, job: int, number: int, since: str) -> PriorRequest | None:
    found = db.execute(
        f"{_SAME_REQUEST} AND r.status = ? AND NOT (r.job = ? AND r.number = ?) AND coalesce(at, '') >= ?"
        " ORDER BY r.job DESC, r.number LIMIT 1",
        (fingerprint, Status.ACCEPTED, job, number, since),
    ).fetchone()
    if found is not None and found[0] == job:
        return _as_earlier(Status.SKIPPED, found)  # it stands in this very list: say the row, not the day
    return _as_earlier(Status.ACCEPTED, found)


def _in_this_list(db: sqlite3.Connection, fingerprint: str, job: int, number: int) -> PriorRequest | None:
    found = db.execute(
        f"{_SAME_REQUEST} AND r.status <> ? AND r.job = ? AND r.number < ? ORDER BY r.number LIMIT 1",
        (fingerprint, Status.INVALID, job, number),
    ).fetchone()
    return _as_earlier(Status.SKIPPED, found)


def _unknown(db: sqlite3.Connection, fingerprint: str, job: int) -> PriorRequest | None:
    found = db.execute(
        # Once it was accepted, by being sent again, its outcome is no longer unknown.
        f"{_SAME_REQUEST} AND r.status = ? AND r.job <> ? AND NOT {_WAS_ACCEPTED}"
        " ORDER BY at IS NULL, r.job, r.number LIMIT 1",
        (fingerprint, Status.UNKNOWN, job),
    ).fetchone()
    return _as_earlier(Status.UNKNOWN, found)


def _as_earlier(status: Status, found: sqlite3.Row | None) -> PriorRequest | None:
    if found is None:
        return None
    job, row, list_path, at = found
    return PriorRequest(status, job, row, Path(list_path).name, at or "")

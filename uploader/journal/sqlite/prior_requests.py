"""The rows that wait, and which of them ask for what is known already: accepted, unknown, or earlier in the list."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow

_PAGE = 500
_SAME_REQUEST = (
    "SELECT r.job, r.number, j.list_path,"
    " (SELECT max(sent_at) FROM attempt WHERE job = r.job AND number = r.number) AS at"
    " FROM row r JOIN job j ON j.id = r.job WHERE r.fingerprint = ?"
)
_WAS_ACCEPTED = "EXISTS (SELECT 1 FROM row a WHERE a.fingerprint = r.fingerprint AND a.status = 'accepted')"


def waiting(db: sqlite3.Connection, job: int, policy: ResendPolicy) -> Iterator[WaitingRow]:
    """The rows that a run may send, in the list's order, a page at a time; each is given out once."""
    for row, status, fingerprint in rows_with_status(db, job, policy.waiting):
        if fingerprint is None:
            raise JournalError(Message("journal.request_not_known", job=job, row=row.number))
        # One that left before, or was held back, may know the request to a former place: see `jobs.redirect`.
        yield WaitingRow(row, fingerprint if status is Status.NOT_SENT else "")


def rows_with_status(
    db: sqlite3.Connection, job: int, statuses: Sequence[Status]
) -> Iterator[tuple[Row, Status, str | None]]:
    """The rows with one of these statuses that aren't only kept, with status and fingerprint, a page at a time."""
    last = -1
    while True:
        page = db.execute(
            # The plus keeps SQLite to the rows' own order: sorting all of them for each page takes far longer.
            "SELECT number, cells, status, fingerprint FROM row WHERE job = ? AND number > ?"
            " AND kept = 0 AND +status IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT ?",
            (job, last, json.dumps(list(statuses)), _PAGE),
        ).fetchall()
        if not page:
            return
        for number, cells, status, fingerprint in page:
            yield Row(number, tuple(json.loads(cells))), Status(status), fingerprint
        last = page[-1][0]


def count_waiting(db: sqlite3.Connection, job: int, policy: ResendPolicy) -> Counter[Status]:
    """How many rows a run may send, by the status that they have now."""
    found = db.execute(
        "SELECT status, count(*) FROM row WHERE job = ? AND kept = 0 AND status IN (SELECT value FROM json_each(?))"
        " GROUP BY status",
        (job, json.dumps(list(policy.waiting))),
    )
    return Counter({Status(status): count for status, count in found})


def known_requests(db: sqlite3.Connection, job: int, policy: ResendPolicy) -> Iterator[tuple[int, PriorRequest]]:
    """The job's rows that are not sent and must not be, by number, and why, in the list's order."""
    last = -1
    while True:
        page = db.execute(
            "SELECT number, fingerprint FROM row WHERE job = ?1 AND number > ?2 AND status = 'not sent' AND kept = 0"
            " AND (before IS NOT NULL OR EXISTS (SELECT 1 FROM row o WHERE o.fingerprint = row.fingerprint"
            " AND NOT (o.job = ?1 AND o.number = row.number))) ORDER BY number LIMIT ?3",
            (job, last, _PAGE),
        ).fetchall()
        if not page:
            return
        for number, fingerprint in page:
            prior = find_prior(db, fingerprint, job, number, policy)
            if prior is not None:
                yield number, prior
        last = page[-1][0]


def find_prior(
    db: sqlite3.Connection, fingerprint: str, job: int, number: int, policy: ResendPolicy
) -> PriorRequest | None:
    """Why a row with that request must not be sent; None if it may. `job` 0 is none: a list that is only checked."""
    prior = None
    if not policy.duplicates:
        prior = (
            _accepted_with_other_cells(db, job, number)
            or _accepted(db, fingerprint, job, number, policy.since)
            or _earlier_in_list(db, fingerprint, job, number)
        )
    if prior is None and not policy.unknown:
        prior = _unknown(db, fingerprint, job)
    return prior


def _accepted_with_other_cells(db: sqlite3.Connection, job: int, number: int) -> PriorRequest | None:
    """How the same row of the list was accepted with other cells: it was changed before, or is now."""
    found = db.execute(
        "SELECT b.job, b.number, j.list_path,"
        " (SELECT max(sent_at) FROM attempt WHERE job = b.job AND number = b.number) AS at FROM row r"
        " JOIN row b ON b.job = r.before AND b.number = r.number JOIN job j ON j.id = b.job"
        " WHERE r.job = ? AND r.number = ? AND b.status = ? AND b.cells NOT IN (r.cells, '[]')",
        (job, number, Status.ACCEPTED),
    ).fetchone()
    return _as_prior(Status.ACCEPTED, found)


def _accepted(db: sqlite3.Connection, fingerprint: str, job: int, number: int, since: str) -> PriorRequest | None:
    found = db.execute(
        f"{_SAME_REQUEST} AND r.status = ? AND NOT (r.job = ? AND r.number = ?) AND coalesce(at, '') >= ?"
        " ORDER BY r.job DESC, r.number LIMIT 1",
        (fingerprint, Status.ACCEPTED, job, number, since),
    ).fetchone()
    if found is not None and found[0] == job:
        return _as_prior(Status.SKIPPED, found)  # it is a row of this very list: name the row, not the day
    return _as_prior(Status.ACCEPTED, found)


def _earlier_in_list(db: sqlite3.Connection, fingerprint: str, job: int, number: int) -> PriorRequest | None:
    found = db.execute(
        f"{_SAME_REQUEST} AND r.status <> ? AND r.job = ? AND r.number < ? ORDER BY r.number LIMIT 1",
        (fingerprint, Status.INVALID, job, number),
    ).fetchone()
    return _as_prior(Status.SKIPPED, found)


def _unknown(db: sqlite3.Connection, fingerprint: str, job: int) -> PriorRequest | None:
    found = db.execute(
        # Once it was accepted, by being sent again, its outcome is no longer unknown.
        f"{_SAME_REQUEST} AND r.status = ? AND r.job <> ? AND NOT {_WAS_ACCEPTED}"
        " ORDER BY at IS NULL, r.job, r.number LIMIT 1",
        (fingerprint, Status.UNKNOWN, job),
    ).fetchone()
    return _as_prior(Status.UNKNOWN, found)


def _as_prior(status: Status, found: sqlite3.Row | None) -> PriorRequest | None:
    if found is None:
        return None
    job, row, list_path, at = found
    return PriorRequest(status, job, row, Path(list_path).name, at or "")

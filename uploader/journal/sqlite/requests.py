"""The rows that wait, and which of them ask for what is known already: accepted, unknown, or earlier in the list."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.sqlite.text import IS_TOLD, cells_of
from uploader.model.http import GIVEN_UP_IN_BETWEEN
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow

_PAGE = 500
_IS_KNOWN = "fingerprint IN (:fingerprint, keyed(:fingerprint)) AND taken <> 'no'"
"""As an index has it."""
_ATTEMPT = (
    "SELECT a.job, a.number, j.list_name, a.sent_at FROM attempt a JOIN job j ON j.id = a.job"
    f" JOIN row r ON r.job = a.job AND r.number = a.number WHERE a.{_IS_KNOWN}"
)
_TOLD = (
    "SELECT r.job, r.number, j.list_name, j.created_at FROM row r INDEXED BY row_by_fingerprint"
    f" JOIN job j ON j.id = r.job WHERE r.fingerprint IN (:fingerprint, keyed(:fingerprint)) AND {IS_TOLD}"
    " AND NOT (r.job = :job AND r.number = :number) AND j.created_at >= :since LIMIT 1"
)
_IS_ACCEPTED = f"EXISTS (SELECT 1 FROM attempt y WHERE y.{_IS_KNOWN} AND y.taken = 'yes')"
_GIVEN_UP = ", ".join(map(str, sorted(GIVEN_UP_IN_BETWEEN)))
_EDIT_HELD_BACK = (
    "EXISTS (SELECT 1 FROM attempt a JOIN job ON job.id = a.job WHERE a.id = row.attempt"
    " AND differ(row.cells, a.cells, job.fields)) AND row.fingerprint IS NOT NULL"
)


def rows_with(db: sqlite3.Connection, job: int, condition: str) -> Iterator[tuple[Row, str | None]]:
    """The rows of a job that meet a condition, each with its fingerprint, in the list's order, a page at a time."""
    last = -1
    while True:
        page = db.execute(
            f"SELECT number, cells, fingerprint FROM row WHERE job = ? AND number > ? AND {condition}"
            " ORDER BY number LIMIT ?",
            (job, last, _PAGE),
        ).fetchall()
        if not page:
            return
        for number, cells, fingerprint in page:
            yield Row(number, cells_of(cells)), fingerprint
        last = page[-1][0]


def waiting(db: sqlite3.Connection, job: int) -> Iterator[WaitingRow]:
    """The rows that wait to be sent, in the list's order; each is given out once."""
    for row, fingerprint in rows_with(db, job, "waits = 1"):
        if fingerprint is None:
            raise JournalError(Message("journal.request_not_known", job=job, row=row.number))
        yield WaitingRow(row, fingerprint)


def _asked_again(policy: ResendPolicy) -> str:
    """The condition that the policy sends a row again."""
    edited = {Status.ACCEPTED: policy.duplicates, Status.UNKNOWN: policy.unknown}
    parts = [f"(status = '{status}' AND {_EDIT_HELD_BACK})" for status, goes in edited.items() if goes]
    parts += ["(status = 'unknown' AND fingerprint IS NOT NULL)"] if policy.unknown else []
    parts += ["(status = 'skipped' AND fingerprint IS NOT NULL)"] if policy.duplicates else []
    return f"({' OR '.join(['waits = 1', *parts])})"


def ask_again(db: sqlite3.Connection, job: int, policy: ResendPolicy) -> None:
    """Rows that the policy sends again wait."""
    db.execute(f"UPDATE row SET waits = 1 WHERE job = ? AND waits = 0 AND {_asked_again(policy)}", (job,))


def count_waiting(db: sqlite3.Connection, job: int, policy: ResendPolicy) -> Counter[Status]:
    """How many rows wait, or would once they are asked for again, by the status that they have now."""
    statement = f"SELECT status, count(*) FROM row WHERE job = ? AND {_asked_again(policy)} GROUP BY status"
    return Counter({Status(status): count for status, count in db.execute(statement, (job,)).fetchall()})


def known_requests(db: sqlite3.Connection, job: int, policy: ResendPolicy) -> Iterator[tuple[int, str, PriorRequest]]:
    """The job's rows that wait and must not be sent, by number, with their request, and why, in the list's order."""
    known = (
        "waits = 1 AND (attempt IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM attempt a"
        " WHERE a.fingerprint IN (row.fingerprint, keyed(row.fingerprint)) AND a.taken <> 'no')"
        " OR EXISTS (SELECT 1 FROM row o WHERE o.job = row.job"
        " AND o.fingerprint IN (row.fingerprint, keyed(row.fingerprint))"
        " AND o.number < row.number))"
    )
    for row, fingerprint in rows_with(db, job, known):
        prior = None if fingerprint is None else find_prior(db, fingerprint, job, row.number, policy)
        if fingerprint is not None and prior is not None:
            yield row.number, fingerprint, prior


def find_prior(
    db: sqlite3.Connection, fingerprint: str, job: int, number: int, policy: ResendPolicy
) -> PriorRequest | None:
    """Why a row with that request must not be sent; None if it may. `job` 0 is none: a list that is only checked."""
    facts = {
        "fingerprint": fingerprint,
        "job": job,
        "number": number,
        "since": policy.since,
        "duplicates": policy.duplicates,
    }
    prior = None
    if not policy.duplicates:
        prior = _own(db, Status.ACCEPTED, facts) or _accepted(db, facts) or _earlier_in_list(db, facts)
    if prior is None and not policy.unknown:
        prior = _own(db, Status.UNKNOWN, facts) or _unknown(db, facts)
    return prior


def _own(db: sqlite3.Connection, status: Status, facts: dict[str, Any]) -> PriorRequest | None:
    """How the row itself was sent before, with whatever cells."""
    found = db.execute(
        "SELECT r.job, r.number, j.list_name, a.sent_at FROM row r JOIN job j ON j.id = r.job"
        " JOIN attempt a ON a.id = r.attempt WHERE r.job = :job AND r.number = :number AND r.status = :status",
        {**facts, "status": status},
    ).fetchone()
    return _as_prior(status, found)


def _accepted(db: sqlite3.Connection, facts: dict[str, Any]) -> PriorRequest | None:
    found = db.execute(
        f"{_ATTEMPT} AND a.taken = 'yes' AND NOT (a.job = :job AND a.number = :number) AND a.sent_at >= :since"
        " ORDER BY a.id DESC LIMIT 1",
        facts,
    ).fetchone()
    found = found or db.execute(_TOLD, facts).fetchone()
    is_of_this_list = found is not None and found[0] == facts["job"]  # then name the row, not the day
    return _as_prior(Status.SKIPPED if is_of_this_list else Status.ACCEPTED, found)


def _earlier_in_list(db: sqlite3.Connection, facts: dict[str, Any]) -> PriorRequest | None:
    found = db.execute(
        "SELECT r.job, r.number, j.list_name, a.sent_at FROM row r INDEXED BY row_by_fingerprint"
        " JOIN job j ON j.id = r.job LEFT JOIN attempt a ON a.id = r.attempt WHERE r.status <> 'invalid'"
        " AND r.fingerprint IN (:fingerprint, keyed(:fingerprint))"
        " AND r.job = :job AND r.number < :number ORDER BY r.number LIMIT 1",
        facts,
    ).fetchone()
    return _as_prior(Status.SKIPPED, found)


def _unknown(db: sqlite3.Connection, facts: dict[str, Any]) -> PriorRequest | None:
    found = db.execute(
        # Once it was accepted, by being sent again, its outcome is no longer unknown.
        f"{_ATTEMPT} AND a.taken = 'maybe' AND NOT {_IS_ACCEPTED}"
        # Nor is it once the same request was rejected; an answer to other cells of the row says nothing about it.
        " AND NOT (r.status = 'rejected' AND keyed(r.fingerprint) = keyed(a.fingerprint))"
        # Another row of this list may be under way at this moment, where somebody wants duplicates sent.
        " AND (a.job <> :job OR a.number <> :number AND NOT :duplicates)"
        " ORDER BY a.id LIMIT 1",
        facts,
    ).fetchone()
    return _as_prior(Status.UNKNOWN, found)


def _as_prior(status: Status, found: sqlite3.Row | None) -> PriorRequest | None:
    if found is None:
        return None
    job, row, list_name, at = found
    return PriorRequest(status, job, row, list_name, at or "")


def under_way(db: sqlite3.Connection, fingerprint: str, run: int) -> list[str]:
    """The keys of the other runs that have not ended and in which that request has no answer recorded."""
    found = db.execute(
        "SELECT DISTINCT run.key FROM attempt a JOIN run ON run.id = a.run WHERE a.fingerprint = ?"
        " AND a.taken <> 'no' AND a.taken = 'maybe' AND a.verdict = ''"
        " AND run.id <> ? AND run.ended_at IS NULL AND run.key <> ''",
        (fingerprint, run),
    )
    return [row[0] for row in found.fetchall()]


def unanswered(db: sqlite3.Connection, destination: str, since: str) -> list[tuple[str, str]]:
    """When the requests left that went there after that moment and got no answer, and the key of each one's run.

    What a gateway says when it waits no longer is no answer of the API's own.
    """
    found = db.execute(
        "SELECT a.sent_at, CASE WHEN a.verdict = '' AND run.ended_at IS NULL THEN run.key ELSE '' END"
        " FROM run CROSS JOIN attempt a ON a.run = run.id"
        " WHERE run.destination = ?1 AND (run.ended_at IS NULL OR run.ended_at >= ?2) AND a.sent_at > ?2"
        " AND a.taken = 'maybe' AND (a.verdict = '' OR a.verdict = 'unknown')"
        f" AND (a.http_status IS NULL OR a.http_status IN ({_GIVEN_UP})) ORDER BY a.id",
        (destination, since),
    )
    return [(at, key) for at, key in found.fetchall()]

"""The rows that wait, and which of them ask for what is known already: accepted, unknown, or earlier in the list."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.sqlite.prior import ToldRows, find_prior
from uploader.journal.sqlite.text import cells_of, same_request
from uploader.model.http import GIVEN_UP_IN_BETWEEN
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow

_PAGE = 500
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
    same = same_request("row.fingerprint", "keyed(row.fingerprint)", of="a")
    known = (
        "waits = 1 AND (attempt IS NOT NULL"
        f" OR EXISTS (SELECT 1 FROM attempt a INDEXED BY attempt_accepted WHERE {same} AND a.taken = 'yes')"
        f" OR EXISTS (SELECT 1 FROM attempt a INDEXED BY attempt_in_doubt WHERE {same} AND a.taken = 'maybe')"
        " OR EXISTS (SELECT 1 FROM row o INDEXED BY row_by_fingerprint WHERE o.job = row.job"
        " AND o.fingerprint IN (row.fingerprint, keyed(row.fingerprint))"
        " AND o.number < row.number))"
    )
    told = ToldRows(db)
    for row, fingerprint in rows_with(db, job, known):
        prior = None if fingerprint is None else find_prior(db, fingerprint, job, row.number, policy, told)
        if fingerprint is not None and prior is not None:
            yield row.number, fingerprint, prior


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

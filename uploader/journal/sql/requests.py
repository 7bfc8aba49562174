"""The rows that wait, and which of them ask for what is known already: accepted, unknown, or earlier in the list."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import uuid4

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.sql.database import Database
from uploader.journal.sql.prior import ToldRows, find_prior
from uploader.journal.sql.text import as_json, cells_of, same_request
from uploader.model.http import GIVEN_UP_IN_BETWEEN
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow

_PAGE = 500
_GIVEN_UP = ", ".join(map(str, sorted(GIVEN_UP_IN_BETWEEN)))
_EDIT_HELD_BACK = (
    "EXISTS (SELECT 1 FROM attempt a JOIN job ON job.id = a.job WHERE a.id = row.attempt"
    " AND differ(row.cells, a.cells, job.fields)) AND row.fingerprint IS NOT NULL"
)


_IN_DOUBT = (
    "SELECT asked.value, a.job, a.number, a.request_id FROM json_each(:prints) asked"
    " CROSS JOIN attempt a INDEXED BY attempt_in_doubt"
    f" ON {same_request('asked.value', 'keyed(asked.value)', of='a')} AND a.taken = 'maybe'"
    " WHERE a.request_id IS NOT NULL"
    # Once it was answered, a further request is another one: with the old id it would only be answered alike.
    " AND NOT EXISTS (SELECT 1 FROM attempt y INDEXED BY attempt_accepted"
    f" WHERE {same_request('asked.value', 'keyed(asked.value)', of='y')} AND y.taken = 'yes'"
    " AND y.request_id = a.request_id)"
    " AND NOT EXISTS (SELECT 1 FROM attempt z INDEXED BY attempt_by_row WHERE z.job = a.job AND z.number = a.number"
    " AND z.verdict = 'rejected' AND z.request_id = a.request_id)"
    " ORDER BY a.id DESC"
)


def rows_with(db: Database, job: int, condition: str) -> Iterator[tuple[Row, str | None]]:
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


def waiting(db: Database, job: int) -> Iterator[WaitingRow]:
    """The rows that wait to be sent, in the list's order; each is given out once."""
    for row, fingerprint in rows_with(db, job, "waits = 1"):
        if fingerprint is None:
            raise JournalError(Message("journal.request_not_known", job=job, row=row.number))
        yield WaitingRow(row, fingerprint)


def with_request_ids(
    db: Database, job: int, rows: Iterator[WaitingRow], *, at_once: int = _PAGE
) -> Iterator[WaitingRow]:
    """The same rows, each with the id that its next request has; so many are looked up at once.

    That is the id of the last request alike of which nobody knows whether it arrived: of the row's own, else of one of
    another job's. Any other request has a new one, and no two rows have the same.
    """
    given: set[str] = set()
    while page := list(islice(rows, at_once)):
        in_doubt = _InDoubt(db, job, page)
        for row in page:
            known = next((one for one in in_doubt.ids_of(row) if one not in given), None)
            request_id = known or str(uuid4())
            given.add(request_id)
            yield row._replace(request_id=request_id)


def _refused(db: Database, job: int, first: int, last: int) -> set[str]:
    """The ids of requests of these rows that were rejected."""
    found = db.execute(
        "SELECT request_id FROM attempt INDEXED BY attempt_by_row WHERE job = ? AND number BETWEEN ? AND ?"
        " AND verdict = 'rejected' AND request_id IS NOT NULL",
        (job, first, last),
    )
    return {request_id for (request_id,) in found.fetchall()}


class _InDoubt:
    """The ids of the requests of which nobody knows whether they arrived, and that rows of a page repeat."""

    def __init__(self, db: Database, job: int, page: Sequence[WaitingRow]) -> None:
        facts = {"job": job, "prints": as_json(list({row.fingerprint for row in page}))}
        self._own: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._others: dict[str, list[str]] = defaultdict(list)
        for fingerprint, of_job, number, request_id in db.execute(_IN_DOUBT, facts).fetchall():
            if of_job == job:
                self._own[fingerprint, number].append(request_id)
            else:
                self._others[fingerprint].append(request_id)
        self._taken = {one for some in self._own.values() for one in some}
        if self._others:
            self._taken |= _refused(db, job, page[0].row.number, page[-1].row.number)

    def ids_of(self, row: WaitingRow) -> Iterator[str]:
        """Those that the row's next request may have, the best first."""
        yield from self._own.get((row.fingerprint, row.row.number), ())
        yield from (one for one in self._others.get(row.fingerprint, ()) if one not in self._taken)


def _asked_again(policy: ResendPolicy) -> str:
    """The condition that the policy sends a row again."""
    edited = {Status.ACCEPTED: policy.duplicates, Status.UNKNOWN: policy.unknown}
    parts = [f"(status = '{status}' AND {_EDIT_HELD_BACK})" for status, goes in edited.items() if goes]
    parts += ["(status = 'unknown' AND fingerprint IS NOT NULL)"] if policy.unknown else []
    parts += ["(status = 'skipped' AND fingerprint IS NOT NULL)"] if policy.duplicates else []
    return f"({' OR '.join(['waits = 1', *parts])})"


def ask_again(db: Database, job: int, policy: ResendPolicy) -> None:
    """Rows that the policy sends again wait."""
    db.execute(f"UPDATE row SET waits = 1 WHERE job = ? AND waits = 0 AND {_asked_again(policy)}", (job,))


def count_waiting(db: Database, job: int, policy: ResendPolicy) -> Counter[Status]:
    """How many rows wait, or would once they are asked for again, by the status that they have now."""
    statement = f"SELECT status, count(*) FROM row WHERE job = ? AND {_asked_again(policy)} GROUP BY status"
    return Counter({Status(status): count for status, count in db.execute(statement, (job,)).fetchall()})


def known_requests(db: Database, job: int, policy: ResendPolicy) -> Iterator[tuple[int, str, PriorRequest]]:
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


def unanswered(db: Database, destination: str, since: str) -> list[tuple[str, str]]:
    """When the requests left that went there after that moment and got no answer, and the key of each one's run.

    What a gateway says when it waits no longer is no answer of the API's own. Rows that shared a request are one.
    """
    found = db.execute(
        "SELECT min(a.sent_at), min(CASE WHEN a.verdict = '' AND run.ended_at IS NULL THEN run.key ELSE '' END)"
        " FROM run CROSS JOIN attempt a ON a.run = run.id"
        " WHERE run.destination = :destination AND (run.ended_at IS NULL OR run.ended_at >= :since)"
        " AND a.sent_at > :since AND a.taken = 'maybe' AND (a.verdict = '' OR a.verdict = 'unknown')"
        f" AND (a.http_status IS NULL OR a.http_status IN ({_GIVEN_UP}))"
        " GROUP BY coalesce(a.beside, a.id) ORDER BY 1",
        {"destination": destination, "since": since},
    )
    return [(at, key) for at, key in found.fetchall()]

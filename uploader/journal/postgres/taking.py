"""Rows that wait, taken by one of several runs that send a job."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from psycopg import Connection

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.postgres.asked import LIVING
from uploader.journal.postgres.database import errors_of
from uploader.journal.postgres.senders.session import SendingSession
from uploader.journal.sql.text import cells_of
from uploader.model.rows import Row, WaitingRow

_FEWEST, _MOST = 10, 500
_SHORT_SECONDS, _LONG_SECONDS = 0.5, 4.0
"""A page that is sent faster is followed by a larger one, one that takes longer by a smaller one: what a sender has
taken and not sent has to wait if it dies."""
_TAKE = b"""
WITH next AS (
    SELECT job, number FROM row WHERE job = %(job)s AND waits = 1 AND number > %(after)s
        AND (taken_by IS NULL OR CASE WHEN taken_by = %(run)s THEN %(own)s ELSE NOT taken_by = ANY (%(living)s) END)
    ORDER BY number LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE row SET taken_by = %(run)s FROM next WHERE row.job = next.job AND row.number = next.number
RETURNING row.number, row.cells, row.fingerprint
"""
_ELSEWHERE = b"""
SELECT EXISTS (SELECT 1 FROM row WHERE job = %(job)s AND waits = 1 AND taken_by <> %(run)s)
    OR EXISTS (SELECT 1 FROM attempt WHERE run = ANY (%(living)s) AND taken = 'maybe' AND verdict = '')
"""


class TakenRows(Iterator[WaitingRow]):
    """The rows that wait, taken for a run a page at a time; first in the list's order, then what others gave up."""

    def __init__(
        self, session: SendingSession, database: str, job: int, run: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._session, self._job, self._run, self._clock = session, job, run, clock
        self._page: Iterator[WaitingRow] = iter(())
        self._most, self._taken_at = _FEWEST, clock()
        self._after, self._is_first_round = 0, True

    def __next__(self) -> WaitingRow:
        row = next(self._page, None)
        while row is None:
            page = self._taken()
            if not page and not self._is_first_round:
                raise StopIteration
            if not page:
                self._is_first_round = False
            self._page = iter(page)
            row = next(self._page, None)
        return row

    def _taken(self) -> Sequence[WaitingRow]:
        took = self._clock() - self._taken_at
        if took < _SHORT_SECONDS:
            self._most = min(_MOST, self._most * 2)
        elif took > _LONG_SECONDS:
            self._most = max(_FEWEST, self._most // 2)
        with errors_of(self._database), self._session.using() as connection:
            facts = {"job": self._job, "run": self._run, "most": self._most}
            living = living_runs(connection, self._job, self._run)
            # In further rounds those that this run has taken are in its hands.
            round_ = {"after": self._after if self._is_first_round else 0, "own": self._is_first_round}
            taken: list[Any] = connection.execute(_TAKE, {**facts, **round_, "living": living}).fetchall()
        self._taken_at = self._clock()
        taken.sort()
        if taken:
            self._after = taken[-1][0]
        return [self._waiting(*row) for row in taken]

    def _waiting(self, number: int, cells: str, fingerprint: str | None) -> WaitingRow:
        if fingerprint is None:
            raise JournalError(Message("journal.request_not_known", job=self._job, row=number))
        return WaitingRow(Row(number, cells_of(cells)), fingerprint)


def living_runs(connection: "Connection[Any]", job: int, run: int) -> list[int]:
    """The other runs of a job that live."""
    return [one for (one,) in connection.execute(LIVING, {"job": job, "run": run}).fetchall()]


def rows_elsewhere(connection: "Connection[Any]", job: int, run: int) -> bool:
    """Whether rows of a job wait that another run had taken, or are under way in one that lives."""
    living = living_runs(connection, job, run)
    found = connection.execute(_ELSEWHERE, {"job": job, "run": run, "living": living}).fetchone()
    return found is not None and bool(found[0])

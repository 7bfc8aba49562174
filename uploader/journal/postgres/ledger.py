"""What one run writes into a team's journal, over the session that holds its locks."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from uploader.errors import JournalError, JournalLostError
from uploader.journal.postgres.asked import asked_rows
from uploader.journal.postgres.database import PostgresDatabase, errors_of
from uploader.journal.postgres.endings import write_endings
from uploader.journal.postgres.kept_answers import KeptAnswers
from uploader.journal.postgres.senders.lease import lease_seconds
from uploader.journal.postgres.senders.locks import PostgresLocks
from uploader.journal.postgres.senders.session import SendingSession
from uploader.journal.postgres.taking import TakenRows, rows_elsewhere
from uploader.journal.sql.asked import AskedRow
from uploader.journal.sql.endings import Decision, Ending
from uploader.journal.sql.ledger import UNDER_WAY, SqlRunLedger
from uploader.journal.sql.requests import with_request_ids
from uploader.model.cancel import CancelToken
from uploader.model.outcomes import Completion, Dispatch, Unwritten
from uploader.model.resend import HeldBack, NotYet, ResendPolicy
from uploader.model.rows import Status, WaitingRow

_INTENTS = b"""
WITH leaving AS (
    SELECT %(job)s::bigint AS job, * FROM unnest(%(numbers)s::bigint[], %(prints)s::text[], %(ids)s::text[])
        WITH ORDINALITY AS one (number, print, request_id, nth)
), sent AS (
    INSERT INTO attempt (job, number, run, sent_at, cells, fingerprint, request_id)
    SELECT row.job, row.number, %(run)s, (SELECT moment_in(0)), row.cells, leaving.print, leaving.request_id
    FROM leaving JOIN row ON row.job = leaving.job AND row.number = leaving.number ORDER BY leaving.nth
    RETURNING id, number
)
UPDATE row SET status = %(status)s, advice = %(advice)s, waits = 0, attempt = sent.id, settled = NULL,
    fingerprint = leaving.print, taken_by = %(run)s
FROM sent JOIN leaving ON leaving.number = sent.number WHERE row.job = leaving.job AND row.number = sent.number
RETURNING row.number, row.attempt
"""
_LOCKS = b"SELECT pg_advisory_xact_lock_shared(lock_of('journal'))"
_ALONE = b"SELECT pg_advisory_xact_lock(lock_of('journal'))"
_REQUESTS = b"""
SELECT pg_advisory_xact_lock_shared(lock_of('journal')), (SELECT count(pg_advisory_xact_lock(one)) FROM
    (SELECT DISTINCT lock_of('request:' || print) AS one FROM unnest(%s::text[]) AS print ORDER BY 1) AS request)
"""
"""In one order for everybody, so that no two wait for each other."""
_MOST_LOCKS = 500
"""A server has room for a few thousand. Where more rows leave at once, nobody else writes meanwhile."""
_IDS_AT_ONCE = 20
"""No more: they are taken from the other senders of the job, too."""
_TAKE_SLOT = b"""
INSERT INTO token (hash, next_at) VALUES (%(token)s, clock_timestamp() + make_interval(secs => %(gap)s))
ON CONFLICT (hash) DO UPDATE SET next_at = excluded.next_at
    WHERE token.next_at IS NULL OR token.next_at <= clock_timestamp() RETURNING 0
"""
_NEXT_SLOT = b"SELECT extract(epoch FROM next_at - clock_timestamp())::float FROM token WHERE hash = %(token)s"


class PostgresRunLedger(SqlRunLedger):
    """A `RunLedger`, beside which others may send the same job."""

    def __init__(
        self,
        session: SendingSession,
        locks: PostgresLocks,
        connect: Callable[[], "Connection[Any]"],
        kept: KeptAnswers,
        job: int,
        run: int,
        policy: ResendPolicy,
        key: str,
    ) -> None:
        database = PostgresDatabase(lambda: self._connection, connect)
        self._database = database
        super().__init__(database, self._transacting, job, run, policy, locks.is_run_alive)
        self._session, self._locks, self._kept = session, locks, kept
        self.leave_within_seconds = lease_seconds() / 2
        self._key = key or f"{run}"
        self._may_have_left: dict[int, Decision | None] = {}
        """Rows whose intents may have been committed though nobody heard so, and what they were before."""

    @property
    def unwritten(self) -> Unwritten | None:
        """The answers that are kept on this computer, as the connection is lost."""
        return self._kept.of_run(self._key)

    def take(self, *, with_request_ids: bool = False) -> Iterator[WaitingRow]:
        """The rows that wait and that no other run has taken which lives, a page at a time."""
        rows = TakenRows(self._session, self._kept.database, self._job, self._run)
        return self._with_request_ids(rows) if with_request_ids else rows

    def rows_elsewhere(self) -> bool:
        """Whether rows of the job are in the hands of another run, or of one that died with them."""
        with errors_of(self._kept.database), self._session.using() as connection:
            return rows_elsewhere(connection, self._job, self._run)

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, HeldBack]:
        """Commit the answers that came and the intents of the rows that leave; gives the rows that must not leave.

        Answers that come without a row that leaves are kept on this computer where they can't be written down.
        """
        known = dict(self._attempt_of), dict(self._before)
        try:
            prints = _requests_of(completions, dispatches)
            locks = (_REQUESTS, prints) if len(prints) <= _MOST_LOCKS else (_ALONE,)
            with self._writing(*locks) as connection:
                self._record(completions)
                early = self._too_early(connection, dispatches)
                return {**early, **self._send([one for one in dispatches if one.row.number not in early])}
        except BaseException as why:
            before = self._before
            self._attempt_of, self._before = known
            if isinstance(why, JournalLostError):
                numbers = [one.row.number for dispatch in dispatches for one in dispatch.each()]
                self._may_have_left |= {number: before.get(number) for number in numbers}
            if not isinstance(why, JournalError) or dispatches:
                raise
        self._kept.keep(self._key, self._run, self._job, self._endings(completions), self._may_have_left)
        return {}

    def come_back(self, seconds: float, cancel: CancelToken) -> bool:
        """Whether the session is there again within so many seconds, with its locks, and all is written down."""
        latest = time.monotonic() + seconds
        while not cancel.is_cancelled and self._session.come_back(latest - time.monotonic(), cancel):
            if self._may_have_left:
                self._kept.keep(self._key, self._run, self._job, [], self._may_have_left)
            try:
                with self._alone():  # another process of this computer may have written what is kept, and ended the run
                    self._db.execute("UPDATE run SET ended_at = NULL WHERE id = ?", (self._run,))
                self._kept.write_back_of(self._key, self._database, self._alone)
            except JournalLostError:  # it is gone again
                continue
            except JournalError:
                return False
            self._may_have_left = {}
            self._attempt_of, self._before = {}, {}
            return True
        return False

    @property
    def _connection(self) -> "Connection[Any]":
        with self._session.using() as connection:  # the caller has it in use already
            return connection

    @contextmanager
    def _writing(self, locks: bytes = _LOCKS, *requests: Sequence[str]) -> "Iterator[Connection[Any]]":
        """A transaction of the session; those who change what others wrote wait meanwhile."""
        # No pipeline: in the midst of one, no time limit of the server holds for a sender that is asleep.
        with errors_of(self._kept.database), self._session.using() as connection, connection.transaction():
            connection.execute(locks, [*requests] or None)
            yield connection

    @contextmanager
    def _transacting(self) -> Iterator[None]:
        with self._writing():
            yield

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A transaction of the session while nobody else writes, or looks up what may be written here."""
        with self._writing(_ALONE):
            yield

    def _too_early(self, connection: "Connection[Any]", dispatches: Sequence[Dispatch]) -> dict[int, HeldBack]:
        """The rows for which the rate that all senders with the token keep together has no room yet."""
        token = self._locks.token
        if not dispatches or token is None or token.limits.seconds_between <= 0:
            return {}
        gap = token.limits.seconds_between
        facts = {"token": token.hash, "gap": gap}
        may_leave = connection.execute(_TAKE_SLOT, facts).fetchone() is not None
        found = None if may_leave else connection.execute(_NEXT_SLOT, facts).fetchone()
        wait = gap if found is None else max(0.0, found[0])
        others = dispatches[1:] if may_leave else dispatches
        return {
            one.row.number: NotYet(wait + nth * gap) for nth, dispatch in enumerate(others) for one in dispatch.each()
        }

    def _asked(self, dispatches: Sequence[Dispatch]) -> Mapping[int, AskedRow]:
        return asked_rows(self._connection, self._job, self._run, dispatches, self._policy)

    def _write_intents(self, leaving: Sequence[tuple[Dispatch, AskedRow]]) -> Sequence[int]:
        requests = [(dispatch.row.number, dispatch.request) for dispatch, _ in leaving]
        facts = {
            "job": self._job,
            "run": self._run,
            "numbers": [number for number, _ in requests],
            "prints": [request.fingerprint for _, request in requests],
            "ids": [request.request_id or None for _, request in requests],
            "status": str(Status.UNKNOWN),
            "advice": UNDER_WAY,
        }
        attempts: dict[int, int] = dict(self._connection.execute(_INTENTS, facts).fetchall())
        return [attempts[number] for number, _ in requests]

    def _write_endings(self, endings: Sequence[Ending]) -> None:
        write_endings(self._db, self._connection, self._job, endings)

    def _with_request_ids(self, rows: Iterator[WaitingRow]) -> Iterator[WaitingRow]:
        found = with_request_ids(self._db, self._job, rows, at_once=_IDS_AT_ONCE)
        while True:
            with errors_of(self._kept.database), self._session.using():
                row = next(found, None)
            if row is None:
                return
            yield row


def _requests_of(completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> list[str]:
    """The requests that nobody else looks up meanwhile.

    Whoever sends one of those that leave sees our intent, or we see theirs. Nor is one answered while somebody looks it
    up, which takes several statements: it is not unknown any more for the first of them, and not yet accepted for the
    last.
    """
    rows = [one for dispatch in dispatches for one in dispatch.each()]
    return [one.request.fingerprint for one in (*rows, *(completion.dispatch for completion in completions))]

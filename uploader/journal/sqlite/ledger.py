"""What one run writes into a journal in SQLite."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from uploader.journal.sql.asked import AskedRow
from uploader.journal.sql.endings import Ending, decided
from uploader.journal.sql.ledger import UNDER_WAY, SqlRunLedger
from uploader.journal.sqlite.asked import asked_rows
from uploader.journal.sqlite.database import Database
from uploader.model.cancel import CancelToken
from uploader.model.outcomes import Dispatch
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status, WaitingRow

_INTENT = (
    "INSERT INTO attempt (job, number, run, sent_at, cells, fingerprint, request_id)"
    " SELECT job, number, ?, ?, cells, ?, ? FROM row WHERE job = ? AND number = ?"
)
_LEAVES = "UPDATE row SET status = ?, advice = ?, waits = 0, attempt = ? WHERE job = ? AND number = ?"
_LEAVES_CHANGED = _LEAVES.replace("attempt = ?", "attempt = ?, settled = NULL, fingerprint = ?")
_ENDS = "UPDATE row SET status = ?, advice = ?, waits = ? WHERE job = ? AND number = ?"
_IS_AS_BEFORE = (
    "UPDATE row SET status = ?, advice = ?, attempt = ?, settled = ?, waits = ? WHERE job = ? AND number = ?"
)
_ANSWER = (
    "UPDATE attempt SET taken = ?, verdict = ?, code = ?, message = ?, http_status = ?, duration_ms = ?, detail = ?,"
    " kept = ? WHERE id = ?"
)


class SqliteRunLedger(SqlRunLedger):
    """A `RunLedger`."""

    def __init__(
        self,
        db: Database,
        transaction: Callable[[], AbstractContextManager[None]],
        job: int,
        run: int,
        policy: ResendPolicy,
        is_alive: Callable[[str], bool],
        waiting: Callable[..., Iterator[WaitingRow]],
    ) -> None:
        super().__init__(db, transaction, job, run, policy, is_alive)
        self._waiting = waiting

    @property
    def leave_within_seconds(self) -> None:
        """Nobody takes its place as long as its process is there."""

    def take(self, *, with_request_ids: bool = False) -> Iterator[WaitingRow]:
        """All rows of the job that wait: no other run sends it meanwhile."""
        return self._waiting(with_request_ids=with_request_ids)

    @property
    def unwritten(self) -> None:
        """What is not in the file is nowhere."""

    def rows_elsewhere(self) -> bool:
        """No other run sends the job meanwhile."""
        return False

    def come_back(self, seconds: float, cancel: CancelToken) -> bool:  # noqa: ARG002
        """What a file refuses now, it refuses later."""
        return False

    def _asked(self, dispatches: Sequence[Dispatch]) -> Mapping[int, AskedRow]:
        return asked_rows(self._db, self._job, dispatches, self._policy)

    def _write_intents(self, leaving: Sequence[tuple[Dispatch, AskedRow]]) -> Sequence[int]:
        at, attempts, as_staged, changed = self._db.now(), [], [], []
        for dispatch, row in leaving:
            place, fingerprint = (self._job, dispatch.row.number), dispatch.request.fingerprint
            intent = (self._run, at, fingerprint, dispatch.request.request_id or None)
            attempt = self._db.inserted(_INTENT, (*intent, *place))
            attempts.append(attempt)
            if row.settled is None and row.fingerprint == fingerprint:
                as_staged.append((Status.UNKNOWN, UNDER_WAY, attempt, *place))
            else:
                changed.append((Status.UNKNOWN, UNDER_WAY, attempt, fingerprint, *place))
        self._db.executemany(_LEAVES, as_staged)  # what is unchanged is not taken out of its index and put back
        self._db.executemany(_LEAVES_CHANGED, changed)
        return attempts

    def _write_endings(self, endings: Sequence[Ending]) -> None:
        self._db.executemany(_ANSWER, [(*one.answer, one.attempt) for one in endings])
        new = [(one.status, one.advice, one.waits, self._job, one.number) for one in endings if one.before is None]
        for one in endings:
            if one.before is not None:
                self._db.execute(_IS_AS_BEFORE, (*decided(self._db, one), one.waits, self._job, one.number))
        self._db.executemany(_ENDS, new)

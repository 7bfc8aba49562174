"""What one run writes into a journal in SQLite."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from uploader.journal.sql.asked import AskedRow
from uploader.journal.sql.ledger import SqlRunLedger
from uploader.journal.sqlite.asked import asked_rows
from uploader.journal.sqlite.database import Database
from uploader.model.cancel import CancelToken
from uploader.model.outcomes import Dispatch
from uploader.model.resend import ResendPolicy
from uploader.model.rows import WaitingRow


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

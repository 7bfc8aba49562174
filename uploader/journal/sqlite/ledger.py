"""What one run writes into a journal in SQLite."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from uploader.journal.sql.asked import AskedRow
from uploader.journal.sql.ledger import SqlRunLedger
from uploader.journal.sqlite.asked import asked_rows
from uploader.journal.sqlite.database import Database
from uploader.model.outcomes import Dispatch
from uploader.model.resend import ResendPolicy


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
    ) -> None:
        super().__init__(db, transaction, job, run, policy, is_alive)
        self._sqlite = db

    def _asked(self, dispatches: Sequence[Dispatch]) -> Mapping[int, AskedRow]:
        return asked_rows(self._sqlite, self._job, dispatches, self._policy)

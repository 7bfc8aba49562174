"""The journal in one SQLite file."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from uploader.journal.locks import FileLocks
from uploader.journal.rows import OwnJob, StagedRow
from uploader.journal.sql.journal import SqlJournal
from uploader.journal.sql.ledger import BEGIN_RUN
from uploader.journal.sql.staging import stage
from uploader.journal.sqlite.connection import Connection, errors_of
from uploader.journal.sqlite.ledger import SqliteRunLedger
from uploader.journal.sqlite.staging import parsed
from uploader.model.job import NewJob, Sender
from uploader.model.resend import ResendPolicy


class SqliteJournal(SqlJournal):
    """A `Journal` in the file at `path`, which is made if it isn't there; `connect` opens that."""

    def __init__(self, path: Path, connect: Callable[[Path], Connection] = Connection) -> None:
        self.path = path
        self.locks = FileLocks(path.parent, path.stem)
        self._connection = connect(path)
        self._db = self._connection.db

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def check_may_write(self) -> None:
        """Who could open it, may."""

    def lacks(self, jobs: Sequence[OwnJob]) -> int:  # noqa: ARG002  # it is where they are
        """0: it is the computer's own."""
        return 0

    def stage(
        self, new: NewJob, rows: Iterable[StagedRow], *, job: int | None = None, others_wait: bool = False
    ) -> int:
        """Write what is about to be sent: a new job, or more of `job`; the job's number."""
        db = self._connection.db
        with errors_of(self.path), parsed(db, rows), self._transaction():
            number = stage(db, new, job, others_wait=others_wait)
        self._wrote_much()
        return number

    def begin_run(
        self,
        job: int,
        sender: Sender,
        policy: ResendPolicy,
        *,
        key: str = "",
        joins: bool = False,  # noqa: ARG002  # `locks` keep the runs of a job apart
    ) -> SqliteRunLedger:
        """Note that a run of this job begins; what it sends is written through the ledger."""
        with self._transaction():
            run = self._db.inserted(
                BEGIN_RUN,
                (self._db.now(), *sender, key, job),
            )
        db, waiting = self._connection.db, partial(self.waiting, job)
        return SqliteRunLedger(db, self._transaction, job, run, policy, self._is_alive, waiting)

    def _reading(self) -> AbstractContextManager[object]:
        return self._connection.reading()

    def _comparing(self) -> AbstractContextManager[object]:
        return self._connection.comparing()

    def _transaction(self, *, compares: bool = True) -> AbstractContextManager[None]:
        return self._connection.transaction(compares=compares)

    def _passing(self) -> AbstractContextManager[None]:
        return self._connection.passing()

    def _is_alive(self, run_key: str) -> bool:
        return self.locks.is_run_alive(run_key)

    def _made_hash_key(self) -> str:
        return self._connection.key.make()

    def _wrote_much(self) -> None:
        self._connection.shorten_log()

    def _deleted(self) -> None:
        self._connection.overwrite_deleted()

"""The journal of a team, in a database on a PostgreSQL server."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from psycopg import Connection

from uploader.journal.keys import new_key
from uploader.journal.postgres import schema
from uploader.journal.postgres.connecting import connect
from uploader.journal.postgres.database import PostgresDatabase, errors_of
from uploader.journal.postgres.kept_answers import KeptAnswers
from uploader.journal.postgres.ledger import PostgresRunLedger
from uploader.journal.postgres.looking import check_may_write, missing
from uploader.journal.postgres.senders.lease import lease_seconds
from uploader.journal.postgres.senders.locks import OURS, PostgresLocks
from uploader.journal.postgres.senders.session import SendingSession
from uploader.journal.postgres.setting_up import check_version
from uploader.journal.postgres.staging import staged
from uploader.journal.rows import OwnJob, StagedRow
from uploader.journal.servers import Server
from uploader.journal.sql.journal import SqlJournal
from uploader.journal.sql.ledger import BEGIN_RUN
from uploader.journal.sql.staging import stage
from uploader.model.job import NewJob, Sender
from uploader.model.resend import ResendPolicy
from uploader.model.this_computer import machine, user

_BUSY_MS = 20_000
JOURNAL_LOCK = "journal"
"""Whoever changes what others may read and write holds it alone; senders and who stages share it."""
Connect = Callable[[], "Connection[Any]"]


class PostgresJournal(SqlJournal):
    """A `Journal` on that server. What can't be written down there is kept on this computer until it can.

    Raises JournalError where the server can't be used, or its schema is another version's.
    """

    is_shared = True

    def __init__(self, server: Server) -> None:
        self.server = server
        self._connection = self._connected()
        try:
            self._check_schema()
            self._db = PostgresDatabase(self._open, self._connected)
            self._session = SendingSession(self._sending)
            self.locks: PostgresLocks = PostgresLocks(self._session)
            self._kept = KeptAnswers(server.unwritten, server.shown)
            self.written_back = self._kept.write_back(self._db, self._transaction)
            """The answers that were kept on this computer, and are in the journal now."""
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let go of the connections, and with them of every lock."""
        self._session.close()
        self._connection.close()

    def check_may_write(self) -> None:
        """Raises JournalError where this user may only look, or the server takes no writing."""
        with errors_of(self.server.shown):
            check_may_write(self._open())

    def lacks(self, jobs: Sequence[OwnJob]) -> int:
        """How many of these are not in it, and could be copied into it."""
        with errors_of(self.server.shown):
            return missing(self._open(), jobs) if jobs else 0

    def stage(
        self, new: NewJob, rows: Iterable[StagedRow], *, job: int | None = None, others_wait: bool = False
    ) -> int:
        """Write what is about to be sent: a new job, or more of `job`; the job's number."""
        with errors_of(self.server.shown), staged(self._connected, rows) as connection:
            db = PostgresDatabase(lambda: connection, self._connected)
            db.execute("SELECT pg_advisory_xact_lock_shared(lock_of(?))", (JOURNAL_LOCK,))
            number = stage(db, new, job, others_wait=others_wait)
            self._session.check()
            return number

    def begin_run(
        self, job: int, sender: Sender, policy: ResendPolicy, *, key: str = "", joins: bool = False
    ) -> PostgresRunLedger:
        """Note that a run of this job begins; what it sends is written through the ledger."""
        token = self.locks.token
        with self._planning():
            run = self._db.inserted(BEGIN_RUN, (self._db.now(), *sender, key, job))
            self._db.execute("UPDATE run SET token = ? WHERE id = ?", ((token and token.hash) or "", run))
            if not joins:  # nobody else sends it now
                self._db.execute("UPDATE job SET stopped = NULL WHERE id = ?", (job,))
                anew = "UPDATE row SET taken_by = NULL WHERE job = ? AND waits = 1 AND taken_by IS NOT NULL"
                self._db.execute(anew, (job,))
        return PostgresRunLedger(self._session, self.locks, self._connected, self._kept, job, run, policy, key)

    def _connected(self, lease: float | None = None) -> "Connection[Any]":
        connection = connect(self.server, name=f"{OURS}{user()}@{machine()}", lease_seconds=lease)
        # What is asked has an index. Of tables that grew just now, the server knows nothing else yet.
        connection.execute(f"SET lock_timeout TO {_BUSY_MS}; SET enable_seqscan TO off")
        return connection

    def _sending(self) -> "Connection[Any]":
        """A connection of a sender, which asks for few rows each time."""
        connection = self._connected(lease_seconds())
        connection.execute("SET enable_bitmapscan TO off; SET enable_hashjoin TO off; SET enable_mergejoin TO off")
        return connection

    def _open(self) -> "Connection[Any]":
        """The journal's own connection, anew where the server has ended it."""
        if self._connection.closed or self._connection.broken:
            self._connection.close()
            self._connection = self._connected()
        return self._connection

    def _check_schema(self) -> None:
        with errors_of(self.server.shown):
            check_version(schema.version(self._connection), self.server)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with errors_of(self.server.shown):
            yield

    def _comparing(self) -> AbstractContextManager[object]:
        return self._reading()

    @contextmanager
    def _transaction(self, *, compares: bool = True) -> Iterator[None]:  # noqa: ARG002  # the key is in the database
        with errors_of(self.server.shown), self._open().transaction():
            self._db.execute("SELECT pg_advisory_xact_lock(lock_of(?))", (JOURNAL_LOCK,))
            yield

    @contextmanager
    def _planning(self) -> Iterator[None]:
        with self._transaction():
            yield
            self._session.check()  # while somebody thought about it, or slept, others may have planned and sent it

    def _passing(self) -> AbstractContextManager[None]:
        return nullcontext()

    def _is_alive(self, run_key: str) -> bool:
        found = self._db.execute("SELECT is_held(?)", (f"run:{run_key}",)).fetchall()
        return bool(found[0][0])

    def _made_hash_key(self) -> str:
        made = self._db.execute("SELECT make_hash_key(?, ?, ?)", new_key()).fetchall()
        return str(made[0][0])

    def _wrote_much(self) -> None:
        """The server looks after that itself."""

    def _deleted(self) -> None:
        """The server's own vacuum does away with it; what its log and its copies keep is not ours."""

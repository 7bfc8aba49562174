"""The session over which a sender's intents and locks go: one that is gone holds no place and commits nothing.

How long it may be silent is the server's matter: it ends a session of which it hears nothing for the lease, by its own
clock. So a thread lets it hear something, and a computer that sleeps, or a process that was halted, loses its locks.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol
from uuid import uuid4

import psycopg

from uploader.errors import JournalError, JournalLostError
from uploader.i18n import Message
from uploader.journal.postgres.connecting import Connection, said
from uploader.journal.postgres.senders.lease import lease_seconds, seconds_between_beats
from uploader.journal.postgres.senders.returning import Place, Return, Returning, place_of, try_lock
from uploader.model.cancel import CancelToken
from uploader.model.wakeful_time import wakeful_seconds

_TRY_AGAIN_SECONDS = 0.5
_CLOSING_SECONDS = 5.0
"""How long closing waits for a beat that the network holds up; the thread then closes the connection itself."""
_OWNER = "uploader.sender"
"""The setting of a session that says whose it is."""
_ENDED_BY_SERVER = ("08", "57P", "25P03")
"""How the SQLSTATEs begin with which a session ends."""


class Beating(Returning, Protocol):
    """What looks at the database with each beat, and comes back with the session."""

    def beat(self, connection: Connection) -> float | None:
        """One short look; in how many seconds it wants the next one, None: whenever it comes."""


class SendingSession:
    """A sender's session, opened when it is first used. Its locks end with it, however it ends.

    `connect` gives a connection in autocommit, with the lease of `lease_seconds`. Every method that uses it raises
    JournalLostError once it is lost; `come_back` mends that.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._lock = threading.RLock()
        """Whoever holds it has the connection, and all that follows."""
        self._connection: Connection | None = None
        self._place: Place = ()
        self._me = uuid4().hex
        self._held: dict[str, bool] = {}
        """The locks, by name, and whether others may have them, too."""
        self._beating: list[Beating] = []
        self._lost_why: Message | None = None
        self._is_closed = False
        self._lease = lease_seconds()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    @property
    def is_lost(self) -> bool:
        """Whether the session has ended, and its locks with it."""
        return self._lost_why is not None

    @contextmanager
    def using(self) -> Iterator[Connection]:
        """The connection, for one caller at a time, who keeps it no longer than a transaction takes.

        Raises JournalLostError where the session is lost, before the block or in it: whether what the block committed
        was kept is not known then. Any other psycopg.Error of the block is passed on.
        """
        with self._lock:
            connection = self._opened()
            began = wakeful_seconds()
            try:
                yield connection
                if wakeful_seconds() - began > self._lease / 2:  # we were halted, perhaps, with good news on its way
                    connection.execute("SELECT 1")
            except psycopg.Error as why:
                if not _is_over(connection, why):
                    raise
                raise JournalLostError(self._lose(said(why))) from why

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """The same for what is asked about locks: every psycopg.Error of the block becomes a JournalError."""
        try:
            with self.using() as connection:
                yield connection
        except psycopg.Error as why:
            raise JournalError(Message("lock.refused", why=said(why))) from why

    # Locks

    def take(self, name: str, *, shared: bool = False) -> bool:
        """Whether the lock of that name, which we don't hold, is ours from now on."""
        with self.asking() as connection:
            self._check_not_shared(connection)
            is_ours = try_lock(connection, name, shared=shared)
            if is_ours:
                self._held[name] = shared
            return is_ours

    def share(self, name: str) -> None:
        """Others may have a lock of ours, too, from now on; at no moment may anybody have it alone."""
        with self.asking() as connection:
            if not self._held[name]:
                connection.execute("SELECT pg_advisory_lock_shared(lock_of(%s))", (name,))
                connection.execute("SELECT pg_advisory_unlock(lock_of(%s))", (name,))
                self._held[name] = True

    def let_go(self, name: str) -> None:
        """The lock is ours no longer."""
        with self._lock:
            shared = self._held.pop(name)
            with suppress(JournalLostError), self.asking() as connection:  # a session that is gone holds nothing
                connection.execute(f"SELECT pg_advisory_unlock{'_shared' * shared}(lock_of(%s))", (name,))

    def check(self) -> None:
        """Raises JournalLostError where locks of ours were lost: others may have done what they were to prevent."""
        with self._lock:
            if self._held:
                with self.asking() as connection:
                    connection.execute("SELECT 1")

    def holders(self, name: str) -> list[str]:
        """What the others that hold the lock of that name call themselves."""
        with self.asking() as connection:
            found = connection.execute(
                "SELECT DISTINCT application_name FROM holders_of(%s) pid JOIN pg_stat_activity USING (pid)"
                " WHERE pid <> pg_backend_pid() ORDER BY 1",
                (name,),
            )
            return [str(one) for (one,) in found.fetchall()]

    # Beats

    @contextmanager
    def beating(self, one: Beating) -> Iterator[None]:
        """While the block lasts, it looks with each beat, and it comes back with the session."""
        with self._lock:
            self._beating.append(one)
        try:
            yield
        finally:
            with self._lock:
                self._beating.remove(one)

    def beat_soon(self) -> None:
        """Let the next beat come as soon as the connection is free. From any thread; waits for nothing."""
        self._wake.set()

    def _keep_beating(self) -> None:
        pause = seconds_between_beats(self._lease)
        while not self._is_closed:
            self._wake.wait(pause)
            self._wake.clear()
            with self._lock:
                pause = self._beat()
        self._disconnect()

    def _beat(self) -> float:
        """Let the server hear of us; how long to wait for the next time."""
        connection, longest = self._connection, seconds_between_beats(self._lease)
        if connection is None or self._is_closed:
            return longest
        try:
            self._check_not_shared(connection)
            wishes = [one.beat(connection) for one in self._beating]
        except psycopg.Error as why:
            if _is_over(connection, why):
                self._lose(said(why))
            return longest  # it took too long, perhaps: the next beat tries again
        except JournalError:  # the same of a lock
            return longest
        return min([longest, *(wish for wish in wishes if wish is not None)])

    # Its beginnings and ends

    def come_back(self, seconds: float, cancel: CancelToken) -> bool:
        """Whether there is a session again within so many seconds, and all that was held is held by it.

        Then the one before has ended for certain: what it committed was kept, or never will be.
        """
        latest, way = time.monotonic() + seconds, Return(self._connect)
        try:
            while not self._is_back(way):
                if self._is_closed or cancel.is_cancelled or time.monotonic() >= latest:
                    return False
                time.sleep(_TRY_AGAIN_SECONDS)
            return True
        finally:
            way.give_up()

    def close(self) -> None:
        """End the session, and let go of all. It is not opened again."""
        self._is_closed = True
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_CLOSING_SECONDS)
            if self._thread.is_alive():
                return
        self._disconnect()

    def _opened(self) -> Connection:
        if self._lost_why is not None:
            raise JournalLostError(self._lost_why)
        if self._is_closed:
            raise JournalLostError(_lost(Message("lock.closed")))
        if self._connection is not None:
            return self._connection
        try:
            return self._begin(self._connect())
        except psycopg.Error as why:
            raise JournalLostError(_lost(said(why))) from why

    def _begin(self, connection: Connection) -> Connection:
        """From now on this is the session's connection."""
        try:
            connection.execute("SELECT set_config(%s, %s, false)", (_OWNER, self._me))
            self._place = place_of(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._lost_why = connection, None
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_beating, name="journal beats", daemon=True)
            self._thread.start()
        return connection

    def _is_back(self, way: Return) -> bool:
        with self._lock:
            if not self.is_lost:
                return True
            connection = way.connection(self._place, self._held, self._beating)
            if connection is None:
                return False
            with suppress(psycopg.Error):  # it is gone again
                self._begin(connection)
                self.beat_soon()
            return not self.is_lost

    def _check_not_shared(self, connection: Connection) -> None:
        """Raises JournalLostError where a pooler has others use our session: what one locks, all of them have."""
        if connection.execute("SELECT current_setting(%s, true)", (_OWNER,)).fetchone() != (self._me,):
            raise JournalLostError(self._lose(Message("lock.pooled")))

    def _lose(self, why: str | Message) -> Message:
        """The session is lost; what the person is told."""
        self._lost_why = lost = _lost(why)
        self._disconnect()
        return lost

    def _disconnect(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def _is_over(connection: Connection, why: psycopg.Error) -> bool:
    """Whether the session has ended: the connection is broken, or the server said so with its last words."""
    if connection.closed:
        return True
    if why.sqlstate is None:
        return isinstance(why, psycopg.OperationalError)
    return why.sqlstate.startswith(_ENDED_BY_SERVER)


def _lost(why: str | Message) -> Message:
    return Message("lock.connection_lost", why=why)

"""The way back after a session was lost: a new one takes the same locks, once the one before has ended."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import psycopg

from uploader.errors import JournalError, SettingsError
from uploader.journal.postgres.connecting import Connection

Place = tuple[object, ...]
"""By which the server knows a session: its process, and when that began."""


class Returning(Protocol):
    """What has locks of its own that it takes again."""

    @property
    def waits(self) -> str:
        """The lock that tells others that it wants some of theirs."""

    def take_again(self, connection: Connection) -> bool:
        """Whether the locks that it needs could be taken in a new session."""


class Return:
    """A new connection, and which of the locks it holds by now."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self._held: set[str] = set()

    def connection(self, former: Place, locks: Mapping[str, bool], others: Iterable[Returning]) -> Connection | None:
        """The one that holds all of these locks; None if there is none yet. It may be asked for again.

        `locks` by name, and whether others may have them, too. The session before, if it is still there, is ended.
        """
        try:
            if self._connection is None:
                self._connection = self._connect()
                _end(self._connection, former, list(locks))
            if self._has_all(self._connection, locks, list(others)):
                found, self._connection = self._connection, None
                return found
        except psycopg.Error:  # the server is not there, or is gone again
            self.give_up()
        except (JournalError, SettingsError):  # it lets nobody in yet
            pass
        return None

    def give_up(self) -> None:
        """Let go of all."""
        self._held.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _has_all(self, connection: Connection, locks: Mapping[str, bool], others: Iterable[Returning]) -> bool:
        self._take(connection, locks)
        if not locks.keys() <= self._held:
            return False
        waiting = {one.waits: True for one in others if not one.take_again(connection)}
        self._take(connection, waiting)  # those who have more than their share then give some of it back
        if waiting:
            return False
        for name in self._held - locks.keys():
            connection.execute("SELECT pg_advisory_unlock_shared(lock_of(%s))", (name,))
        return True

    def _take(self, connection: Connection, locks: Mapping[str, bool]) -> None:
        self._held |= {
            name
            for name, shared in locks.items()
            if name not in self._held and try_lock(connection, name, shared=shared)
        }


def try_lock(connection: Connection, name: str, *, shared: bool) -> bool:
    """Whether the lock of that name could be taken."""
    found = connection.execute(f"SELECT pg_try_advisory_lock{'_shared' * shared}(lock_of(%s))", (name,)).fetchone()
    return found == (True,)


def place_of(connection: Connection) -> Place:
    """By which the server knows this session."""
    found = connection.execute("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
    return found.fetchone() or ()


def _end(connection: Connection, former: Place, locks: list[str]) -> None:
    """End the session before, if it is the one that has these locks: a pool may have given its process away."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE (pid, backend_start) = (%s, %s)"
        " AND EXISTS (SELECT FROM unnest(%s::text[]) name WHERE pid IN (SELECT holders_of(name)))",
        (*former, locks),
    )

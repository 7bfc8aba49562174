"""One connection to a team's database, and the shared statements put into PostgreSQL's words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import Any

import psycopg
from psycopg import Connection, Cursor

from uploader.errors import JournalError, JournalLostError
from uploader.i18n import Message
from uploader.journal.postgres.connecting import said
from uploader.journal.sql.database import MalformedError
from uploader.journal.sql.text import LARGEST

_HINT = re.compile(r" INDEXED BY \w+")
_NAMED = re.compile(r":([a-z_]\w*)")
_AT_ONCE = 1_000
_LOCK_BUSY = "55P03"
ENDED_BY_SERVER = ("08", "57P", "25P03")
"""How the SQLSTATEs begin with which a session ends."""


class Record(tuple[Any, ...]):
    """A row that was found: its values in their order, and by name."""

    __slots__ = ()
    places: Mapping[str, int] = {}

    def __getitem__(self, at: Any) -> Any:
        return tuple.__getitem__(self, self.places[at] if isinstance(at, str) else at)

    def keys(self) -> Iterable[str]:
        """The names."""
        return self.places


@lru_cache(maxsize=500)
def _record_of(names: tuple[str, ...]) -> type[Record]:
    return type("Record", (Record,), {"__slots__": (), "places": {name: at for at, name in enumerate(names)}})


def record_row(cursor: "Cursor[Any]") -> Callable[[Sequence[Any]], Record]:
    """A row factory for `Record`."""
    return _record_of(tuple(column.name for column in cursor.description or ()))


@lru_cache(maxsize=500)
def in_postgres(statement: str) -> bytes:
    """A statement that is in SQLite's words, in PostgreSQL's."""
    text = _HINT.sub("", statement).replace("%", "%%")
    text = text.replace("CROSS JOIN", "JOIN").replace("json_each(", "texts_in(").replace("instr(", "strpos(")
    text = text.replace(" AND +", " AND ")  # which keeps SQLite from an index
    return _NAMED.sub(r"%(\1)s", text).replace("?", "%s").encode()


def fitted(values: Any) -> Any:
    """Values as PostgreSQL takes them: no half of a character that takes two, no NUL, and 0 or 1 for a bool."""
    if isinstance(values, Mapping):
        return {name: _fit(value) for name, value in values.items()}
    return [_fit(value) for value in values]


def _nearest(values: Any) -> Any:
    """Values to look for. No row and no job has a number that is larger: what is looked for is not there."""
    if isinstance(values, Mapping):
        return dict(zip(values, _nearest(list(values.values())), strict=True))
    return [max(-LARGEST, min(one, LARGEST)) if isinstance(one, int) else one for one in values]


def _fit(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            value = value.encode("utf-8", "replace").decode()
        # The enumerations of the model are texts, which psycopg does not take for such.
        return str(value).replace("\0", "\N{SYMBOL FOR NULL}")
    return value


class PostgresDatabase:
    """A `Database`, over the connection that `connection` gives at each call."""

    def __init__(self, connection: Callable[[], Connection[Any]], connect: Callable[[], Connection[Any]]) -> None:
        self._connection, self._connect = connection, connect

    @property
    def connection(self) -> "Connection[Any]":
        """The one that is used now."""
        return self._connection()

    def execute(self, statement: str, values: Any = (), /) -> "Cursor[Record]":
        """Execute a statement; all that it finds is in memory."""
        cursor = self._connection().cursor(row_factory=record_row)
        values = fitted(values)
        return cursor.execute(in_postgres(statement), values if statement.startswith("INSERT") else _nearest(values))

    def executemany(self, statement: str, rows: Iterable[Any], /) -> None:
        """Execute a statement for each; what `rows` reads may come from here, too."""
        left = iter(rows)
        while some := [fitted(values) for values in islice(left, _AT_ONCE)]:
            with self._connection().cursor() as cursor:
                cursor.executemany(in_postgres(statement), some)

    def inserted(self, statement: str, values: Any, /) -> int:
        """The id of the row that `statement` inserts."""
        row = self.execute(f"{statement} RETURNING id", values).fetchone()
        if row is None:
            raise MalformedError("nothing was inserted")
        return int(row[0])

    def stream(self, statement: str, values: Any = (), /) -> "Stream":
        """Execute a statement that finds many rows, over a connection of its own; memory stays flat."""
        return Stream(self._connect, in_postgres(statement), fitted(values))

    def now(self, seconds_later: float = 0.0) -> str:
        """This instant, or one a while later, by the database's clock."""
        return str(self.execute("SELECT moment_in(?)", (float(seconds_later),)).fetchall()[0][0])


class Stream:
    """Many rows, read as they are asked for, as they were when the first was."""

    def __init__(self, connect: Callable[[], Connection[Any]], statement: bytes, values: Any) -> None:
        self._rows = self._read(connect, statement, values)

    @staticmethod
    def _read(connect: Callable[[], Connection[Any]], statement: bytes, values: Any) -> Iterator[Record]:
        connection = connect()
        try:
            with connection.transaction(), connection.cursor("stream", row_factory=record_row) as cursor:
                cursor.itersize = _AT_ONCE
                yield from cursor.execute(statement, values)
        finally:
            connection.close()

    def __iter__(self) -> Iterator[Record]:
        return self._rows

    def fetchone(self) -> Record | None:
        """The next one, if there is one."""
        return next(self._rows, None)

    def fetchmany(self, size: int, /) -> list[Record]:
        """Some of those that are left."""
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Record]:
        """All that are left."""
        return list(self._rows)


@contextmanager
def errors_of(shown: str) -> Iterator[None]:
    """The database's errors as JournalErrors that name it."""
    try:
        yield
    except psycopg.Error as why:
        if why.sqlstate == _LOCK_BUSY:
            raise JournalError(Message("team.busy", place=shown)) from why
        if _is_over(why):
            raise JournalLostError(Message("lock.connection_lost", why=said(why))) from why
        code = "team.no_right" if isinstance(why, psycopg.errors.InsufficientPrivilege) else "team.unusable"
        raise JournalError(Message(code, place=shown, why=said(why))) from why
    except MalformedError as why:
        raise JournalError(Message("team.unusable", place=shown, why=str(why))) from why


def _is_over(why: psycopg.Error) -> bool:
    """Whether the session has ended: nobody answered, or the server said so with its last words."""
    if why.sqlstate is None:
        return isinstance(why, (psycopg.OperationalError, psycopg.InterfaceError))
    return why.sqlstate.startswith(ENDED_BY_SERVER)

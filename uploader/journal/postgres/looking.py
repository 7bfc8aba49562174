"""A team's journal, looked at without changing it: the server, the tables, and what this user may do."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.postgres import schema
from uploader.journal.postgres.connecting import connect, errors_at, is_encrypted
from uploader.journal.rows import OwnJob
from uploader.journal.servers import Server

_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
"""What a server waits for before it says that something is kept."""
_WRITES = """
SELECT has_database_privilege(current_database(), 'TEMPORARY') AND bool_and(has_table_privilege(one, 'INSERT')
    AND has_table_privilege(one, 'UPDATE') AND has_table_privilege(one, 'DELETE'))
FROM unnest(ARRAY['uploader.job', 'uploader.run', 'uploader.row', 'uploader.attempt']) AS one
"""
_SENDERS = "SELECT count(*) FROM run WHERE key <> '' AND ended_at IS NULL AND is_held('run:' || key)"


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What is known of a team's journal that can be reached."""

    place: str
    server: str
    """The version of PostgreSQL."""
    encoding: str
    is_encrypted: bool
    version: int | None
    """Of the tables; None where there are none."""
    needed: int
    """The version with which this uploader works."""
    may_write: bool
    may_change_tables: bool
    is_read_only: bool
    """Whether the whole server takes no writing: it is a copy, or was set so."""
    switched_off: tuple[str, ...]
    """What the server does not wait for, though a crash may then lose what it has kept: `fsync=off`."""
    clock_seconds: float
    """How far its clock is ahead of this computer's."""
    jobs: int
    senders: int
    missing: int
    """How many of the jobs that it should have are not there."""

    @property
    def is_of_today(self) -> bool:
        """Whether this uploader can use its tables."""
        return self.version == self.needed


def look_at(server: Server, *, name: str, own_jobs: Sequence[OwnJob] = ()) -> TeamFacts:
    """The facts of the journal at `server`; `own_jobs` are those that it should have.

    Raises JournalError where it can't be reached or is not fit at all.
    """
    with errors_at(server), connect(server, name=name) as connection:
        version = schema.version(connection)
        may_write = may_change = False
        jobs = senders = lacks = 0
        if version is not None:
            may_write, may_change = _rights(connection)
        if version == schema.VERSION:
            jobs, senders = _number(connection, "SELECT count(*) FROM job"), _number(connection, _SENDERS)
            lacks = missing(connection, own_jobs)
        return TeamFacts(
            place=server.shown,
            server=connection.info.parameter_status("server_version") or "",
            encoding=connection.info.parameter_status("server_encoding") or "",
            is_encrypted=is_encrypted(connection),
            version=version,
            needed=schema.VERSION,
            may_write=may_write,
            may_change_tables=may_change,
            is_read_only=bool(_value(connection, _READ_ONLY)),
            switched_off=_switched_off(connection),
            clock_seconds=_clock_seconds(connection),
            jobs=jobs,
            senders=senders,
            missing=lacks,
        )


def missing(connection: Connection[Any], jobs: Sequence[OwnJob]) -> int:
    """How many of these are not there, and could be copied: of those that were forgotten, the hashes compare."""
    keys = {one[0] for one in connection.execute("SELECT id FROM uploader.hash_key").fetchall()}
    fitting = [job.key for job in jobs if job.hash_key is None or not keys or job.hash_key in keys]
    found = connection.execute("SELECT key FROM uploader.job WHERE key = ANY(%s)", (fitting,)).fetchall()
    there = {one[0] for one in found}
    return sum(key not in there for key in fitting)


def check_may_write(connection: Connection[Any]) -> None:
    """Raises JournalError where the server takes no writing, or this user may only look."""
    if _value(connection, _READ_ONLY):
        raise JournalError(Message("journal_command.read_only"))
    if not _value(connection, _WRITES):
        raise JournalError(Message("journal_command.may_read"))


_READ_ONLY = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean"
_OWNED = "SELECT coalesce(pg_has_role(nspowner, 'USAGE'), false) FROM pg_namespace WHERE nspname = 'uploader'"


def _value(connection: Connection[Any], statement: str, values: tuple[object, ...] = ()) -> Any:
    row = connection.execute(statement.encode(), values).fetchone()
    return None if row is None else row[0]


def _number(connection: Connection[Any], statement: str) -> int:
    return int(_value(connection, statement))


def _rights(connection: Connection[Any]) -> tuple[bool, bool]:
    """Whether this user may send, and whether it may change the tables."""
    return bool(_value(connection, _WRITES)), bool(_value(connection, _OWNED))


def _switched_off(connection: Connection[Any]) -> tuple[str, ...]:
    """As the server and the role have it: a connection of ours switches some of it on for itself."""
    rows = connection.execute(
        "SELECT name, reset_val FROM pg_settings WHERE name = ANY(%s) AND reset_val = 'off' ORDER BY name",
        (list(_SETTINGS),),
    ).fetchall()
    return tuple(f"{name}={value}" for name, value in rows)


def _clock_seconds(connection: Connection[Any]) -> float:
    before = time.time()
    there = float(_value(connection, "SELECT extract(epoch FROM clock_timestamp())"))
    return there - (before + time.time()) / 2

"""A computer's history is copied into a team's journal, each job whole or not at all, in flat memory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier, Placeholder

from uploader.journal.keys import HashKey
from uploader.journal.postgres import schema
from uploader.journal.postgres.connecting import connect, errors_at
from uploader.journal.postgres.database import fitted
from uploader.journal.postgres.journal import JOURNAL_LOCK
from uploader.journal.postgres.setting_up import check_version
from uploader.journal.servers import Server
from uploader.journal.sqlite.history import History, OldJob, history_of

_AFTER_ROWS = ("settlement", "source", "workbook")
_TO_THE_SECOND = len("2026-11-26T10:00:00")
"""Of a moment: a workbook may tell no more."""
_POINTERS = (("row", "attempt"), ("attempt", "beside"))
"""Columns that name an attempt; it is copied as its place among those of the job, until their numbers are known."""


class Fate(StrEnum):
    """What became of a job that was to be copied."""

    COPIED = "copied"
    KNOWN = "known"
    """It was there already, with all of its sendings."""
    KNOWN_IN_PART = "known in part"
    """It was there already, and has been sent from the computer since."""
    OTHER_KEY = "other key"
    """Its data was deleted, and what is left of it can't be compared with what the team has."""


@dataclass(frozen=True, slots=True)
class CopiedJob:
    """A job of the computer, and its number in the team's journal, 0 where it is not there."""

    old: OldJob
    fate: Fate
    number: int = 0


def copy_history(path: Path, server: Server, *, name: str, on_job: Callable[[CopiedJob], None]) -> list[CopiedJob]:
    """Copy what is in the file at `path`, job by job; `on_job` hears of each as soon as it is kept.

    Former numbers of jobs are not copied: in the team's journal they may be those of others.

    Raises JournalError; jobs of which `on_job` has heard are kept then, and are left out when it is done again.
    """
    done = []
    with history_of(path) as history, errors_at(server), connect(server, name=name) as connection:
        check_version(schema.version(connection), server)
        for old in history.jobs():
            if _is_same_key(history.key, old, connection):
                with connection.transaction():
                    connection.execute("SELECT pg_advisory_xact_lock_shared(lock_of(%s))", (JOURNAL_LOCK,))
                    copied = _copied(history, old, connection)
            else:
                copied = CopiedJob(old, Fate.OTHER_KEY)
            on_job(copied)
            done.append(copied)
    return done


def _copied(history: History, old: OldJob, connection: Connection[Any]) -> CopiedJob:
    number = _insert(
        connection, "job", history.columns("job"), history.of_job(old.number), "ON CONFLICT (key) DO NOTHING"
    )
    if number is None:  # it is there, or another copy was quicker
        return _known(history, old, connection)
    for template in history.templates(old.number):
        values = SQL("INSERT INTO template (sha256, text, profile) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING")
        connection.execute(values, template)
    runs = {}
    for run, sent in history.runs(old.number):
        runs[run] = _insert(connection, "run", ["job", *history.columns("run")], [number, *sent])
    _fill(connection, "row", number, history.columns("row"), history.rows("row", old.number))
    columns = history.columns("attempt")
    at = columns.index("run")
    attempts = ([*one[:at], runs[one[at]], *one[at + 1 :]] for one in history.rows("attempt", old.number))
    _fill(connection, "attempt", number, columns, attempts)
    for table in _AFTER_ROWS:
        _fill(connection, table, number, history.columns(table), history.rows(table, old.number))
    _point_at_attempts(connection, number)
    return CopiedJob(old, Fate.COPIED, number)


def _is_same_key(key: HashKey, old: OldJob, connection: Connection[Any]) -> bool:
    """Whether what is left of the job can be compared there; a team that has no key yet takes this computer's."""
    if old.hash_key is None:
        return True
    if not key.fits({old.hash_key}):
        return False
    with connection.transaction():  # nobody compares hashes meanwhile
        connection.execute("SELECT pg_advisory_xact_lock(lock_of(%s))", (JOURNAL_LOCK,))
        made = connection.execute("SELECT make_hash_key(%s, %s, %s)", key.pads()).fetchone()
    return made is not None and made[0] == old.hash_key


def _known(history: History, old: OldJob, connection: Connection[Any]) -> CopiedJob:
    """A job that is there, and whether all of its sendings are: it may have come in by its workbook."""
    found = connection.execute("SELECT id FROM job WHERE key = %s", (old.key,)).fetchone()
    number = 0 if found is None else int(found[0])
    there = connection.execute('SELECT started_at, "user", machine FROM run WHERE job = %s', (number,)).fetchall()
    columns = history.columns("run")
    places = [columns.index(name) for name in ("started_at", "user", "machine")]
    here = {tuple(fitted([values[at] for at in places])) for _, values in history.runs(old.number)}
    is_whole = here <= set(map(tuple, there)) or _has_all_sendings(history, old, number, connection)
    return CopiedJob(old, Fate.KNOWN if is_whole else Fate.KNOWN_IN_PART, number)


def _has_all_sendings(history: History, old: OldJob, number: int, connection: Connection[Any]) -> bool:
    """Whether each row that was sent here was sent there at that time, or later."""
    sent = "SELECT number, max(sent_at) FROM attempt WHERE job = %s GROUP BY number ORDER BY number"
    with connection.cursor("sent") as cursor:
        there = iter(cursor.execute(sent, (number,)))
        row, at = 0, ""
        for wanted, last in history.last_sent(old.number):
            while row < wanted:
                row, at = next(there, (wanted + 1, ""))
            if row != wanted or at[:_TO_THE_SECOND] < last[:_TO_THE_SECOND]:
                return False
    return True


def _insert(
    connection: Connection[Any], table: str, columns: Sequence[str], values: Sequence[Any], otherwise: str = ""
) -> int | None:
    """The number of what was inserted; None where `otherwise` kept it from that."""
    names, places = SQL(", ").join(map(Identifier, columns)), SQL(", ").join([Placeholder()] * len(columns))
    statement = SQL(f"INSERT INTO {{}} ({{}}) VALUES ({{}}) {otherwise} RETURNING id")
    row = connection.execute(statement.format(Identifier(table), names, places), fitted(values)).fetchone()
    return None if row is None else int(row[0])


def _fill(
    connection: Connection[Any], table: str, job: int, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Copy rows of a table, in their order."""
    names = SQL(", ").join(map(Identifier, ["job", *columns]))
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for values in rows:
            copy.write_row([job, *fitted(values)])


def _point_at_attempts(connection: Connection[Any], job: int) -> None:
    """The attempts got their numbers in the order in which they came."""
    # The server has not counted the new rows yet: taken for few, each would be looked for among all attempts.
    connection.execute("SET LOCAL enable_nestloop TO off")
    for table, column in _POINTERS:
        pointing = Identifier(table, column)
        connection.execute(
            SQL("""
            WITH ranked AS MATERIALIZED (
                SELECT id, row_number() OVER (ORDER BY id) AS place FROM attempt WHERE job = %(job)s
            )
            UPDATE {table} SET {column} = ranked.id FROM ranked
            WHERE {table}.job = %(job)s AND {pointing} = ranked.place
            """).format(table=Identifier(table), column=Identifier(column), pointing=pointing),
            {"job": job},
        )

"""Rows that are about to be sent are taken in over a connection of their own, whatever they are read from."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from uploader.journal.postgres.database import fitted
from uploader.journal.rows import StagedRow
from uploader.journal.sql.staging import COLUMNS, staged_values

_TAKEN_IN = f"CREATE TEMP TABLE taken_in ({COLUMNS.replace(' PRIMARY KEY', '')}, nth bigserial) ON COMMIT DROP"
_STAGED = f"CREATE TEMP TABLE staged ({COLUMNS}) ON COMMIT DROP"
_NAMES = "number, cells, status, advice, fingerprint, faults, waits, keeps"


@contextmanager
def staged(connect: Callable[[], "Connection[Any]"], rows: Iterable[StagedRow]) -> "Iterator[Connection[Any]]":
    """The connection in whose table `staged` the rows are; what the block does there is kept, or nothing of it."""
    connection = connect()
    try:
        with connection.transaction():
            connection.execute(_TAKEN_IN.encode())
            with connection.cursor() as cursor, cursor.copy(f"COPY taken_in ({_NAMES}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(fitted(staged_values(row)))
            connection.execute(_STAGED.encode())
            # Of a row that came twice, the last counts.
            connection.execute(
                f"INSERT INTO staged SELECT DISTINCT ON (number) {_NAMES}"
                " FROM taken_in ORDER BY number, nth DESC".encode()
            )
            connection.execute(b"ANALYZE staged")
            yield connection
    finally:
        connection.close()

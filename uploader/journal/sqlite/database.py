"""A connection of SQLite that takes every number and every text."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, cast

from uploader.journal.clock import now
from uploader.journal.sql.text import LARGEST


class Database(sqlite3.Connection):
    """SQLite's own raises OverflowError and UnicodeError at values that it can't hold.

    No row and no job has such a number, so what is looked for is not there. Half a surrogate pair in an answer must
    not cost the answer, so it becomes a question mark.
    """

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        """Execute a statement, with values that fit where these don't."""
        try:
            return super().execute(statement, values)
        except (OverflowError, UnicodeEncodeError):
            return super().execute(statement, _fitted(values, are_kept=statement.startswith("INSERT")))
        except UnicodeDecodeError as why:  # what SQLite says of a damaged file quotes its bytes
            raise sqlite3.DatabaseError("malformed text") from why

    def stream(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        """Execute a statement that finds many rows: each is read as it is asked for."""
        return self.execute(statement, values)

    def now(self, seconds_later: float = 0.0, /) -> str:
        """This instant, or one a while later, by this computer's clock."""
        return now(seconds_later)

    def inserted(self, statement: str, values: Any, /) -> int:
        """The id of the row that `statement` inserts."""
        return cast(int, self.execute(statement, values).lastrowid)

    def executemany(self, statement: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        """Execute a statement for each; one that changes rows, with values that fit where these don't."""
        if not statement.startswith("UPDATE"):  # what was inserted before that value would be there twice
            return super().executemany(statement, rows)
        rows = list(rows)
        try:
            return super().executemany(statement, rows)
        except (OverflowError, UnicodeEncodeError):
            return super().executemany(statement, [_fitted(values, are_kept=True) for values in rows])


def _fitted(values: Any, *, are_kept: bool) -> Any:
    if isinstance(values, Mapping):
        return {name: _fit(value, are_kept) for name, value in values.items()}
    return [_fit(value, are_kept) for value in values]


def _fit(value: object, is_kept: bool) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not is_kept:  # two rows must not become one
        return max(-LARGEST, min(value, LARGEST))
    return value

"""The rows of a checked list with what is wrong in each, to be looked at page by page, however many they are.

They are in a temporary database without a name, which SQLite keeps on disk and which is gone when the process is.
"""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from uploader.model.problems import Problem
from uploader.model.rows import Row, Status
from uploader.model.searching import is_in_cells

_TABLES = """
CREATE TABLE row (position INTEGER PRIMARY KEY, number INTEGER, cells TEXT, status TEXT, is_odd INTEGER);
CREATE INDEX row_by_status ON row (status, position);
CREATE INDEX odd_row ON row (position) WHERE is_odd;
CREATE TABLE mark (cause INTEGER, position INTEGER, place INTEGER, PRIMARY KEY (cause, position, place)) WITHOUT ROWID;
CREATE INDEX mark_by_row ON mark (position);
"""
_WHOLE_ROW = -1


class GridRow(NamedTuple):
    """A row of a list as a check found it."""

    position: int
    """Its number in the file at hand, as Excel shows it."""
    row: Row
    """Its number in the list, and the list's own cells."""
    status: Status
    """What it would be if nothing was sent; a row that goes is `not sent`."""
    problems: Sequence[Problem]
    """What is wrong with it, warnings too; columns are those of the list, from 0."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are looked at; all of them if nothing is said."""

    status: Status | None = None
    is_odd: bool = False
    """Those alone that have a warning, and go."""
    cause: int | None = None
    """Those alone with that cause, by its place among `RowGrid.causes`."""
    text: str = ""
    """Those alone that have this in a cell, whatever the case."""

    def condition(self) -> str:
        """In SQL."""
        parts = ["TRUE"]
        parts += ["status = :status"] if self.status is not None else []
        parts += ["is_odd"] if self.is_odd else []
        parts += ["position IN (SELECT position FROM mark WHERE cause = :cause)"] if self.cause is not None else []
        parts += ["has(cells, :text)"] if self.text else []
        return " AND ".join(parts)

    def values(self) -> dict[str, object]:
        """For SQL."""
        return {"status": self.status, "cause": self.cause, "text": self.text.casefold()}


class RowGrid:
    """The rows of one checked list. Any thread may read."""

    def __init__(self, header: Sequence[str]) -> None:
        self.header = header
        """Of the list's own columns."""
        self.causes: list[Problem] = []
        """One problem of each cause, by the place that a filter names; its row means nothing."""
        self._places: dict[tuple[str, str, bool], int] = {}
        self._lock = threading.Lock()
        self._db = sqlite3.connect("", check_same_thread=False)
        self._db.executescript(_TABLES)
        self._db.create_function("has", 2, is_in_cells, deterministic=True)
        weakref.finalize(self, self._db.close)  # not before the last who reads it has let go of it

    def add(self, rows: Iterable[GridRow]) -> None:
        """Some more rows."""
        found = list(rows)
        marks = [mark for row in found for mark in self._marks(row)]
        with self._lock, self._db:
            self._db.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?)", map(_values, found))
            self._db.executemany("INSERT OR IGNORE INTO mark VALUES (?, ?, ?)", marks)

    def count(self, wanted: Filter) -> int:
        """How many rows there are of those."""
        with self._lock:
            found = self._db.execute(f"SELECT count(*) FROM row WHERE {wanted.condition()}", wanted.values())
            count: int = found.fetchone()[0]
        return count

    def page(self, wanted: Filter, skip: int, limit: int) -> list[GridRow]:
        """Some of them, in the order of the file."""
        facts = {**wanted.values(), "skip": skip, "limit": limit}
        statement = f"SELECT * FROM row WHERE {wanted.condition()} ORDER BY position LIMIT :limit OFFSET :skip"
        with self._lock:
            return [self._row(*found) for found in self._db.execute(statement, facts).fetchall()]

    def _row(self, position: int, number: int, cells: str, status: str, _: int) -> GridRow:
        problems = list(self._problems(position))
        return GridRow(position, Row(number, tuple(json.loads(cells))), Status(status), problems)

    def _problems(self, position: int) -> Iterator[Problem]:
        marks = self._db.execute("SELECT cause, place FROM mark WHERE position = ? ORDER BY place, cause", (position,))
        for cause, place in marks:
            one = self.causes[cause]
            yield Problem(position, None if place == _WHOLE_ROW else place, one.code, one.facts, one.stops)

    def _marks(self, row: GridRow) -> Iterator[tuple[int, int, int]]:
        for problem in row.problems:
            place = _WHOLE_ROW if problem.column is None else problem.column
            yield self._cause(problem), row.position, place

    def _cause(self, problem: Problem) -> int:
        key = (problem.code, repr(problem.facts) if problem.facts else "", problem.stops)
        if key not in self._places:
            self._places[key] = len(self.causes)
            self.causes.append(problem)
        return self._places[key]


def _values(one: GridRow) -> Sequence[object]:
    is_odd = one.status is Status.NOT_SENT and bool(one.problems)
    cells = json.dumps(one.row.cells, ensure_ascii=False)
    return one.position, one.row.number, cells, str(one.status), is_odd

"""What is wrong with a list's rows: a problem at one cell, and a compact log of many."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from uploader.i18n import Fact, Message

EXAMPLE_ROW = "example_row"
"""The code of the row that a blank list comes with."""
_SHOWN_CELLS = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one row. Problems with the same code and facts are shown together."""

    row: int
    """The row's number as Excel shows it."""
    column: int | None
    """The cell's column, from 0; None for the whole row."""
    code: str
    """What is wrong. The catalogue has its sentences: `problem.<code>.cause` and `problem.<code>.fix`."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """The facts of these sentences; `field` is the person's name for the column."""
    stops: bool = True
    """Whether it keeps the row from being sent. If not, it is a warning, and the row is sent anyway."""

    @property
    def cause(self) -> Message:
        """What is wrong, without the cell: `“Punto de enrutamiento” is empty`."""
        return Message(f"problem.{self.code}.cause", **self.facts)

    @property
    def fix(self) -> Message:
        """What the person can do about it, as a sentence."""
        return Message(f"problem.{self.code}.fix", **self.facts)


def by_row(found: Iterable[Problem]) -> dict[int, list[Problem]]:
    """The problems and warnings of each row that has any."""
    rows: dict[int, list[Problem]] = {}
    for problem in found:
        rows.setdefault(problem.row, []).append(problem)
    return rows


def stopping(found: Iterable[Problem]) -> dict[int, list[Problem]]:
    """The problems of each row that is kept from being sent."""
    return by_row(problem for problem in found if problem.stops)


class ProblemSummary(NamedTuple):
    """One cause, and where it was found."""

    cause: Message
    fix: Message
    rows: int
    """How many rows have it."""
    cells: Sequence[tuple[int, int | None]]
    """The first of its places: row, and column from 0 or None for the whole row."""
    more: int
    """How many more places there are."""


class ProblemLog:
    """Collects problems in the order of their rows; a million of one cause take four megabytes."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._kinds: dict[tuple[str, str, bool], Problem] = {}
        self._rows: dict[tuple[str, str, bool], dict[int | None, array[int]]] = {}
        self._facts: Mapping[str, Fact] = {}
        self._facts_key = ""
        self.extend(problems)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def add(self, problem: Problem) -> None:
        """Keep one problem; those of one cause and column come with rising row numbers."""
        kind = (problem.code, self._key(problem.facts), problem.stops)
        if kind not in self._kinds:
            self._kinds[kind] = problem
            self._rows[kind] = {}
        self._rows[kind].setdefault(problem.column, array("I")).append(problem.row)

    def _key(self, facts: Mapping[str, Fact]) -> str:
        """By which equal facts are known; a column's problems share theirs, which may name a thousand values."""
        if facts is not self._facts:
            self._facts, self._facts_key = facts, repr(facts) if facts else ""
        return self._facts_key

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep several."""
        for problem in problems:
            self.add(problem)

    def between(self, first: int, last: int) -> Iterator[Problem]:
        """Those of the rows `first` to `last`, both included."""
        for kind, columns in self._rows.items():
            of_kind = self._kinds[kind]
            for column, rows in columns.items():
                for row in rows[bisect_left(rows, first) : bisect_right(rows, last)]:
                    yield Problem(row, column, of_kind.code, of_kind.facts, of_kind.stops)

    def summaries(self, *, stops: bool) -> list[ProblemSummary]:
        """One for each cause, the one with most rows first: of the problems that stop rows, or of the warnings."""
        found = [_summary(self._kinds[kind], columns) for kind, columns in self._rows.items() if kind[-1] is stops]
        return sorted(found, key=lambda summary: -summary.rows)


def _summary(of_kind: Problem, columns: Mapping[int | None, "array[int]"]) -> ProblemSummary:
    if len(columns) == 1:
        count = len(set(next(iter(columns.values()))))
    else:
        count = len({row for rows in columns.values() for row in rows})
    cells = sorted(
        ((row, column) for column, rows in columns.items() for row in rows[:_SHOWN_CELLS]),
        key=lambda place: (place[0], -1 if place[1] is None else place[1]),
    )
    total = sum(map(len, columns.values()))
    shown = cells[:_SHOWN_CELLS]
    return ProblemSummary(of_kind.cause, of_kind.fix, count, shown, total - len(shown))
